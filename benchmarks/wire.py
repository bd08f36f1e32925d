"""HTTP and WebSocket from a client's side, as little as a measurement needs, on a blocking socket."""

from __future__ import annotations

import base64
import os
import socket
import struct
from urllib.parse import urlsplit

__all__ = ["WebSocket", "get"]

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
TIMEOUT = 30


def get(url: str, headers: dict[str, str] | None = None) -> tuple[dict[str, str], bytes]:
    """Fetch *url* on a connection of its own.

    Returns:
        The headers by lower-case name, and the body. Anything but status 200 raises.
    """
    with _connect(url) as connection:
        connection.sendall(_request(url, {"Connection": "close", **(headers or {})}))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, fields = _parse(head)
    if " 200 " not in status:
        raise RuntimeError(f"expected status 200 for {url}, got {status}")
    if fields.get("transfer-encoding") == "chunked":
        body = _join_chunks(body)
    return fields, body


class WebSocket:
    """An open WebSocket; pings are answered while `receive` waits."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        self._socket = _connect(url)
        self._socket.sendall(_request(url, {**upgrade, **(headers or {})}))
        self._received = b""
        while b"\r\n\r\n" not in self._received:
            self._more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        status, _ = _parse(head)
        if " 101 " not in status:
            raise RuntimeError(f"expected status 101 for {url}, got {status}")
        # An idle page may wait for ever.
        self._socket.settimeout(None)

    def send(self, data: bytes | str) -> None:
        """Send one message."""
        if isinstance(data, str):
            self._send(TEXT, data.encode())
        else:
            self._send(BINARY, data)

    def receive(self) -> bytes:
        """**Blocks.** Return the payload of the next message; EOFError when there will be none."""
        message = b""
        while True:
            opcode, payload, final = self._frame()
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                raise EOFError(f"closed: {payload!r}")
            elif opcode != PONG:
                message += payload
                if final:
                    return message

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            header = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            header = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            header = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        # A mask of zeros is a mask, and leaves the payload as it is.
        self._socket.sendall(header + b"\0\0\0\0" + payload)

    def _frame(self) -> tuple[int, bytes, bool]:
        first, size = self._take(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        return first & 15, self._take(size), bool(first & 0x80)

    def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            self._more()
        taken, self._received = self._received[:size], self._received[size:]
        return taken

    def _more(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise EOFError("the connection has ended")
        self._received += data


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 80), TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _request(url: str, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _parse(head: bytes) -> tuple[str, dict[str, str]]:
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return status, {name.lower(): value.strip() for name, _, value in pairs}


def _join_chunks(body: bytes) -> bytes:
    joined = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        joined, body = joined + body[:count], body[count + 2 :]
    return joined
