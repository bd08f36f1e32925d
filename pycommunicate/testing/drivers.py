"""What shows an app to a test: browsers, each of one user, and the time they share."""

from __future__ import annotations

from random import Random
from typing import Protocol

from .browser import Browser
from .dom import StandIns
from .site import Answer, Site
from .surface import Surface
from .tab import Tab

__all__ = ["Driver", "SimulatedDriver", "UserDriver"]


class UserDriver(Protocol):
    """One user's browser."""

    @property
    def cookies(self) -> dict[str, str]:
        """Names and values of its cookies."""

    def open(self, url: str, headers: dict[str, str]) -> Surface:
        """Return a new tab that shows a page."""

    def fetch(self, url: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request with the user's cookies, as a script would; return the response."""


class Driver(Protocol):
    """Shows an app."""

    def new_user(self) -> UserDriver:
        """Return the browser of somebody new."""

    def advance(self, seconds: float) -> None:
        """Let time pass, in the app and in its browsers."""

    def close(self) -> None:
        """Close all tabs."""


class SimulatedDriver:
    """Simulated browsers.

    Args:
        site: What they talk to.
        base_url: What addresses without a host belong to.
        seed: Of all that is random in them.
        stand_ins: What stands in for scripts of the app's own.
    """

    def __init__(self, site: Site, base_url: str, seed: int, stand_ins: StandIns | None = None) -> None:
        self._stand_ins = stand_ins
        self._site = site
        self._base_url = base_url
        self._random = Random(seed)
        self._users: list[_SimulatedUser] = []

    def new_user(self) -> UserDriver:
        """Return the browser of somebody new."""
        self._users.append(_SimulatedUser(Browser(self._site, self._base_url, self._random, self._stand_ins)))
        return self._users[-1]

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Raises:
            NotImplementedError: where time is the real one.
        """
        self._site.advance(seconds)

    def close(self) -> None:
        """Close all tabs."""
        for user in self._users:
            user.close()
        self._site.settle(None)


class _SimulatedUser:
    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._tabs: list[Tab] = []

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._browser.cookies}

    def open(self, url: str, headers: dict[str, str]) -> Surface:
        tab = Tab(self._browser)
        self._tabs.append(tab)
        tab.go(url, headers=headers)
        return tab

    def fetch(self, url: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        return self._browser.fetch(url, method, {"Accept": "*/*"} | headers, body)

    def close(self) -> None:
        for tab in self._tabs:
            tab.close()
