"""Where a simulated browser gets its documents from: a server anywhere, by HTTP and real WebSockets."""

from __future__ import annotations

import http.client
import select
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import websocket

from ..page.link import Ending, Receiver
from ..protocol import SUBPROTOCOL
from .attachment import Attachment
from .clock import VirtualClock
from .site import Answer

__all__ = ["RemoteLine", "RemoteSite", "RemoteSocket"]

#: Seconds that a server may take for an answer, or for a handshake.
_TIMEOUT = 10.0
#: Seconds that are waited for the answer to a question whether the server has taken in everything.
_SIGN_TIMEOUT = 2.0
#: Seconds that a server may take to build what a document begins with, before it is acted on all the same.
_LOAD_TIMEOUT = 2.0


class RemoteSite:
    """Servers at their addresses. Time is the real one; it passes, and frames come in, while a test waits.

    Attributes:
        clock: Stands still while nobody waits, so that nothing happens behind a test's back.
    """

    def __init__(self) -> None:
        self.clock = VirtualClock(now=monotonic())
        self.sockets: list[RemoteSocket] = []

    def fetch(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send one request; return the response."""
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=_TIMEOUT)
        try:
            connection.request(method, f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", body, headers)
            response = connection.getresponse()
            return Answer(url, response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def line(self, url: str, headers: Callable[[], dict[str, str]]) -> RemoteLine:
        """Return what opens WebSockets to *url*."""
        return RemoteLine(self, f"ws{url.removeprefix('http')}", headers)

    def settle(self, attachment: Attachment | None) -> None:
        """Take in what has come, and wait until the server of *attachment* has taken in what was sent."""
        self._pass()
        if attachment is None:
            return
        while self._is_new(attachment):
            self.wait(0.01)
        if attachment.state == "connected":
            attachment.wake()
        deadline = monotonic() + _SIGN_TIMEOUT
        while attachment.state == "connected" and attachment.waits_for_sign and monotonic() < deadline:
            self.wait(0.01)

    def _is_new(self, attachment: Attachment) -> bool:
        """Return whether a document is new, and its server may be building it still."""
        waits = attachment.state in ("connecting", "connected") and not attachment.ops.loaded
        return waits and self.clock.now() - attachment.since < _LOAD_TIMEOUT

    def wait(self, seconds: float) -> None:
        """Let real time pass; take in what comes, and return as soon as something has."""
        readable: list[Any] = [one for one in self.sockets if one.open]
        if readable:
            select.select(readable, [], [], seconds)
        else:
            sleep(seconds)
        self._pass()

    def advance(self, seconds: float) -> None:
        """Raise: the time of another process cannot be moved."""
        raise NotImplementedError("expected an app in this process; the time of another one cannot be moved")

    def spend(self, seconds: float) -> None:
        """Let a user take so much time."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            self.wait(left)

    def _pass(self) -> None:
        for one in list(self.sockets):
            one.pump()
        self.sockets = [one for one in self.sockets if not one.over]
        self.clock.advance(max(0.0, monotonic() - self.clock.now()))


class RemoteLine:
    """Opens WebSockets to one page.

    Args:
        site: Looks after them.
        url: Their address.
        headers: Returns what goes along with the handshake.
    """

    def __init__(self, site: RemoteSite, url: str, headers: Callable[[], dict[str, str]]) -> None:
        self._site = site
        self._url = url
        self._headers = headers

    def connect(self, receiver: Receiver) -> RemoteSocket:
        """Open one; if that fails its receiver is told soon."""
        headers = self._headers()
        options: dict[str, Any] = {
            "origin": headers.pop("Origin"),
            "cookie": headers.pop("Cookie", None),
            "header": headers,
        }
        try:
            connection = websocket.create_connection(self._url, timeout=_TIMEOUT, subprotocols=[SUBPROTOCOL], **options)
        except (OSError, websocket.WebSocketException):
            connection = None
        socket = RemoteSocket(connection, receiver)
        self._site.sockets.append(socket)
        return socket


class RemoteSocket:
    """The client's end of one WebSocket.

    Args:
        connection: The WebSocket, or None if it could not be opened.
        receiver: Takes what comes.

    Attributes:
        receiver: The same.
        closed: Whether nothing can be sent any more.
        over: Whether nothing can come any more either.
        ending: How that came.
    """

    def __init__(self, connection: Any, receiver: Receiver) -> None:
        self.receiver: Receiver | None = receiver
        self.closed = connection is None
        self.over = False
        self.ending = Ending.LOST
        self._connection = connection

    @property
    def open(self) -> bool:
        """Whether something may come."""
        return self._connection is not None and not self.over

    def fileno(self) -> int:
        """Return the number of its file descriptor, for `select`."""
        return int(self._connection.sock.fileno())

    def try_send(self, data: bytes) -> None:
        """Send one frame."""
        if self.closed:
            return
        try:
            self._connection.send_binary(data)
        except (OSError, websocket.WebSocketException):
            self.closed = True

    def allow(self, max_size: int) -> None:
        """Let frames be as large as they are."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it, without waiting for the answer."""
        if self._connection is not None and not self.closed:
            with suppress(OSError, websocket.WebSocketException):
                self._connection.send_close(code, reason.encode())
        self.closed = True
        self._end()

    def pump(self) -> None:
        """Take in what has come."""
        while self.open and select.select([self], [], [], 0)[0]:
            try:
                opcode, data = self._connection.recv_data(control_frame=False)
            except (OSError, websocket.WebSocketException):
                self._end()
                return
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                self._end()
            elif self.receiver is not None:
                # A text breaks the protocol, whatever it says (spec 3).
                self.receiver.receive(bytes(data) if opcode == websocket.ABNF.OPCODE_BINARY else b"")
        if self._connection is None:
            self._end()

    def _end(self) -> None:
        if self.over:
            return
        self.over = self.closed = True
        if self._connection is not None:
            self._connection.shutdown()
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            receiver.lost(self)
