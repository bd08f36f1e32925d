"""How often something may happen: so many times at once, and so many a second in the long run."""

from __future__ import annotations

from .clock import Clock

__all__ = ["Quota"]


class Quota:
    """Counts what happens against a rate (a token bucket).

    Args:
        rate: How many a second.
        burst: How many at once, after a quiet time.
        clock: What a second is counted by.
    """

    __slots__ = ("_burst", "_clock", "_left", "_rate", "_since")

    def __init__(self, rate: float, burst: float, clock: Clock) -> None:
        self._rate = rate
        self._burst = self._left = burst
        self._clock = clock
        self._since = clock.now()

    def take(self) -> bool:
        """Return whether it may happen once more now, and count it if so."""
        self._refill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def seconds_until(self, times: int) -> float:
        """Return after how many seconds so many may happen, or as many as may happen at once."""
        self._refill()
        return max(0.0, (min(times, self._burst) - self._left) / self._rate)

    def _refill(self) -> None:
        now = self._clock.now()
        self._left = min(self._burst, self._left + (now - self._since) * self._rate)
        self._since = now
