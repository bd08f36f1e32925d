"""What somebody who looks on is told of pages: a developer's browser, a test."""

from __future__ import annotations

from typing import Any, Protocol

from .faults import Fault
from .trail import Trail

__all__ = ["Watch"]


class Watch(Protocol):
    """Looks on. None of its methods may wait or raise; *page* is the `page.Page`."""

    def failed(self, page: Any, fault: Fault) -> None:
        """Take note of what failed in a page."""

    def crashed(self, what: object, error: BaseException) -> None:
        """Take note of what failed outside of any page: a request, a call from another thread."""

    def asks(self, page: Any, what: str, trail: Trail) -> None:
        """Take note that *what* is asked of the browser, by the lines of the program in *trail*."""
