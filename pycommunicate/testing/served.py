"""An app that is served for a test: by a real server, in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any, TypeVar

import gevent
from gevent import get_hub
from gevent.event import Event as Signal

from ..server.app.communicate import CommunicateApp
from ..transport.server import Server
from .clock import VirtualClock
from .watcher import Watcher

__all__ = ["ServedApp"]

Value = TypeVar("Value")

#: Seconds between two looks at the real time.
_STEP = 0.02
#: Seconds that the server may take for anything.
_TIMEOUT = 20.0


class ServedApp:
    """An app with a server of its own.

    Its time is the real one, and what a test adds to it.

    Args:
        app: The app.
        watcher: Looks on.

    Attributes:
        url: Where it is served.
    """

    def __init__(self, app: CommunicateApp, watcher: Watcher) -> None:
        self.url = ""
        self._app = app
        self._watcher = watcher
        self._loop: Any = None
        self._stop: Any = None
        self._clock: Any = None
        self._leaps: list[tuple[float, Future[None]]] = []
        self._started: Future[str] = Future()
        # One thread, whatever the program has patched: the event loop of gevent belongs to it.
        self._thread = threading.Thread(target=self._serve, name="the app of a test", daemon=True)
        self._thread.start()
        self.url = self._started.result(_TIMEOUT)

    def run(self, call: Callable[[], Value]) -> Value:
        """**Blocks**: call something in a greenlet of the app's thread; return what it returns."""
        done: Future[Value] = Future()

        def work() -> None:
            try:
                done.set_result(call())
            except BaseException as error:
                done.set_exception(error)

        self._loop.run_callback_threadsafe(gevent.spawn, work)
        return done.result(_TIMEOUT)

    def advance(self, seconds: float) -> None:
        """**Blocks**: let time pass at once."""
        done: Future[None] = Future()
        self._leaps.append((seconds, done))
        done.result(_TIMEOUT)

    def is_at_rest(self, page_id: str, since: float) -> bool:
        """Return whether a page's browser was heard since then, and nothing goes on in it."""

        def look() -> bool:
            page = self._app._page(page_id)
            return page is None or (page.heard >= since and page.at_rest)

        return self.run(look)

    def now(self) -> float:
        """Return the app's time."""
        return float(self._clock.now())

    def stop(self) -> None:
        """Stop the server, and let the app go."""
        self._loop.run_callback_threadsafe(self._stop.set)
        self._thread.join(_TIMEOUT)

    def _serve(self) -> None:
        try:
            self._clock = clock = VirtualClock(gevent.idle, monotonic())
            self._loop, self._stop = get_hub().loop, Signal()
            with self._app._observed(clock, self._watcher):
                server = Server(("127.0.0.1", 0), self._app, **self._app.server_options())
                server.start()
                self._started.set_result(f"http://127.0.0.1:{server.server_port}")
                last = monotonic()
                while not self._stop.wait(_STEP):
                    now = monotonic()
                    clock.advance(now - last)
                    last = now
                    self._leap()
                server.stop(timeout=0.5)
        except BaseException as error:
            if self._started.done():
                raise
            self._started.set_exception(error)
        finally:
            get_hub().destroy(destroy_loop=True)

    def _leap(self) -> None:
        """Let the time pass that the test wants to, in the one greenlet that lets any pass."""
        while self._leaps:
            seconds, done = self._leaps.pop(0)
            try:
                self._clock.advance(seconds)
                done.set_result(None)
            except BaseException as error:
                done.set_exception(error)
