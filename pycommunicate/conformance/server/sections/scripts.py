"""Sections of what a server does with scripts: carried values, functions, objects, calls without a reply, fragments.

Their buttons are OPTIONAL: what a server does not offer is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....protocol.messages import EVENT
from ....protocol.ops import CALL, FRAGMENT, GET, OBJECT, SET
from ...ops import callbacks_in
from ...report import Level, Result
from ...values import same
from ..endings import ends
from ..house import Server, section
from ..peer import QUIET, Missing, Peer
from ..table import Listener, Node
from ..values import VALUES

__all__ = ["callbacks", "carried", "done", "fragment", "no_reply", "objects"]


def _offers(peer: Peer, selector: str) -> Listener | None:
    """Return the listener of a button that is OPTIONAL."""
    return peer.table.listener(selector) if peer.table.find(selector) is not None else None


def _payload(peer: Peer) -> Any:
    """Wait for what is written to `payload` of `#out`; return it."""
    properties = peer.table["#out"].properties
    peer.until(lambda: "payload" in properties, "the value that was carried")
    return properties.pop("payload")


@section("carried", Level.INTERACTIVE, "5.5", "what events carry, and what they must not")
def carried(server: Server, result: Result) -> None:
    """Carry values, nodes and errors; then something else than what was asked for."""
    peer = server.loaded()
    listener = _offers(peer, "#carry")
    if listener is None:
        return
    place = next((i for i, path in enumerate(listener.fields) if path == ["detail"]), None)
    if not result.must("6.10", "the listener's fields have `detail` among them", place is not None, listener.options):
        return
    for what in ("nil", "a bigint above 64 bits", "a text beyond ASCII", "all bytes", "a map", "32 levels"):
        peer.click("#carry", detail=VALUES[what])
        got = _payload(peer)
        result.must("5.5", f"the handler gets what was carried: {what}", same(VALUES[what], got, whole=True), got)
    spare = peer.table["#spare"]
    peer.click("#carry", detail=[{"node": spare}])
    ref = spare.ref
    got = _payload(peer)
    result.must("5.5", "a node that was carried comes back as its ref", got == [{"node": ref}], got)
    rule = "what was carried is released, when the server has no use for it any more"
    # What comes next lets it go.
    peer.click("#carry", detail=None)
    _payload(peer)
    released = _eventually(peer, lambda: spare.told == 0)
    result.should("7.2", rule, released, spare.told)
    nothing: list[Any] = [None] * len(listener.fields)
    peer.number(EVENT, listener.number, nothing, {str(place): ["unsupported", "value: a function"]})
    peer.note("unsupported")
    result.must("5.5", "the handler gets the error of what could not travel", True)
    _carried_wrongly(server, result, peer, listener)


def _carried_wrongly(server: Server, result: Result, peer: Peer, listener: Listener) -> None:
    nothing: list[Any] = [None] * len(listener.fields)
    frames: dict[str, tuple[Any, ...]] = {
        "no carried values where they were asked for": (),
        "a carried value too few": (nothing[1:],),
        "a carried value too many": ([*nothing, None],),
        "an error of a value that is not there": (nothing, {str(len(nothing)): ["unsupported", ""]}),
    }
    for what, fields in frames.items():
        other = server.loaded(peer.document.cookies)
        other.number(EVENT, other.need("#carry").number, *fields)
        ends(other, result, what)
    other = server.loaded(peer.document.cookies)
    other.number(EVENT, other.need("#count").number, [])
    ends(other, result, "an empty list of carried values that nobody asked for")
    peer.click("#count")
    peer.note("1", "#total")


def _eventually(peer: Peer, found: Callable[[], bool]) -> bool:
    try:
        return bool(peer.until(found, "a release"))
    except Missing:
        return False


@section("done", Level.INTERACTIVE, "6.16", "events that have been handled")
def done(server: Server, result: Result) -> None:
    """Click on what is busy, and answer late."""
    peer = server.loaded()
    listener = _offers(peer, "#busy")
    if listener is None:
        return
    result.must("6.10", "the listener has the option `busy`", listener.options.get("busy") in (1, 2), listener.options)
    peer.answering = False
    peer.click("#busy")
    peer.click("#busy")
    ask = peer.ask(GET, "payload")
    peer.quiet(QUIET)
    result.must("6.16", "nothing is done before its handler has ended", listener.done == 0, listener.done)
    peer.reply(ask, "first")
    peer.until(lambda: listener.done, "the op done")
    if not peer.asks:  # or both handlers run at once
        peer.ask(GET, "payload")
    result.must("6.16", "one event is done when its handler has ended", listener.done == 1, listener.done)
    peer.reply(peer.ask(GET, "payload"), "second")
    peer.until(lambda: listener.done == 2, "the op done of both events")
    result.must("6.16", "so is the other: the count is of all", True)
    peer.click("#count")
    peer.note("1", "#total")
    peer.quiet(QUIET)  # the general rules see to it that nothing is said of this one


@section("no-reply", Level.INTERACTIVE, "6", "calls that nobody waits for, and writes that are kept")
def no_reply(server: Server, result: Result) -> None:
    """Let a call without a reply fail, and keep what the user has typed."""
    peer = server.loaded()
    if _offers(peer, "#tell") is None:
        return
    name, target = peer.table["#name"], peer.table["#target"]
    peer.table.typed_in.add(name)
    for count in (1, 2):
        peer.table["#note"].properties.clear()
        peer.click("#tell")
        peer.note("told")
        calls = [op[2:5] for op in peer.ops if op[0] == CALL]
        result.must("6.5", "the method is called", calls == [[target.ref, "ping", ["x"]]] * count, calls)
        alive = peer.alive()
        result.must("5.8", "that the call has failed, and the write was kept, ends nothing", alive, peer.closing)
    writes = [op[3:5] for op in peer.ops if op[0] == SET and op[1:3] == [name.ref, "value"]]
    unforced = all(op[1:] in ([], [False]) for op in writes)
    result.must("6.4", "what is written is not forced", len(writes) == 2 and unforced, writes)
    peer.click("#count")
    peer.note("1", "#total")


@section("fragment", Level.INTERACTIVE, "6.17", "a text of HTML that is put into the tree")
def fragment(server: Server, result: Result) -> None:
    """Let the server put something into the list."""
    peer = server.loaded()
    if _offers(peer, "#put") is None:
        return
    peer.click("#put")
    peer.note("2")
    tags = [node.tag for node in peer.table["#list"].children]
    result.must("6.17", "what it says is put into the tree", tags == ["p", "p"], tags)
    if any(op[0] == FRAGMENT for op in peer.ops):
        first, second = peer.table["#list"].children
        released = _eventually(peer, lambda: first.told <= 0 and second.told <= 0)
        result.should("7.2", "its elements are released, when there is no use for them", released)
        result.must("7.2", "what is inside of them was not told", second.children[0].ref == 0)


@section("callbacks", Level.INTERACTIVE, "7.3", "functions that are given away")
def callbacks(server: Server, result: Result) -> None:
    """Call the server's function."""
    peer = server.loaded()
    if _offers(peer, "#hand") is None:
        return
    peer.click("#hand")
    call: list[Any] = peer.until(lambda: next((op for op in peer.ops if op[0] == CALL), []), "the op call")
    numbers = list(callbacks_in(call[4]))
    given = call[3] == "take" and len(numbers) == 1 and numbers[0] in peer.table.listeners
    if not result.must("7.3", "a function is an argument, and its listener is there", given, call):
        return
    listener = peer.table.listeners[numbers[0]]
    for values in ([], ["one", {"a": [1]}], [peer.table["#spare"]]):
        peer.number(EVENT, *peer.event_of(listener, {"args": values}))
        wanted = [value.ref if isinstance(value, Node) else value for value in values]
        got = _payload(peer)
        result.must("7.3", f"the function gets the {len(values)} values that it is called with", got == wanted, got)
    peer.click("#hand")
    peer.settled()
    again = [number for op in peer.ops if op[0] == CALL for number in callbacks_in(op[4])]
    result.should("7.3", "the same function is the same callback", len(set(again)) == 1, again)


@section("objects", Level.INTERACTIVE, "7.2", "refs of what is no node")
def objects(server: Server, result: Result) -> None:
    """Be an object that the server reads."""
    peer = server.loaded()
    if _offers(peer, "#thing") is None:
        return
    thing = Node("#object", properties={"name": "Ann"})
    peer.table["#target"].properties["thing"] = thing
    peer.click("#thing")
    peer.note("Ann")
    asked = next(op for op in peer.ops if op[0] == GET and op[3] == "thing")
    result.must("6.3", "an object is asked for by the flag 1", asked[4:5] == [OBJECT], asked)
    result.should("7.2", "it is released, when there is no use for it", _eventually(peer, lambda: thing.told == 0))
