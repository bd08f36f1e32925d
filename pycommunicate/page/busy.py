"""Listeners whose client is told which of their events have been handled (spec 6.16): it shows that they are busy.

What is told is one number: up to that one, in the order in which they came, all events are over. A handler that ends
before an earlier one has ended, or an event that is dropped, is told of when those before it are over.
"""

from __future__ import annotations

from typing import Any

from .listeners import Listener, WhenBusy

__all__ = ["BusyListener"]


class BusyListener(Listener):
    """A listener that knows which of its events are over. It keeps each with its number, from 1 on."""

    __slots__ = ("_last", "_open", "_told")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._last = 0
        self._open: dict[int, None] = {}
        self._told = 0

    def take(self, event: Any) -> bool:
        """Take in an event: see `Listener.take`."""
        self._last += 1
        self._open[self._last] = None
        dropped = super().take((self._last, event))
        if dropped and self.when_busy is WhenBusy.DROP:
            self._over(self._last)
        return dropped

    def _supersede(self) -> bool:
        for number, _ in self._events or ():
            self._over(number)
        return super()._supersede()

    def arguments(self, event: Any) -> tuple[Any, ...]:
        """Return what the handler is called with: see `Listener.arguments`."""
        return super().arguments(event[1])

    def handler_ended(self, event: Any) -> None:
        """Go on with the next event: see `Listener.handler_ended`."""
        self._over(event[0])
        super().handler_ended(event)

    def done_due(self) -> int:
        """Return how many events to tell of now, in all, or 0 if there is nothing new."""
        # In the order in which they came: the first that is open is the oldest.
        done = next(iter(self._open), self._last + 1) - 1
        if done == self._told:
            return 0
        self._told = done
        return done

    def _over(self, number: int) -> None:
        self._open.pop(number, None)
