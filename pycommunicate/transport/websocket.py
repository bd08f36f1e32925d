"""gevent-websocket, mended: the only file that names it.

The package does the handshake under pywsgi and puts a ``wsgi.websocket`` into the WSGI environ; this file keeps that,
and replaces how frames are read and written. The socket is offered, not open: an app that wants it calls ``accept``
and returns; then the request's environ is freed and the frames go to the receiver.
"""

# The stubs of pywsgi leave out much of what its subclasses are given.
# pyright: reportIncompatibleVariableOverride=false, reportIncompatibleMethodOverride=false
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false
from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import ssl
from contextlib import suppress
from typing import Any

import gevent
from gevent import get_hub
from gevent.pywsgi import WSGIHandler
from geventwebsocket.handler import WebSocketHandler
from geventwebsocket.websocket import WebSocket

from ..page.link import Ending, Receiver
from .carrier import SocketWriter
from .frames import BINARY, CLOSE, PING, PONG, CloseError, FrameReader, close_payload, encode_frame
from .http import Connection, linger
from .share import Share

__all__ = ["CarrierSocket", "Handler"]

_log = logging.getLogger("pycommunicate.transport")

_READ_SIZE = 64 * 1024
#: Who has sent so many bytes has probably sent more: others have their turn first. TLS gives no more at a time.
_MUCH = 16 * 1024
#: Seconds that the peer gets to answer a close frame.
_CLOSE_TIMEOUT = 2.0
_PING = encode_frame(PING, b"")
#: Codes of a close frame that a document is left with: by the client itself, or by its browser.
_LEAVING = (1000, 1001)


class CarrierSocket(WebSocket):
    """A WebSocket that carries a page's frames: what `page.link.Carrier` asks for.

    It is offered to the app as ``wsgi.websocket``, and opened by `accept`.

    Attributes:
        receiver: Takes the frames.
        accepted: Whether the app has taken the offer.
        ending: How it came to its end, once it has.
    """

    __slots__ = (
        "_beat_slot",
        "_close_timer",
        "_heard",
        "_listens",
        "_reader",
        "_socket",
        "_writer",
        "accepted",
        "ending",
        "receiver",
    )

    def __init__(self, environ: dict[str, Any], handler: Handler) -> None:
        # Not the base's: its stream, text validator and environ are what this class does without.
        self.environ = environ
        self.handler = handler
        self.closed = False
        self.stream = None
        self.accepted = False
        self.ending = Ending.LOST
        self.receiver: Receiver | None = None
        self._socket = handler.socket
        self._writer = SocketWriter(self._socket, handler.server.send_timeout)
        self._reader = FrameReader(0)
        self._close_timer: Any = None
        self._beat_slot = -1
        self._heard = True
        self._listens = False

    def __del__(self) -> None:
        """Do nothing: the base would send from whatever greenlet collects."""

    def accept(self, receiver: Receiver, subprotocol: str, max_size: int) -> None:
        """Answer the handshake with 101; the frames go to *receiver* as soon as the app returns.

        Args:
            receiver: Takes the frames.
            subprotocol: What the app speaks; the answer names it if the client offered it, word by word.
            max_size: Bytes that one message may have, over all its fragments; see `allow`.
        """
        self.accepted = True
        self.receiver = receiver
        self._reader.max_size = max_size
        self.handler.send_handshake(subprotocol)

    def allow(self, max_size: int) -> None:
        """Let messages have *max_size* bytes from now on."""
        self._reader.max_size = max_size

    def beat(self) -> None:
        """Ping the peer; let it go if nothing came from it since the last time, and it took nothing either."""
        # Silence says nothing while nobody listens, which is how one that sends too much is slowed down.
        if self._listens and not self._heard and not self._writer.take_progress():
            gevent.spawn(_log.debug, "a WebSocket is let go: its peer does not answer")
            self._writer.shut_down()
            return
        self._heard = False
        self._writer.take_progress()
        if not self.closed:
            self._writer.write(_PING)

    def try_send(self, data: bytes) -> None:
        """Send one binary frame without ever waiting."""
        if not self.closed:
            self._writer.write(encode_frame(BINARY, data))

    def send(self, message: bytes, binary: bool | None = None) -> None:
        """Send one binary frame: the same as `try_send`, under the name that ``wsgi.websocket`` has it."""
        self.try_send(message)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close after all that was sent, without waiting; `carry` returns when the peer has answered, or soon."""
        if self.closed:
            return
        self.closed = True
        self._writer.write(encode_frame(CLOSE, close_payload(code, reason)))
        self._close_timer = get_hub().loop.timer(_CLOSE_TIMEOUT)
        self._close_timer.start(self._writer.shut_down)

    def carry(self) -> None:
        """**Blocks** while the socket lives: read frames and hand them to the receiver."""
        server = self.handler.server
        address = self.environ.get("REMOTE_ADDR") or ""
        share = server.shares.open(address)
        self._beat_slot = server.heartbeat.add(self)
        if server.stopping:
            self.close(1001, "the server stops")
        try:
            self._read_all(share)
        except OSError as error:
            _log.debug("a socket broke: %r", error)
        except Exception:
            _log.exception("a WebSocket is closed: what receives its frames failed")
            self.close(1011, "the server failed")
        finally:
            server.heartbeat.discard(self, self._beat_slot)
            server.shares.close(address, share)
            self.end()
        self._drain()

    def _read_all(self, share: Share) -> None:
        more = self._read(_take_buffered(self.handler), share)
        while more and not self._writer.broken:
            self._listens = True
            data = self._socket.recv(_READ_SIZE)
            self._listens = False
            self._heard = True
            more = bool(data) and self._read(data, share)
            if len(data) >= _MUCH:
                gevent.sleep(0)

    def _read(self, data: bytes, share: Share) -> bool:
        """Take in bytes; return False when the closing handshake is done."""
        share.begin()
        try:
            for opcode, payload in self._reader.feed(data):
                if opcode == CLOSE:
                    if not self.closed:  # RFC 6455 5.5.1: answer with the code that came
                        self.closed = True
                        if int.from_bytes(payload[:2], "big") in _LEAVING:
                            self.ending = Ending.LEFT
                        self._writer.write(encode_frame(CLOSE, payload[:2]))
                    return False
                if opcode == PING:
                    self._writer.write_pong(encode_frame(PONG, payload))
                elif opcode != PONG and not self.closed:
                    self._deliver(opcode, payload)
                share.yield_turn()
            share.end()
        except CloseError as error:
            if not self.closed:  # else it was told why it is, and so was the log
                _log.warning("a WebSocket is closed: %s", error)
            self.ending = Ending.BROKEN
            self.close(error.code, error.reason)
            return False
        return True

    def _deliver(self, opcode: int, payload: bytes) -> None:
        if opcode != BINARY:
            raise CloseError(1003, "only binary messages are understood")
        if self.receiver is not None:
            self.receiver.receive(payload)

    def end(self) -> None:
        """Be of no more use: whoever received its frames is told."""
        self.closed = True
        timer, self._close_timer = self._close_timer, None
        if timer is not None:
            timer.stop()
            timer.close()
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            receiver.lost(self)

    def _drain(self) -> None:
        """Let what was written leave before pywsgi closes the socket."""
        self._writer.flush(_CLOSE_TIMEOUT)
        if not self._writer.broken:
            linger(self._socket)


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
        rfile.close()


class Handler(Connection, WebSocketHandler):
    """One HTTP connection, which may become a WebSocket.

    A sound handshake is offered to the app as ``wsgi.websocket``. The app accepts it, or answers as it answers any
    other request; so whatever stands between server and app (a proxy's headers, an error page) holds for both.
    """

    #: What is offered.
    socket_class = CarrierSocket

    def run_application(self) -> None:
        """Run the app, then carry frames if it has accepted a WebSocket."""
        environ = self.environ
        if not _asks_for_upgrade(environ):
            WSGIHandler.run_application(self)
            return
        refusal = _bad_handshake(environ)
        if refusal is not None:
            self._refuse_handshake(*refusal)
            return
        offered = environ["wsgi.websocket"] = self.socket_class(environ, self)
        environ["wsgi.websocket_version"] = "13"
        try:
            WSGIHandler.run_application(self)
        except Exception:
            if not offered.accepted:
                raise
            _log.exception("a WebSocket is closed: the app failed")
            offered.close(1011, "the server failed")
        except BaseException:  # it is ended from outside
            offered.end()
            raise
        if not offered.accepted:
            del environ["wsgi.websocket"]  # or the connection would keep it
        else:
            # From here on a socket costs no more than it must: its request is let go.
            self.environ = offered.environ = environ = {"REMOTE_ADDR": environ.get("REMOTE_ADDR")}
            self.result = None
            offered.carry()

    def send_handshake(self, subprotocol: str) -> None:
        """Answer the handshake with 101 (RFC 6455 4.2.2)."""
        environ = self.environ
        accept = hashlib.sha1((environ["HTTP_SEC_WEBSOCKET_KEY"].strip() + self.GUID).encode("latin-1")).digest()
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", base64.b64encode(accept).decode("ascii")),
        ]
        offered = [word.strip() for word in environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", "").split(",")]
        if subprotocol in offered:
            headers.append(("Sec-WebSocket-Protocol", subprotocol))
        self.close_connection = True  # when all is over
        self.start_response("101 Switching Protocols", headers)
        with suppress(OSError):  # the peer has gone; whoever reads from the socket finds out
            self.write(b"")
        self.socket.settimeout(None)  # a WebSocket may be silent; its heartbeat finds the dead ones

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        """Begin an answer as pywsgi does: the package's own takes every answer to a handshake for its last."""
        return WSGIHandler.start_response(self, status, headers, exc_info)

    def log_request(self) -> None:
        """Log one line per request as pywsgi does; a WebSocket's comes when it has ended."""
        WSGIHandler.log_request(self)

    def _refuse_handshake(self, status: str, text: str) -> None:
        _log.info("a WebSocket handshake of %s is refused: %s: %s", self._peer(), status, text)
        self._answer(status, f"{text}\n", (("Sec-WebSocket-Version", "13"),) if status.startswith("426") else ())


def _asks_for_upgrade(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "websocket" in _words(environ, "HTTP_UPGRADE")
        and "upgrade" in _words(environ, "HTTP_CONNECTION")
    )


def _words(environ: dict[str, Any], key: str) -> list[str]:
    return [word.strip().lower() for word in environ.get(key, "").split(",")]


def _bad_handshake(environ: dict[str, Any]) -> tuple[str, str] | None:
    """Return status and text for a handshake that cannot be answered."""
    if environ["SERVER_PROTOCOL"] != "HTTP/1.1":
        return "400 Bad Request", "expected HTTP/1.1"
    if "HTTP_TRANSFER_ENCODING" in environ or environ.get("CONTENT_LENGTH", "0").strip("0"):
        return "400 Bad Request", "expected no body before the frames"
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION", "").strip() != "13":
        return "426 Upgrade Required", "expected Sec-WebSocket-Version: 13"
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", "").strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 16:
        return "400 Bad Request", "expected a Sec-WebSocket-Key of 16 bytes in base64"
    return None
