"""Handlers of browser events: by credit, at a bounded pace, in a bounded number of greenlets.

An event is taken in without waiting. It starts its handler at once, unless a handler of the same listener still runs
(then its `WhenBusy` decides; spec 8.5 bounds how many the client may send ahead), or the page has started more handlers
than its rate allows (then it queues until it may: no browser can make the app's code run faster than that), or the app
runs as many handlers as it may (then it queues for a slot). A handler that waits for the browser holds no slot: it
could be waiting for a frame that stands behind an event without one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeAlias

from ..errors import RemoteProtocolError
from .clock import Clock
from .quota import Quota
from .scope import Job, Scope, Task

__all__ = ["HandlerPool", "Listener", "Pace", "Snapshot", "WhenBusy"]

#: At how many listeners that wait those are let go that need not wait any more.
_TIDY = 64
#: How many handlers are started together, once a page has used its quota up: fewer timers.
_TOGETHER = 8


#: Makes of the values that an event carries, and of its errors, what its handler gets. Called as the event comes in.
Snapshot: TypeAlias = "Callable[[list[Any] | None, dict[str, list[Any]] | None], Any]"


class WhenBusy(Enum):
    """What becomes of an event while a handler of the same listener runs."""

    SERIAL = "serial"  # it waits until that has ended
    PARALLEL = "parallel"  # its handler runs beside that
    LATEST = "latest"  # its handler runs, and that one ends at its next page op
    DROP = "drop"  # nothing


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
        elif not listener.takes_slot:
            listener.start_handler()
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
        clock: What a second is counted by.
    """

    __slots__ = ("_clock", "_pool", "_quota", "_timer", "_waiting")

    def __init__(self, pool: HandlerPool, rate: float, burst: float, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._quota = Quota(rate, burst, clock)
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
        self._timer = self._clock.timer(self._quota.seconds_until(_TOGETHER))
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

    Args:
        pace: Starts handlers when they may run.
        credit: How many events the client may send ahead.
        spawn: Starts one at once; returns its task.

    Attributes:
        number: Its name on the wire.
        scope: What it ends with.
        handler: What is called.
        snapshot: Makes of what an event carries what the handler gets; None if that is nothing.
        options: Those of its `listen`.
        label: What it listens to, for messages.
        when_busy: What becomes of an event while a handler runs.
    """

    __slots__ = (
        "_events",
        "_granted",
        "_pace",
        "_received",
        "_running",
        "_spawn",
        "_started",
        "handler",
        "label",
        "number",
        "options",
        "scope",
        "snapshot",
        "when_busy",
    )

    #: Whether its handlers run in the slots of the pool.
    takes_slot = True

    def __init__(
        self,
        number: int,
        scope: Scope,
        handler: Callable[..., Any],
        snapshot: Snapshot | None,
        options: dict[str, Any],
        label: object,
        credit: int,
        pace: HandlerPool | Pace,
        spawn: Callable[[Listener, Any], Task],
        when_busy: WhenBusy = WhenBusy.SERIAL,
    ) -> None:
        self.number = number
        self.scope = scope
        self.handler = handler
        self.snapshot = snapshot
        self.options = options
        self.label = label
        self.when_busy = when_busy
        self._pace = pace
        self._spawn = spawn
        self._events: deque[Any] | None = None
        self._running = 0
        self._started: Task | None = None  # the newest, where it may be superseded
        self._received = 0
        self._granted = credit

    def take(self, event: Any) -> bool:
        """Take in what the handler gets of one event; return whether an event is over already, this one or another.

        Raises:
            RemoteProtocolError: if there is no credit for it.
        """
        self._received += 1
        if self._received > self._granted:
            raise RemoteProtocolError(
                f"expected at most {self._granted} events of listener {self.number} before more credit, got another"
            )
        when_busy = self.when_busy
        busy = self._is_busy
        if busy and when_busy is WhenBusy.DROP:
            return True
        dropped = False
        if busy and when_busy is WhenBusy.LATEST:
            dropped = self._supersede()
        if self._events is None:
            self._events = deque()
        self._events.append(event)
        if not dropped and not (busy and when_busy is WhenBusy.SERIAL):
            self._pace.run(self)
        return dropped

    @property
    def _is_busy(self) -> bool:
        """Whether an event that comes now finds another one before it."""
        return self._running > 0 or bool(self._events)

    def _supersede(self) -> bool:
        """Let the newest event alone count; return whether one that waited to be started has made room for it."""
        if self._started is not None:
            self._started.superseded = True
            if self._started.wake is not None:
                self._started.wake()
        if not self._events:
            return False
        self._events.clear()  # whose place before the pool the new one takes
        return True

    def start_handler(self) -> bool:
        """Start the handler of the oldest event; return whether there was one, which takes a slot of the pool."""
        if self.idle:
            self._events = None
            return False
        assert self._events is not None
        event = self._events.popleft()
        if not self._events:
            self._events = None
        self._running += 1
        task = self._spawn(self, event)
        if self.when_busy is WhenBusy.LATEST:
            self._started = task
        return True

    @property
    def idle(self) -> bool:
        """Whether it has no handler to start any more."""
        return self.scope.gone is not None or not self._events

    def arguments(self, event: Any) -> tuple[Any, ...]:
        """Return what the handler is called with for *event*, which `take` took in."""
        return () if self.snapshot is None else (event,)

    def handler_ended(self, event: Any) -> None:
        """Give the slot back of the handler of *event*, and go on with the next one."""
        self._running -= 1
        if not self._running:
            self._started = None
        if self._events and not self.scope.gone and self.when_busy is WhenBusy.SERIAL:
            self._pace.run(self)
        self._pace.change(1)

    def stop(self) -> None:
        """Handle nothing any more of what waits."""
        self._events = None

    def ended(self, error: Exception) -> None:
        """Take note that nothing more comes, because of *error*. What waits is handled, unless its scope has ended."""
        if self.scope.gone is not None:
            self._events = None

    def credit_due(self, window: int) -> int:
        """Return the credit to announce now (events in all), or 0 if there is enough."""
        waiting = len(self._events) if self._events else 0
        granted = self._received - waiting - self._running + window
        if granted - self._granted < max(1, window // 2):
            return 0
        self._granted = granted
        return granted
