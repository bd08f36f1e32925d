"""Sections about sockets that come and go (spec 4.5, 8.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....protocol.messages import FAILURE, Welcome
from ....protocol.ops import GET
from ...report import Level, Result
from ..endings import refused
from ..house import Server, section
from ..peer import QUIET, Peer

__all__ = ["fencing", "received", "resend", "resume", "returning"]


@section("resume", Level.RESUMING, "8.6", "a client that comes back finds the page as it was")
def resume(server: Server, result: Result) -> None:
    """Lose the socket while an ask waits, and in the middle of clicks."""
    peer = server.loaded()
    peer.answering = False
    peer.table["#name"].properties["value"] = "Ann"
    peer.click("#add")
    ask = peer.ask(GET, "value")
    peer.settled()
    peer.cut()
    welcome = peer.resume()
    result.must(
        "8.6", "welcome.received is the last frame that was taken in", welcome.received == peer.sent, welcome.received
    )
    peer.quiet()
    again = [op for op in peer.asks.values() if op[0] == GET]
    result.must("8.6", "an ask waits on, and is not asked again", len(again) == 1, again)
    peer.answer(ask)
    peer.until(
        lambda: [one.text for one in peer.table["#list"].children] == ["Ann"], "what the handler writes that waited"
    )
    result.must("8.6", "an answer after the loss reaches the handler that asked before it", True)
    peer.answering = True

    for turn in range(1, 11):
        peer.click("#count")
        peer.cut()
        peer.click("#count", send=False)
        peer.resume()
        peer.note(str(2 * turn), "#total")
    peer.settled()
    peer.quiet()
    total = peer.table["#total"].text
    result.must(
        "8.6", "clicks on a socket that is lost, and without one, are handled once", total == "20", f"{total} of 20"
    )
    result.must("8.6", "loaded is not repeated", peer.table.loaded == 1, peer.table.loaded)

    peer.click("#echo", send=False)
    peer.resume()
    peer.table["#in"].properties["payload"] = "late"
    peer.until(lambda: peer.table["#out"].properties.get("payload") == "late", "the answer to an ask behind a resume")
    peer.answering = False
    peer.click("#echo")
    ask = peer.ask(GET, "payload")
    peer.cut()
    peer.reply(ask, "while away", send=False)
    peer.resume()
    peer.until(
        lambda: peer.table["#out"].properties.get("payload") == "while away", "what was answered without a socket"
    )
    result.must("8.6", "a reply that is numbered without a socket reaches its handler", True)


@section("resend", Level.RESUMING, "8.6", "batches that were not acknowledged come again")
def resend(server: Server, result: Result) -> None:
    """Take batches, acknowledge some or none of them, and lose the socket."""
    peer = server.loaded()
    first = peer.applied
    peer.acking = False
    for number in range(1, 6):
        peer.click("#count")
        peer.note(str(number), "#total")
    sent = peer.taken
    for applied in (first, first + 2):
        peer.cut()
        peer.applied = applied
        count = len(peer.batches)
        peer.resume()
        due = list(range(applied + 1, sent + 1))
        _wait_for_batches(peer, count + len(due))
        came = [number for number, _ in peer.batches[count:]]
        rule = f"{len(due)} batches that were not acknowledged come again, in order"
        result.must("8.6", rule, came[: len(due)] == due, came)
    peer.quiet()
    count = len(peer.batches)
    peer.cut()
    peer.applied = peer.taken
    peer.resume()
    peer.quiet()
    came = [number for number, _ in peer.batches[count:]]
    result.must("8.6", "what hello.received acknowledges does not come again", not came, came)
    peer.acking = True
    peer.click("#count")
    peer.note("6", "#total")
    result.must("8.1", "numbers go on over all sockets", peer.taken > sent, peer.taken)

    peer.acking = False
    peer.click("#count")
    peer.note("7", "#total")
    peer.number(FAILURE, peer.taken, 0, ["js-error", "it could not be"], send=False)
    peer.cut()
    peer.applied = peer.taken
    peer.resume()
    rule = "a failure may come behind a hello that acknowledges its batch"
    result.must("8.3", rule, peer.alive(), peer.closing)


def _wait_for_batches(peer: Peer, count: int) -> None:
    """Take in what comes until so many batches have come in all, or nothing more does."""
    while len(peer.batches) < count and peer.quiet(4 * QUIET):
        pass


@section("received", Level.RESUMING, "8.6", "a hello whose received cannot be")
def received(server: Server, result: Result) -> None:
    """Say too little and too much, while the page is attached and while it is not."""
    peer = server.loaded()
    peer.settled()
    for what, number in (("lower than what was acknowledged", 0), ("higher than what was sent", peer.taken + 1)):
        for where in ("attached", "detached"):
            if where == "detached":
                peer.cut()
            twin = server.twin(peer.document, peer.nonce)
            twin.rules.sent = peer.sent
            twin.connect()
            rule = f"received {what} is refused as malformed, stop ({where})"
            refused(result, "8.6", rule, twin, twin.hello(received=number), "malformed", "stop")
            twin.cut()
            if where == "detached":
                peer.resume()
            result.must("8.6", f"the page stays what it was ({where})", peer.alive(), peer.closing)
    peer.click("#count")
    peer.note("1", "#total")


@section("fencing", Level.RESUMING, "8.6", "a second socket of the same document replaces the first")
def fencing(server: Server, result: Result) -> None:
    """Say hello on another socket while the first one lives, and go on on both."""
    peer = server.loaded()
    peer.settled()
    old = peer.wire
    peer.attach()
    frame = peer.click("#count", send=False)
    peer.rules.sent = peer.sent
    old.send(frame)
    peer.quiet(QUIET)
    peer.ack(answer=True)
    count = peer.acks
    peer.until(lambda: peer.acks > count, "a bare ack")
    total = peer.table["#total"].text
    result.must(
        "8.6",
        "nothing is taken from a socket that was replaced",
        total == "" and peer.last_ack < peer.sent,
        f"a click that came there, as {total!r}",
    )
    stray = old.receive(peer.patience)
    result.must("8.6", "nothing is sent on it any more", stray is None, stray)
    closed = old.closed
    fits = closed is not None and (closed.code, closed.reason) == (1000, "replaced")
    result.must("8.6", "it is closed with 1000 and the reason replaced", fits, closed or "a socket that stays open")
    peer.wire.send(frame)
    peer.note("1", "#total")
    result.must("8.6", "what had come there is handled when it comes again", True)

    for turn in range(2, 12):
        old = peer.wire
        peer.click("#count")
        peer.resume()
        peer.note(str(turn), "#total")
        old.cut()
    peer.settled()
    peer.quiet()
    total = peer.table["#total"].text
    result.must(
        "8.6", "a click on the way while its socket is replaced is handled once", total == "11", f"{total} of 11"
    )


@section("returning", Level.RESUMING, "4.5", "ends of a socket that a client comes back from")
def returning(server: Server, result: Result) -> None:
    """Close the socket by each code of 4.5, and come back."""
    peer = server.loaded()
    ends: dict[str, Callable[[Any], None]] = {
        "closed with 1000": lambda wire: wire.close(1000),
        "closed with 1001": lambda wire: wire.close(1001),
        "closed with 4000": lambda wire: wire.close(4000),
        "lost without a close frame": lambda wire: wire.cut(),
    }
    for turn, (what, end) in enumerate(ends.items(), 1):
        end(peer.wire)
        peer.connect()
        answer = peer.hello()
        kept = isinstance(answer, Welcome)
        if not result.must("4.5", f"a page is kept whose socket was {what}", kept, answer or peer.closing):
            return
        peer.click("#count")
        peer.note(str(turn), "#total")
    peer.cut()
    stranger = server.twin(peer.document)
    stranger.connect()
    rule = "a page without a socket is no other document's"
    refused(result, "4.2", rule, stranger, stranger.hello(), "claimed", "reload")
    peer.resume()
    peer.click("#count")
    peer.note("5", "#total")
