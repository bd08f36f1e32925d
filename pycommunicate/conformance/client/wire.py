"""One WebSocket of the client under test: what it said when it was opened, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...page.link import Carrier
from ...protocol.messages import Hello
from ...transport.frames import CLOSE, TEXT, FrameReader, encode_frame
from ...transport.server import Server
from ...transport.websocket import CarrierSocket, Handler

__all__ = ["WatchedServer", "WatchedSocket", "Wire"]

#: RFC 6455 7.4.1: codes that stand for what no close frame has said.
_NO_CODE, _NO_CLOSE = 1005, 1006


class _WatchedReader(FrameReader):
    """Takes note of what its carrier keeps to itself."""

    __slots__ = ("close_code", "texts")

    def __init__(self) -> None:
        super().__init__(0)
        self.close_code = _NO_CLOSE
        self.texts = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        for opcode, payload in super().feed(data):
            if opcode == CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big") or _NO_CODE
            elif opcode == TEXT:
                self.texts += 1
            yield opcode, payload


class WatchedSocket(CarrierSocket):
    """A WebSocket that tells more of its end, and can be cut."""

    __slots__ = ("_watched",)

    def __init__(self, environ: dict[str, Any], handler: Handler) -> None:
        super().__init__(environ, handler)
        self._reader = self._watched = _WatchedReader()

    @property
    def close_code(self) -> int:
        """The code that the client has closed it with; 1006 if it has not."""
        return self._watched.close_code

    @property
    def texts(self) -> int:
        """How many text messages have come."""
        return self._watched.texts

    def send_text(self, text: str) -> None:
        """Send what no frame of the protocol is."""
        self._writer.write(encode_frame(TEXT, text.encode()))

    def cut(self) -> None:
        """End the connection without a close frame."""
        self._writer.shut_down()


class _WatchedHandler(Handler):
    socket_class = WatchedSocket


class WatchedServer(Server):
    """A server whose WebSockets can be cut."""

    handler_class = _WatchedHandler


@dataclass(eq=False)
class Wire:
    """One WebSocket of the client.

    Attributes:
        carrier: What carries its frames.
        page: Is told what happens.
        headers: The request that asked for it, as WSGI has it.
        hello: What it began with.
        stray: Whether its hello came behind the end of the channel, and belongs to none.
        welcomed: Whether its hello was answered by a welcome.
        ended: Whether the server has refused it, or said bye.
        left: Whether the client has said bye.
        next_number: The number that its next numbered frame must have.
        resent: The numbers of the frames that came again.
        over: Whether it has come to its end.
    """

    carrier: WatchedSocket
    page: Any
    headers: dict[str, str]
    hello: Hello | None = None
    stray: bool = False
    welcomed: bool = False
    ended: bool = False
    left: bool = False
    next_number: int = 1
    resent: list[int] = field(default_factory=list)
    over: bool = False

    @property
    def close_code(self) -> int:
        """The code that the client has closed it with; 1006 if it has not."""
        return self.carrier.close_code

    def receive(self, data: bytes) -> None:
        """Take in one frame."""
        self.page.took(self, data)

    def lost(self, carrier: Carrier) -> None:
        """Take note that it has come to its end."""
        self.over = True
        self.page.lost(self)
