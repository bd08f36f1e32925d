"""Values to bytes and back, and what cannot travel."""

from __future__ import annotations

import enum
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.errors import RemoteProtocolError, UnsupportedValue
from pycommunicate.protocol.codec import MAX_DEPTH, Ref, depth_of, pack, shown, to_wire, unpack
from tests.support.notation import to_notation
from tests.support.values import VALUES


class Colour(str, enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


class Stand:
    """Stands for a node."""


def round_trip(value: Any) -> Any:
    return unpack(pack(to_wire(value)))


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@given(VALUES)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    assert to_notation(round_trip(value)) == to_notation(value)


@given(st.datetimes(timezones=st.timezones()))
def test_a_date_is_the_same_moment_to_the_microsecond_or_refused(value: datetime) -> None:
    try:
        moment = value.astimezone(timezone.utc)
    except OverflowError:
        with pytest.raises(UnsupportedValue, match="9999"):
            to_wire(value)
    else:
        assert round_trip(value) == moment


@given(st.text(st.characters()))
def test_each_lone_surrogate_becomes_the_replacement_character(text: str) -> None:
    expected = "".join("\ufffd" if 0xD800 <= ord(letter) <= 0xDFFF else letter for letter in text)
    assert round_trip(text) == expected
    assert round_trip({text: [text]}) == {expected: [expected]}


@given(st.binary(max_size=200))
def test_bytes_that_are_no_value_raise_nothing_else(data: bytes) -> None:
    with suppress(RemoteProtocolError):
        unpack(data)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, (2,)), [1, [2]]),
        ({"a": {1}}, {"a": [1]}),
        (frozenset({"x"}), ["x"]),
        (bytearray(b"a"), b"a"),
        (memoryview(b"a"), b"a"),
        ([Colour.RED, Size.LARGE], ["red", 3]),
        (True, True),
        ([2**64], [2**64]),
    ],
)
def test_what_python_has_more_of_becomes_what_travels(value: Any, expected: Any) -> None:
    assert round_trip(value) == expected
    assert repr(round_trip(value)) == repr(expected)


def test_an_enum_of_text_travels_as_its_text() -> None:
    assert type(to_wire(Colour.RED)) is str
    assert to_wire(Colour.RED) == "red"


def test_a_snapshot_does_not_change_with_its_value() -> None:
    value = {"rows": [1]}
    taken = to_wire(value)
    value["rows"].append(2)
    assert taken == {"rows": [1]}


def test_a_stand_in_for_a_node_becomes_its_ref() -> None:
    node = Stand()
    taken = to_wire({"node": [node]}, lambda value: Ref(7) if value is node else None)
    assert unpack(pack(taken)) == {"node": [Ref(7)]}
    assert type(unpack(pack(taken))["node"][0]) is Ref


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (object(), "cannot send this: expected None"),
        ([1, {"rows": [0, Stand()]}], r"at value\[1\]\['rows'\]\[1\]: expected None, .* got <.*Stand"),
        ({"when": datetime(2024, 1, 1)}, r"at value\['when'\]: expected a datetime with a time zone"),
        ({"a": {1: 2}}, r"at value\['a'\]: expected text as the key of a map, got 1"),
        ({b"a": 2}, r"expected text as the key of a map, got b'a'"),
        ([datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))], r"at value\[0\]: expected a date"),
        ([print], r"at value\[0\]"),
        (1j, "cannot send this"),
        (nested(MAX_DEPTH + 1), rf"at value{chr(92)}[0{chr(92)}].*expected at most {MAX_DEPTH} levels"),
    ],
)
def test_an_error_names_the_path_to_what_cannot_travel(value: Any, text: str) -> None:
    with pytest.raises(UnsupportedValue, match=text):
        to_wire(value)


def test_a_cycle_is_refused_as_nesting() -> None:
    value: list[Any] = []
    value.append({"self": value})
    with pytest.raises(UnsupportedValue, match="levels of nesting"):
        to_wire(value)


def test_as_many_levels_as_may_be_travel() -> None:
    assert round_trip(nested(MAX_DEPTH)) == nested(MAX_DEPTH)


@pytest.mark.parametrize(("value", "depth"), [(1, 0), ([], 1), ({"a": [1, {}]}, 3), (nested(5000), 5000)])
def test_depth_is_counted_without_recursion(value: Any, depth: int) -> None:
    assert depth_of(value) == depth


def test_a_remote_value_without_a_repr_is_shown_all_the_same() -> None:
    assert shown([1, 2]) == "[1, 2]"
    assert len(shown("x" * 1000)) == 80
    assert shown(nested(100_000)) == "a list that cannot be shown"
    assert shown([10**5000]) == "a list that cannot be shown"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "expected one msgpack value, got nothing"),
        (b"\x01\x02", "expected one msgpack value, got 2 bytes beginning 0102"),
        (msgpack.packb({1: 2}), "int is not allowed for map key"),
        (msgpack.packb({b"a": 2}), "expected text as the key of a map, got b'a'"),
        (msgpack.packb(msgpack.ExtType(1, b"12")), "expected a ref of 4 bytes, got 2"),
        (msgpack.packb(msgpack.ExtType(2, b"")), "expected an integer of 1 byte or more"),
        (msgpack.packb(msgpack.ExtType(9, b"12")), "expected an extension of type -1, 1, 2 or 3, got 9"),
    ],
)
def test_an_error_about_bytes_says_what_was_expected_and_what_came(data: bytes, text: str) -> None:
    with pytest.raises(RemoteProtocolError, match=text):
        unpack(data)


def test_a_ref_says_what_it_is() -> None:
    assert repr(Ref(-3)) == "Ref(-3)"
