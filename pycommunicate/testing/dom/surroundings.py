"""What a document finds around it: its tab, its user's browser, what stands in for scripts, and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["StandIns", "Surroundings"]


def _never(seconds: float, call: Callable[[], None]) -> Callable[[], None]:
    """Let no time pass."""
    return lambda: None


class StandIns:
    """What stands in for scripts of the app's own, which do not run here.

    Attributes:
        scripts: Objects of Python that are in the window, by name.
        hooks: Make what stands in for the hook of an element, by the name in its `data-hook`.
    """

    def __init__(self) -> None:
        self.scripts: dict[str, Any] = {}
        self.hooks: dict[str, Callable[[], Any]] = {}


class Surroundings:
    """What is around a document; it outlives it, as a tab does.

    Args:
        after: Calls something when so many seconds have passed; returns what calls that off.
        now: Returns the time, in seconds.
        local: What `localStorage` holds: of the user, whatever the tab.
        stand_ins: What stands in for scripts of the app's own.

    Attributes:
        after: The same.
        now: The same.
        local: The same.
        stand_ins: The same.
        session: What `sessionStorage` holds: of the tab.
        width: Of the window, in pixels.
        height: The same.
        online: Whether there is a network.
        visible: Whether the tab is looked at.
        clipboard: What was last copied there by a script.
    """

    def __init__(
        self,
        after: Callable[[float, Callable[[], None]], Callable[[], None]] = _never,
        now: Callable[[], float] = lambda: 0.0,
        local: dict[str, str] | None = None,
        stand_ins: StandIns | None = None,
    ) -> None:
        self.after = after
        self.now = now
        self.local = {} if local is None else local
        self.session: dict[str, str] = {}
        self.width, self.height = 1280, 720
        self.online = self.visible = True
        self.clipboard = ""
        self.stand_ins = stand_ins or StandIns()
