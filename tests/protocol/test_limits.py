"""The limits of a welcome."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol import Limits


def test_limits_come_back_as_they_went() -> None:
    limits = Limits(frame=1, events=2)
    assert Limits.from_map(limits.to_map()) == limits


def test_a_missing_limit_has_its_default_and_an_unknown_one_is_ignored() -> None:
    assert Limits.from_map({"frame": 5, "moons": -1}) == Limits(frame=5)


@pytest.mark.parametrize("value", [0, -1, 1.5, "1", None, True, [10**5000]])
def test_a_limit_that_is_no_positive_integer_is_refused(value: Any) -> None:
    with pytest.raises(RemoteProtocolError, match="expected limit events to be a positive integer, got "):
        Limits.from_map({"events": value})
