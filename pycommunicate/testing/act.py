"""How a test acts on a tab, and waits: everything that follows from an action has happened when it returns."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from .network import Network
from .round_trips import RoundTrips
from .surface import Surface

__all__ = ["Hand", "Overseer"]

#: Seconds of real time between two looks.
_LOOK_EVERY = 0.005
#: How much of a document stands in a message.
_MOST_SHOWN = 1_000


class Overseer(Protocol):
    """What is asked of the client that a page belongs to.

    Attributes:
        timeout: Seconds of real time to wait for something, where nothing else is said.
    """

    timeout: float

    def begin(self, surface: Surface) -> None:
        """Take note that an action begins."""

    def check(self) -> None:
        """Raise what the app has raised."""

    def round_trips(self, surface: Surface) -> RoundTrips:
        """Return the round trips since the last action."""

    def network(self, surface: Surface) -> Network:
        """Return what lies between a tab and the app."""


class Hand:
    """Acts on one tab.

    Args:
        surface: The tab.
        overseer: The client.

    Attributes:
        surface: The same.
        overseer: The same.
    """

    def __init__(self, surface: Surface, overseer: Overseer) -> None:
        self.surface = surface
        self.overseer = overseer

    def do(self, act: Callable[[], Any]) -> None:
        """Do something, and let it have its effect."""
        self.overseer.begin(self.surface)
        act()
        self.settle()

    def settle(self) -> None:
        """Let everything go on that can go on without time passing, and raise what the app has raised."""
        self.surface.settle()
        self.overseer.check()

    def wait_until(self, happened: Callable[[], Any], what: Callable[[], str], timeout: float | None) -> Any:
        """Wait until *happened* returns something true; return that.

        Raises:
            AssertionError: if it does not happen in time.
        """
        timeout = self.overseer.timeout if timeout is None else timeout
        deadline = monotonic() + timeout
        while not (value := happened()):
            if monotonic() >= deadline:
                raise AssertionError(f"waited {timeout:g} s for {what()}; {self.shown()}")
            self.surface.wait(_LOOK_EVERY)
            self.overseer.check()
        return value

    def shown(self) -> str:
        """Return what is shown, for a message."""
        html = self.surface.html
        html = html if len(html) <= _MOST_SHOWN else f"{html[:_MOST_SHOWN]} ..."
        return f"the page at {self.surface.url} ({self.surface.state or 'not live'}) is\n{html}"
