"""What is answered where a WebSocket is expected and none can be: mostly a proxy has dropped the headers for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from werkzeug.wrappers import Response

__all__ = ["Upgrades"]

_log = logging.getLogger("pycommunicate.app")

#: Seconds between two lines in the log: each open page tries again and again.
_QUIET = 60.0
_GUIDE = 'the section "Behind nginx" of docs/guide/deployment.md'


class Upgrades:
    """Answers requests for the path of a socket that are none for a WebSocket, and says in the log what they lack.

    Args:
        clock: Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._quiet_until = 0.0
        self._unsaid = 0

    def refuse(self, environ: dict[str, Any]) -> Response:
        """Return the answer.

        Args:
            environ: The request's.
        """
        lacks = _lacks(environ)
        if not lacks:
            # No app may answer 426: that needs an Upgrade header (PEP 3333).
            return _plain("expected a server that has WebSockets", 501)
        if "HTTP_SEC_WEBSOCKET_KEY" in environ or "HTTP_UPGRADE" in environ:  # else it is somebody who looks around
            self._say(lacks)
        return _plain(f"expected a WebSocket, got a request without {lacks}; if a proxy drops it, see {_GUIDE}", 400)

    def _say(self, lacks: str) -> None:
        now = self._clock()
        if now < self._quiet_until:
            self._unsaid += 1
            return
        more = f" (and {self._unsaid} more before it)" if self._unsaid else ""
        self._quiet_until, self._unsaid = now + _QUIET, 0
        _log.warning(
            "a WebSocket is refused%s: it came without %s, so its page stays dead; a proxy in front must hand that on: "
            "see %s",
            more,
            lacks,
            _GUIDE,
        )


def _lacks(environ: dict[str, Any]) -> str:
    """Return what a request lacks that asks for a WebSocket, in words; an empty text if it lacks nothing."""
    wanted = (("Upgrade", "websocket"), ("Connection", "upgrade"))
    return " and ".join(
        f'the header "{name}: {value}"'
        for name, value in wanted
        if value not in [word.strip().lower() for word in environ.get(f"HTTP_{name.upper()}", "").split(",")]
    )


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
