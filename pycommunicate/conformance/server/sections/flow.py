"""Sections about how much is sent ahead, and what becomes of the rest (spec 8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....protocol.ops import CREATE, SET
from ...report import Level, Result, Skipped
from ..house import Server, section
from ..peer import QUIET, Peer

__all__ = ["replacing", "window", "window_bytes"]

#: What `#flood` and `#pour` of the conformance app write: elements, and values of 1 MiB.
_FLOOD, _POUR = 200, 8
#: What `#later` writes, in this order: property and value.
_LATER: tuple[tuple[str, Any], ...] = (
    *(("a", 1), ("a", 2), ("b", 1), ("a", 3)),
    *(("style.color", "red"), ("style.color", "blue"), ("a", 4), ("p", None), ("a", 5)),
)


@section("window", Level.INTERACTIVE, "8.4", "a client that acknowledges nothing, or late")
def window(server: Server, result: Result) -> None:
    """Let the server write often, and take nothing; then take one batch, and then all."""
    peer = server.loaded()
    peer.acking = False
    peer.click("#flood")
    limit = peer.rules.limits.window_frames
    sent = _until_held(peer)
    if limit >= _FLOOD:
        return  # the general rules have seen all that can be seen
    if len(peer.table["#list"].children) == _FLOOD:
        raise Skipped(f"{_FLOOD} elements came in {sent} batches, and the window takes {limit}")
    result.must("8.4", "no more than window_frames batches are sent ahead", sent <= limit, sent)
    peer.settled()
    result.must("8.7", "a question is answered while ops are held back", True)
    peer.applied += 1
    peer.ack()
    peer.until(lambda: peer.taken - peer.applied == sent, "one more batch for one that was acknowledged")
    result.must("8.4", "ops go on when the window opens", True)
    peer.quiet(QUIET)
    result.must("8.4", "and no further", peer.taken - peer.applied <= limit, peer.taken - peer.applied)
    peer.acking = True
    peer.applied = peer.taken
    peer.ack()
    peer.until(lambda: len(peer.table["#list"].children) == _FLOOD, "all that was written")
    texts = [node.text for node in peer.table["#list"].children]
    result.must("8.4", "all comes, in order", texts == [str(number) for number in range(_FLOOD)], texts)
    peer.click("#count")
    peer.note("1", "#total")


@section("window-bytes", Level.INTERACTIVE, "8.4", "the same, with large batches")
def window_bytes(server: Server, result: Result) -> None:
    """Let the server write much, and take nothing; then take all."""
    peer = server.loaded()
    peer.acking = False
    peer.click("#pour")
    _until_held(peer)
    came = [name for name in peer.table["#out"].properties if name.startswith("payload")]
    if peer.rules.limits.window_bytes >= _POUR * 1024 * 1024:
        return
    if len(came) == _POUR:
        raise Skipped(f"{_POUR} MiB came at once, and the window takes {peer.rules.limits.window_bytes} bytes")
    other = server.loaded()
    other.click("#count")
    other.note("1", "#total")
    result.must("8.4", "a page whose client takes nothing holds up no other", True)
    peer.acking = True
    peer.applied = peer.taken
    peer.ack()
    names = [f"payload{number}" for number in range(_POUR)]
    peer.until(lambda: names[-1] in peer.table["#out"].properties, "all that was written")
    came = [name for name in peer.table["#out"].properties if name.startswith("payload")]
    result.must("8.4", "all comes, in order", came == names, came)


@section("replacing", Level.RESUMING, "8.4", "what may be left out of what waits")
def replacing(server: Server, result: Result) -> None:
    """Be away while the server writes to the same properties again and again."""
    peer = server.loaded()
    peer.click("#later")
    peer.settled()
    peer.cut()
    peer.quiet()
    away = server.loaded()  # until what the other page shall write while it is away is written
    away.click("#later")
    away.note("later")
    peer.resume()
    peer.note("later")
    out, box = peer.table["#out"].ref, peer.table["#list"].ref
    came: list[tuple[str, Any]] = []
    for op in peer.ops:
        if op[0] == SET and op[1] == out:
            came.append((op[2] if isinstance(op[2], str) else ".".join(op[2]), op[3]))
        elif op[0] == CREATE and op[3] == box:
            came.append(("p", None))
    result.must(
        "8.4", "a later set alone may replace one before it, with nothing but such sets between", _allowed(came), came
    )
    result.must("4.5", "a page without a socket is as alive as before", ("a", 5) in came, came)


def _until_held(peer: Peer) -> int:
    """Wait until batches have come and no more do; return how many are not acknowledged."""
    first = peer.taken
    peer.until(lambda: peer.taken > first, "the first of many batches")
    while peer.quiet(QUIET):
        pass
    return peer.taken - peer.applied


def _allowed(came: Sequence[tuple[str, Any]]) -> bool:
    """Return whether what came is what was written, less what may have been replaced."""
    rest = list(came)
    for place, one in enumerate(_LATER):
        if rest[:1] == [one]:
            del rest[0]
        elif not _replaced(place):
            return False
    return not rest


def _replaced(place: int) -> bool:
    """Return whether a later write may have replaced that one."""
    name = _LATER[place][0]
    for later, _ in _LATER[place + 1 :]:
        if "." in later or later == "p":
            return False
        if later == name:
            return True
    return False
