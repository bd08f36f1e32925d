"""A clock that stands still until a test moves it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from ..page.clock import Clock

__all__ = ["VirtualClock", "VirtualTimer"]

#: Timers that may fire at one instant; a circle of them would never let time go on.
_MOST_AT_ONCE = 1_000_000


class VirtualClock(Clock):
    """Time as a test has it.

    Args:
        settle: Called whenever timers have fired, before time goes on: lets greenlets have their turns, say.
        now: Where it begins.
    """

    __slots__ = ("_advancing", "_heap", "_last", "_now", "_settle")

    def __init__(self, settle: Callable[[], None] = lambda: None, now: float = 0.0) -> None:
        self._settle = settle
        self._now = now
        self._last = 0
        # Times, numbers of timers, numbers of their starts; and the timers.
        self._heap: list[tuple[float, int, int, VirtualTimer]] = []
        self._advancing = False

    def now(self) -> float:
        """Return seconds that only ever grow."""
        return self._now

    def timer(self, seconds: float, repeat: float = 0.0, *, background: bool = False) -> VirtualTimer:
        """Return a timer that waits *seconds*, and *repeat* seconds each further time, if that is not 0."""
        self._last += 1
        return VirtualTimer(self, self._last, seconds, repeat)

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call something when so many seconds have passed; return what calls that off."""
        timer = self.timer(seconds)
        timer.start(call)
        return timer.stop

    @property
    def active(self) -> int:
        """How many timers are waiting."""
        return sum(entry[3].due_at(entry[2]) for entry in self._heap)

    @property
    def next_due(self) -> float | None:
        """When the next timer fires, or None if none waits."""
        while self._heap and not self._heap[0][3].due_at(self._heap[0][2]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass. Timers fire in the order of their times, and of their making where these are equal.

        What a timer raises comes out here, and time stands where it was raised.

        Raises:
            RuntimeError: if it is called by something that it has started itself.
        """
        if self._advancing:
            raise RuntimeError("expected one that lets time pass, got a second one inside of it")
        if seconds < 0:
            raise ValueError(f"expected seconds of at least 0, got {seconds:g}")
        self._advancing = True
        try:
            target = self._now + seconds
            self._settle()
            while (due := self.next_due) is not None and due <= target:
                self._now = max(self._now, due)
                self._fire()
            self._now = target
        finally:
            self._advancing = False

    def _fire(self) -> None:
        """Fire all that is due now, and what becomes due by that."""
        for _ in range(_MOST_AT_ONCE):
            due = self.next_due
            if due is None or due > self._now:
                self._settle()
                return
            _, _, _, timer = heapq.heappop(self._heap)
            timer.fire(due)
        raise RuntimeError(f"expected time to go on, got more than {_MOST_AT_ONCE} timers at {self._now:g} s")

    def enter(self, due: float, number: int, start: int, timer: VirtualTimer) -> None:
        """Let *timer* fire at *due*."""
        heapq.heappush(self._heap, (due, number, start, timer))


class VirtualTimer:
    """A timer of a `VirtualClock`, used as those of gevent's loop are."""

    __slots__ = ("_args", "_call", "_clock", "_number", "_repeat", "_seconds", "_start", "_waits")

    def __init__(self, clock: VirtualClock, number: int, seconds: float, repeat: float) -> None:
        self._clock = clock
        self._number = number
        self._seconds = seconds
        self._repeat = repeat
        self._call: Callable[..., Any] = lambda: None
        self._args: tuple[Any, ...] = ()
        self._start = 0
        self._waits = False

    @property
    def active(self) -> bool:
        """Whether it is waiting."""
        return self._waits

    def start(self, call: Callable[..., Any], *args: Any) -> None:
        """Let *call* be called. One that waits already goes on waiting, for the new call."""
        self._call, self._args = call, args
        if not self._waits:
            self._enter(self._clock.now() + max(0.0, self._seconds))

    def stop(self) -> None:
        """Wait no longer; it may be started again."""
        self._waits = False
        self._start += 1
        self._call, self._args = lambda: None, ()

    def close(self) -> None:
        """Stop for good."""
        self.stop()

    def due_at(self, start: int) -> bool:
        """Return whether the wait that began by that start still goes on."""
        return self._waits and start == self._start

    def fire(self, due: float) -> None:
        """Make the call; wait again if this is one that repeats."""
        self._waits = False
        if self._repeat:
            self._enter(due + self._repeat)
        self._call(*self._args)

    def _enter(self, due: float) -> None:
        self._waits = True
        self._start += 1
        self._clock.enter(due, self._number, self._start, self)
