"""Sections of events that come too often, or are not handled yet (spec 6.10: debounce, throttle, busy; 6.16)."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from ....protocol.messages import Event, Failure
from ....protocol.ops import CALL, CREDIT, DONE, SET, UNLISTEN
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import NEVER

__all__ = ["busy", "debounce", "throttle"]

_TITLE = ["current", "title"]
#: Seconds that a timer may be early, as clocks go, and that an event may be late.
_EARLY, _LATE = 0.03, 2.0


def _clicks(peer: Peer, ref: int, *titles: str, behind: Sequence[tuple[Any, ...]] = ()) -> tuple[float, int]:
    """Let the user click as often as there are titles, each of which is there at its click, and no more behind it.

    Return when that began, and the number of the last reply: what is sent at once comes before.
    """
    calls = [peer.asking(CALL, ref, "click", []) for _ in titles]
    ops = [op for title, call in zip(titles, calls, strict=True) for op in ((SET, ref, "title", title), call)]
    begun = monotonic()
    peer.batch(*ops, (SET, ref, "title", "behind"), *behind)
    replies = [peer.reply(call) for call in calls]
    for reply in replies:
        peer.need(reply, "call")
    return begun, replies[-1].number


@CLIENT.add("debounce", INTERACTIVE, "events that wait until no more come")
def debounce(peer: Peer, result: Result) -> None:
    """Click three times at once, and on a checkbox."""
    peer.begin()
    go, other, box = peer.find("#go"), peer.find("#other"), peer.find("#box")
    peer.hear(go, debounce=300, fields=[_TITLE])
    begun, _ = _clicks(peer, go, "first", "second", "third")
    event = peer.expect(Event)
    took = monotonic() - begun
    result.must("6.10", "no event is sent before none has come for so long", took >= 0.3 - _EARLY, f"{took:.2f} s")
    result.should("6.10", "it is sent then", took <= 0.3 + _LATE, f"{took:.2f} s")
    result.must("6.10", "the last one counts, as it was when it happened", event.carried == ["third"], event)
    dropped = peer.hear(other, debounce=200)
    _clicks(peer, other, "dropped", behind=[(UNLISTEN, [dropped])])
    prevented = peer.hear(box, debounce=200, prevent=True)
    _clicks(peer, box, "prevented")
    checked = peer.get(box, "checked")
    result.must("6.10", "`prevent` acts at each event, held back or not", checked is not True, checked)
    got = [peer.expect(Event).listener]
    peer.silence(0.3)
    got += peer.heard()
    result.must("6.10", "what is held back is dropped when its listener ends", got == [prevented], got)


@CLIENT.add("throttle", INTERACTIVE, "events that come no more often than told")
def throttle(peer: Peer, result: Result) -> None:
    """Click three times at once, and once more later."""
    peer.begin()
    go, other = peer.find("#go"), peer.find("#other")
    peer.hear(go, throttle=400, fields=[_TITLE])
    dropped = peer.hear(other, throttle=400)
    begun, reply = _clicks(peer, go, "first", "second", "third")
    event = peer.expect(Event)
    result.should("6.10", "the first event is sent at once", event.number < reply, (event, reply))
    result.must("6.10", "it is the first", event.carried == ["first"], event)
    event = peer.expect(Event)
    took = monotonic() - begun
    result.must("6.10", "another one is not sent before the time is up", took >= 0.4 - _EARLY, f"{took:.2f} s")
    result.should("6.10", "it is sent then", took <= 0.4 + _LATE, f"{took:.2f} s")
    result.must("6.10", "it is the last of that time, as it was when it happened", event.carried == ["third"], event)
    _clicks(peer, other, "at once", "dropped", behind=[(UNLISTEN, [dropped])])
    result.must("6.10", "each listener has a time of its own", peer.expect(Event).listener == dropped)
    peer.silence(0.5)
    got = peer.heard()
    result.must("6.10", "what is held back is dropped when its listener ends, and nothing comes twice", not got, got)
    _, reply = _clicks(peer, go, "later")
    event = peer.expect(Event)
    at_once = event.carried == ["later"] and event.number < reply
    result.should("6.10", "when the time has passed an event is sent at once", at_once, (event, reply))


_BUSY = '[aria-busy="true"].pycommunicate-busy'


@CLIENT.add("busy", INTERACTIVE, "elements whose events are not handled yet")
def busy(peer: Peer, result: Result) -> None:
    """Click, and say later that it is done."""
    peer.begin(events=2)

    def marked(selector: str, *more: str) -> list[bool]:
        return [peer.exists(f"{selector}{rest}") for rest in (_BUSY, *more)]

    text, go, list_ = peer.find("#text"), peer.find("#go"), peer.find("#list")
    listener = peer.hear(text, busy=1)
    result.must("6.10", "nothing is marked before there is an event", not peer.exists(_BUSY))
    for _ in range(3):
        peer.click("#text")
    got = marked("#text.one.two")
    result.must("6.10", "what an event is for is marked by attribute and class until `done`", got == [True], got)
    peer.batch((DONE, listener, 1))
    result.must("6.16", "it is while another event is not done", marked("#text") == [True])
    peer.batch((DONE, listener, 2))
    result.must("6.10", "though that waits for credit", marked("#text") == [True])
    peer.batch((CREDIT, listener, 4), (DONE, listener, 3))
    gone = not peer.exists("[aria-busy]") and not peer.exists(".pycommunicate-busy")
    result.must("6.16", "when all are done the marks are taken away", gone)
    result.must("6.10", "the element's own classes stay", peer.exists("#text.one.two"))
    peer.click("#text")
    peer.batch((DONE, listener, 3))
    result.must("6.16", "the count is cumulative", marked("#text") == [True])
    peer.batch((UNLISTEN, [listener]))
    result.must("6.10", "a listener that ends takes its marks away", marked("#text") == [False])

    listener = peer.hear(go, busy=2)
    peer.click("#go")
    got = marked("#go", "[disabled]")
    result.must("6.10", "with 2 it is disabled besides", got == [True, True], got)
    peer.batch((DONE, listener, 1))
    got = marked("#go", "[disabled]")
    result.must("6.10", "until `done`", got == [False, False], got)
    peer.click("#go")
    peer.batch((SET, go, "disabled", True), (DONE, listener, 2))
    got = marked("#go", "[disabled]")
    result.must("6.10", "a `set` of `disabled` takes that over", got == [False, True], got)

    listener = peer.hear(list_, busy=1, delegate="li", once=True)
    peer.click("#two")
    got = [*marked("#two"), *marked("#list")]
    rule = "the element that the event is for is marked, though the listener has ended with it"
    result.must("6.10", rule, got == [True, False], got)
    peer.batch((DONE, listener, 1), (DONE, -NEVER, 1))
    got = marked("#two")
    result.must("6.16", "`done` tells of a listener that has ended so, too", got == [False], got)
    failed = peer.taken(Failure)
    result.must("6.16", "one that is not known is ignored", not failed, failed)
