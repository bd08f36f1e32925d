"""Tests an app as its users use it: pages are opened, read and acted on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from types import TracebackType
from typing import Any

import gevent

from ..server.app.communicate import CommunicateApp
from .clock import VirtualClock
from .dom import StandIns
from .drivers import Driver, SimulatedDriver, UserDriver
from .network import Network
from .page import Page
from .round_trips import RoundTrips
from .site import Answer, AppSite
from .surface import Surface
from .tab import Tab
from .watcher import Watcher

__all__ = ["TestClient", "Time", "Visitor"]


class Visitor:
    """Somebody with a browser of their own; made by `TestClient.new_user`."""

    def __init__(self, driver: UserDriver, client: TestClient) -> None:
        self._driver = driver
        self._client = client

    def open(self, url: str = "/", *, headers: dict[str, str] | None = None) -> Page:
        """Open a page in a new tab.

        Args:
            url: Its address, from behind the host on.
            headers: Sent along with the request.

        Returns:
            The page, when its server has shown all that it shows at first, or waits for something.
        """
        surface = self._driver.open(url, headers or {})
        page = Page(surface, self._client)
        page.settle()
        return page

    def fetch(
        self, url: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request with this user's cookies, as a script would; return the response, redirects followed."""
        answer = self._driver.fetch(url, method, headers or {}, body)
        self._client.check()
        return answer

    @property
    def cookies(self) -> dict[str, str]:
        """Names and values of the browser's cookies."""
        return self._driver.cookies


class Time:
    """The time that an app and its browsers live by: it stands still, and a test lets it pass."""

    def __init__(self, client: TestClient, driver: Driver) -> None:
        self._client = client
        self._driver = driver

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once: timers of the app fire in order, deadlines come, pages expire.

        What the app itself waits for by ``sleep`` is real time, and does not pass.
        """
        self._driver.advance(seconds)
        self._client.check()


class TestClient:
    """Shows an app to a test, as its users' browsers would.

    The app runs in the test's own process, without a server or any socket, and its users have simulated browsers. Given
    an address, it is a server anywhere. To be used as a context manager, by one greenlet at a time.

    Args:
        app: The app, or the address of a server: ``http://127.0.0.1:8080``.
        base_url: What the app believes to be reached by.
        raise_errors: Whether what the app's code raises, and what fails in the browser, is raised again in the test, by
            what the test does next.
        timeout: Seconds of real time that `Page.find` and `Page.wait_for` wait at most.
        seed: Of all that is random in the browsers.
        live: Whether to use a real Chromium, by Playwright, in place of simulated browsers.

    Attributes:
        clock: The time: ``client.clock.advance(5)``.
        timeout: As above.

    Raises:
        ConfigurationError: if the app has pages already: it serves somebody else.
    """

    #: For pytest: not a test itself.
    __test__ = False

    def __init__(
        self,
        app: CommunicateApp | str,
        *,
        base_url: str = "http://localhost",
        raise_errors: bool = True,
        timeout: float = 5.0,
        seed: int = 0,
        live: bool = False,
    ) -> None:
        if not isinstance(app, (CommunicateApp, str)):
            raise TypeError(f"expected a CommunicateApp or the address of a server, got {app!r}")
        self.timeout = timeout
        self._raise_errors = raise_errors
        self._in_process = not isinstance(app, str)
        self._watcher = Watcher()
        self._stand_ins = StandIns()
        self._raised = 0
        self._stack = ExitStack()
        logging.getLogger().addHandler(self._watcher)
        self._stack.callback(logging.getLogger().removeHandler, self._watcher)
        try:
            self._driver = self._make_driver(app, base_url, seed, live=live)
        except BaseException:
            self._stack.close()
            raise
        self._stack.callback(self._driver.close)
        self.clock = Time(self, self._driver)
        self._first: Visitor | None = None

    def stand_in(self, name: str, for_script: Any) -> None:
        """Let an object stand in for what a script of the app's own puts into the window.

        Simulated browsers run no scripts: what the app calls there is called in this object. A real browser has the
        script itself, and this does nothing.

        Args:
            name: Its name in the window, as ``"chart"`` for ``window.chart``.
            for_script: Has the attributes and methods that the app uses; functions among what these are called with
                can be called.
        """
        self._stand_ins.scripts[name] = for_script

    def stand_in_hook(self, name: str, make: Callable[[], Any]) -> None:
        """Let objects stand in for the hooks of elements; see `stand_in`.

        Args:
            name: What stands in the elements' ``data-hook``.
            make: Makes the hook of one element, when the app first asks for it.
        """
        self._stand_ins.hooks[name] = make

    def _make_driver(self, app: CommunicateApp | str, base_url: str, seed: int, *, live: bool) -> Driver:
        if isinstance(app, str):
            from .remote import RemoteSite

            return SimulatedDriver(RemoteSite(), app, seed, self._stand_ins)
        if live:
            from .live import LiveDriver

            live_driver = LiveDriver(app, self._watcher, self.timeout)
            self._stack.callback(live_driver.stop)
            return live_driver
        clock = VirtualClock(gevent.idle, monotonic())
        self._stack.enter_context(app._observed(clock, self._watcher))
        return SimulatedDriver(AppSite(app, clock, seed), base_url, seed, self._stand_ins)

    # --- users ----------------------------------------------------------------------------------------------------

    def open(self, url: str = "/", *, headers: dict[str, str] | None = None) -> Page:
        """Open a page in a new tab of this client's own user: see `Visitor.open`."""
        return self.user.open(url, headers=headers)

    def fetch(
        self, url: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request as this client's own user: see `Visitor.fetch`."""
        return self.user.fetch(url, method=method, headers=headers, body=body)

    @property
    def user(self) -> Visitor:
        """This client's own user."""
        if self._first is None:
            self._first = self.new_user()
        return self._first

    def new_user(self) -> Visitor:
        """Return somebody else, with a browser and cookies of their own."""
        return Visitor(self._driver.new_user(), self)

    # --- what happened --------------------------------------------------------------------------------------------

    @property
    def errors(self) -> list[BaseException]:
        """What the app's code has raised, and writes that failed in the browser, in order."""
        return self._watcher.errors

    @property
    def logs(self) -> list[logging.LogRecord]:
        """What was logged."""
        return self._watcher.records

    def check(self) -> None:
        """Raise what the app has raised, if this is wanted and was not done yet."""
        errors = self._watcher.errors
        if self._raise_errors and len(errors) > self._raised:
            first, self._raised = errors[self._raised], len(errors)
            raise first

    # --- see `act.Overseer` ---------------------------------------------------------------------------------------

    def begin(self, surface: Surface) -> None:
        """Take note that an action begins."""
        self._watcher.reads.pop(surface.page_id, None)

    def round_trips(self, surface: Surface) -> RoundTrips:
        """Return the round trips since the last action."""
        if not self._in_process:
            raise NotImplementedError("expected an app in this process; what another one reads is not known here")
        return RoundTrips(self._watcher.reads.get(surface.page_id, []))

    def network(self, surface: Surface) -> Network:
        """Return what lies between a tab and the app."""
        line = surface.line if isinstance(surface, Tab) else None
        if not isinstance(line, Network):
            raise NotImplementedError("expected a live page of an app in this process; only there the network is ours")
        return line

    # --- the end --------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close all tabs, and let the app go."""
        self._stack.close()

    def __enter__(self) -> TestClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
        if error is None:
            self.check()
