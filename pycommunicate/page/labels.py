"""Finds listeners by their labels. Most programs never ask, so nothing is kept for it until they do."""

from __future__ import annotations

from .listeners import Listener

__all__ = ["Labels"]

#: At how many entries more than twice those that count the index is made anew.
_TIDY = 64


class Labels:
    """An index of listeners that grows when it is asked."""

    __slots__ = ("_last", "_numbers", "_size")

    def __init__(self) -> None:
        self._numbers: dict[object, list[int]] = {}
        self._last = 0
        self._size = 0

    def find(self, label: object, living: dict[int, Listener]) -> list[int]:
        """Return the numbers of those of *living*, which are in ascending order, that have *label*."""
        if self._size > 2 * len(living) + _TIDY:
            self._numbers.clear()
            self._last = self._size = 0
        self._grow(living)
        found = [number for number in self._numbers.get(label, ()) if number in living]
        if found:
            self._numbers[label] = found
        else:
            self._numbers.pop(label, None)
        return found

    def _grow(self, living: dict[int, Listener]) -> None:
        new = []
        for number in reversed(living):
            if number <= self._last:
                break
            new.append(number)
        for number in reversed(new):
            self._numbers.setdefault(living[number].label, []).append(number)
        self._size += len(new)
        self._last = max(self._last, new[0] if new else 0)
