"""What an app needs of the server that it runs under, checked at its first request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from ...errors import ServeError

__all__ = ["Deployment", "Host"]

_log = logging.getLogger("pycommunicate.app")

_OURS = "serve it by `python -m pycommunicate serve`, or by `gunicorn -k pycommunicate.transport.gunicorn.Worker -w 1`"


class Host(Protocol):
    """Our own server, as far as an app has to do with it."""

    @property
    def loopback(self) -> bool:
        """Whether it is reached from its own machine only."""

    def on_stop(self, finish: Callable[[float], None]) -> None:
        """Let *finish* be called when the server stops."""


class Deployment:
    """The server and the process that an app runs in.

    Args:
        start: Called at the first request, with the server if it is ours.
        thread: Returns what names the thread that it is called in.
    """

    def __init__(self, start: Callable[[Host | None], None], thread: Callable[[], object]) -> None:
        self._start = start
        self._thread = thread
        self._home: object = None
        self.loopback = False

    def check(self, environ: dict[str, Any]) -> None:
        """Check where a request comes from.

        Raises:
            ServeError: if pages could not live there.
        """
        if self._home is None:
            self._begin(environ)
        elif self._thread() != self._home:
            raise ServeError(f"the app is served by several threads, but its pages live in one; {_OURS}")

    def _begin(self, environ: dict[str, Any]) -> None:
        if environ.get("wsgi.multiprocess"):
            raise ServeError(
                "the app is served by several processes, but its pages live in the memory of one, so that their "
                f"sockets would reach the wrong one; serve it by one process (gunicorn: -w 1); {_OURS}"
            )
        host: Host | None = environ.get("pycommunicate.server")
        if host is None:
            _log.warning(
                "this server (%s) is not one of ours: its WebSockets cannot carry pages, and nothing bounds what a "
                "client may send; %s",
                environ.get("SERVER_SOFTWARE", "unknown"),
                _OURS,
            )
        else:
            self.loopback = host.loopback
        self._home = self._thread()
        self._start(host)
