"""gevent-websocket, mended: the only file that names it.

The package does the handshake under pywsgi and puts a ``wsgi.websocket`` into the WSGI environ; this file keeps that,
and replaces how frames are read and written. An app that wants a socket carried sets ``receiver`` on it and returns;
then the request's environ is freed and the frames go to the receiver.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent import get_hub, socket
from gevent.pywsgi import WSGIHandler
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import WebSocket

from ..page.link import Receiver
from .carrier import SocketWriter
from .frames import BINARY, CLOSE, PING, PONG, CloseError, FrameReader, close_payload, encode_frame

__all__ = ["CarrierSocket", "Handler"]

_log = logging.getLogger("pycommunicate.transport")

_READ_SIZE = 64 * 1024
#: Seconds that the peer gets to answer a close frame.
_CLOSE_TIMEOUT = 2.0
#: Seconds that one chunk may take to be sent.
_SEND_TIMEOUT = 30.0


class CarrierSocket(WebSocket):
    """A WebSocket that carries a page's frames: what `page.link.Carrier` asks for."""

    __slots__ = ("_close_timer", "_reader", "_socket", "_writer", "receiver")

    def __init__(self, environ: dict[str, Any], handler: Handler) -> None:
        # Not the base's: its stream, text validator and environ are what this class does without.
        self.environ = environ
        self.handler = handler
        self.closed = False
        self.stream = None
        self.receiver: Receiver | None = None
        self._socket = handler.socket
        self._writer = SocketWriter(self._socket, _SEND_TIMEOUT)
        self._reader = FrameReader(handler.server.max_frame_size)
        self._close_timer: Any = None

    def __del__(self) -> None:
        """Do nothing: the base would send from whatever greenlet collects."""

    def try_send(self, data: bytes) -> None:
        """Send one binary frame without ever waiting."""
        if not self.closed:
            self._writer.write(encode_frame(BINARY, data))

    def send(self, message: bytes, binary: bool | None = None) -> None:
        """Send one binary frame: the same as `try_send`, under the name that ``wsgi.websocket`` has it."""
        self.try_send(message)

    def close(self, code: int = 1000, message: str = "") -> None:
        """Close after all that was sent, without waiting; `carry` returns when the peer has answered, or soon."""
        if self.closed:
            return
        self.closed = True
        self._writer.write(encode_frame(CLOSE, close_payload(code, message)))
        self._close_timer = get_hub().loop.timer(_CLOSE_TIMEOUT)
        self._close_timer.start(self._writer.shut_down)

    def carry(self) -> None:
        """**Blocks** while the socket lives: read frames and hand them to the receiver."""
        try:
            more = self._read(_take_buffered(self.handler))
            while more and not self._writer.broken:
                data = self._socket.recv(_READ_SIZE)
                more = bool(data) and self._read(data)
        except OSError as error:
            _log.debug("a socket broke: %r", error)
        except Exception:
            _log.exception("a WebSocket is closed: what receives its frames failed")
            self.close(1011, "the server failed")
        finally:
            self._end()

    def _read(self, data: bytes) -> bool:
        """Take in bytes; return False when the closing handshake is done."""
        try:
            for opcode, payload in self._reader.feed(data):
                if opcode == CLOSE:
                    if not self.closed:  # RFC 6455 5.5.1: answer with the code that came
                        self.closed = True
                        self._writer.write(encode_frame(CLOSE, payload[:2]))
                    return False
                if opcode == PING:
                    self._writer.write(encode_frame(PONG, payload))
                elif opcode != PONG and not self.closed:
                    self._deliver(opcode, payload)
        except CloseError as error:
            _log.warning("a WebSocket is closed: %s", error)
            self.close(error.code, error.reason)
            return False
        return True

    def _deliver(self, opcode: int, payload: bytes) -> None:
        if opcode != BINARY:
            raise CloseError(1003, "only binary messages are understood")
        if self.receiver is not None:
            self.receiver.receive(payload)

    def _end(self) -> None:
        self.closed = True
        if self._close_timer is not None:
            self._close_timer.stop()
            self._close_timer.close()
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            receiver.lost(self)
        self._drain()

    def _drain(self) -> None:
        """Let what was written leave before pywsgi closes the socket; unread bytes would turn into a reset."""
        if self._writer.broken or not self._writer.idle:
            return
        with suppress(OSError, gevent.Timeout), gevent.Timeout(_CLOSE_TIMEOUT):
            self._socket.shutdown(socket.SHUT_WR)
            while self._socket.recv(_READ_SIZE):
                pass


def _take_buffered(handler: Any) -> bytes:
    """Return what the request's reader has read beyond the handshake, and free that reader."""
    rfile, handler.rfile = handler.rfile, None
    sock = handler.socket
    timeout = sock.gettimeout()
    sock.settimeout(0)
    try:
        return bytes(rfile.peek())
    except (BlockingIOError, ssl.SSLWantReadError):
        return b""
    finally:
        sock.settimeout(timeout)
        handler.wsgi_input = _NoInput()
        rfile.close()


class _NoInput:
    """Stands where pywsgi looks for an unread request body."""

    def _discard(self) -> None:
        pass


class Handler(WebSocketHandler):
    """One HTTP connection, which may become a WebSocket.

    Its server (`transport.http.Server`) tells which upgrades are admitted and which subprotocol is spoken.
    """

    environ: dict[str, Any]
    websocket: CarrierSocket | None

    def upgrade_websocket(self) -> list[bytes] | None:
        """Check the handshake (RFC 6455 4.2) and answer it; what asks for no upgrade is left to the app."""
        environ = self.environ
        if not _asks_for_upgrade(environ):
            return None
        refusal = _bad_handshake(environ) or self.server.admit(environ)
        if refusal is not None:
            status, text = refusal
            headers = [("Content-Type", "text/plain; charset=utf-8")]
            if status.startswith("426"):
                headers.append(("Sec-WebSocket-Version", "13"))
            self.start_response(status, headers)
            return [text.encode()]
        self.websocket = CarrierSocket(environ, self)
        environ["wsgi.websocket"] = self.websocket
        environ["wsgi.websocket_version"] = "13"
        accept = hashlib.sha1((environ["HTTP_SEC_WEBSOCKET_KEY"].strip() + self.GUID).encode("latin-1")).digest()
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", base64.b64encode(accept).decode("ascii")),
        ]
        offered = [word.strip() for word in environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", "").split(",")]
        if self.server.subprotocol in offered:
            headers.append(("Sec-WebSocket-Protocol", self.server.subprotocol))
        self.start_response("101 Switching Protocols", headers)
        return None

    def run_websocket(self) -> None:
        """Let the app say who receives, then carry frames until the socket is closed."""
        websocket, self.websocket = self.websocket, None
        assert websocket is not None
        for _ in self.application(self.environ, _ignore_response):
            pass
        self.environ = websocket.environ = {}
        self.headers = None
        if websocket.receiver is None:
            websocket.close(1008, "nothing is served here")
        websocket.carry()

    def log_request(self) -> None:
        """Log one line per request, as pywsgi does; a WebSocket's comes when it has ended."""
        WSGIHandler.log_request(self)


def _ignore_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
    return lambda data: None


def _asks_for_upgrade(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        and "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
    )


def _bad_handshake(environ: dict[str, Any]) -> tuple[str, str] | None:
    """Return status and text for a handshake that cannot be answered."""
    if environ["SERVER_PROTOCOL"] != "HTTP/1.1":
        return "400 Bad Request", "expected HTTP/1.1\n"
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION", "").strip() != "13":
        return "426 Upgrade Required", "expected Sec-WebSocket-Version: 13\n"
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 16:
        return "400 Bad Request", "expected a Sec-WebSocket-Key of 16 bytes in base64\n"
    return None
