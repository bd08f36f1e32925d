"""One WebSocket to the server under test, with nothing done to what it carries."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import websocket
from websocket import ABNF

__all__ = ["ABNORMAL", "Closing", "HandshakeRefused", "Wire"]

#: Seconds that a handshake may take, and a peer that takes nothing of what is sent to it.
_PATIENCE = 10.0
#: What stands for the code of a connection that ends without a close frame (RFC 6455 7.1.5).
ABNORMAL = 1006


class HandshakeRefused(AssertionError):
    """The handshake was not answered by 101.

    Args:
        status: What it was answered by; 0 if by nothing.
        text: Why, for people.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"expected a WebSocket, got {text}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Closing:
    """How the server has ended the connection."""

    code: int
    reason: str

    def __str__(self) -> str:
        if self.code == ABNORMAL:
            return f"the end of the connection without a close frame{self.reason and f' ({self.reason})'}"
        return f"a close with {self.code} {self.reason!r}"


class Wire:
    """One WebSocket.

    Args:
        url: Its address.
        cookies: What the header Cookie says; an empty text for none.
        origin: What the header Origin says; None for none.
        offers: The subprotocols that are offered.

    Attributes:
        closed: How the server has ended it, once it has.
        answer: The headers of the answer to the handshake, their names in lower case.
        pongs: The payloads of the pongs that have come.
        pings: How many pings have come.

    Raises:
        HandshakeRefused: if it is refused.
    """

    def __init__(self, url: str, *, cookies: str, origin: str | None, offers: Sequence[str]) -> None:
        self.closed: Closing | None = None
        self.pongs: list[bytes] = []
        self.pings = 0
        headers = [f"Sec-WebSocket-Protocol: {', '.join(offers)}"] if offers else []
        try:
            self._socket: Any = websocket.create_connection(
                url,
                _PATIENCE,
                header=headers,
                cookie=cookies or None,
                origin=origin,
                suppress_origin=origin is None,
                http_no_proxy=["*"],
                redirect_limit=0,
            )
        except websocket.WebSocketBadStatusException as error:
            raise HandshakeRefused(error.status_code, f"status {error.status_code}") from None
        except (OSError, websocket.WebSocketException) as error:
            raise HandshakeRefused(0, repr(error)) from None
        self.answer: dict[str, str] = self._socket.getheaders() or {}

    def send(self, frame: bytes) -> None:
        """Send one binary message; nothing is said if it cannot be, as that shows where the next one is waited for."""
        self.send_frame(ABNF.OPCODE_BINARY, frame)

    def send_frame(self, opcode: int, payload: bytes, *, last: bool = True) -> None:
        """Send one frame of any kind; one that is not the *last* is continued by the next."""
        data = ABNF(1 if last else 0, 0, 0, 0, opcode, 1, payload).format()
        self.send_bytes(data)

    def send_head(self, length: int, part: bytes) -> None:
        """Send the head of a binary message of *length* bytes, and the first *part* of it only."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(part))
        self.send_bytes(b"\x82\xff" + struct.pack("!Q", length) + mask + masked)

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._socket.settimeout(_PATIENCE)
            self._socket.sock.sendall(data)
        except (OSError, AttributeError):  # the other end has gone, or this one
            pass

    def receive(self, within: float) -> bytes | str | None:
        """Return the next message, or None if none comes *within* so many seconds, or it is closed."""
        deadline = monotonic() + within
        while self.closed is None:
            try:
                self._socket.settimeout(max(0.001, deadline - monotonic()))
                opcode, frame = self._socket.recv_data_frame(control_frame=True)
            except websocket.WebSocketTimeoutException:
                return None
            except (OSError, websocket.WebSocketException) as error:
                lost = isinstance(error, websocket.WebSocketConnectionClosedException)
                self._ended(ABNORMAL, "" if lost else repr(error))
                break
            if opcode == ABNF.OPCODE_CLOSE:
                data = frame.data
                code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 1005
                self._ended(code, data[2:].decode("utf-8", "replace"))
            elif opcode == ABNF.OPCODE_PONG:
                self.pongs.append(bytes(frame.data))
            elif opcode == ABNF.OPCODE_PING:
                self.pings += 1
            else:
                data = bytes(frame.data)
                return data if opcode == ABNF.OPCODE_BINARY else data.decode("utf-8", "replace")
        return None

    def close(self, code: int) -> None:
        """Say that it is closed, and let it go when the server has answered."""
        if self.closed is None:
            self.send_frame(ABNF.OPCODE_CLOSE, struct.pack("!H", code))
            deadline = monotonic() + 2.0
            while self.closed is None and monotonic() < deadline:
                self.receive(deadline - monotonic())
        self.cut()

    def cut(self) -> None:
        """Let the connection go without a word."""
        self._socket.shutdown()
        self.closed = self.closed or Closing(ABNORMAL, "it was let go here")

    def _ended(self, code: int, reason: str) -> None:
        self.closed = Closing(code, reason)
        self._socket.shutdown()
