"""What floors above need of greenlets, so that they need not name gevent."""

from __future__ import annotations

from typing import Any

from gevent import getcurrent
from gevent.lock import RLock

__all__ = ["Lock", "PerGreenlet"]

#: A lock that one greenlet may enter many times; others wait without holding anybody up.
Lock = RLock


class PerGreenlet:
    """One value per greenlet, for as long as it is set."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def get(self) -> Any:
        """Return the current greenlet's value, or None."""
        return self._values.get(getcurrent())

    def set(self, value: Any) -> None:
        """Set the current greenlet's value."""
        self._values[getcurrent()] = value

    def clear(self) -> None:
        """Forget the current greenlet's value."""
        self._values.pop(getcurrent(), None)
