"""pywsgi, mended: the HTTP server that pages and sockets come in by."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from gevent import pywsgi, socket

from .websocket import Handler

__all__ = ["Server"]

_access = logging.getLogger("pycommunicate.access")
_log = logging.getLogger("pycommunicate.transport")
_handshake = logging.getLogger("pycommunicate.transport.handshake")
# It says something about every request, WebSocket or not, at level debug.
_handshake.setLevel(logging.WARNING)


class Server(pywsgi.WSGIServer):
    """An HTTP server whose connections may become WebSockets.

    Args:
        address: Host and port to listen on; port 0 for any that is free.
        application: The WSGI application.
        admit: Looks at the environ of an upgrade; returns None, or status and text to refuse it with.
        subprotocol: The WebSocket subprotocol that the application speaks.
        max_frame_size: Bytes that one WebSocket message may have.
    """

    handler_class = Handler

    def __init__(
        self,
        address: tuple[str, int],
        application: Callable[..., Any],
        *,
        admit: Callable[[dict[str, Any]], tuple[str, str] | None],
        subprotocol: str,
        max_frame_size: int,
    ) -> None:
        super().__init__(address, application, log=_access, error_log=_log)
        # gevent-websocket would make one for itself, with an output of its own.
        self.logger = _handshake
        self.admit = admit
        self.subprotocol = subprotocol
        self.max_frame_size = max_frame_size

    def do_handle(self, *args: Any) -> None:
        """Serve one connection. Without TCP_NODELAY two small sends in a row cost 40 ms."""
        if args[0].family != socket.AF_UNIX:
            args[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().do_handle(*args)
