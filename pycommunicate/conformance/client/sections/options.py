"""Sections of how listeners hear: by their options (spec 6.10)."""

from __future__ import annotations

from ....protocol.codec import Ref, shown
from ....protocol.messages import Event, Failure
from ....protocol.ops import CREATE, INSIDE, LISTEN, LOADED, REMOVE, UNLISTEN
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import error_of

__all__ = ["delegate", "observe", "of", "options"]


@CLIENT.add("options", INTERACTIVE, "listeners that stop events, hear once, or on the way down")
def options(peer: Peer, result: Result) -> None:
    """Listen to the same clicks in several ways."""
    peer.begin()
    page = peer.now
    go, buttons, box, send = (peer.find(one) for one in ("#go", "#buttons", "#box", "#send"))
    outer = peer.hear(buttons)
    inner = peer.hear(go, stop=True)
    peer.click("#go")
    got = peer.heard()
    result.must("6.10", "with `stop` an event goes no further", got == [inner], got)
    peer.batch((UNLISTEN, [inner]))
    inner = peer.hear(go)
    down = peer.hear(buttons, capture=True)
    peer.click("#go")
    got = peer.heard()
    result.must("6.10", "with `capture` it is heard on the way down", got == [down, inner, outer], got)
    peer.batch((UNLISTEN, [inner, outer, down]))

    once = peer.hear(go, once=True)
    peer.click("#go")
    peer.click("#go")
    got = peer.heard()
    result.must("6.10", "with `once` the first event is heard", got == [once], got)
    peer.batch((UNLISTEN, [once]))
    peer.fence()
    failed = peer.taken(Failure)
    result.must("6.11", "a listener that has ended so is one that is not known", not failed, failed)
    once = peer.hear(send, once=True)
    peer.click("#send")
    got = peer.heard()
    stays = peer.pages[-1] is page and not peer.socket.over
    rule = "the submit that the very click sets off is prevented, though the listener has ended"
    result.must("6.10", rule, got == [once] and stays, got)

    listener = peer.hear(box, passive=True, prevent=True)
    peer.click("#box")
    got = peer.heard()
    checked = peer.get(box, "checked")
    result.must("6.10", "with `passive` nothing is prevented", got == [listener] and checked is True, (got, checked))
    _early(peer, result)


def _early(peer: Peer, result: Result) -> None:
    peer.open()
    peer.welcome()
    peer.click("#go")
    peer.click("#go")
    listener = peer.listen(peer.find("#go"), once=True)
    peer.batch((LOADED,))
    got = peer.heard()
    result.must("6.10", "of early events a listener with `once` claims the first", got in ([], [listener]), got)


@CLIENT.add("delegate", INTERACTIVE, "one listener for many elements")
def delegate(peer: Peer, result: Result) -> None:
    """Listen to a node, for what is inside."""
    peer.begin()
    page = peer.now
    current = ["current", "id"]
    listener = peer.hear(peer.find("#main"), delegate="li, p", fields=[current, ["target", "id"]])
    for selector in ("#two", "#inside", "#box"):
        peer.click(selector)
    peer.fence()
    carried = [event.carried for event in peer.taken(Event)]
    rule = "an event is for the closest element that matches; where there is none it is not heard"
    result.must("6.10", rule, carried == [["two", "two"], ["buttons", "inside"]], shown(carried))
    peer.batch((UNLISTEN, [listener]))

    nested = peer.hear(peer.find("#buttons"), delegate="p")
    whole = peer.hear(0, delegate="body", fields=[current])
    peer.click("#go")
    peer.fence()
    events = [(event.listener, event.carried) for event in peer.taken(Event)]
    rule = "what matches lies inside of the node, and is not it itself; of the document all does"
    result.must("6.10", rule, events == [(whole, ["top"])], shown(events))
    peer.batch((UNLISTEN, [nested, whole]))

    bad = peer.new_listener()
    peer.batch((LISTEN, bad, 0, "click", {"delegate": "#"}))
    peer.fence()
    failed_as = [error_of(one) for one in peer.taken(Failure)]
    result.must("6.10", "a selector that is none is `invalid-selector`", failed_as == ["invalid-selector"], failed_as)
    peer.click("#go")
    got = peer.heard()
    result.must("6.10", "there is no listener then", not got, got)

    link = peer.hear(0, delegate="a")
    peer.click("#link")
    got = peer.heard()
    stays = peer.pages[-1] is page and not peer.socket.over
    result.must(
        "6.10", "what is prevented is decided by the element that the event is for", got == [link] and stays, got
    )


@CLIENT.add("of", INTERACTIVE, "listening in place of a node")
def of(peer: Peer, result: Result) -> None:
    """Listen to what paths lead to."""
    peer.begin()
    failures = [(LISTEN, peer.new_listener(), 0, "click", {"of": path}) for path in (["title"], ["nothingOfTheKind"])]
    peer.batch(*failures)
    peer.fence()
    failed = peer.failures("listen with of")
    failed_as = [error_of(one) for one in failed]
    result.must("6.10", "what is no event target is `invalid-name`", failed_as == ["invalid-name"] * 2, failed_as)
    if peer.get(0, ["body", "id"]) != "top":
        return  # where there is such a thing
    title = ["current", "title"]
    peer.hear(0, of=["body"], fields=[title])
    peer.click("#text")
    event = peer.expect(Event)
    result.must("6.10", "what the path leads to listens", True)
    result.must("6.10", "the event is for the node all the same", event.carried == ["of"], event)
    go = peer.find("#go")
    if not isinstance(peer.get(go, "parentNode"), Ref):
        return
    listener = peer.hear(go, of="parentNode")
    peer.click("#other")
    got = peer.heard()
    result.must("6.10", "it hears what the node does not", listener in got, got)
    peer.batch((REMOVE, go, False))
    peer.gone((go,), (listener,))
    peer.click("#other")
    got = peer.heard()
    result.must("6.10", "such a listener ends with its node", listener not in got, got)
    if peer.get(0, ["conformance", "big"]) == 2**70:
        window = peer.hear(0, of=["defaultView"])
        peer.click("#text")
        got = peer.heard()
        result.must("6.10", "a window may listen", window in got, got)


@CLIENT.add("observe", INTERACTIVE, "what observers see")
def observe(peer: Peer, result: Result) -> None:
    """Observe the list."""
    peer.begin()
    list_ = peer.find("#list")
    peer.batch((LISTEN, peer.new_listener(), list_, "NothingOfTheKindObserver", {"observe": {}}))
    peer.fence()
    failed_as = [error_of(one) for one in peer.taken(Failure)]
    result.must("6.10", "a class that is not there is `unsupported`", failed_as == ["unsupported"], failed_as)
    fields = ["type", ["target", "id"], ["current", "id"]]
    listener = peer.listen(list_, "MutationObserver", observe={"childList": True}, fields=fields)
    peer.fence()
    if [error_of(one) for one in peer.taken(Failure)] == ["unsupported"]:
        return  # there may be none
    peer.batch((CREATE, peer.new_ref(), INSIDE, list_, "li"))
    event = peer.expect(Event)
    wanted = ["childList", "list", "list"]
    result.must("6.10", "each record is an event, and what happened", event.carried == wanted, event)
    peer.batch((UNLISTEN, [listener]), (CREATE, peer.new_ref(), INSIDE, list_, "li"))
    got = peer.heard()
    result.must("6.11", "it ends like any listener", not got, got)
