"""Sections about the WebSocket itself (spec 3)."""

from __future__ import annotations

from websocket import ABNF

from ....protocol.codec import pack
from ....protocol.messages import HELLO, SUBPROTOCOL, Welcome
from ...report import Level, Result
from ..house import Server, section
from ..peer import Peer
from ..wire import HandshakeRefused, Wire

__all__ = ["frames", "handshake", "silence"]


@section("handshake", Level.READER, "3", "the handshake of the WebSocket", app=False)
def handshake(server: Server, result: Result) -> None:
    """Look at which handshakes are let in, and by which subprotocol."""
    document, site = server.document(), server.site
    url = site.socket_origin + document.socket

    def offer(*words: str) -> str:
        wire = Wire(url, cookies=document.cookies, origin=site.origin, offers=words)
        wire.cut()
        return wire.answer.get("sec-websocket-protocol", "")

    rule = "the server selects pycommunicate.v1 where it is offered"
    for offers in ([SUBPROTOCOL], ["chat", SUBPROTOCOL], [SUBPROTOCOL + "0", SUBPROTOCOL, "chat"]):
        selected = offer(*offers)
        result.must("3", f"{rule}: {', '.join(offers)}", selected == SUBPROTOCOL, selected or "none")
    for word in (SUBPROTOCOL + "0", "x" + SUBPROTOCOL, SUBPROTOCOL[:-1], "pycommunicate"):
        try:
            selected = offer(word)
        except HandshakeRefused:
            selected = ""
        result.must("3", f"it compares whole words: {word} is another one", not selected, selected)

    for origin, words in (
        (None, "no Origin"),
        ("https://elsewhere.example", "another site's Origin"),
        ("null", "Origin: null"),
    ):
        try:
            Wire(url, cookies=document.cookies, origin=origin, offers=[SUBPROTOCOL]).cut()
            status = 101
        except HandshakeRefused as error:
            status = error.status
        result.must("3", f"a handshake with {words} is refused with 403", status == 403, f"status {status}")

    wire = Wire(url, cookies="", origin=site.origin, offers=[SUBPROTOCOL])
    result.must("3", "a handshake without a cookie does not fail", True)
    extensions = wire.answer.get("sec-websocket-extensions", "")
    result.must("3", "no extension is used", not extensions, extensions)
    wire.cut()


@section("frames", Level.READER, "3", "messages of the WebSocket that are no frames of this protocol", app=False)
def frames(server: Server, result: Result) -> None:
    """Look at what becomes of text, of messages that are too large, and of such as come in pieces."""
    peer = server.attach()
    peer.wire.send_frame(ABNF.OPCODE_TEXT, b"hello")
    peer.at_end()
    result.should("3", "a text message closes the socket with 1003", peer.close_code == 1003, peer.closing)

    peer = server.attach()
    peer.wire.send_head(peer.rules.limits.frame + 1, b"\x95\x05")
    early = peer.at_end(2.0)
    result.should("3", "a message that is too large is refused before its payload is read", early, peer.closing)
    if not early:
        peer = server.attach()
        peer.wire.send(bytes(peer.rules.limits.frame + 1))
        peer.at_end()
    rule = "a message that is too large closes the socket with 1009"
    result.must("9", rule, peer.close_code == 1009, peer.closing)

    peer = server.open()
    wire = peer.connect()
    hello = pack((HELLO, peer.introduction))
    wire.send_frame(ABNF.OPCODE_BINARY, hello[:5], last=False)
    wire.send_frame(ABNF.OPCODE_CONT, hello[5:])
    answer = peer.greet()
    result.must("3", "a message may come in pieces (RFC 6455)", isinstance(answer, Welcome), answer or peer.closing)
    wire.send_frame(ABNF.OPCODE_PING, b"there?")
    _until_pong(peer)
    result.must("3", "a ping is answered (RFC 6455)", wire.pongs[:1] == [b"there?"], wire.pongs)


def _until_pong(peer: Peer) -> None:
    """Take in what comes until a pong has come behind it: another frame wakes the wait."""
    for _ in range(20):
        peer.ack(answer=True)
        peer.receive(0.2)
        if peer.wire.pongs:
            return


@section("silence", Level.READER, "4", "what the server does by itself after a while", app=False, slow=True)
def silence(server: Server, result: Result) -> None:
    """Look at how long a socket may say nothing, and whether one is pinged."""
    late = server.open()
    late.connect()
    late.at_end(30.0)
    result.should(
        "4", "a socket that says no hello is closed after about 10 seconds", late.closing != "nothing", late.closing
    )
    result.must("4", "it is closed without a refuse", late.ended is None, late.ended)
    peer = server.attach()
    peer.quiet(45.0)
    result.should("3", "the server pings on WebSocket level", peer.wire.pings, peer.closing)
