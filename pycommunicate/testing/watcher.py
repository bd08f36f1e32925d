"""Looks on while an app is tested: what fails, what is read, what is logged."""

from __future__ import annotations

import logging
from typing import Any

from ..page.faults import Fault
from ..page.trail import Trail
from .round_trips import RoundTrip, round_trip

__all__ = ["Watcher"]


class Watcher(logging.Handler):
    """Looks on.

    Attributes:
        errors: What the app's code has raised, and writes that failed, in order.
        records: What was logged.
        reads: Round trips since the last action, by page.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.errors: list[BaseException] = []
        self.records: list[logging.LogRecord] = []
        self.reads: dict[str, list[RoundTrip]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line of the log."""
        self.records.append(record)

    # --- see `page.watch.Watch` -----------------------------------------------------------------------------------

    def failed(self, page: Any, fault: Fault) -> None:
        """Take note of what failed in a page."""
        assert fault.error is not None
        self.errors.append(fault.error)

    def crashed(self, what: object, error: BaseException) -> None:
        """Take note of what failed outside of any page."""
        self.errors.append(error)

    def asks(self, page: Any, what: str, trail: Trail) -> None:
        """Take note of what is asked of a browser."""
        self.reads.setdefault(page.id, []).append(round_trip(what, trail))
