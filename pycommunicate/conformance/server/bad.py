"""Frames and values that no server may take: those of the vectors, made here, as an installed kit has no vectors."""

from __future__ import annotations

from typing import Any

from ...protocol.codec import Callback, Ref, pack, to_wire
from ...protocol.messages import (
    ACK,
    BATCH,
    BYE,
    EVENT,
    FAILURE,
    GONE,
    HELLO,
    MAX_NONCE,
    MAX_NUMBER,
    REFUSE,
    REPLY,
    WELCOME,
)
from ..values import nested

__all__ = ["BAD_FRAMES", "BAD_HELLOS", "BAD_VALUES"]

_DIGITS = bytes.fromhex("c80bb802") + b"\x7f" * 3000
_ENDED = ("ended", "stop", "")
_GONE = ["gone", ""]
_CALLBACK = to_wire(Callback(1))
#: A list of a callback, with a length of its own.
_LONGER = bytes.fromhex("91c7040300000001")


def _hello(**changes: Any) -> bytes:
    fields: dict[str, Any] = {"version": 1, "ticket": "t", "nonce": "n", "received": 0, "capabilities": []}
    fields.update(changes)
    return pack((HELLO, {key: value for key, value in fields.items() if value is not Ellipsis}))


#: What is refused as malformed, if it comes first on a socket.
BAD_HELLOS: dict[str, bytes] = {
    "an event first": pack((EVENT, 1, 0, 1)),
    "an ack first": pack((ACK, 0)),
    "a hello of text": pack((HELLO, "hello")),
    "a hello without a map": pack((HELLO,)),
    "a hello without a version": _hello(version=...),
    "a hello without a ticket": _hello(ticket=...),
    f"a nonce of {MAX_NONCE + 1} characters": _hello(nonce="n" * (MAX_NONCE + 1)),
    "a nonce that is nil": _hello(nonce=None),
    "received that is negative": _hello(received=-1),
    "capabilities that are text": _hello(capabilities="all"),
    "capabilities that are numbers": _hello(capabilities=[1]),
    "a version that is text": _hello(version="1"),
    "a version beyond the numbers": _hello(version=2**64 - 1),
}


def _limits(version: int, received: int) -> dict[str, Any]:
    return {"version": version, "received": received, "limits": {}, "capabilities": []}


#: What ends the page, if it is the first frame on a page that the server has sent nothing on.
BAD_FRAMES: dict[str, bytes] = {
    "nothing": b"",
    "no array": pack(5),
    "a map": pack({}),
    "an empty array": pack([]),
    "no type": pack(["hello"]),
    "a boolean as type": pack([True, 1]),
    "a float as type": pack([8.0]),
    "an unknown type": pack([10, 1]),
    "a negative type": pack([-1]),
    "no msgpack": b"\xc1",
    "bytes behind the message": pack((ACK, 0)) + b"\x00",
    "nesting without end": b"\x91" * 900 + b"\xc0",
    "an integer of thousands of digits": b"\x91" + _DIGITS,
    "a batch for the server": pack((BATCH, 1, 0, [])),
    "a welcome for the server": pack((WELCOME, _limits(1, 0))),
    "a refuse for the server": pack((REFUSE, "gone", "reload", "")),
    "a second hello": _hello(),
    "an acknowledgement of what was not sent": pack((ACK, 1_000_000)),
    "an event that acknowledges what was not sent": pack((EVENT, 1, 1_000_000, 1)),
    "a bye that acknowledges what was not sent": pack((BYE, 1_000_000, *_ENDED)),
    "a gap": pack((EVENT, 2, 0, 1)),
    "an event without a listener": pack((EVENT, 1, 0)),
    "an event of a listener that is text": pack((EVENT, 1, 0, "1")),
    "an event of a negative listener": pack((EVENT, 1, 0, -1)),
    "an event of listener true": pack((EVENT, 1, 0, True)),
    "an event that carries a map": pack((EVENT, 1, 0, 1, {})),
    "an event that carries nil": pack((EVENT, 1, 0, 1, None)),
    "an event with errors of nil": pack((EVENT, 1, 0, 1, [None], None)),
    "an event with an error of a place that is not there": pack((EVENT, 1, 0, 1, [None], {"1": _GONE})),
    "an event with an error at a place of two signs": pack((EVENT, 1, 0, 1, [None], {"00": _GONE})),
    "an event with an error that is a text": pack((EVENT, 1, 0, 1, [None], {"0": "gone"})),
    "an event that carries 33 levels": pack((EVENT, 1, 0, 1, [nested(33)])),
    "an event that carries a callback": pack((EVENT, 1, 0, 1, [_CALLBACK])),
    "a callback in a longer form": pack((EVENT, 1, 0, 1)).replace(b"\x94", b"\x95") + _LONGER,
    "a listener beyond the numbers": pack((EVENT, 1, 0, MAX_NUMBER + 1)),
    "a number that is a float": pack((EVENT, 1.0, 0, 1)),
    "a number that is nil": pack((EVENT, None, 0, 1)),
    "a negative acknowledgement": pack((ACK, -1)),
    "an ack that asks by a number": pack((ACK, 0, 1)),
    "an ack that asks by nil": pack((ACK, 0, None)),
    "an acknowledgement of thousands of digits": b"\x92\x08" + _DIGITS,
    "a reply without a value": pack((REPLY, 1, 0, 1)),
    "a reply with an unknown error": pack((REPLY, 1, 0, 1, None, ["moon", ""])),
    "a reply with an error of text": pack((REPLY, 1, 0, 1, None, "gone")),
    "a reply with an error without text": pack((REPLY, 1, 0, 1, None, ["gone"])),
    "a reply with an error whose text is a number": pack((REPLY, 1, 0, 1, None, ["gone", 1])),
    "a reply of a callback": pack((REPLY, 1, 0, 1, _CALLBACK)),
    "a reply of a map with a callback": pack((REPLY, 1, 0, 1, {"a": _CALLBACK})),
    "an error whose details are nil": pack((REPLY, 1, 0, 1, None, ["js-error", "", None])),
    "an error whose stack is a number": pack((REPLY, 1, 0, 1, None, ["js-error", "", {"stack": 1}])),
    "a reply of 33 levels": pack((REPLY, 1, 0, 1, nested(33))),
    "a reply of a map without text as key": pack((REPLY, 1, 0, 1, {1: 1})),
    "a gone of texts": pack((GONE, 1, 0, ["a"], [])),
    "a gone of refs that are values": pack((GONE, 1, 0, [to_wire(Ref(1))], [])),
    "a gone without listeners": pack((GONE, 1, 0, [])),
    "a failure without an error": pack((FAILURE, 1, 0, 1, 0)),
    "a failure with an index that is text": pack((FAILURE, 1, 0, 1, "0", _GONE)),
    "a bye with an unknown action": pack((BYE, 0, "ended", "dance", "")),
    "a bye without text": pack((BYE, 0, "ended", "stop")),
    "a bye whose code is a number": pack((BYE, 0, 1, "stop", "")),
}

#: Bytes that are no value, by what is wrong with them.
BAD_VALUES: dict[str, bytes] = {
    "text that is no UTF-8": bytes.fromhex("a1ff"),
    "text with an encoded surrogate": bytes.fromhex("a3eda080"),
    "long text that is no UTF-8": b"\xd9\x46" + b"a" * 69 + b"\xff",
    "overlong UTF-8": bytes.fromhex("a2c080"),
    "text cut short": bytes.fromhex("a261"),
    "text longer than the frame": bytes.fromhex("dbffffffff61"),
    "bin cut short": bytes.fromhex("c40200"),
    "a list longer than the frame": bytes.fromhex("ddffffffff"),
    "a map longer than the frame": bytes.fromhex("dfffffffff"),
    "a map with an integer as key": bytes.fromhex("810102"),
    "a map with bin as key": bytes.fromhex("81c4016101"),
    "a map with nil as key": bytes.fromhex("81c001"),
    "a map with a list as key": bytes.fromhex("819001"),
    "a map inside a list with a key that is no text": bytes.fromhex("91810101"),
    "a ref of 1 byte": bytes.fromhex("d40101"),
    "a ref of 8 bytes": bytes.fromhex("d7010000000000000001"),
    "a ref of no bytes": bytes.fromhex("c70001"),
    "a bigint of no bytes": bytes.fromhex("c70002"),
    "a callback": bytes.fromhex("d60300000001"),
    "a callback in a list": bytes.fromhex("91d60300000001"),
    "a callback of 1 byte": bytes.fromhex("d40301"),
    "an unknown ext": bytes.fromhex("d40401"),
    "an unknown negative ext": bytes.fromhex("d4fe01"),
    "a timestamp of 1 byte": bytes.fromhex("d4ff00"),
    "a timestamp of 16 bytes": bytes.fromhex("d8ff") + bytes(16),
    "the reserved type": b"\xc1",
    "two values": bytes.fromhex("0101"),
}
