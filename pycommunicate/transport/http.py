"""One HTTP connection: pywsgi's, with deadlines, bounds and strict requests."""

# The stubs of pywsgi leave out much of what its subclasses are given.
# pyright: reportIncompatibleVariableOverride=false, reportIncompatibleMethodOverride=false
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false
from __future__ import annotations

import logging
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import gevent
from gevent import socket
from gevent.pywsgi import WSGIHandler

from .bodies import Body, Input
from .heads import BadRequest, Head, read_head

__all__ = ["Connection", "linger", "within"]

_log = logging.getLogger("pycommunicate.transport")

#: What is sent goes in chunks of so many bytes: the deadline is for a peer that takes nothing, not for a long answer.
_CHUNK = 64 * 1024
#: Bytes of a request's body that are read although the app did not; a longer one ends the connection.
_MOST_DISCARDED = 64 * 1024
#: Seconds that a client may still send after an answer that ends the connection.
_LINGER = 2.0
#: Where the same field may come twice, and is one list.
_SEPARATORS = {"HTTP_COOKIE": "; "}


def within(seconds: float) -> Any:
    """Return a context manager that leaves its block when *seconds* have passed, without an error."""
    return gevent.Timeout(seconds, False)  # type: ignore[arg-type]


def linger(sock: Any) -> None:
    """**Blocks**: let what was sent arrive; bytes that are left unread would turn the end into a reset."""
    with suppress(OSError), within(_LINGER):
        _half_close(sock)
        while sock.recv(_CHUNK):
            gevent.sleep(0)  # others have their turn, and the clock too


def _half_close(sock: Any) -> None:
    """Say that nothing more will come, within TLS too."""
    tls = getattr(sock, "_sslobj", None)
    with suppress(OSError):
        if tls is not None:
            tls.shutdown()  # does not wait: the socket under it never does
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)


class Connection(WSGIHandler):
    """One HTTP connection.

    Its server (`transport.server.Server`) has the deadlines, and knows which connections wait for a request.
    """

    #: That the peer has gone is told from an error of the app's by `_lost`, not by its number.
    ignored_socket_errors = ()

    server: Any
    socket: Any
    rfile: Any
    environ: dict[str, Any]
    response_headers: Any
    client_address: Any
    wsgi_input: Any
    _head: Any  # a Head, until the environ has been made of it
    _body: Body | None = None
    _answered = False
    _unread = False
    _lost = False

    def handle_one_request(self) -> Any:
        """Read one request and answer it; return whether another may come."""
        if self._answered:
            gevent.sleep(0)  # who sends one request behind the other has one turn as all others
        try:
            self._head = self._wait_for_head()
        except BadRequest as error:
            self._refuse(error)
            return None
        if self._head is None:
            return None
        self.socket.settimeout(self.server.send_timeout)
        super().handle_one_request()
        self._answered = True
        if self._unread:
            linger(self.socket)
        elif not self.close_connection and not self.server.stopping:
            return True
        _half_close(self.socket)
        return None

    def _wait_for_head(self) -> Head | None:
        server, sock = self.server, self.socket
        if server.stopping:
            return None
        sock.settimeout(None)
        server.idle.add(sock)
        came = False
        try:
            with within(server.keep_alive_timeout if self._answered else server.header_timeout):
                came = bool(self.rfile.peek(1))
            if not came:
                return None
            with within(server.header_timeout):
                return read_head(self.rfile.readline)
        except BadRequest:
            raise
        except OSError:  # it was reset
            return None
        finally:
            server.idle.discard(sock)
        raise BadRequest("408 Request Timeout", f"expected a whole request head within {server.header_timeout:g} s")

    # --- what pywsgi asks for: the request ------------------------------------------------------------------------

    def read_requestline(self) -> str:
        """Return the request line, which has been read."""
        line: str = self._head.line
        return line

    def read_request(self, raw_requestline: str) -> Any:
        """Take over what has been read."""
        head = self._head
        self.requestline, self.command, self.path = raw_requestline, head.method, head.target
        self.request_version = head.version
        self.close_connection = head.is_last
        return True

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environ."""
        head, self._head = self._head, None
        environ: dict[str, Any] = self.server.get_environ()
        path, _, query = head.target.partition("?")
        environ["REQUEST_METHOD"] = head.method
        environ["SCRIPT_NAME"] = ""
        environ["PATH_INFO"] = unquote(path, "latin-1")
        environ["QUERY_STRING"] = query
        environ["SERVER_PROTOCOL"] = head.version
        if isinstance(self.client_address, tuple):
            environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = map(str, self.client_address[:2])
        for name, value in head.fields:
            if "_" in name:  # it would pass for another one: X_Forwarded_For for X-Forwarded-For
                continue
            key = name.upper().replace("-", "_")
            if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                environ.setdefault(key, value)
                continue
            key = f"HTTP_{key}"
            environ[key] = f"{environ[key]}{_SEPARATORS.get(key, ',')}{value}" if key in environ else value
        environ["wsgi.input"] = self._make_input(head)
        environ["wsgi.input_terminated"] = True
        return environ

    def _make_input(self, head: Head) -> Any:
        self.wsgi_input = self  # pywsgi calls its `_discard`
        if not head.is_chunked and not head.length:
            return BytesIO()
        asks = head.version == "HTTP/1.1" and "100-continue" in head.words("expect")
        self._body = Body(self.rfile, None if head.is_chunked else head.length, self._invite if asks else None)
        return Input(self._body)

    def _invite(self) -> None:
        if not self.headers_sent:
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _discard(self) -> None:
        """Read what the app left of the body; a long rest ends the connection instead."""
        body, self._body = self._body, None
        if body is None:
            return
        with suppress(OSError), within(_LINGER):
            if body.discard(_MOST_DISCARDED):
                return
        self.close_connection = self._unread = True

    # --- what pywsgi asks for: the answer -------------------------------------------------------------------------

    def finalize_headers(self) -> None:
        """Complete the head of an answer; one that is the last says so."""
        super().finalize_headers()
        if self.command == "HEAD":
            self.response_use_chunked = False
        if self._body is not None and self._body.is_left_for_good(_MOST_DISCARDED):
            self.close_connection = True
        if (self.close_connection or self.server.stopping) and not self.connection_upgraded:
            others = [field for field in self.response_headers if field[0].lower() != b"connection"]
            self.response_headers = [*others, (b"Connection", b"close")]

    def format_request(self) -> str:
        """Return a line for the log, with the address that the app has for the client: behind a proxy, not its own."""
        line: str = super().format_request()
        peer, dashes, rest = line.partition(" - - [")
        return f"{(self.environ or {}).get('REMOTE_ADDR') or peer}{dashes}{rest}"

    def _write(self, data: bytes) -> None:
        if self.command != "HEAD":  # RFC 9110 9.3.2: whatever the app gives
            super()._write(data)

    def _sendall(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        try:
            for start in range(0, len(data), _CHUNK):
                super()._sendall(view[start : start + _CHUNK])
        except OSError:
            self._lost = True
            raise

    def handle_error(self, t: Any, v: Any, tb: Any) -> None:
        """Answer a request whose handling failed; that the peer has gone, or sends no sound body, is no failure."""
        self.close_connection = True
        if self._lost:
            _log.debug("a client left before its answer was sent: %r", v)
        elif isinstance(v, BadRequest):
            self._unread = True
            _log.info("a request of %s is refused: %s: %s", self._peer(), v.status, v)
            self._answer(v.status, f"{v}\n")
        elif isinstance(v, gevent.GreenletExit):
            self._answer("503 Service Unavailable", "The server stops\n")
        else:
            _log.error("the app failed at %s", self.path, exc_info=(t, v, tb))
            self._answer("500 Internal Server Error", "Internal Server Error\n")

    def _answer(self, status: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Answer in the app's place, unless its answer has begun."""
        if self.headers_sent:
            return
        with suppress(OSError):
            self.start_response(status, [("Content-Type", "text/plain; charset=utf-8"), *headers])
            self.result = [text.encode()]
            self.process_result()
        self.result = None

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
        linger(self.socket)

    def _peer(self) -> str:
        address = self.client_address
        return str(address[0]) if isinstance(address, tuple) else "a unix socket"
