"""Sets of words, written as one text."""

from __future__ import annotations

__all__ = ["words"]


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())
