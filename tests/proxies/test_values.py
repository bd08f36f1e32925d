"""Tests of the values of properties: which travel, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pycommunicate.errors import (
    UnsupportedValue,
)
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.ops import SET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.house import StartRig
from tests.support.rig import Rig
from tests.support.stand_ins import did, find

Do = Callable[[ElementWrapper], Any]


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


UTC_TIME = datetime(2020, 2, 29, 12, 30, 15, 123000, timezone.utc)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(2**63),
        2**100,
        1.5,
        "text",
        "😀",
        b"\x00\xff",
        UTC_TIME,
        [1, [2, {"three": 3}]],
        {"a": [None, UTC_TIME]},
    ],
)
def test_values_travel_as_they_are(rig: Rig, element: ElementWrapper, value: Any) -> None:
    assert did(rig, lambda: element.set_property("x", value)) == [[SET, -1, "x", value]]


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ((1, 2), [1, 2]),
        ({3}, [3]),
        (frozenset({3}), [3]),
        (bytearray(b"x"), b"x"),
        (memoryview(b"x"), b"x"),
        (UTC_TIME.astimezone(timezone(timedelta(hours=5))), UTC_TIME),
        ("\ud800lone", "\ufffdlone"),
    ],
)
def test_values_close_to_those_of_the_wire_travel_too(
    rig: Rig, element: ElementWrapper, value: Any, arrives: Any
) -> None:
    assert did(rig, lambda: element.set_property("x", value)) == [[SET, -1, "x", arrives]]


def test_a_value_is_sent_as_it_was_when_it_was_set(rig: Rig, element: ElementWrapper) -> None:
    def handler() -> None:
        value = [1]
        element.set_property("x", value)
        value.append(2)

    assert did(rig, handler) == [[SET, -1, "x", [1]]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2020, 1, 1), "a datetime with a time zone, got the naive"),
        ({"a": [1, datetime(2020, 1, 1)]}, r"at value\['a'\]\[1\]: .*naive"),
        ([1, {"b": object()}], r"at value\[1\]\['b'\]: .*got <object"),
        ({3: 4}, "text as the key of a map, got 3"),
        ([[{None: 1}]], r"at value\[0\]\[0\]: .*got None"),
        (object, "got <class 'object'>"),
    ],
)
def test_a_value_that_cannot_travel_is_refused_with_the_path_to_it(
    rig: Rig, element: ElementWrapper, value: Any, text: str
) -> None:
    with pytest.raises(UnsupportedValue, match=text):
        rig.run(lambda: element.set_property("x", value))
    assert rig.take() == []


def test_a_cycle_is_refused(rig: Rig, element: ElementWrapper) -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(UnsupportedValue, match="32 levels"):
        rig.run(lambda: element.set_property("x", value))


def test_an_element_is_a_value_both_ways(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: element.set_property("x", {"node": [element]})) == [[SET, -1, "x", {"node": [Ref(-1)]}]]

    outcome = rig.start(lambda: element.get_property("children"))
    rig.answer([to_wire(Ref(-1)), to_wire(Ref(-5)), {"deep": to_wire(Ref(-5))}])

    same, child, deep = outcome.get()
    assert same is element
    assert child is deep["deep"]
    assert child is not element


def test_an_element_of_another_page_is_refused(start_rig: StartRig) -> None:
    rig, other = start_rig(), start_rig()
    element, stranger = find(rig), find(other, -2, "#stranger")

    with pytest.raises(UnsupportedValue, match=r"'#stranger'.* of another one"):
        rig.run(lambda: element.set_property("x", [stranger]))
