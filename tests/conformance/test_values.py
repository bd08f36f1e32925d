"""When two values are the same."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pycommunicate.conformance.values import nested, same
from pycommunicate.protocol.codec import Ref, depth_of

DATE = datetime(2024, 2, 29, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "value", [None, 0, -0.0, math.nan, -math.inf, "a", b"a", [math.nan], {"a": [-0.0]}, Ref(1), DATE]
)
def test_value_is_the_same_as_itself(value: Any) -> None:
    assert same(value, value)
    assert same(value, value, whole=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0),
        (-0.0, 0),
        (math.nan, 1.0),
        (1, True),
        (1, 1.0),
        (1.5, 1),
        ("a", b"a"),
        (1, Ref(1)),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ([0.0], [-0.0]),
        (DATE, DATE + timedelta(microseconds=1)),
    ],
)
def test_values_differ_by_type_sign_and_size(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(one, other, whole=True)


def test_whole_float_may_have_become_an_integer_where_that_is_said() -> None:
    assert not same(2.0, 2)
    assert same([2.0, 0.0, -3.0], [2, 0, -3], whole=True)


def test_nesting_is_as_deep_as_asked_for() -> None:
    assert [depth_of(nested(levels)) for levels in (1, 32)] == [1, 32]
