"""How much all pages of a process may hold back together, for browsers that take nothing."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Budget"]


class Budget:
    """Adds up what pages hold back.

    Args:
        most: Bytes that all of it may be.
        relieve: Called when it is more, after each growth; ends pages until it is not. It must not wait.

    Attributes:
        held: Bytes that are held back now.
    """

    __slots__ = ("_most", "_relieve", "held")

    def __init__(self, most: int, relieve: Callable[[], None]) -> None:
        self._most = most
        self._relieve = relieve
        self.held = 0

    @property
    def exceeded(self) -> bool:
        """Whether it is more than may be."""
        return self.held > self._most

    def change(self, by: int) -> None:
        """Count *by* bytes more, or fewer."""
        self.held += by
        if by > 0 and self.exceeded:
            self._relieve()
