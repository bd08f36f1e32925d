"""Whether two values of the protocol are the same."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["same"]


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same, types, signs of zero and not-a-number included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return math.copysign(1, one) == math.copysign(1, other) and (
            one == other or (math.isnan(one) and math.isnan(other))
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)
