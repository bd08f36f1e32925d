"""Sections about a page without events: how it begins, goes on, and ends (spec 4.5, 5, 6.15, 8.3, 8.7)."""

from __future__ import annotations

from time import monotonic

from ....protocol.messages import ACK, GONE
from ....protocol.ops import FIND, LISTEN, LOADED
from ...report import Level, Result
from ..bad import BAD_FRAMES
from ..endings import ends, is_gone
from ..house import Server, section

__all__ = ["acks", "leaving", "life_signs", "loaded", "malformed"]


@section("loaded", Level.READER, "6.15", "what the server builds its document with")
def loaded(server: Server, result: Result) -> None:
    """Look at the ops of the beginning."""
    peer = server.attach()
    peer.answering = False
    first = peer.ask(FIND)
    peer.quiet()
    result.must("8.6", "an ask waits for its answer", peer.table.loaded == 0, "loaded")
    peer.answering = True
    peer.answer(first)
    peer.load()
    peer.quiet()
    codes = [op[0] for op in peer.ops]
    listens = [place for place, code in enumerate(codes) if code == LISTEN]
    result.must("6.15", "loaded is said once", codes.count(LOADED) == 1, f"{codes.count(LOADED)} times")
    result.must(
        "6.15",
        "it is said behind all that belongs to the beginning",
        listens and max(listens) < codes.index(LOADED),
        codes,
    )
    result.must("6.1", "refs of nodes that are found are used as they were told", not peer.table.gone_refs)


@section("acks", Level.READER, "8.3", "when the server tells what it has taken in", app=False)
def acks(server: Server, result: Result) -> None:
    """Look at how soon a frame, and many of them, are acknowledged."""
    peer = server.attach()
    peer.answering = False
    peer.quiet()
    peer.number(GONE, [], [])
    began = monotonic()
    peer.until(lambda: peer.last_ack >= peer.sent, "an acknowledgement of a frame", 8.0)
    took = monotonic() - began
    result.must("8.3", "a frame is acknowledged within 5 seconds", took <= 5.0, f"{took:.1f} s")
    result.should("8.3", "a frame is acknowledged within about a second", took <= 2.0, f"{took:.1f} s")
    for _ in range(32):
        peer.number(GONE, [], [])
    began = monotonic()
    peer.until(lambda: peer.last_ack >= peer.sent, "an acknowledgement of 32 frames", 8.0)
    took = monotonic() - began
    result.must("8.3", "32 frames are acknowledged within 5 seconds", took <= 5.0, f"{took:.1f} s")
    result.should("8.3", "32 frames are acknowledged without delay", took <= 1.0, f"{took:.1f} s")


@section("life-signs", Level.READER, "8.7", "answers to the question whether the server is there", app=False)
def life_signs(server: Server, result: Result) -> None:
    """Look at a question, two of them, and one while asks wait."""
    peer = server.attach()
    peer.answering = False
    peer.quiet()
    for what in ("there is nothing new to acknowledge", "it was asked just before"):
        count, began = peer.acks, monotonic()
        peer.ack(answer=True)
        peer.until(lambda count=count: peer.acks > count, "a bare ack")  # type: ignore[misc]
        took = monotonic() - began
        result.must("8.7", f"an ack that asks is answered at once, even if {what}", took <= 1.0, f"{took:.1f} s")
    peer.quiet()
    count = peer.acks
    peer.ack()
    peer.quiet()
    result.must("8.7", "an ack that does not ask is not answered", peer.acks == count, f"{peer.acks - count} acks")
    peer.send(ACK, peer.applied, True, "more")
    peer.until(lambda: peer.acks > count, "an answer to an ack with more fields than it has")
    result.must("5", "an ack is taken with more fields than it has", True)


@section("malformed", Level.READER, "5", "frames that end their page, and no other", app=False)
def malformed(server: Server, result: Result) -> None:
    """Send each of the bad frames on a page of its own."""
    bystander = server.attach()
    for what, frame in BAD_FRAMES.items():
        peer = server.attach(bystander.document.cookies)
        peer.answering = peer.acking = False
        peer.rules.sent = 1
        peer.wire.send(frame)
        ends(peer, result, what, said=not what.startswith("a bye"))
    bystander.quiet()
    result.must("11", "the server ends the page, and not itself or another", bystander.alive(), bystander.closing)


@section("leaving", Level.READER, "5.10", "a document that is left for good", app=False)
def leaving(server: Server, result: Result) -> None:
    """Say goodbye, in the ways of 5.10, and ask for the page again."""
    for what, more in (("a bye", ()), ("a bye with more fields than it has", ("more",))):
        peer = server.attach()
        peer.bye("left", "stop", *more)
        peer.quiet()
        is_gone(peer, result, what)
    peer = server.attach()
    peer.bye("a code that nobody knows", "reload")
    peer.quiet()
    is_gone(peer, result, "a bye with a code that it does not know")
