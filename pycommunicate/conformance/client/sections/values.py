"""Sections of values: both ways, and what cannot travel (spec 7.1)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

from ....protocol.codec import Ref, pack, shown, to_wire
from ....protocol.messages import BATCH, Failure
from ....protocol.ops import CALL, GET, SET
from ...report import Result
from ...values import nested, same
from ..peer import Peer
from ..registry import CLIENT, READER
from .reading import error_of

__all__ = ["live_values", "values"]

_UTC = timezone.utc
_NAME = "conformanceValue"


#: What comes back as it went.
_PLAIN: tuple[Any, ...] = (
    *(None, True, False, "", "a", "\0", "\u00e9\u4e2d\U0001f600", "x" * 300, "x" * 70_000),
    *(0, 1, -1, 127, 128, -32, -33, 255, 256, -128, -129, 65535, 65536, -32769, 2**31, 2**32, -(2**31) - 1),
    *(2**53 - 1, 1 - 2**53, 2**53, -(2**53), 2**63, 2**64 - 1, -(2**63), 2**64, -(2**63) - 1, 2**200, -(2**200)),
    *(1.5, -1.5, -0.0, math.nan, math.inf, -math.inf, 1e300, 5e-324),
    *(b"", b"\0\xff", bytes(range(256)) * 300),
    *([], [1, [2, ["three"]], {}], list(range(20)), nested(32)),
    *({}, {"a": [{"b": None}], "": 1, "__proto__": 2, "length": 3}, {str(i): i for i in range(20)}),
    *(datetime(2024, 2, 29, 12, 30, 45, 678000, _UTC), datetime(1970, 1, 1, tzinfo=_UTC)),
    *(datetime(1, 1, 1, tzinfo=_UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, _UTC)),
    *(datetime(1969, 12, 31, 23, 59, 59, 1000, _UTC), [datetime(2600, 1, 1, tzinfo=_UTC)]),
)
#: What comes back as another value, or is written in a form that is not the shortest.
_OTHER: tuple[tuple[str, bytes, Any], ...] = (
    ("a float that is whole", pack(1.0), 1),
    ("a float 32", bytes.fromhex("ca3fc00000"), 1.5),
    ("an int in 8 bytes", bytes.fromhex("cf0000000000000001"), 1),
    ("a negative int in 8 bytes", bytes.fromhex("d3ffffffffffffffff"), -1),
    ("a text with its length in 4 bytes", bytes.fromhex("db0000000161"), "a"),
    ("a list with its length in 4 bytes", bytes.fromhex("dd0000000101"), [1]),
    ("a map with its length in 4 bytes", bytes.fromhex("df00000001a16101"), {"a": 1}),
    ("a bigint that is small", bytes.fromhex("d40205"), 5),
    ("a bigint that is negative and small", bytes.fromhex("d402ff"), -1),
    ("a date in 4 bytes", bytes.fromhex("d6ff00000001"), datetime(1970, 1, 1, 0, 0, 1, tzinfo=_UTC)),
    (
        "a date in 8 bytes, with nanoseconds",
        bytes.fromhex("d7ff") + (1_999_999 << 34 | 5).to_bytes(8, "big"),
        datetime(1970, 1, 1, 0, 0, 5, 1000, _UTC),
    ),
    (
        "a date in 12 bytes before 1970, with nanoseconds",
        bytes.fromhex("c70cff") + (1_999_999).to_bytes(4, "big") + (-5).to_bytes(8, "big", signed=True),
        datetime(1970, 1, 1, 0, 0, 0, 1000, _UTC) - timedelta(seconds=5),
    ),
)


@CLIENT.add("values", READER, "values there and back")
def values(peer: Peer, result: Result) -> None:
    """Write each value, and read it."""
    peer.begin()
    ref = peer.find("#text")
    peer.batch((SET, ref, _NAME, "kept"))
    if peer.get(ref, _NAME) != "kept":
        # The client keeps no such properties: there are texts.
        for text in (value for value in _PLAIN if isinstance(value, str) and "\0" not in value):
            peer.batch((SET, ref, "title", text))
            result.must("7.1", f"{shown(text)} there and back", peer.get(ref, "title") == text)
        return
    cases = [(shown(value), pack(to_wire(value)), value) for value in _PLAIN]
    cases += [
        *_OTHER,
        ("a ref", pack(to_wire(Ref(ref))), Ref(ref)),
        ("refs in a map", pack(to_wire({"a": [Ref(ref)]})), {"a": [Ref(ref)]}),
    ]
    for name, data, expected in cases:
        read = peer.asking(GET, ref, _NAME)
        _write_raw(peer, ref, data, read)
        reply = peer.reply(read)
        failed = peer.taken(Failure)
        ok = not failed and reply.error is None and same(reply.value, expected)
        result.must("7.1", f"{name} there is {shown(expected)} back", ok, shown(reply.error or failed or reply.value))


def _write_raw(peer: Peer, ref: int, data: bytes, read: tuple[Any, ...]) -> None:
    """Send a batch of a `set` whose value is *data*, and of an ask."""
    exchange = peer.now.exchange
    number = exchange.send([[SET, ref, _NAME, None], list(read)])
    head = bytes((0x94,)) + pack(BATCH) + pack(number) + pack(peer.ack)
    peer.send(head + b"\x92" + b"\x94" + pack(SET) + pack(ref) + pack(_NAME) + data + pack(list(read)))


#: Where a browser has them: a path from the document, what it is, and whether a value is that.
_LIVE: tuple[tuple[list[str], str, Any], ...] = (
    (["conformance", "set"], "a Set travels as a list", [1, 2]),
    (["conformance", "map"], "a Map with text as keys travels as a map", {"a": 1}),
    (["conformance", "array"], "an ArrayBuffer travels as bytes", b"\x01\x00\x00\x01"),
    (["conformance", "big"], "a bigint beyond 64 bits travels", 2**70),
    (["conformance", "lone"], "a lone surrogate travels as U+FFFD", "\ufffd!"),
    (["conformance", "date"], "an invalid date is `unsupported`", "unsupported"),
    (["conformance", "symbol"], "a symbol is `unsupported`", "unsupported"),
    (["conformance", "cycle"], "a cycle is `unsupported`", "unsupported"),
    (["conformance", "deep"], "what nests more than 32 levels deep is `unsupported`", "unsupported"),
    (["conformance", "slowly"], "a function is `unsupported`", "unsupported"),
    (["conformance", "thrower", "it"], "a getter that throws is `js-error`", "js-error"),
    (["defaultView"], "a window is `unsupported`", "unsupported"),
)


@CLIENT.add("live-values", READER, "values that only a document has")
def live_values(peer: Peer, result: Result) -> None:
    """Read lists, maps and nodes of the document; where it has none it says nil, or that they are not supported."""
    peer.begin()
    text, main = peer.find("#text"), peer.find("#main")
    known = (text, "classList"), (text, "dataset"), (text, "parentNode"), (main, "nothingOfTheKind")
    for (ref, name), expected in zip(known, (["one", "two"], {"kind": "text"}, Ref(main), None), strict=True):
        reply = peer.ask(GET, ref, name)
        ok = reply.value is None or same(reply.value, expected)
        result.must("7.1", f"{name} is {shown(expected)}, where there is such a thing", ok, shown(reply))
    if peer.get(0, ["conformance", "big"]) != 2**70:
        return  # the document's script has not run, or there are no such values
    for path, rule, expected in _LIVE:
        reply = peer.ask(GET, 0, path)
        ok = error_of(reply) == expected if reply.error else same(reply.value, expected)
        result.must("7.1" if expected != "js-error" else "6.3", rule, ok, shown(reply))
    text_of = peer.get(0, ["conformance", "cycle"])
    named = isinstance(text_of, list) and text_of[1].startswith("value.me")
    result.must("7.1", "the error names the path to what cannot travel", named, shown(text_of))
    style = peer.ask(GET, text, ["style", "color"])
    peer.batch((SET, text, ["style", "--conformance"], "blue"), (SET, text, ["style", "color"], "red"))
    read = peer.get(text, ["style", "--conformance"]), peer.get(text, ["style", "color"])
    ok = style.value == "" and read == ("blue", "red")
    result.must("6.4", "a style is written and read, by a name with a hyphen too", ok, read)
    rect = peer.ask(CALL, text, "getBoundingClientRect", [])
    ok = rect.error is not None or (isinstance(rect.value, dict) and "width" in rect.value)
    result.must("7.1", "a DOMRect travels as a map", ok, shown(rect))
