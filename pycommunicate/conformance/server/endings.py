"""How a page must end."""

from __future__ import annotations

from ...protocol.messages import Bye, Message, Refuse
from ..report import Result, Skipped
from .peer import Peer

__all__ = ["ends", "is_gone", "refused"]

#: How many violations may not end their pages before a section gives up.
_ENOUGH = 3
_CLOSED = ": the socket is closed"


def ends(peer: Peer, result: Result, what: str, *, said: bool = True) -> None:
    """Look at whether a violation ends the page.

    Args:
        peer: Who has sent it.
        result: Where that is written down.
        what: What it was.
        said: Whether the server must say so.

    Raises:
        Skipped: if so many have not that the rest of the section need not be tried.
    """
    closed = peer.at_end()
    got = peer.closing if closed else "a page that goes on"
    if said:
        fits = isinstance(peer.ended, Bye) and peer.ended.code == "violation"
        result.must("2", f"{what}: the page ends by a bye with violation", fits, got)
    result.must("2", f"{what}{_CLOSED}", closed, got)
    if closed:
        is_gone(peer, result, what)
    if sum(not check.kept and check.rule.endswith(_CLOSED) for check in result.checks) >= _ENOUGH:
        raise Skipped(f"{_ENOUGH} violations have not ended their pages; the others were not tried")


def is_gone(peer: Peer, result: Result, what: str) -> None:
    """Look at whether a page is gone, after *what* has ended it."""
    peer.cut()
    peer.connect()
    refused(result, "4.4", f"after {what} the page is gone", peer, peer.hello(), "gone", "reload")


def refused(result: Result, spec: str, rule: str, peer: Peer, answer: Message | None, code: str, action: str) -> None:
    """Look at whether the answer to a hello is a refuse of that code and action, behind which the socket is closed."""
    fits = isinstance(answer, Refuse) and (answer.code, answer.action) == (code, action)
    if result.must(spec, rule, fits, answer or peer.closing):
        result.must("5.3", f"{rule}: the socket is closed behind the refuse", peer.at_end(), "a socket that stays open")
