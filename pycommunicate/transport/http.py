"""One HTTP connection: pywsgi's, with deadlines, bounds and strict heads."""

# The stubs of pywsgi leave out much of what its subclasses are given.
# pyright: reportIncompatibleVariableOverride=false, reportIncompatibleMethodOverride=false
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false
from __future__ import annotations

import logging
import ssl
from contextlib import suppress
from io import BytesIO
from typing import Any

import gevent
from gevent import socket
from gevent.pywsgi import WSGIHandler

from .heads import BadRequest, read_head

__all__ = ["Connection", "within"]

_log = logging.getLogger("pycommunicate.transport")

#: What is sent goes in chunks of so many bytes: the deadline is for a peer that takes nothing, not for a long answer.
_CHUNK = 64 * 1024
#: Bytes of a request's body that are read although the app did not; a longer one ends the connection.
_MOST_DISCARDED = 64 * 1024
#: Seconds and bytes that a client may still send after an answer that ends the connection.
_LINGER = 2.0
_MOST_LINGERING = 1024 * 1024


def within(seconds: float) -> Any:
    """Return a context manager that leaves its block when *seconds* have passed, without an error."""
    return gevent.Timeout(seconds, False)  # type: ignore[arg-type]


class Connection(WSGIHandler):
    """One HTTP connection.

    Its server (`transport.server.Server`) has the deadlines, and knows which connections wait for a request.
    """

    server: Any
    socket: Any
    rfile: Any
    environ: dict[str, Any]
    headers: Any
    response_headers: Any
    client_address: Any
    wsgi_input: Any
    _head: tuple[bytes, bytes]
    _answered = False
    _unread = False

    def handle_one_request(self) -> Any:
        """Read one request and answer it; return whether another may come."""
        try:
            head = self._wait_for_head()
        except BadRequest as error:
            self._refuse(error)
            return None
        if head is None:
            return None
        self._head = head
        self.socket.settimeout(self.server.send_timeout)
        result = super().handle_one_request()
        self._answered = True
        if self._unread:
            self._linger()
        if self.server.stopping:
            return None
        return result

    def hang_up(self) -> None:
        """End a connection that waits for a request."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _wait_for_head(self) -> tuple[bytes, bytes] | None:
        server = self.server
        if self.rfile.closed or server.stopping:
            return None
        self.socket.settimeout(None)
        server.idle.add(self)
        came = False
        try:
            with within(server.keep_alive_timeout if self._answered else server.header_timeout):
                came = bool(self.rfile.peek(1))
            if not came:
                return None
            with within(server.header_timeout):
                return read_head(self.rfile.readline)
        except OSError:  # it was reset
            return None
        finally:
            server.idle.discard(self)
        raise BadRequest("408 Request Timeout", f"expected a whole request head within {server.header_timeout:g} s")

    # --- what pywsgi asks for ---------------------------------------------------------------------------------------

    def read_requestline(self) -> str:
        """Return the request line, which has been read."""
        return self._head[0].decode("latin-1")

    def MessageClass(self, *args: Any) -> Any:
        """Return the header fields, which have been read."""
        return WSGIHandler.MessageClass(self, BytesIO(self._head[1]), 0)

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environ."""
        environ: dict[str, Any] = super().get_environ()
        self.wsgi_input = _Body(self, self.wsgi_input)
        return environ

    def finalize_headers(self) -> None:
        """Say that the connection ends, where a server that stops answers its last request."""
        super().finalize_headers()
        if self.server.stopping and not self.connection_upgraded:
            self.response_headers.append((b"Connection", b"close"))

    def handle_error(self, t: Any, v: Any, tb: Any) -> None:
        """Answer a request whose handling failed; that the peer has gone is no failure."""
        if isinstance(v, (ConnectionError, TimeoutError, ssl.SSLError)):
            self.close_connection = True
            _log.debug("a client left before its answer was sent: %r", v)
        else:
            super().handle_error(t, v, tb)

    def _sendall(self, data: bytes | bytearray) -> None:
        if len(data) <= _CHUNK:
            super()._sendall(data)
            return
        view = memoryview(data)
        for start in range(0, len(data), _CHUNK):
            super()._sendall(view[start : start + _CHUNK])

    # --- ends -------------------------------------------------------------------------------------------------------

    def _refuse(self, error: BadRequest) -> None:
        """Answer what is no request, with one line in the log, and end."""
        _log.info("a request of %s is refused: %s: %s", self._peer(), error.status, error)
        body = f"{error}\n".encode()
        head = (
            f"HTTP/1.1 {error.status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with suppress(OSError), within(_LINGER):
            self.socket.sendall(head.encode() + body)
        self._linger()

    def _linger(self) -> None:
        """Let the answer arrive: bytes that are left unread would turn the end into a reset."""
        with suppress(OSError), within(_LINGER):
            self.socket.shutdown(socket.SHUT_WR)
            left = _MOST_LINGERING
            while left > 0 and (data := self.socket.recv(_CHUNK)):
                left -= len(data)

    def _peer(self) -> str:
        address = self.client_address
        return str(address[0]) if isinstance(address, tuple) else "a unix socket"


class _Body:
    """Stands where pywsgi looks for what the app left of a request's body: a long rest ends the connection instead."""

    def __init__(self, connection: Connection, body: Any) -> None:
        self._connection = connection
        self._body = body

    def _discard(self) -> None:
        body = self._body
        left = (body.content_length or 0) - body.position
        if body.chunk_length == 0 if body.chunked_input else left <= 0:
            return
        if not body.chunked_input and left <= _MOST_DISCARDED:
            with within(_LINGER):
                body._discard()
                return
        self._connection.close_connection = self._connection._unread = True
