"""What an app needs of the server that it runs under, checked at each request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from ...errors import ServeError

__all__ = ["Deployment", "Host", "is_on_loopback"]

_log = logging.getLogger("pycommunicate.app")

_OURS = (
    "serve it by one process: `python -m pycommunicate serve`, or "
    "`gunicorn -k pycommunicate.transport.gunicorn.Worker -w 1`"
)


class Host(Protocol):
    """Our own server, as far as an app has to do with it."""

    @property
    def loopback(self) -> bool:
        """Whether it is reached by the machine's own loopback address only."""

    @property
    def local(self) -> bool:
        """Whether it is reached from its own machine only, by that address or a unix socket."""

    def on_stop(self, finish: Callable[[float], None]) -> None:
        """Let *finish* be called when the server stops."""


def is_on_loopback(environ: dict[str, Any]) -> bool:
    """Return whether a request came in by a server of ours that is reached from its own machine only."""
    host: Host | None = environ.get("pycommunicate.server")
    return host is not None and host.loopback


class Deployment:
    """The server and the process that an app runs in.

    Args:
        start: Called at the first request, with the server if it is ours; and again for each other one of ours.
        thread: Returns what names the thread that it is called in.
        has_greenlets: Returns whether what looks like threads are greenlets of one.
    """

    def __init__(
        self,
        start: Callable[[Host | None], None],
        thread: Callable[[], object],
        has_greenlets: Callable[[], bool],
    ) -> None:
        self._start = start
        self._thread = thread
        self._has_greenlets = has_greenlets
        self._home: object = None
        self._hosts: list[Host] = []

    def check(self, environ: dict[str, Any]) -> None:
        """Check where a request comes from.

        Raises:
            ServeError: if pages could not live there.
        """
        host: Host | None = environ.get("pycommunicate.server")
        if self._home is None:
            self._begin(environ, host)
        elif self._thread() != self._home:
            raise _several_threads()
        elif host is not None and host not in self._hosts:  # one process may listen in several places
            self._meet(host)

    def _begin(self, environ: dict[str, Any], host: Host | None) -> None:
        if environ.get("wsgi.multiprocess"):
            raise ServeError(
                "the app is served by several processes, but its pages live in the memory of one, so that their "
                f"sockets would reach the wrong one; {_OURS}"
            )
        if host is None and environ.get("wsgi.multithread") and not self._has_greenlets():
            raise _several_threads()
        if host is None:
            _log.warning(
                "pages are shown and stay dead: browsers cannot connect to them by this server (%s); %s",
                environ.get("SERVER_SOFTWARE", "unknown"),
                _OURS,
            )
        self._home = self._thread()
        self._meet(host)

    def _meet(self, host: Host | None) -> None:
        if host is not None:
            self._hosts.append(host)
        self._start(host)


def _several_threads() -> ServeError:
    return ServeError(f"the app is served by several threads, but its pages live in one; {_OURS}")
