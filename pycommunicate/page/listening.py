"""The listeners of one page: their numbers, the events that come for them, and their credit (spec 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import LimitReached, RemoteProtocolError
from ..protocol.limits import Limits
from ..protocol.messages import Event
from ..protocol.ops import CREDIT
from .listeners import Listener, Pace, WhenBusy
from .scope import Scope, Task

__all__ = ["Listening"]


class Listening:
    """The listeners of one page.

    Args:
        limits: How many there may be, and how many events of each the browser may send ahead.
        pace: Starts handlers when they may run.
        spawn: Starts one at once.
        write: Appends an op to the page's stream.

    Attributes:
        dead_events: How many events came for listeners that had ended.
    """

    __slots__ = ("_by_number", "_last", "_limits", "_pace", "_spawn", "_write", "dead_events")

    def __init__(
        self,
        limits: Limits,
        pace: Pace,
        spawn: Callable[[Listener, dict[str, Any]], Task],
        write: Callable[[tuple[Any, ...]], Any],
    ) -> None:
        self._limits = limits
        self._pace = pace
        self._spawn = spawn
        self._write = write
        self._by_number: dict[int, Listener] = {}
        self._last = 0
        self.dead_events = 0

    def add(self, scope: Scope, handler: Callable[..., Any], carries: bool, label: object, when_busy: WhenBusy) -> int:
        """Return the number of a new listener, which ends with *scope*.

        Raises:
            LimitReached: if the page has as many listeners as it may.
        """
        limits = self._limits
        if len(self._by_number) >= limits.listeners:
            raise LimitReached(f"expected at most {limits.listeners} listeners on one page (settings.limits.listeners)")
        self._last = number = self._last + 1
        self._by_number[number] = Listener(
            number, scope, handler, carries, label, limits.events, self._pace, self._spawn, when_busy
        )
        scope.listeners.add(number)
        return number

    def take(self, event: Event) -> None:
        """Take in an event.

        Raises:
            RemoteProtocolError: if there is no such listener and never was, or it has no credit.
        """
        listener = self._by_number.get(event.listener)
        if listener is not None:
            if listener.take(event.carried):
                self.grant(listener)
        elif 0 < event.listener <= self._last:
            self.dead_events += 1  # a click in flight while its listener ended: normal traffic
        else:
            raise RemoteProtocolError(f"expected one of {self._last} listeners, got {event.listener}")

    def grant(self, listener: Listener) -> None:
        """Let the browser send as many more events of *listener* as are over."""
        credit = listener.credit_due(self._limits.events)
        if credit and listener.number in self._by_number:
            self._write((CREDIT, listener.number, credit))

    def gone(self, numbers: list[int]) -> None:
        """Take note that listeners have ended with their nodes.

        Raises:
            RemoteProtocolError: if there never was one of them.
        """
        if numbers and not 0 < min(numbers) <= max(numbers) <= self._last:
            raise RemoteProtocolError(f"expected some of {self._last} listeners, got others")
        for number in numbers:
            self.forget(number)

    def forget(self, number: int) -> None:
        """Take note that a listener has ended, if it had not."""
        listener = self._by_number.pop(number, None)
        if listener is not None:
            listener.scope.listeners.discard(number)

    def end(self, scope: Scope) -> list[int]:
        """End the listeners of *scope*; return their numbers."""
        numbers = sorted(scope.listeners)
        for number in numbers:
            del self._by_number[number]
        scope.listeners.clear()
        return numbers

    def clear(self) -> None:
        """End all."""
        self._by_number.clear()
