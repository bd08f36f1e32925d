"""Events that a greenlet waits for, in place of a handler that is started for each.

Nothing is lost between two looks: what comes meanwhile waits here, as far as the listener's credit goes, and the rest
in the browser. An event counts as handled when the next one is asked for, so the browser sends no more ahead than it
may. Events come out at the pace at which handlers would be started (`Pace`), and take no slot of the `HandlerPool`; a
handler that waits here holds none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from gevent import get_hub
from gevent.hub import Waiter

from ..errors import WaitTimeout
from .busy import BusyListener
from .clock import Clock
from .listeners import HandlerPool, Listener, WhenBusy
from .scope import Task, check_may_wait, current_task, without_slot

__all__ = ["Mailbox"]


class Mailbox(BusyListener):
    """A listener whose events are fetched.

    Args:
        check: Raises if the caller may not use the page.
        handled: Called when events are over, for their credit.
        taken: Returns the number of the last frame that was taken in.
        clock: What waiting is counted by.
        pool: Counts what runs; a task that waits here does not.
    """

    __slots__ = ("_check", "_clock", "_error", "_handled", "_in_hand", "_pool", "_ready", "_taken", "_waiting")

    takes_slot = False

    def __init__(
        self,
        *args: Any,
        check: Callable[[], None],
        handled: Callable[[Listener], None],
        taken: Callable[[], int],
        clock: Clock,
        pool: HandlerPool,
    ) -> None:
        super().__init__(*args)
        self._check = check
        self._handled = handled
        self._taken = taken
        self._clock = clock
        self._pool = pool
        self._ready: deque[Any] = deque()
        self._in_hand: list[int] = []
        self._waiting: dict[Waiter[None], Task | None] = {}
        self._error: Exception | None = None

    # --- in -----------------------------------------------------------------------------------------------------

    def start_handler(self) -> bool:
        """Let the oldest event be fetched; return that it takes no slot."""
        if self.idle:
            self._events = None
            return False
        assert self._events is not None
        self._ready.append(self._events.popleft())
        if not self._events:
            self._events = None
        self._running += 1
        self._wake_next()
        return False

    def take(self, event: Any) -> bool:
        """Take in an event: see `Listener.take`."""
        superseded = self.when_busy is WhenBusy.LATEST and bool(self._ready)
        return super().take(event) or superseded

    @property
    def _is_busy(self) -> bool:
        if self.when_busy is WhenBusy.DROP:
            return len(self._waiting) <= len(self._ready)  # nobody waits for it
        return super()._is_busy

    def stop(self) -> None:
        """Let nothing be fetched any more of what waits."""
        super().stop()
        self._ready.clear()

    def ended(self, error: Exception) -> None:
        """Take note that nothing more comes: who fetches more than there is gets *error*."""
        super().ended(error)
        self._error = error
        for waiter in list(self._waiting):
            self._wake(waiter)

    def _supersede(self) -> bool:
        for number, _ in self._ready:
            self._over(number)
        self._running -= len(self._ready)
        self._ready.clear()
        return super()._supersede()

    # --- out ----------------------------------------------------------------------------------------------------

    def get(self, timeout: float | None = None) -> Any:
        """**Blocks** until there is an event; return it. The one that was fetched before is handled with that.

        Raises:
            WaitTimeout: if none comes within *timeout* seconds.
            Exception: what `ended` was told, if nothing more comes.
            PageError: if the caller may not use the page, or not wait.
        """
        self._check()
        self._put_away()
        deadline = None if timeout is None else self._clock.now() + timeout
        try:
            while not self._ready:
                if self._error is not None and not self._events:
                    raise self._error.with_traceback(None)
                if deadline is not None and self._clock.now() >= deadline:
                    raise WaitTimeout(f"{self.label} did not come within {timeout:g} seconds")
                self._wait(deadline)
                self._check()
        except BaseException:
            if self._ready:  # this one was woken for it
                self._wake_next()
            raise
        number, event = self._ready.popleft()
        self._in_hand.append(number)
        task = current_task()
        if task is not None:
            task.since = self._taken()
        return event

    def close(self) -> None:
        """Let all events be over: nobody fetches any more."""
        for number, _ in self._events or ():
            self._over(number)
        self._in_hand += [number for number, _ in self._ready]
        self.stop()
        self._put_away()

    def _put_away(self) -> None:
        if not self._in_hand:
            return
        for number in self._in_hand:
            self._over(number)
        self._running -= len(self._in_hand)
        self._in_hand.clear()
        if self._events and not self.scope.gone and self.when_busy is WhenBusy.SERIAL:
            self._pace.run(self)
        self._handled(self)

    def _wait(self, deadline: float | None) -> None:
        """**Blocks** until there may be something new."""
        check_may_wait()
        task, running = current_task(), self._pool.running
        waiter: Waiter[None] = Waiter()
        self._waiting[waiter] = task
        timer = None
        if deadline is not None:
            timer = self._clock.timer(max(0.0, deadline - self._clock.now()))
            timer.start(self._wake, waiter)
        if task is not None:
            task.wake = lambda: self._wake(waiter)
            running.discard(task)
        try:
            without_slot(waiter.get)
        finally:
            self._forget(waiter)
            if task is not None:
                running.add(task)
            if timer is not None:
                timer.stop()
                timer.close()

    def _wake_next(self) -> None:
        if self._waiting:
            self._wake(next(iter(self._waiting)))

    def _wake(self, waiter: Waiter[None]) -> None:
        if self._forget(waiter):
            get_hub().loop.run_callback(waiter.switch, None)

    def _forget(self, waiter: Waiter[None]) -> bool:
        """Take note that something has come for who waits; return whether nothing had."""
        if waiter not in self._waiting:
            return False
        task = self._waiting.pop(waiter)
        if task is not None:
            task.wake = None
        return True
