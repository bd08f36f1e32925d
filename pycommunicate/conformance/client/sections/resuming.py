"""Sections of a channel that goes on: what comes again on a new socket (spec 8.6)."""

from __future__ import annotations

from contextlib import suppress

from ....protocol.codec import shown
from ....protocol.messages import Event, Failure, Hello, Reply
from ....protocol.ops import CREDIT, EXISTS, GET, LOADED, SET, VIEW
from ...report import Result, Skipped
from ..documents import VIEWED, parts
from ..peer import Peer
from ..registry import CLIENT, RESUMING
from ..visitor import Missing
from .reading import NEVER

__all__ = ["away", "held_up", "losses", "resume", "same_page", "too_little"]


def same_page(result: Result, first: Hello | None, second: Hello) -> None:
    """Look whether the second hello is one of the same document."""
    assert first is not None
    result.must("8.6", "the hello has the same ticket", second.ticket == first.ticket, second.ticket)
    result.must("4.2", "the hello has the same nonce", second.nonce == first.nonce, repr(second.nonce))


@CLIENT.add("resume", RESUMING, "frames that were lost, both ways")
def resume(peer: Peer, result: Result) -> None:
    """Lose the socket with frames on their way, both ways."""
    peer.begin()
    exchange = peer.now.exchange
    name = peer.find("#name")
    taken = exchange.received
    peer.now.silent = True
    # Of these the server has lost all that came.
    for i in range(3):
        peer.batch((SET, name, "value", str(i)), (SET, NEVER, "value", "x"))
        peer.ask(GET, name, "value")
    failures = len(peer.taken(Failure))
    came, applied = exchange.received, exchange.sent
    # And these the client.
    read = peer.asking(GET, name, "value")
    lost = [peer.batch_frame((SET, name, "value", "lost")), peer.batch_frame(read)]
    first = peer.socket.hello
    peer.cut()
    second = peer.greet()
    same_page(result, first, second)
    result.must("8.6", "the hello has received what is applied", second.received == applied, (second.received, applied))
    peer.welcome(taken)
    for frame in (*lost, *lost):
        peer.send(frame)
    value = peer.reply(read).value
    wanted = list(range(taken + 1, came + 1))
    resent = peer.socket.resent
    result.must("8.6", "what the server lacks comes again, in order", resent == wanted, f"{resent}, not {wanted}")
    result.must("8.6", "what the client lacked is applied", value == "lost", shown(value))
    peer.fence()
    result.must("8.2", "duplicates are dropped", not peer.taken(Reply))
    result.must("8.6", "nothing happens again", failures == 3 and not peer.taken(Failure), failures)
    peer.now.silent = False
    peer.cut()
    third = peer.greet()
    same_page(result, first, third)
    result.must("8.6", "the next hello has received what is applied", third.received == exchange.sent, third.received)
    peer.welcome()
    peer.fence()
    resent = peer.socket.resent
    result.must("8.6", "what was acknowledged by the welcome does not come again", not resent, resent)
    result.must("4.5", "there were three sockets", len(peer.now.wires) == 3, len(peer.now.wires))


@CLIENT.add("losses", RESUMING, "all the ways in which a socket ends")
def losses(peer: Peer, result: Result) -> None:
    """Close the socket with several codes, and cut it before the welcome."""
    peer.begin()
    first = peer.socket.hello
    listener = peer.listen(peer.find("#go"))
    for code in (1000, 1001, 1006, 1011, 1013):
        if code == 1006:
            peer.cut()
        else:
            peer.close(code, "replaced" if code == 1000 else "")
        second = peer.greet()
        result.must("4.5", f"a socket that ends with {code} and no bye is lost", True)
        same_page(result, first, second)
        if code == 1011:  # before the answer, too
            peer.cut()
            peer.greet()
        peer.welcome()
        result.must("8.6", "the channel goes on", peer.exists("#go"))
    peer.click("#go")
    result.must("8.6", "listeners are as they were", peer.expect(Event).listener == listener)


@CLIENT.add("away", RESUMING, "what the user does while there is no socket")
def away(peer: Peer, result: Result) -> None:
    """Let the user click while the client waits for its welcome."""
    peer.begin(events=3)
    listener = peer.listen(peer.find("#go"))
    peer.fence()
    peer.click("#go")
    peer.expect(Event)
    name = peer.find("#name")
    peer.do("after 150 fill #name away")
    peer.silence(0.5)
    if peer.get(name, "value") != "away":
        raise Skipped("the client does not follow #do: its user cannot act while there is no socket")
    for _ in range(2):
        peer.do("after 400 click #go")
    peer.fence()
    known = peer.now.exchange.received
    peer.cut()
    peer.greet()
    # By now they have happened, and are numbered.
    peer.silence(0.8)
    before = peer.taken(Event)
    peer.welcome()
    if not before:
        events = [peer.expect(Event), peer.expect(Event)]
        numbers = [event.number for event in events]
        result.must("8.6", "they are numbered and sent behind the welcome", numbers == [known + 1, known + 2], numbers)
    peer.do("after 300 click #go")
    peer.do("after 300 click #go")
    peer.fence()
    peer.cut()
    peer.greet()
    peer.silence(0.6)
    peer.welcome()
    peer.fence()
    early = len(peer.taken(Event))
    result.must(
        "8.5", "what is numbered without a socket counts as sent: there is no credit for more", early == 0, early
    )
    peer.batch((CREDIT, listener, 10))
    got = [peer.expect(Event).listener, peer.expect(Event).listener]
    result.must("8.5", "what waits is sent when credit comes", got == [listener] * 2, got)
    result.must("8.6", "each is told once", not peer.taken(Event))


@CLIENT.add("held-up", RESUMING, "batches that wait for a script while the socket is lost")
def held_up(peer: Peer, result: Result) -> None:
    """Cut the socket while a view waits for its script."""
    peer.begin()
    first, exchange = peer.socket.hello, peer.now.exchange
    script = '<script src="/held-up/held/slow.js"></script>'
    applied = exchange.sent
    title, there = peer.asking(GET, 0, "title"), peer.asking(EXISTS, 0, "#list")
    frames = [
        peer.batch_frame((VIEW, VIEWED.format(head=script, body=parts("/held-up?left"))), title),
        peer.batch_frame(there, (SET, NEVER, "value", "x"), (LOADED,)),
    ]
    for frame in frames:
        peer.send(frame)
    with suppress(Missing):
        peer.wait(lambda: "slow.js" in peer.requested or peer.now.inbox, "the script to be loaded")
    if "slow.js" not in peer.requested:
        peer.failures("view")
        result.must("6.13", "a client that runs no scripts waits for none", peer.reply(there).value is True)
        return
    peer.cut()
    second = peer.greet()
    same_page(result, first, second)
    result.must("8.6", "the hello tells only of what is applied", second.received == applied, second.received)
    peer.give("slow.js")
    peer.silence(0.3)
    peer.welcome()
    for frame in frames:
        peer.send(frame)
    replies = peer.reply(title).value, peer.reply(there).value
    result.must("8.6", "the batches go on when the script has run, socket or not", replies == ("Second", True), replies)
    peer.fence()
    failed = peer.taken(Failure)
    result.must("8.6", "they are applied once, though they come again", len(failed) == 1, failed)
    result.must("8.6", "each ask is answered once", not peer.taken(Reply))


@CLIENT.add("too-little", RESUMING, "a welcome that cannot be")
def too_little(peer: Peer, result: Result) -> None:
    """Claim less than was acknowledged, and more than was sent."""
    for more in (False, True):
        peer.begin()
        exchange = peer.now.exchange
        for _ in range(3):
            peer.fence()
        peer.answer()
        peer.fence()
        peer.cut()
        peer.greet()
        known = exchange.received
        peer.welcome(known + 5 if more else 1)
        what = "a welcome that has received more than was sent" if more else "a welcome with less than was acknowledged"
        peer.violated(result, "8.6", what, silently=True)
