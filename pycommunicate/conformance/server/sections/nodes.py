"""Sections about refs: who allots them, and when they are over (spec 6.6 to 6.9, 7.2)."""

from __future__ import annotations

from ....protocol.messages import GONE
from ....protocol.ops import FIND, GET, RELEASE, REMOVE
from ...ops import refs_of
from ...report import Level, Result
from ..house import Server, section
from ..peer import QUIET, Missing, Peer

__all__ = ["gone", "refs", "release"]


@section("refs", Level.INTERACTIVE, "7.2", "refs of nodes that the server makes and removes")
def refs(server: Server, result: Result) -> None:
    """Make buttons, and remove them again."""
    peer = server.loaded()
    for _ in range(3):
        peer.click("#make")
    peer.until(lambda: len(peer.table.made) == 3, "three listeners on what #make has made")
    numbers = [one.node.ref for one in peer.table.made]
    result.must("7.2", "each created node has a ref of its own", len(set(numbers)) == 3, numbers)
    for _ in range(4):
        peer.click("#drop")
    peer.until(lambda: not peer.table["#list"].children, "the removal of what was made")
    removed = [op[1:3] for op in peer.ops if op[0] == REMOVE]
    result.must(
        "6.8",
        "they are removed for good, and each once",
        removed == [[ref, False] for ref in reversed(numbers)],
        removed,
    )
    peer.click("#make")
    peer.until(lambda: len(peer.table.made) == 1, "another listener on what #make has made")
    result.must("7.2", "a ref is never used twice", True)


@section("gone", Level.INTERACTIVE, "7.2", "refs and listeners that the client says are gone")
def gone(server: Server, result: Result) -> None:
    """Let a node go that the server uses, and use it."""
    peer = server.loaded()
    target = peer.table["#target"]
    ref = target.ref
    target.take_out()
    peer.table.forget(target)
    peer.answering = False
    peer.click("#fail")
    ask = peer.ask(GET, "broken")
    peer.reply(ask, error=["stale-ref", "the node has gone just now"])
    peer.note("stale-ref")
    result.must("7.2", "a server expects a ref to be gone that it has just sent", True)

    peer.gone()
    peer.settled()
    peer.table["#note"].properties.clear()
    count = len(peer.ops)
    peer.click("#fail")
    peer.until(lambda: peer.table["#note"].text or peer.asks, "what the handler gets")
    named = [op for op in peer.ops[count:] if op[0] != RELEASE and ref in refs_of(op)]
    result.must("7.2", "a ref that is gone is not named any more, once that was taken in", not named, named)
    text = peer.table["#note"].text
    result.must("10", "a handler that uses it gets stale-ref", text == "stale-ref", text)

    peer.click("#make")
    made = peer.until(lambda: peer.table.made, "a listener on what #make has made")[0]
    node = made.node
    node.take_out()
    peer.table.forget(node)
    peer.gone()
    peer.settled()
    peer.click("#drop")
    peer.settled()
    peer.number(GONE, [node.ref, -1_000_000], [made.number])
    result.must(
        "7.2", "a server takes it that something is gone twice, or that it had no use for", peer.alive(), peer.closing
    )
    peer.click("#count")
    peer.note("1", "#total")


@section("release", Level.INTERACTIVE, "7.2", "refs that the server has no use for any more")
def release(server: Server, result: Result) -> None:
    """Let the server find an element three times and forget it, and tell it once more meanwhile."""
    peer = server.loaded()
    spare = peer.table["#spare"]
    seen: list[int] = []
    for turn in ("first", "second"):
        count = len(peer.table.released)
        peer.table["#note"].properties.clear()
        peer.click("#find")
        peer.note("found 3")
        seen.append(min(peer.rules.told))
        rule = f"what was found three times is released three times (the {turn} time)"
        if not result.should("7.2", rule, _all_released(peer), peer.table.released[count:]):
            return
    rule = "a ref that is told anew after its release is a new one to the server"
    result.must("7.2", rule, len(set(seen)) == 2, seen)

    peer.answering = False
    peer.click("#find")
    peer.answer(peer.ask(FIND, "#spare"))
    peer.answer(peer.ask(FIND, "#spare"))
    last = peer.ask(FIND, "#spare")
    peer.quiet(4 * QUIET)
    result.must("7.2", "what is still used is not released", spare.told == 2, spare.told)
    peer.answer(last)
    peer.note("found 3")
    rule = "what was told while it was used is released, too"
    result.should("7.2", rule, _all_released(peer), peer.table.released)


def _all_released(peer: Peer) -> bool:
    """Return whether the ref that was told last is released as often as it was told; wait for that."""
    told, ref = peer.rules.told, min(peer.rules.told)
    try:
        return peer.until(lambda: told[ref] <= 0, "a release")
    except Missing:
        return False
