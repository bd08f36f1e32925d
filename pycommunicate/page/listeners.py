"""Handlers of browser events: serial per listener, by credit, in a bounded number of greenlets.

An event is taken in without waiting. It starts its handler at once, unless a handler of the same listener still runs
(then it queues behind it: spec 8.5 bounds how many the client may send ahead) or the app runs as many handlers as it
may (then it queues for a slot). A handler that waits for the browser holds no slot: it could be waiting for a frame
that stands behind an event without one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ..errors import RemoteProtocolError
from .scope import Scope

__all__ = ["HandlerPool", "Listener"]


class HandlerPool:
    """Bounds how many handlers of an app run at a time.

    Args:
        size: How many.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[Listener] = deque()

    def run(self, listener: Listener) -> None:
        """Start the listener's next handler as soon as there is a slot."""
        if self._free > 0:
            if listener.start_handler():
                self._free -= 1
        else:
            self._waiting.append(listener)

    def change(self, by: int) -> None:
        """Give a slot back (1), or take one that a handler had before (-1)."""
        self._free += by
        while self._free > 0 and self._waiting:
            if self._waiting.popleft().start_handler():
                self._free -= 1


class Listener:
    """One handler on one event type of one node.

    Attributes:
        number: Its name on the wire.
        scope: What it ends with.
        handler: What is called.
        carries: Whether it is called with what the event carries.
        label: What it listens to, for messages.
    """

    __slots__ = (
        "_events",
        "_granted",
        "_pool",
        "_received",
        "_running",
        "_spawn",
        "carries",
        "handler",
        "label",
        "number",
        "scope",
    )

    def __init__(
        self,
        number: int,
        scope: Scope,
        handler: Callable[..., Any],
        carries: bool,
        label: object,
        credit: int,
        pool: HandlerPool,
        spawn: Callable[[Listener, dict[str, Any]], None],
    ) -> None:
        self.number = number
        self.scope = scope
        self.handler = handler
        self.carries = carries
        self.label = label
        self._pool = pool
        self._spawn = spawn
        self._events: deque[dict[str, Any]] | None = None
        self._running = False
        self._received = 0
        self._granted = credit

    def take(self, carried: dict[str, Any]) -> None:
        """Take in one event.

        Raises:
            RemoteProtocolError: if there is no credit for it.
        """
        self._received += 1
        if self._received > self._granted:
            raise RemoteProtocolError(
                f"expected at most {self._granted} events of listener {self.number} before more credit, got another"
            )
        if self._events is None:
            self._events = deque()
        self._events.append(carried)
        if not self._running:
            self._running = True
            self._pool.run(self)

    def start_handler(self) -> bool:
        """Start the handler of the oldest event; return whether there was one, which takes a slot of the pool."""
        if self.scope.gone or not self._events:
            self._events = None
            self._running = False
            return False
        carried = self._events.popleft()
        if not self._events:
            self._events = None
        self._spawn(self, carried)
        return True

    def handler_ended(self) -> None:
        """Give the slot back and go on with the next event."""
        self._running = False
        if self._events and not self.scope.gone:
            self._running = True
            self._pool.run(self)
        self._pool.change(1)

    def credit_due(self, window: int) -> int:
        """Return the credit to announce now (events in all), or 0 if there is enough."""
        waiting = len(self._events) if self._events else 0
        granted = self._received - waiting - self._running + window
        if granted - self._granted < max(1, window // 2):
            return 0
        self._granted = granted
        return granted
