"""Events that are held back: until no more come, or until their time has come (spec 6.10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .carried import Happening

__all__ = ["Pacing"]

After = Callable[[float, Callable[[], None]], Callable[[], None]]


class Pacing:
    """The pace of one listener.

    Args:
        options: Those of the listener.
        after: Calls something when so many seconds have passed; returns what calls that off.
        let: Lets a happening go.
    """

    def __init__(self, options: dict[str, Any], after: After, let: Callable[[Happening], None]) -> None:
        self._debounce = options.get("debounce", 0) / 1000
        self._throttle = options.get("throttle", 0) / 1000
        self._after = after
        self._let = let
        self._coming: Callable[[], None] | None = None
        self._held: Happening | None = None
        self._pause: Callable[[], None] | None = None

    def take(self, happening: Happening) -> None:
        """Let something go now, or hold it back."""
        if not self._debounce:
            self._throttled(happening)
            return
        if self._coming is not None:
            self._coming()

        def come() -> None:
            self._coming = None
            self._throttled(happening)

        self._coming = self._after(self._debounce, come)

    def stop(self) -> None:
        """Drop what is held back."""
        for stop in (self._coming, self._pause):
            if stop is not None:
                stop()
        self._coming = self._pause = self._held = None

    def _throttled(self, happening: Happening) -> None:
        if self._pause is not None:
            self._held = happening
            return
        if self._throttle:
            self._pause = self._after(self._throttle, self._end_pause)
        self._let(happening)

    def _end_pause(self) -> None:
        held, self._held, self._pause = self._held, None, None
        if held is not None:
            self._throttled(held)
