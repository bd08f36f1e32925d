"""Sections of the stream of batches: acknowledgements, duplicates, violations, life signs (spec 8)."""

from __future__ import annotations

from time import monotonic
from typing import Any

from ....protocol.codec import pack
from ....protocol.messages import ACK, BATCH, BYE, REFUSE, WELCOME, Ack, Bye, Failure, Reply
from ....protocol.ops import EXISTS, GET, SET
from ...report import Result
from ...values import nested
from ..peer import Peer
from ..registry import CLIENT, READER
from .connecting import AWAY
from .reading import NEVER

__all__ = ["acks", "answers", "duplicates", "extra_fields", "gaps", "life_signs", "violations"]


@CLIENT.add("acks", READER, "acknowledgements: when, and of what")
def acks(peer: Peer, result: Result) -> None:
    """Write without asking, and wait for word of it."""
    peer.begin()
    name = peer.find("#name")
    begun = monotonic()
    peer.acked(peer.batch((SET, name, "value", "x")))
    took = monotonic() - begun
    result.should("8.3", "what was applied is told within a second", took <= 1, f"{took:.2f} s")
    begun = monotonic()
    numbers = [peer.batch((SET, name, "value", str(i))) for i in range(40)]
    peer.acked(numbers[-1])
    took = monotonic() - begun
    result.should("8.3", "forty batches are acknowledged within a second", took <= 1, f"{took:.2f} s")
    peer.acked(peer.batch())
    result.must("5.4", "a batch without ops is acknowledged", True)
    peer.acked(peer.batch((SET, name, "value", "x" * 3_000_000)))
    result.must("3", "a frame of three megabytes is taken", True)
    writes = [(SET, name, "value", str(i)) for i in range(20)]
    numbers = [peer.batch((SET, NEVER, "value", "x"), *writes) for _ in range(3)]
    peer.acked(numbers[-1])
    failed = [failure.batch for failure in peer.taken(Failure)]
    result.must("8.3", "a failure comes before what acknowledges its batch", failed == numbers, failed)
    result.must("8.1", "all that was acknowledged has been applied", peer.get(name, "value") == "19")


@CLIENT.add("duplicates", READER, "frames that come twice")
def duplicates(peer: Peer, result: Result) -> None:
    """Send frames again that have been applied."""
    peer.begin()
    name = peer.find("#name")
    first = peer.batch_frame((SET, name, "value", "first"))
    ask = peer.asking(GET, name, "value")
    second = peer.batch_frame((SET, name, "value", "second"), ask)
    third = peer.batch_frame((SET, NEVER, "value", "x"))
    for frame in (first, second, second, first, third, first, third):
        peer.send(frame)
    value = peer.get(name, "value")
    result.must("8.2", "a frame that comes twice is applied once", value == "second", value)
    replies = [reply for reply in peer.taken(Reply) if reply.ask == ask[1]]
    result.must("8.2", "its asks are answered once", len(replies) == 1, len(replies))
    failed = peer.taken(Failure)
    result.must("8.2", "its failures are told once", len(failed) == 1, len(failed))
    result.must("8.2", "a duplicate is no violation", not peer.taken(Bye))


@CLIENT.add("gaps", READER, "a frame that is missing")
def gaps(peer: Peer, result: Result) -> None:
    """Leave a batch out."""
    peer.begin()
    name = peer.find("#name")
    peer.batch_frame((SET, name, "value", "lost"))
    peer.batch((SET, name, "value", "behind"), peer.asking(GET, name, "value"))
    _stays_away(peer, result, "8.2", "a gap")


def _stays_away(peer: Peer, result: Result, spec: str, what: str, *, silently: bool = False) -> None:
    """Look whether the client ends the page, and does nothing more."""
    page = peer.now
    if not peer.violated(result, spec, what, silently=silently):
        return
    peer.silence(0.3 if silently else AWAY)
    result.must("4.1", f"{what}: the channel does not come back", len(page.attempts) == 1, len(page.attempts))
    result.must("4.6", f"{what}: the document is not loaded anew", peer.pages[-1] is page)
    result.must("5.10", f"{what}: nothing follows the bye", not page.inbox, page.inbox)


#: What breaks a rule as the first frame behind the welcome: batch 1 is the next.
_VIOLATIONS: tuple[tuple[str, str, bytes], ...] = (
    ("7", "a frame that is no msgpack", b"\xc1"),
    ("7", "an empty frame", b""),
    ("5", "a frame that is no array", b"\x05"),
    ("5", "an array without a type", b"\x90"),
    ("5", "an unknown type", bytes.fromhex("920a01")),
    ("5", "a type that is text", bytes.fromhex("91a568656c6c6f")),
    ("4.1", "a message of the client", bytes.fromhex("9404010001")),
    ("4.1", "a second welcome", pack([1, {"version": 1, "received": 0, "limits": {}, "capabilities": []}])),
    ("5", "a batch without ops", pack([BATCH, 1, 0])),
    ("5", "a batch whose ops are text", pack([BATCH, 1, 0, "ops"])),
    ("5", "a batch whose number is text", pack([BATCH, "1", 0, []])),
    ("5", "a batch whose ack is text", pack([BATCH, 1, "0", []])),
    ("5", "an ack that asks by a number", pack([ACK, 0, 1])),
    ("5", "a negative ack", pack([ACK, -1])),
    ("8.3", "an ack of what was not sent", pack([ACK, 1])),
    ("8.3", "a batch that acknowledges what was not sent", pack([BATCH, 1, 1, []])),
    ("7", "bytes behind the message", pack([ACK, 0]) + b"\x00"),
    ("7", "a message that is cut short", pack([BATCH, 1, 0, [[EXISTS, 1, 0, "body"]]])[:-1]),
    ("7", "a text that is no UTF-8", pack([BATCH, 1, 0])[:-1] + b"\x00\x91\x94\x03\x00\xa1a\xa1\xff"),
    ("7", "a key that is no text", bytes.fromhex("94030100") + b"\x91\x94\x03\x00\xa1a\x81\x01\x02"),
    ("7", "an unknown ext type", bytes.fromhex("94030100") + b"\x91\x94\x03\x00\xa1a\xd4\x04\x01"),
    ("7", "a callback of another length", bytes.fromhex("94030100") + b"\x91\x94\x03\x00\xa1a\xd4\x03\x01"),
    ("7", "a ref of another length", bytes.fromhex("94030100") + b"\x91\x94\x03\x00\xa1a\xd4\x01\x01"),
    ("7.1", "a value of 33 levels", bytes.fromhex("94030100") + b"\x91\x94\x03\x00\xa1a" + pack(nested(33))),
    ("5", "a bye without a text", pack([BYE, 0, "ended", "stop"])),
    ("4.4", "a bye whose action is none", pack([BYE, 0, "ended", "dance", ""])),
    ("4.4", "a refuse whose action is none", pack([REFUSE, "gone", "dance", ""])),
)


@CLIENT.add("violations", READER, "frames that break a rule")
def violations(peer: Peer, result: Result) -> None:
    """Send each, to a new document."""
    for spec, what, frame in _VIOLATIONS:
        peer.open()
        peer.welcome()
        peer.now.exchange.batches[1] = [[SET, 0, "a", None]] * 4
        peer.send(frame)
        peer.violated(result, spec, what, silently=what.startswith("a bye"))
    peer.open()
    peer.welcome()
    peer.socket.carrier.send_text("text")
    peer.violated(result, "3", "a text message")


def _welcome(**changed: Any) -> bytes:
    return pack([WELCOME, {"version": 1, "received": 0, "limits": {}, "capabilities": [], **changed}])


#: What breaks a rule as the answer to a hello.
_ANSWERS: tuple[tuple[str, str, bytes], ...] = (
    ("4.1", "a batch before the welcome", pack([BATCH, 1, 0, []])),
    ("4.1", "an ack before the welcome", pack([ACK, 0])),
    ("5.2", "a welcome of another version", _welcome(version=2)),
    ("5.2", "a welcome without limits", _welcome(limits=None)),
    ("9", "a limit of 0", _welcome(limits={"events": 0})),
    ("9", "a limit that is text", _welcome(limits={"frame": "large"})),
    ("8.6", "a welcome that has received what was not sent", _welcome(received=1)),
    ("4.4", "a refuse whose action is none", pack([REFUSE, "gone", "dance", ""])),
)


@CLIENT.add("answers", READER, "answers to a hello that break a rule")
def answers(peer: Peer, result: Result) -> None:
    """Send each, to a new document."""
    for spec, what, frame in _ANSWERS:
        peer.open()
        peer.send(frame)
        _stays_away(peer, result, spec, what, silently=True)


#: The number whose last byte is that of true.
_TRUE = 0xC3


@CLIENT.add("life-signs", READER, "whether the client is there")
def life_signs(peer: Peer, result: Result) -> None:
    """Ask by acks."""
    peer.begin()
    page = peer.now
    peer.acked(page.exchange.sent)

    def answers() -> int:
        # A client may ask by itself; an answer does not.
        return sum(not ack.answer for ack in page.acks)

    for _ in range(3):
        before, begun = answers(), monotonic()
        peer.answer(ask=True)
        peer.wait(lambda before=before: answers() > before, "a bare ack that does not ask")  # type: ignore[misc]
        took = monotonic() - begun
        result.must("8.7", "an ack that asks is answered at once, by one that does not", took < 1, f"{took:.2f} s")
    before = answers()
    for _ in range(3):
        peer.answer(ask=True)
    peer.wait(lambda: answers() >= before + 3, "three bare acks that do not ask")
    result.must("8.7", "each is answered by a bare ack of its own", True)

    # An ack of 195 ends in the byte that is true.
    asks = [peer.asking(EXISTS, 0, "body") for _ in range(_TRUE - page.exchange.received)]
    peer.batch(*asks)
    peer.reply(asks[-1])
    peer.acked(page.exchange.sent)
    before, known = len(page.acks), page.exchange.sent
    peer.say(Ack(_TRUE))
    peer.fence()
    answered = [ack for ack in page.acks[before:] if ack.ack <= known]
    result.should("8.7", f"an ack of {_TRUE} is no question", not answered, answered)


@CLIENT.add("extra-fields", READER, "fields that nobody knows yet")
def extra_fields(peer: Peer, result: Result) -> None:
    """Send more than the tables have."""
    peer.begin()
    name = peer.find("#name")
    page = peer.now
    # Behind those that MAY be there: flags, force and after.
    more = "and", {"more": 1}
    peer.batch((SET, name, "value", "more", False, 0, *more), peer.asking(GET, name, "value", 0, *more))
    reply = peer.expect(Reply)
    result.must("6", "fields behind those of an op are ignored", reply.value == "more", reply)
    ask = peer.asking(EXISTS, 0, "body")
    number = page.exchange.send([list(ask)])
    peer.send(pack([BATCH, number, peer.ack, [list(ask)], None, {"more": 1}]))
    result.must("5", "fields behind those of a batch are ignored", peer.reply(ask).value is True)
    before = len(page.acks)
    peer.send(pack([ACK, peer.ack, True, "more"]))
    peer.wait(lambda: len(page.acks) > before, "a bare ack")
    result.must("5", "fields behind those of an ack are ignored", True)
    peer.send(pack([BYE, peer.ack, "ended", "stop", "the section is over", "more"]))
    peer.socket.ended = True
    peer.close()
    peer.silence(AWAY)
    result.must("5", "fields behind those of a bye are ignored", len(page.attempts) == 1, len(page.attempts))
    result.must("5", "so it is acted on", peer.pages[-1] is page)
