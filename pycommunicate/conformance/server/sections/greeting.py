"""Sections about who is let in, and how (spec 4)."""

from __future__ import annotations

import re
from typing import Any

from ....protocol.codec import pack
from ....protocol.messages import HELLO, MAX_NONCE, Welcome
from ...report import Level, Result
from ..bad import BAD_HELLOS
from ..endings import refused
from ..house import Server, section
from ..peer import QUIET, Peer

__all__ = ["document", "refusals", "welcome"]

_ADDRESS = re.compile(r"(/[^?#]*)?/__pycommunicate/p/[^/?#]+/[^/?#]+/socket")


@section("document", Level.READER, "3", "the script element, and what stands in it", app=False)
def document(server: Server, result: Result) -> None:
    """Look at address, ticket and user."""
    first = server.document()
    second = server.document(first.cookies)
    other = server.document()
    address = first.socket
    result.must("3", "one script element names the socket", len(first.scripts) == 1, len(first.scripts))
    result.must("3", "data-pycommunicate is a path as the spec has it", _ADDRESS.fullmatch(address), address)
    result.must("11", "the ticket stands in no address", first.ticket not in address, address)
    result.must("4.2", "each page has an address of its own", len({one.socket for one in (first, second, other)}) == 3)
    result.must("4.2", "each page has a ticket of its own", len({one.ticket for one in (first, second, other)}) == 3)
    result.must("2", "the document comes with a cookie", first.cookies)
    if first.user is not None:
        result.must("3", "data-user is the same in all documents of a user", first.user == second.user, second.user)
        result.must("3", "data-user is another one for another user", first.user != other.user, other.user)
    for one in (first, second, other):  # or they would wait to be claimed
        server.twin(one).attach()


@section("welcome", Level.READER, "5.2", "a hello that is let in", app=False)
def welcome(server: Server, result: Result) -> None:
    """Look at what comes before and in a welcome, and at hellos with more in them than the server knows."""
    peer = server.open()
    peer.connect()
    early = peer.quiet()
    result.must("4", "nothing is sent before the hello", not early and peer.closing == "nothing", early or peer.closing)
    answer = peer.hello()
    assert isinstance(answer, Welcome), f"expected a welcome, got {answer or peer.closing}"
    result.must("5.2", "a first welcome has received 0", answer.received == 0, answer.received)
    rule = "the server announces no capability that version 1 has not"
    result.must("4.3", rule, not answer.capabilities, answer.capabilities)

    more: list[tuple[str, dict[str, Any]]] = [
        ("4.3 unknown capabilities", {"capabilities": ["x-nobody-knows", ""]}),
        ("5 unknown keys", {"x-more": {"deep": [1, None]}}),
        (f"4.2 a nonce of {MAX_NONCE} characters", {"nonce": "é" * MAX_NONCE}),
    ]
    for what, fields in more:
        spec, _, words = what.partition(" ")
        peer = server.open()
        peer.connect()
        answer = peer.hello(**fields)
        result.must(spec, f"a hello is let in with {words}", isinstance(answer, Welcome), answer or peer.closing)
    peer = server.open()
    peer.connect()
    answer = peer.greet(pack((HELLO, peer.introduction, "more", {"and": "more"})))
    rule = "a hello is let in with more fields than it has"
    result.must("5", rule, isinstance(answer, Welcome), answer or peer.closing)


@section("refusals", Level.READER, "4.4", "hellos that are not let in, and in which order that is looked at", app=False)
def refusals(server: Server, result: Result) -> None:
    """Look at each code of 4.4, always with something that a later code would be for."""
    there = server.attach()
    stranger = server.document()
    mine = there.document
    left = server.attach(mine.cookies)
    left.leave()

    def look(what: str, code: str, action: str, peer: Peer, fields: dict[str, Any], **where: Any) -> None:
        peer.connect(**where)
        refused(result, "4.4", f"{what} is refused as {code}, {action}", peer, peer.hello(**fields), code, action)

    def twin() -> Peer:
        """Return another client of the document that is attached."""
        return server.twin(mine, there.nonce)

    for what, frame in BAD_HELLOS.items():
        peer = twin()
        peer.connect(path=left.document.socket)
        rule = f"{what} is refused as malformed, stop"
        refused(result, "4.4", rule, peer, peer.greet(frame), "malformed", "stop")

    there_no_more = {"path": left.document.socket}
    look("version 2 for a page that is gone", "version", "reload", twin(), {"version": 2}, **there_no_more)
    look("a wrong ticket for a page that is gone", "gone", "reload", twin(), {"ticket": "x"}, **there_no_more)
    look("a page that is gone, without a cookie,", "gone", "reload", twin(), {}, cookies="", **there_no_more)
    nonce = {"nonce": "another"}
    look("a hello without a cookie", "forbidden", "stop", twin(), nonce, cookies="")
    look("a hello with another user's cookie", "forbidden", "stop", twin(), nonce, cookies=stranger.cookies)
    look("a wrong ticket", "forbidden", "stop", twin(), {"ticket": mine.ticket[:-1], **nonce})
    look("an empty ticket", "forbidden", "stop", twin(), {"ticket": "", **nonce})
    other = server.open(mine.cookies)
    look("the ticket of the user's other page", "forbidden", "stop", twin(), {"ticket": other.document.ticket, **nonce})
    wrong = {"received": 999_999}
    look("another nonce", "claimed", "reload", twin(), {**nonce, **wrong})
    look("an empty nonce", "claimed", "reload", twin(), {"nonce": "", **wrong})
    look("an empty nonce for a page that nobody has claimed", "claimed", "reload", other, {"nonce": ""})
    look("received of what was never sent", "malformed", "stop", other, wrong)
    look("received of what was never sent, for a page that is attached,", "malformed", "stop", twin(), wrong)

    other.connect()
    answer = other.hello()
    rule = "a page is not claimed by a hello that is refused"
    result.must("4.1", rule, isinstance(answer, Welcome), answer or other.closing)
    there.quiet(QUIET)
    result.must("4.1", "the page that a refused hello names stays what it was", there.alive(), there.closing)
