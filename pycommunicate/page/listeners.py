"""Handlers of browser events: serial per listener, by credit, at a bounded pace, in a bounded number of greenlets.

An event is taken in without waiting. It starts its handler at once, unless a handler of the same listener still runs
(then it queues behind it: spec 8.5 bounds how many the client may send ahead), or the page has started more handlers
than its rate allows (then it queues until it may: no browser can make the app's code run faster than that), or the app
runs as many handlers as it may (then it queues for a slot). A handler that waits for the browser holds no slot: it
could be waiting for a frame that stands behind an event without one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from gevent import get_hub

from ..errors import RemoteProtocolError
from .quota import Quota
from .scope import Job, Scope, Task

__all__ = ["HandlerPool", "Listener", "Pace"]

#: At how many listeners that wait those are let go that need not wait any more.
_TIDY = 64
#: How many handlers are started together, once a page has used its quota up: fewer timers.
_TOGETHER = 8


class HandlerPool:
    """Bounds how many handlers of an app run at a time.

    Args:
        size: How many.

    Attributes:
        closed: Whether no handler is started any more.
        running: All tasks of the app's pages, those included that hold no slot, and its jobs.
    """

    __slots__ = ("_free", "_tidy_at", "_waiting", "closed", "running")

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: deque[Listener] = deque()
        self.closed = False
        self.running: set[Task | Job] = set()
        self._tidy_at = _TIDY

    def run(self, listener: Listener) -> None:
        """Start the listener's next handler as soon as there is a slot."""
        if self._free > 0 and not self.closed:
            if listener.start_handler():
                self._free -= 1
        else:
            self._waiting.append(listener)
            if len(self._waiting) > self._tidy_at:
                # What waits holds its page, and that may have ended.
                self._waiting = deque(one for one in self._waiting if not one.idle)
                self._tidy_at = max(_TIDY, 2 * len(self._waiting))

    def change(self, by: int) -> None:
        """Give a slot back (1), or take one that a handler had before (-1)."""
        self._free += by
        while self._free > 0 and self._waiting and not self.closed:
            if self._waiting.popleft().start_handler():
                self._free -= 1


class Pace:
    """Bounds how fast the handlers of one page start.

    Args:
        pool: Bounds how many run at a time.
        rate: How many may start a second.
        burst: How many may start at once, after a quiet time.
    """

    __slots__ = ("_pool", "_quota", "_timer", "_waiting")

    def __init__(self, pool: HandlerPool, rate: float, burst: float) -> None:
        self._pool = pool
        self._quota = Quota(rate, burst)
        self._waiting: deque[Listener] | None = None
        self._timer: Any = None

    def run(self, listener: Listener) -> None:
        """Start the listener's next handler as soon as the rate allows and there is a slot."""
        if self._waiting is None:
            if self._quota.take():
                self._pool.run(listener)
                return
            self._waiting = deque()
            self._wait()
        self._waiting.append(listener)

    def change(self, by: int) -> None:
        """Give a slot of the pool back (1), or take one that a handler had before (-1)."""
        self._pool.change(by)

    def end(self) -> None:
        """Start nothing any more of what waits."""
        self._stop_timer()
        self._waiting = None

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.close()

    def _wait(self) -> None:
        self._stop_timer()
        self._timer = get_hub().loop.timer(self._quota.seconds_until(_TOGETHER))
        self._timer.start(self._go_on)

    def _go_on(self) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        while waiting and (waiting[0].idle or self._quota.take()):
            self._pool.run(waiting.popleft())
        if waiting:
            self._wait()
        else:
            self.end()


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
        pool: HandlerPool | Pace,
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
        if self.idle:
            self._events = None
            self._running = False
            return False
        assert self._events is not None
        carried = self._events.popleft()
        if not self._events:
            self._events = None
        self._spawn(self, carried)
        return True

    @property
    def idle(self) -> bool:
        """Whether it has no handler to start any more."""
        return self.scope.gone is not None or not self._events

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
