"""Values of the protocol: whether two are the same, and how deep one nests."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["nested", "same"]


def nested(levels: int) -> list[Any]:
    """Return empty lists inside of each other, so many levels."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def same(one: Any, other: Any, *, whole: bool = False) -> bool:
    """Return whether two values are the same: types, signs of zero and not-a-number included.

    Args:
        one: What there should be.
        other: What there is.
        whole: Whether a float that is whole may have become an integer.
    """
    if isinstance(one, float):
        if whole and type(other) is int:
            return one == other and math.copysign(1, one) == (1 if other >= 0 else -1)
        signs = isinstance(other, float) and math.copysign(1, one) == math.copysign(1, other)
        return signs and (one == other or (math.isnan(one) and math.isnan(other)))
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(same(*pair, whole=whole) for pair in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key], whole=whole) for key in one)
    return bool(one == other)
