"""Where a simulated browser gets its documents from: an app in this process, without any socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import gevent
from werkzeug.test import EnvironBuilder, run_wsgi_app

from .attachment import Attachment, Line
from .clock import VirtualClock
from .links import End
from .network import Network

__all__ = ["Answer", "AppSite", "Site"]

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response.

    Attributes:
        url: Where it came from, redirects followed.
        status: Its code.
        headers: Names and values, as they came.
        body: Its content.
    """

    url: str
    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the first header of that name, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        """Its content as text."""
        return self.body.decode("utf-8", "replace")


class Site(Protocol):
    """Where a browser gets its documents from.

    Attributes:
        clock: What the browser's times are counted by.
    """

    clock: VirtualClock

    def fetch(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send one request; return the response."""

    def line(self, url: str, headers: Callable[[], dict[str, str]]) -> Line:
        """Return what opens WebSockets to *url*, each with the headers as they are then."""

    def settle(self, attachment: Attachment | None) -> None:
        """Let everything go on that can go on without time passing, and for *attachment* all that comes of it."""

    def wait(self, seconds: float) -> None:
        """Let real time pass."""

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""

    def spend(self, seconds: float) -> None:
        """Let a user take so much time."""


class _Host:
    """Our own server, as an app sees it: this one has no address."""

    loopback = local = True

    def on_stop(self, finish: Callable[[float], None]) -> None:
        """Never stop."""


class AppSite:
    """An app in this process.

    Args:
        app: The WSGI callable.
        clock: What everything is counted by; its ``settle`` is `gevent.idle`.
        seed: Of the networks between its browsers and it.
    """

    def __init__(self, app: Callable[..., Any], clock: VirtualClock, seed: int) -> None:
        self.clock = clock
        self._app = app
        self._seed = seed
        self._host = _Host()

    def fetch(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send one request; return the response."""
        answer, status, fields = run_wsgi_app(self._app, self._environ(method, url, headers, body), buffered=True)
        return Answer(url, int(status.split()[0]), list(fields), b"".join(answer))

    def line(self, url: str, headers: Callable[[], dict[str, str]]) -> Network:
        """Return the network between a document and the app."""

        def serve(end: End) -> None:
            environ = self._environ("GET", url, headers() | {"Connection": "Upgrade", "Upgrade": "websocket"}, b"")
            environ["wsgi.websocket"] = end
            for _ in self._app(environ, lambda *response: None):
                pass  # a response only if the handshake is refused
            if end.receiver is None and not end.closed:  # the handshake was refused
                end.over = end.closed = True
                end.link.cut(told="client")

        self._seed += 1
        return Network(self.clock, self._seed, serve)

    def settle(self, attachment: Attachment | None = None) -> None:
        """Let everything go on that can go on without time passing: greenlets, frames on their way."""
        self.clock.advance(0.0)

    def wait(self, seconds: float) -> None:
        """Let real time pass: for greenlets that wait for it, or for something outside."""
        gevent.sleep(seconds)
        self.settle()

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.clock.advance(seconds)

    def spend(self, seconds: float) -> None:
        """Let a user take so much time, which passes at once."""
        self.clock.advance(seconds)

    def _environ(self, method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        parts = urlsplit(url)
        builder = EnvironBuilder(
            path=parts.path or "/",
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=method,
            headers=list(headers.items()),
            data=body,
        )
        try:
            environ = builder.get_environ()
        finally:
            builder.close()
        return environ | {"pycommunicate.server": self._host, "REMOTE_ADDR": "127.0.0.1"}
