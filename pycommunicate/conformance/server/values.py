"""The values of the table of spec 7.1, and other forms of their bytes."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any

from ..values import nested

__all__ = ["FORMS", "VALUES"]


def _utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=timezone.utc)  # type: ignore[arg-type,misc]


#: Values, by what they are.
VALUES: dict[str, Any] = {
    "nil": None,
    "false": False,
    "true": True,
    "zero": 0,
    "a small integer": 42,
    "a negative integer": -33,
    "an integer of 32 bits": 2**32 - 1,
    "the largest safe integer": 2**53 - 1,
    "the smallest safe integer": -(2**53) + 1,
    "the first unsafe integer": 2**53,
    "the smallest integer of 64 bits": -(2**63),
    "the largest integer of 64 bits": 2**64 - 1,
    "a bigint above 64 bits": 2**64,
    "a bigint below 64 bits": -(2**63) - 1,
    "a bigint of 1000 bits": 2**1000,
    "a float": 0.1,
    "minus zero": -0.0,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "not a number": math.nan,
    "a large float": 1.7976931348623157e308,
    "a small float": 5e-324,
    "an empty text": "",
    "a text of 32 bytes": "x" * 32,
    "a text of 65536 bytes": "x" * 65536,
    "a text beyond ASCII": "aé☃😀",
    "a text with NUL": "\0",
    "a text with a byte order mark": "\ufeffa",
    "a text with U+FFFD": "\ufffd",
    "no bytes": b"",
    "all bytes": bytes(range(256)),
    "the epoch": _utc(1970, 1, 1),
    "a date with milliseconds": _utc(2024, 2, 29, 12, 30, 45, 678_000),
    "a date before the epoch": _utc(1969, 12, 31, 23, 59, 59, 999_000),
    "the first date": _utc(1, 1, 1),
    "the last date": _utc(9999, 12, 31, 23, 59, 59, 999_000),
    "an empty list": [],
    "a list": [1, "a", None, [2.5]],
    "a list of 70000": [0] * 70_000,
    "an empty map": {},
    "a map": {"a": 1, "b": [True], "": None},
    "a map of 20": {f"k{number}": number for number in range(20)},
    "a map with the key __proto__": {"__proto__": 1, "constructor": 2},
    "32 levels": nested(32),
}

#: Values in other forms than the shortest, by what they are: the value, and its bytes.
FORMS: dict[str, tuple[Any, bytes]] = {
    "one as uint 64": (1, bytes.fromhex("cf0000000000000001")),
    "one as int 16": (1, bytes.fromhex("d10001")),
    "one as bigint": (1, bytes.fromhex("d40201")),
    "a bigint in ext 32": (1, bytes.fromhex("c9000000010201")),
    "float 32": (1.5, bytes.fromhex("ca3fc00000")),
    "a whole float": (1.0, bytes.fromhex("cb3ff0000000000000")),
    "text as str 8": ("a", bytes.fromhex("d90161")),
    "text as str 32": ("a", bytes.fromhex("db0000000161")),
    "bin 32": (b"\x01", bytes.fromhex("c60000000101")),
    "a list as array 32": ([1], bytes.fromhex("dd0000000101")),
    "a map as map 16": ({"a": 1}, bytes.fromhex("de0001a16101")),
    "a date of 96 bits": (_utc(2024, 2, 29, 12, 30, 45, 678_000), bytes.fromhex("c70cff286975800000000065e078f5")),
}
