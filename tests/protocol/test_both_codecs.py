"""Python's codec and the client's agree on values that neither of them chose."""

from __future__ import annotations

import math
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from random import Random
from struct import pack as to_struct
from struct import unpack, unpack_from
from typing import Any

import pytest

from pycommunicate.protocol import codec
from pycommunicate.protocol.codec import Ref, to_wire
from tests.support.notation import PROTOCOL, to_notation

ECHO = PROTOCOL.parent / "tests" / "client" / "echo.mjs"
COUNT = 2000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def any_text(random: Random) -> str:
    letters = random.choices("aé\0☃\U0001f600\ufeff\uffff", k=random.choice([0, 1, 5, 40, 100]))
    return "".join(letters)


def any_int(random: Random) -> int:
    near: int = 2 ** random.choice([0, 4, 5, 7, 8, 15, 16, 31, 32, 53, 63, 64, 127, 500])
    return random.choice([1, -1]) * (near + random.randint(-2, 2))


def any_value(random: Random, depth: int = 0) -> Any:
    """Returns a value of any kind. Not by hypothesis: 2,000 of its values take seconds."""
    match random.randrange(9 if depth > 3 else 11):
        case 0:
            return random.choice([None, True, False])
        case 1 | 2:
            return any_int(random)
        case 3:
            return random.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 0.1, 1e300, 5e-324])
        case 4:
            return unpack(">d", random.randbytes(8))[0]
        case 5:
            return any_text(random)
        case 6:
            return random.randbytes(random.choice([0, 1, 255, 256, 300]))
        case 7:
            return EPOCH + timedelta(milliseconds=random.randint(-62135596800000, 253402300799999))
        case 8:
            return Ref(random.randint(-(2**31), 2**31 - 1))
        case 9:
            return [any_value(random, depth + 1) for _ in range(random.choice([0, 1, 3, 17]))]
    return {any_text(random): any_value(random, depth + 1) for _ in range(random.choice([0, 1, 3, 17]))}


def as_client_has_it(value: Any) -> Any:
    """Returns what a value is once it has been JavaScript's: a whole float cannot be told from an int."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0":
        return int(value)
    if isinstance(value, list):
        return [as_client_has_it(item) for item in value]
    if isinstance(value, dict):
        # JavaScript has keys that look like an index first, whatever the order in which they came.
        return {key: as_client_has_it(value[key]) for key in sorted(value)}
    return value


def test_values_come_back_from_the_client_as_they_went() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is not on PATH: `make test` installs it, or says how to", pytrace=False)
    random = Random(1)
    values = [any_value(random) for _ in range(COUNT)]
    frames = [codec.pack([to_wire(value)]) for value in values]
    sent = b"".join(to_struct(">I", len(frame)) + frame for frame in frames)
    answer = subprocess.run([node, ECHO], input=sent, capture_output=True, timeout=30, check=True).stdout
    at = 0
    for value in values:
        (length,) = unpack_from(">I", answer, at)
        [back] = codec.unpack(answer[at + 4 : at + 4 + length])
        assert to_notation(as_client_has_it(back)) == to_notation(as_client_has_it(value))
        at += 4 + length
    assert at == len(answer)
