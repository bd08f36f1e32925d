"""Elements that are waited for (spec 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dom import Document, Promise

__all__ = ["Finds"]


class Finds:
    """What is waited for in one document.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._waiting: list[tuple[Any, str, Promise, list[Callable[[], None]]]] = []

    def wait(self, scope: Any, selector: str, seconds: float) -> Promise:
        """Return what settles to the first node that matches, or to None when the time is up."""
        entry = (scope, selector, Promise(self._document), list[Callable[[], None]]())
        self._waiting.append(entry)
        entry[3].append(self._document.surroundings.after(seconds, lambda: self._end(entry, None)))
        return entry[2]

    def look(self) -> None:
        """Look for all of them."""
        for entry in tuple(self._waiting):
            found = self._document.query(entry[0], entry[1])
            if found is not None:
                self._end(entry, found)

    def _end(self, entry: tuple[Any, str, Promise, list[Callable[[], None]]], found: Any) -> None:
        self._waiting.remove(entry)
        for stop in entry[3]:
            stop()
        entry[2].resolve(found)
        if found is None:
            self._document.after_turn()
