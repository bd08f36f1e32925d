"""Sections of the way in: the socket, the hello, and what answers it (spec 3 and 4)."""

from __future__ import annotations

from ....protocol.codec import pack
from ....protocol.messages import MAX_NONCE, SUBPROTOCOL, WELCOME, Refuse
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, READER

__all__ = ["AWAY", "RELOADS", "handshake", "no_ticket", "refuse", "transport"]

#: Seconds in which a client would be back that should stay away: its first attempt comes within 250 ms (spec 4.5).
AWAY = 0.6
#: Seconds in which a client loads the document anew: it waits for up to a second (spec 4.6).
RELOADS = 8.0


@CLIENT.add("transport", READER, "how the socket is asked for")
def transport(peer: Peer, result: Result) -> None:
    """Look at the request of the WebSocket."""
    peer.begin()
    page, headers = peer.now, peer.socket.headers
    offered = [word.strip() for word in headers["HTTP_SEC_WEBSOCKET_PROTOCOL"].split(",")]
    result.must("3", f"the subprotocol {SUBPROTOCOL} is offered", SUBPROTOCOL in offered, offered)
    path = headers["PATH_INFO"] + ("?" + headers["QUERY_STRING"] if headers["QUERY_STRING"] else "")
    result.must("3", "the whole path of the socket is taken from the document", path == page.path, path)
    own = f"http://{headers['HTTP_HOST']}"
    origin = headers["HTTP_ORIGIN"]
    result.must("3", "the Origin is that of the document", origin == own, origin or "none")
    cookies = headers["HTTP_COOKIE"].split("; ")
    cookie = f"conformance-{peer.name}={page.cookie}"
    result.must("3", "the handshake carries the cookie of the document", cookie in cookies, cookies)
    result.must("4.5", "a client has one socket", len(page.wires) == 1, len(page.wires))


@CLIENT.add("no-ticket", READER, "a document that was fetched for later")
def no_ticket(peer: Peer, result: Result) -> None:
    """Show two documents without a ticket, and a third with one."""
    peer.data = {"data-ticket": None}
    peer.visit()
    tickets: list[dict[str, str | None]] = [{"data-ticket": ""}, {}]
    for ticket in tickets:
        old, peer.data = peer.now, ticket
        peer.next_page(RELOADS)
        result.must("3", "a document without a ticket, or with an empty one, is loaded anew", True)
        result.must("3", "no socket is opened without a ticket", not old.attempts, len(old.attempts))
    peer.begin(visit=False)


@CLIENT.add("handshake", READER, "the hello, and a welcome with more than is known")
def handshake(peer: Peer, result: Result) -> None:
    """Look at two hellos."""
    first = peer.open()
    result.must("5.1", "the version is 1", first.version == 1, first.version)
    result.must("4.2", "the ticket is that of the document", first.ticket == peer.now.ticket, first.ticket)
    result.must("5.1", f"the nonce has at most {MAX_NONCE} characters", len(first.nonce) <= MAX_NONCE, len(first.nonce))
    result.must("4.2", "the nonce has room for 128 random bits", len(first.nonce.encode()) >= 16, repr(first.nonce))
    result.must("5.1", "nothing has been received", first.received == 0, first.received)
    result.must("4.3", "no capability is announced, as there is none", not first.capabilities, first.capabilities)
    peer.silence(0.3)
    result.must("4", "nothing is sent before the welcome", not peer.order())
    exchange = peer.now.exchange
    exchange.welcome(peer.socket, 0, exchange.limits)
    more = {"version": 1, "received": 0, "limits": {"moons": 2, "events": 16}, "capabilities": ["magic"], "mood": None}
    peer.send(pack([WELCOME, more, "more"]))
    result.must("4.3", "unknown keys, limits and capabilities of a welcome are ignored", peer.exists("#go"))
    second = peer.open()
    result.must("4.2", "another document has another nonce", second.nonce != first.nonce, repr(second.nonce))
    result.must("4.2", "another document has its own ticket", second.ticket == peer.now.ticket, second.ticket)
    peer.welcome()
    result.must("5.2", "a client can be let in more than once", peer.exists("#go"))


@CLIENT.add("refuse", READER, "hellos that are refused")
def refuse(peer: Peer, result: Result) -> None:
    """Refuse four hellos, by codes that are known and others."""
    first = peer.open()
    for code in ("gone", "tired"):
        old = peer.now
        peer.refuse(code, "reload")
        peer.next_page(RELOADS)
        result.must("4.4", f"refused with {code!r} and `reload`, the document is loaded anew", True)
        result.must("4.1", "the refused channel opens no socket", len(old.attempts) == 1, len(old.attempts))
        second = peer.greet()
        result.must("4.2", "the new document has a nonce of its own", second.nonce != first.nonce)
    for code in ("forbidden", "weary"):
        page = peer.now
        peer.say(Refuse(code, "stop", "why"))
        closed = peer.closed()
        result.must("4.4", f"refused with {code!r}, the client closes the socket with 1000", closed == 1000, closed)
        peer.silence(AWAY)
        result.must("4.4", f"refused with {code!r} and `stop`, no document is loaded", peer.pages[-1] is page)
        result.must("4.4", f"refused with {code!r} and `stop`, no socket is opened", len(page.attempts) == 1)
        if code == "forbidden":
            peer.open()
