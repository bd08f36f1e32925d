"""The client's side of one WebSocket, spoken by hand, so that a test can speak it wrongly too."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["BINARY", "CLOSE", "CONTINUATION", "PING", "PONG", "TEXT", "HandshakeAnswer", "RawSocket", "client_frame"]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def client_frame(opcode: int, payload: bytes, *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """Return one frame as a client sends it."""
    length = len(payload)
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return head + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")


@dataclass(frozen=True)
class HandshakeAnswer:
    """What a server answered to a handshake."""

    status: int
    headers: dict[str, str]
    body: bytes


class RawSocket:
    """One connection that may become a WebSocket.

    Args:
        address: Host and port, or the path of a unix socket.
        sockets: `socket`, or `gevent.socket` where the server runs in greenlets of the same thread.
        timeout: Seconds after which a read fails the test.
    """

    def __init__(self, address: tuple[str, int] | str, sockets: Any = socket, timeout: float = 5.0) -> None:
        self.host = "localhost"
        if not isinstance(address, str):
            self.host = f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"
        if isinstance(address, str):
            self.socket = sockets.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.settimeout(timeout)
            self.socket.connect(address)
        else:
            self.socket = sockets.create_connection(address, timeout)
        self._buffer = b""

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def handshake(
        self,
        path: str,
        headers: Mapping[str, str | None] | None = None,
        *,
        method: str = "GET",
        version: str = "HTTP/1.1",
        early: bytes = b"",
    ) -> HandshakeAnswer:
        """Ask for an upgrade; *headers* are added or changed, or left out if None; *early* follows in the same segment.

        A 101 is checked to be the answer to this very request.
        """
        key = base64.b64encode(os.urandom(16)).decode()
        lines: dict[str, str | None] = {
            "Host": self.host,
            "Upgrade": "websocket",
            "Connection": "keep-alive, Upgrade",
            "Origin": f"http://{self.host}",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            **(headers or {}),
        }
        head = f"{method} {path} {version}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in lines.items() if value is not None
        )
        self.send_raw(head.encode() + b"\r\n" + early)
        answer = self.read_response()
        if answer.status == 101:
            sent_key = lines["Sec-WebSocket-Key"] or ""
            accept = base64.b64encode(hashlib.sha1(sent_key.encode() + _GUID).digest()).decode()
            assert answer.headers["sec-websocket-accept"] == accept
            assert answer.headers["upgrade"].lower() == "websocket"
        return answer

    def read_response(self) -> HandshakeAnswer:
        """Read the head of a response, and its body if it says how long it is."""
        while b"\r\n\r\n" not in self._buffer:
            assert self._fill(), f"the connection ended in the middle of a response: {self._buffer!r}"
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = self._take(int(headers.get("content-length", 0))) or b""
        return HandshakeAnswer(int(first.split()[1]), headers, body)

    def ask(self, head: bytes, body: bytes = b"") -> HandshakeAnswer:
        """Send one request, given as its first line and further ones, and return the answer."""
        self.send_raw(head + b"\r\nHost: here\r\n\r\n" + body)
        return self.read_response()

    def send_frame(
        self, opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0
    ) -> None:
        self.send_raw(client_frame(opcode, payload, fin=fin, masked=masked, reserved=reserved))

    def read_frame(self) -> tuple[int, bytes] | None:
        """Return opcode and payload of the next frame, or None at the end of the stream."""
        head = self._take(2)
        if head is None:
            return None
        first, second = head
        assert first & 0xF0 == 0x80, f"expected an unfragmented frame without reserved bits, got {first:#x}"
        assert not second & 0x80, "a server must not mask"
        length = second
        if length == 126:
            length = struct.unpack("!H", self._take(2) or b"")[0]
        elif length == 127:
            length = struct.unpack("!Q", self._take(8) or b"")[0]
        payload = self._take(length)
        assert payload is not None, "the connection ended in the middle of a frame"
        return first & 0x0F, payload

    def read_close(self) -> tuple[int, str]:
        """Return code and reason of the next frame, which must be a close."""
        frame = self.read_frame()
        assert frame is not None, "expected a close frame, got the end of the stream"
        assert frame[0] == CLOSE, f"expected a close frame, got {frame}"
        if not frame[1]:
            return 1005, ""
        return struct.unpack("!H", frame[1][:2])[0], frame[1][2:].decode()

    def send_close(self, code: int = 1000, reason: str = "") -> None:
        self.send_frame(CLOSE, struct.pack("!H", code) + reason.encode())

    def at_end(self) -> bool:
        """Wait for what comes next; return whether it is an orderly end of the stream."""
        return not self._buffer and not self._fill()

    def read_rest(self) -> bytes:
        """Return all that comes until the end of the stream."""
        while self._fill():
            pass
        rest, self._buffer = self._buffer, b""
        return rest

    def reset(self) -> None:
        """Let the connection go by a reset, as a machine does that knows nothing of it."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self) -> None:
        """Let the connection go without a word."""
        self.socket.close()

    def _take(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            if not self._fill():
                return None
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _fill(self) -> bool:
        data: bytes = self.socket.recv(65536)
        self._buffer += data
        return bool(data)
