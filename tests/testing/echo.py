"""A server that sends back what it gets, in greenlets; asked for an upgrade, it gives one first."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import gevent
from gevent.server import StreamServer

__all__ = ["UPGRADE", "UPGRADED", "Echo", "Peer", "heard", "read", "stays_silent"]

UPGRADE = b"GET /socket HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n"
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Peer:
    """The server's side of one connection.

    Attributes:
        got: All that has come.
        end: How it ended: ``close`` or ``reset``; an empty text while it has not.
    """

    def __init__(self, sock: Any) -> None:
        self.socket = sock
        self.got = b""
        self.end = ""

    def serve(self) -> None:
        try:
            while data := self.socket.recv(65_536):
                self.got += data
                self.socket.sendall(UPGRADED if data.startswith(b"GET /socket") else data)
            self.end = "close"
        except OSError:
            self.end = "reset"
        self.socket.close()


class Echo:
    """The server.

    Attributes:
        peers: Of all connections, in order.
    """

    def __init__(self) -> None:
        self.peers: list[Peer] = []
        self._server = StreamServer(("127.0.0.1", 0), self._serve)

    def _serve(self, sock: Any, address: Any) -> None:
        self.peers.append(Peer(sock))
        self.peers[-1].serve()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._server.server_port

    def __enter__(self) -> Echo:
        self._server.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        for peer in self.peers:
            with suppress(OSError):
                peer.socket.close()
        self._server.stop()


def read(sock: Any, size: int) -> bytes:
    """Return exactly so many bytes."""
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        assert more, f"the connection ended behind {data!r}"
        data += more
    return data


def heard(sock: Any) -> tuple[bytes, str]:
    """Return all that comes until the end, and whether that is ``close`` or ``reset``."""
    data = b""
    try:
        while more := sock.recv(65_536):
            data += more
    except TimeoutError:
        raise AssertionError(f"expected an end behind {data!r}") from None
    except OSError:
        return data, "reset"
    return data, "close"


def stays_silent(sock: Any, seconds: float = 0.04) -> bool:
    """Return whether nothing comes for a moment, not even an end."""
    with gevent.Timeout(seconds, False):  # type: ignore[arg-type]
        sock.recv(1)
        return False
    return True
