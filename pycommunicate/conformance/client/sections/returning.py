"""Sections of the way back: how soon, how often, and how long a client waits (spec 4.5, 4.6 and 8.7)."""

from __future__ import annotations

from itertools import pairwise
from time import monotonic

from ....protocol.messages import SUBPROTOCOL
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, RESUMING
from ..visitor import Missing
from .connecting import RELOADS
from .resuming import same_page

__all__ = ["backoff", "refused_later", "reload_limit", "silence", "subprotocol"]

#: Seconds that an attempt may take beside its delay.
_SLACK = 0.5

#: Seconds that delays have together, at least: five of a client that draws them fall short of it once in 100 times,
#: seven once in 100,000.
_RANDOM = 1.0


@CLIENT.add("backoff", RESUMING, "how soon a client tries again")
def backoff(peer: Peer, result: Result) -> None:
    """Let five attempts fail, or seven, and the next succeed."""
    peer.begin()
    page, first = peer.now, peer.socket.hello
    peer.refuses = True
    begun = monotonic()
    peer.cut()

    def waited() -> list[float]:
        return [later - earlier for earlier, later in pairwise([begun, *page.attempts[1:]])]

    def drawn() -> float:
        return sum(delay - min(waited()) for delay in waited())  # without what each attempt takes on this machine

    peer.wait(lambda: len(page.attempts) > 5, "five attempts", 20.0)
    if drawn() < _RANDOM:
        peer.wait(lambda: len(page.attempts) > 7, "seven attempts", 40.0)
    delays = waited()
    said = ", ".join(f"{delay:.2f}" for delay in delays)
    for i, delay in enumerate(delays):
        bound = 0.25 * 2**i
        result.must("4.5", f"attempt {i + 1} comes within {bound:g} s", delay <= bound + _SLACK, said)
    result.must("4.5", "the times are random: not all of them nothing", drawn() >= _RANDOM, said)
    peer.refuses = False
    same_page(result, first, peer.greet(40.0))
    peer.welcome()
    peer.fence()
    begun, known = monotonic(), len(page.attempts)
    peer.cut()
    peer.wait(lambda: len(page.attempts) > known, "an attempt")
    delay = page.attempts[known] - begun
    result.must("4.5", "failures are counted anew after a welcome", delay <= 0.25 + _SLACK, f"{delay:.2f}")
    peer.greet()
    result.must("4.6", "the document is not loaded anew meanwhile", peer.pages[-1] is page)


@CLIENT.add("subprotocol", RESUMING, "a server that does not speak the protocol")
def subprotocol(peer: Peer, result: Result) -> None:
    """Select no subprotocol, and then the one that was offered."""
    peer.subprotocol = ""
    page = peer.visit()
    peer.wait(lambda: len(page.attempts) > 1, "a second attempt")
    peer.subprotocol = SUBPROTOCOL
    result.must("4.5", "a socket without our subprotocol is lost: the client tries again", True)
    result.must("3", "it is not used", page.wires[0].hello is None, page.wires[0].hello)
    peer.wait(lambda: page.wires[-1].hello, "a hello", 10.0)


@CLIENT.add("refused-later", RESUMING, "a page that the server does not take up again")
def refused_later(peer: Peer, result: Result) -> None:
    """Refuse the second hello."""
    peer.begin()
    first = peer.socket.hello
    page = peer.now
    peer.cut()
    peer.greet()
    peer.refuse("gone", "reload")
    peer.next_page(RELOADS)
    second = peer.greet()
    assert first is not None
    result.must("8.6", "refused with `gone`, the document is loaded anew", second.nonce != first.nonce)
    result.must("8.6", "the new channel begins at nothing", second.received == 0, second.received)
    result.must("4.1", "the refused one opens no socket", len(page.attempts) == 2, len(page.attempts))
    peer.welcome()
    result.must("8.6", "it is a page like any other", peer.exists("#go"))


@CLIENT.add("reload-limit", RESUMING, "how often a document is loaded anew")
def reload_limit(peer: Peer, result: Result) -> None:
    """Refuse again and again."""
    peer.open()
    for _ in range(2):
        peer.refuse("gone", "reload")
        peer.next_page(RELOADS)
        peer.greet()
    result.must("4.4", "the document is loaded anew twice", len(peer.pages) == 3, len(peer.pages))
    peer.refuse("gone", "reload")
    peer.silence(1.5)
    result.should("4.6", "it is not loaded a third time within 30 seconds", len(peer.pages) == 3, len(peer.pages))


@CLIENT.add("silence", RESUMING, "a server that says nothing for long", slow=True)
def silence(peer: Peer, result: Result) -> None:
    """Say nothing for half a minute, then answer no hello."""
    peer.begin()
    page = peer.now
    bare = len(page.acks)
    peer.answer()
    begun = monotonic()
    try:
        peer.wait(lambda: any(ack.answer for ack in page.acks[bare:]), "an ack that asks", 25.0)
        took = monotonic() - begun
        result.should("8.7", "a client asks after 20 seconds of silence", 15 < took < 24, f"{took:.1f} s")
    except Missing as error:
        result.should("8.7", "a client asks after 20 seconds of silence", False, error)
    peer.cut()
    peer.greet()
    old = peer.socket
    begun = monotonic()
    try:
        peer.greet(14.0)
        took = monotonic() - begun
        result.should(
            "8.7", "a hello without an answer: the socket is lost after 10 seconds", took > 8, f"{took:.1f} s"
        )
    except Missing as error:
        result.should("8.7", "a hello without an answer: the socket is lost after 10 seconds", False, error)
        return
    peer.wait(lambda: old.over, "the end of the old socket")
    result.must("4.5", "a socket that is given up is closed with 4000", old.close_code == 4000, old.close_code)
