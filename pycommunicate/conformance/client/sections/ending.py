"""Sections of limits, and of the server's bye (spec 9 and 5.10)."""

from __future__ import annotations

from ....protocol.messages import Bye, GoneReport, Reply, encode
from ....protocol.ops import FIND, GET, SET
from ...report import Result
from ..documents import parts
from ..peer import Peer
from ..registry import CLIENT, READER
from ..visitor import Missing
from .connecting import AWAY, RELOADS
from .reading import error_of

__all__ = ["bye", "containers", "frames", "large_gone"]


@CLIENT.add("frames", READER, "a small limit of frames")
def frames(peer: Peer, result: Result) -> None:
    """Ask for more than the client may send."""
    peer.begin(frame=200)
    name = peer.find("#name")
    page = peer.now
    peer.batch((SET, name, "value", "x" * 1000))
    reply = peer.ask(GET, name, "value")
    result.must("9", "in place of a reply that is too large comes `too-large`", error_of(reply) == "too-large", reply)
    room = 200 - len(encode(Reply(page.exchange.received + 1, page.exchange.sent + 1, 99, "x" * 100))) + 100
    for more in (0, 1):
        peer.batch((SET, name, "value", "x" * (room + more)))
        reply = peer.ask(GET, name, "value")
        said = error_of(reply) or len(reply.value)
        result.must("9", f"a frame of {200 + more} bytes where 200 may be", said == (room, "too-large")[more], said)
    result.must("9", "the page goes on behind it", peer.exists("#name"))


@CLIENT.add("containers", READER, "a small limit of arrays and maps")
def containers(peer: Peer, result: Result) -> None:
    """Ask for more lists than the client may send."""
    peer.begin(containers=20)
    ref = peer.find("#text")
    peer.batch((SET, ref, "conformanceValue", [[]] * 19))
    value = peer.get(ref, "conformanceValue")
    if value is None:
        return  # the client keeps no such properties: no value has as many lists
    result.must("9", "a reply of twenty lists is sent", value == [[]] * 19, value)
    peer.batch((SET, ref, "conformanceValue", [[]] * 20))
    reply = peer.ask(GET, ref, "conformanceValue")
    result.must("9", "in place of a reply of twenty-one lists comes `too-large`", error_of(reply) == "too-large", reply)
    result.must("9", "the page goes on behind it", peer.exists("#text"))


@CLIENT.add("large-gone", READER, "a report that does not fit into one frame")
def large_gone(peer: Peer, result: Result) -> None:
    """Remove more than one frame can tell of."""
    items = [f"item{i}" for i in range(150)]
    peer.body = parts("/large-gone?left", items)
    peer.begin(frame=200)
    list_ = peer.find("#list")
    asks = [peer.asking(FIND, 0, f"#{item}") for item in items]
    peer.batch(*asks)
    refs = {peer.reply(ask).value for ask in asks}
    peer.batch((SET, list_, "innerText", ""))
    told: list[int] = []
    try:
        while len(told) < len(refs):
            told += peer.expect(GoneReport).refs
    except Missing:
        result.must("9", "a `gone` that is too large is split", False, f"{len(told)} of {len(refs)} refs")
        return
    result.must("9", "a `gone` that is too large is split", set(told) == refs, len(told))
    result.must("9", "the page goes on behind it", peer.exists("#list"))


@CLIENT.add("bye", READER, "the server ends the page")
def bye(peer: Peer, result: Result) -> None:
    """Say bye in four ways."""
    for code in ("violation", "unheard-of"):
        peer.begin()
        page = peer.now
        peer.say(Bye(peer.ack, code, "stop", "why"))
        closed = peer.closed()
        result.must("4.4", f"told {code!r} and `stop`, the client closes the socket with 1000", closed == 1000, closed)
        peer.silence(AWAY)
        result.must("4.5", f"told {code!r} and `stop`, it opens no other", len(page.attempts) == 1, len(page.attempts))
        result.must("4.6", f"told {code!r} and `stop`, it does not load the document", peer.pages[-1] is page)
    for code in ("stopping", "unheard-of"):
        peer.begin()
        page, before = peer.now, peer.socket.hello
        peer.bye(code, "reload")
        hello = peer.greet()
        result.must("5.10", f"told {code!r} and `reload`, the client opens a new socket", True)
        same = before is not None and (hello.ticket, hello.nonce) == (before.ticket, before.nonce)
        result.must("4.2", f"told {code!r} and `reload`, it says hello with the same nonce", same, hello)
        peer.silence(AWAY)
        result.must("4.6", f"told {code!r} and `reload`, it does not load before an answer", peer.pages[-1] is page)
        peer.refuse("gone", "reload")
        peer.next_page(RELOADS)
        result.must("4.6", f"told {code!r} and `reload`, it does what the answer says", True)
    peer.begin(visit=False)
    peer.bye("ended", "reload")
    peer.greet()
    peer.welcome()
    peer.violated(result, "5.10", "a welcome for a channel that has ended", silently=True)
