"""The time that pages live by: a test may hand them another one, whose minutes pass at once."""

from __future__ import annotations

from time import monotonic
from typing import Any

from gevent import get_hub

__all__ = ["Clock"]


class Clock:
    """The real time."""

    __slots__ = ()

    def now(self) -> float:
        """Return seconds that only ever grow."""
        return monotonic()

    def timer(self, seconds: float, repeat: float = 0.0, *, background: bool = False) -> Any:
        """Return a timer that waits *seconds*, and *repeat* seconds each further time, if that is not 0.

        Its ``start(call, *args)`` lets the event loop itself make the call, so *call* must not wait; ``stop()`` ends
        that, and ``close()`` frees it. One in the *background* keeps no program alive that has nothing else to do.
        """
        return get_hub().loop.timer(seconds, repeat=repeat, ref=not background)
