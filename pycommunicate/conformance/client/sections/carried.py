"""Sections of what events carry: fields, their order, and when they are taken down (spec 5.5, 6.10)."""

from __future__ import annotations

from ....protocol.codec import Callback, Ref, shown
from ....protocol.messages import Event, Failure
from ....protocol.ops import CREDIT, GET, LISTEN, LOADED, RELEASE, SET
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import error_of

__all__ = ["carried", "form"]

#: A property that no document knows.
OWN = "conformanceValue"
_TITLE = ["current", "title"]


@CLIENT.add("carried", INTERACTIVE, "what events carry")
def carried(peer: Peer, result: Result) -> None:
    """Click on what a listener has fields for."""
    peer.begin(events=1)
    go, buttons, inside = peer.find("#go"), peer.find("#buttons"), peer.find("#inside")
    names = ["type", ["target", "id"], ["current", "id"], "nothingOfTheKind", ["nothingOfTheKind", "more"], ["target"]]
    peer.hear(buttons, fields=names)
    peer.click("#inside")
    event = peer.expect(Event)
    wanted = ["click", "inside", "buttons", None, None, Ref(inside)]
    result.must("5.5", "an event carries its listener's fields, in their order", event.carried == wanted, event)
    result.must("6.10", "where a field leads nowhere it is nil, and no error", not event.errors, event)
    peer.batch((RELEASE, [inside, 1]))
    result.must("5.5", "a ref that is carried counts as told", peer.get(inside, "id") == "inside")
    peer.batch((RELEASE, [inside, 1]))
    stale = error_of(peer.ask(GET, inside, "id"))
    result.must("5.5", "and counts once", stale == "stale-ref", stale)

    listener = peer.hear(go, fields=[_TITLE])
    for title in ("first", "second", "third"):
        peer.batch((SET, go, "title", title))
        peer.click("#go")
    peer.batch((SET, go, "title", "at last"), (CREDIT, listener, 3))
    got = [peer.expect(Event, where=lambda event: event.listener == listener).carried for _ in range(3)]
    rule = "what is carried was taken down when it happened, though the event waits for credit"
    result.must("5.5", rule, got == [["first"], ["second"], ["third"]], got)
    _without_fields(peer, result)
    _what_cannot_travel(peer, result)
    _claimed(peer, result)


def _without_fields(peer: Peer, result: Result) -> None:
    listener = peer.hear(peer.find("#other"), fields=[])
    peer.click("#other")
    event = peer.expect(Event, where=lambda event: event.listener == listener)
    result.must("6.10", "an empty list of fields is none", event.carried is None, event)


def _what_cannot_travel(peer: Peer, result: Result) -> None:
    peer.begin(frame=2048)
    go = peer.find("#go")
    nobody = peer.new_listener()
    peer.batch((LISTEN, nobody, 0, "", {}), (SET, go, OWN, {"f": Callback(nobody)}), (SET, go, "title", "short"))
    peer.fence()
    lacks = peer.taken(Failure)
    peer.hear(go, fields=["type", ["current", OWN], _TITLE])
    peer.click("#go")
    event = peer.expect(Event)
    errors = {place: error[0] for place, error in (event.errors or {}).items()}
    if not lacks and error_of(peer.ask(GET, go, OWN)) == "unsupported":  # a client may keep no such property
        rule = "what cannot travel is nil, and its error has its place"
        result.must("5.5", rule, errors == {"1": "unsupported"}, event)
    result.must("5.5", "what can is carried all the same", event.carried == ["click", None, "short"], event)
    peer.batch((SET, go, "title", "x" * 4000))
    peer.click("#go")
    event = peer.expect(Event)
    errors = {place: error[0] for place, error in (event.errors or {}).items()}
    rule = "what does not fit into a frame is nil, all of it, and `too-large`"
    too_large = event.carried == [None] * 3 and errors == dict.fromkeys("012", "too-large")
    result.must("5.5", rule, too_large, event)
    peer.batch((SET, go, "title", "short"))
    peer.click("#go")
    event = peer.expect(Event)
    result.must("5.5", "the next event is one like any other", event.carried == ["click", None, "short"], event)


def _claimed(peer: Peer, result: Result) -> None:
    peer.open()
    peer.welcome()
    peer.click("#go")
    go = peer.find("#go")
    listener = peer.new_listener()
    options = {"fields": ["type", _TITLE], "once": True}
    peer.batch(
        (SET, go, "title", "claimed"),
        (LISTEN, listener, go, "click", options),
        (SET, go, "title", "sent"),
        (LOADED,),
    )
    peer.fence()
    events = peer.taken(Event)
    if events:  # a client SHOULD have early events; another section says so
        got = [event.carried for event in events]
        rule = "what an early event carries is taken down when it is claimed"
        result.must("6.10", rule, got == [["click", "claimed"]], shown(got))


@CLIENT.add("form", INTERACTIVE, "what events carry of a form")
def form(peer: Peer, result: Result) -> None:
    """Send a form, and click inside of it and elsewhere."""
    peer.begin()
    peer.hear(peer.find("#form"), "submit", fields=["form", ["target", "id"]])
    peer.click("#send")
    event = peer.expect(Event)
    entries = [["name", "first"], ["how", "sent"]]
    rule = "a submit carries the form's entries, in their order, and that of the button that sends it"
    result.must("6.10", rule, event.carried == [entries, "form"], event)
    peer.hear(peer.find("#box"), fields=["form"])
    peer.click("#box")
    event = peer.expect(Event)
    entries = [["name", "first"], ["box", "on"]]
    result.must("6.10", "an event in a form carries that form's entries as they are", event.carried == [entries], event)
    peer.hear(peer.find("#go"), fields=["form"])
    peer.click("#go")
    event = peer.expect(Event)
    result.must("6.10", "where there is no form they are nil", event.carried == [None], event)
