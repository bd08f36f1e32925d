"""What msgpack's own test suite holds, as far as it is of this protocol.

tests/client/msgpack_suite.test.mjs is its other reader.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol.codec import EXT_BIGINT, EXT_CALLBACK, EXT_REF, unpack

SUITE = (
    Path(__file__).parents[1] / "client" / "node_modules" / "msgpack-test-suite" / "dist" / "msgpack-test-suite.json"
)
#: The type of an ext stands behind its length, which has so many bytes.
TYPE_AT = {0xC7: 2, 0xC8: 3, 0xC9: 5}


def cases() -> list[Any]:
    if not SUITE.exists():  # `make test` installs it
        return [pytest.param({}, b"", id="missing")]
    found = []
    for file, ones in json.loads(SUITE.read_text(encoding="utf-8")).items():
        for one in ones:
            for hexes in one["msgpack"]:
                found.append(pytest.param(one, bytes.fromhex(hexes.replace("-", "")), id=f"{file}-{hexes}"))
    return found


def value_of(one: dict[str, Any]) -> Any:
    """Return what the suite means; raises OverflowError for a date that no datetime can be."""
    if "binary" in one:
        return bytes.fromhex(one["binary"].replace("-", ""))
    if "timestamp" in one:
        seconds, nanoseconds = one["timestamp"]
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    if "bignum" in one:
        return int(one["bignum"])
    return next(value for name, value in one.items() if name != "msgpack")


@pytest.mark.parametrize(("one", "data"), cases())
def test_bytes_of_the_suite_have_its_value(one: dict[str, Any], data: bytes) -> None:
    assert one, "expected npm's msgpack-test-suite; `make test` installs it"
    if "ext" in one:
        if data[TYPE_AT.get(data[0], 1)] not in (EXT_REF, EXT_BIGINT, EXT_CALLBACK):
            with pytest.raises(RemoteProtocolError):
                unpack(data)
        return
    try:
        value = value_of(one)
    except OverflowError:
        with pytest.raises(RemoteProtocolError):
            unpack(data)
        return
    got = unpack(data)
    assert got == value
    assert data[0] in (0xCA, 0xCB) or type(got) is type(value)
