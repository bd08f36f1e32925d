"""What goes wrong on one page, line by line in the log, and no more lines than anybody can read."""

from __future__ import annotations

import logging

from .clock import Clock
from .faults import exc_info_of
from .quota import Quota
from .stream import log_later
from .trail import Trail, place_of

__all__ = ["Reports"]

_log = logging.getLogger("pycommunicate.page")

#: So many lines at once, and so many a second in the long run: whatever its browser does, a page cannot fill a disk.
_MOST_LINES, _LINES_A_SECOND = 100, 0.1


class Reports:
    """Logs what goes wrong on one page.

    Args:
        page_id: Its name.
        clock: What a second is counted by.
    """

    __slots__ = ("_clock", "_lines", "_page_id")

    def __init__(self, page_id: str, clock: Clock) -> None:
        self._page_id = page_id
        self._clock = clock
        self._lines: Quota | None = None  # most pages never need one

    def code_failed(self, label: object, error: BaseException) -> None:
        """Log that a piece of the app's code raised *error*; to be called where it is handled."""
        if self._take_line():
            _log.error("%s failed", label, exc_info=exc_info_of(error))

    def write_failed(self, code: str, text: str, what: str, trail: Trail) -> None:
        """Log that the browser could not carry out a write; never waits."""
        if self._take_line():
            where = f", written at {place_of(trail)}" if trail else ""
            # With its quotes and escapes: the text comes from anybody, and a log has its lines.
            log_later(logging.ERROR, "a write to the page failed: %s: %r (%s)", code, text, what + where)

    def kept(self, what: str, trail: Trail) -> None:
        """Log that a write was not carried out because of what the user has typed, which is no fault; never waits."""
        if self._take_line():
            where = f", written at {place_of(trail)}" if trail else ""
            log_later(
                logging.INFO,
                "kept what the user has typed: %s; element.set_value(value, force=True) writes over it",
                what + where,
            )

    def _take_line(self) -> bool:
        if self._lines is None:
            self._lines = Quota(_LINES_A_SECOND, _MOST_LINES, self._clock)
        if not self._lines.take():
            return False
        if self._lines.seconds_until(1):
            log_later(
                logging.ERROR, "so much goes wrong on page %s that most of it is not logged any more", self._page_id
            )
        return True
