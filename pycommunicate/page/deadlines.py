"""When a wait for the browser has lasted too long, and the error that says so."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import PageError, ReadTimeout, WaitTimeout

__all__ = ["Deadlines"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What holds for all waits of one page at one moment.

    Attributes:
        now: The time.
        heard: When the browser's last frame came; None while none is attached, whose silence says nothing then.
        silence: Seconds without any frame from an attached browser.
        total: Seconds in any case.
    """

    now: float
    heard: float | None
    silence: float
    total: float

    def passed(self, label: str, since: float, timeout: float | None = None, patience: float = 0.0) -> PageError | None:
        """Return the error of a wait for *label* that has lasted too long since *since*; None if it has not.

        Args:
            label: What is waited for.
            since: When the wait began.
            timeout: How long the program wants to wait, or None.
            patience: How many seconds more than any other it may last.
        """
        waited = self.now - since
        if timeout is not None and waited >= timeout:
            return WaitTimeout(f"{label} did not come within {timeout:g} seconds")
        total = max(self.total, timeout or 0.0) + patience
        if waited >= total:
            return ReadTimeout(f"no answer within {total:g} seconds to {label}")
        if self._silent_for(since) >= self.silence:
            return ReadTimeout(f"no sign of the browser for {self.silence:g} seconds, waiting for {label}")
        return None

    def half_silent(self, since: float) -> bool:
        """Return whether half of the time has passed in silence that a wait since *since* allows."""
        return self._silent_for(since) >= self.silence / 2

    def _silent_for(self, since: float) -> float:
        return 0.0 if self.heard is None else self.now - max(since, self.heard)
