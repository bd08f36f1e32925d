"""A browser without a document: opens a page of an app and speaks its protocol over a real WebSocket."""

from __future__ import annotations

import http.client
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pycommunicate.protocol import SUBPROTOCOL, ClientChannel, Limits
from pycommunicate.protocol.messages import Batch, Bye, Message, Refuse, Welcome
from pycommunicate.protocol.ops import NO_ASK, OPS
from tests.support.websocket import BINARY, CLOSE, PING, PONG, HandshakeAnswer, RawSocket

__all__ = ["Document", "WireClient"]

_SCRIPT = re.compile(r'<script [^>]*data-pycommunicate="([^"]+)" data-ticket="([^"]+)"')
_Kind = TypeVar("_Kind")

#: Codes of the ops that want an answer.
ASKS = frozenset(code for code, (_, fields) in OPS.items() if fields and fields[0][0] == "ask")


@dataclass(frozen=True)
class Document:
    """One response to a page's URL.

    Attributes:
        socket: Path of the page's WebSocket, or an empty text if the page is not a live one.
        ticket: What its script would say in the hello.
    """

    status: int
    headers: dict[str, str]
    text: str
    socket: str
    ticket: str


class WireClient:
    """One document of one browser.

    Args:
        url: Where the app answers, without a slash at the end.
        sockets: `socket`, or `gevent.socket` where the app is served by greenlets of the same thread.
        timeout: Seconds after which anything that is waited for fails the test.
        cookies: Those of another client, to be another tab of the same browser.

    Attributes:
        document: The newest response.
        channel: The client's end of the protocol.
        websocket: The newest connection.
        ops: All ops that have come, in order.
        close_code: Code of the server's close frame, once it has come.
    """

    def __init__(
        self, url: str, sockets: Any = socket, timeout: float = 5.0, cookies: dict[str, str] | None = None
    ) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.address = parts.hostname, parts.port or 80
        self.sockets = sockets
        self.timeout = timeout
        self.cookies = {} if cookies is None else cookies
        self.document = Document(0, {}, "", "", "")
        self.channel = ClientChannel(Limits())
        self.websocket: RawSocket | None = None
        self.nonce = secrets.token_hex(8)
        self.ops: list[list[Any]] = []
        self._answered: set[int] = set()
        self._sockets: list[RawSocket] = []
        self.close_code = 0

    # --- HTTP ---------------------------------------------------------------------------------------------------

    def get(self, path: str = "/", headers: Mapping[str, str] | None = None) -> Document:
        """Load a URL as a new document; cookies are kept and sent."""
        connection = http.client.HTTPConnection(*self.address, timeout=self.timeout)
        connection.sock = self.sockets.create_connection(self.address, self.timeout)
        cookie = {"Cookie": self._cookie_line()} if self.cookies else {}
        try:
            connection.request("GET", path, headers={**cookie, **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
            response_headers = response.getheaders()
        finally:
            connection.close()
        for name, value in response_headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        found = _SCRIPT.search(text)
        self.document = Document(
            response.status,
            {name.lower(): value for name, value in response_headers},
            text,
            found[1] if found else "",
            found[2] if found else "",
        )
        self.channel = ClientChannel(Limits())
        self.nonce = secrets.token_hex(8)
        self.ops.clear()
        self._answered.clear()
        return self.document

    def _cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    # --- the socket ---------------------------------------------------------------------------------------------

    def connect(
        self, headers: Mapping[str, str | None] | None = None, *, path: str = "", early: bytes = b""
    ) -> HandshakeAnswer:
        """Ask for the document's WebSocket; *headers* are added or changed, or left out if None."""
        self.websocket = RawSocket(self.address, self.sockets, self.timeout)
        self._sockets.append(self.websocket)
        self.close_code = 0
        own = {"Cookie": self._cookie_line() or None, "Sec-WebSocket-Protocol": SUBPROTOCOL}
        return self.websocket.handshake(path or self.document.socket, {**own, **(headers or {})}, early=early)

    def hello(self, *, ticket: str | None = None, nonce: str | None = None) -> Message | None:
        """Say hello; return what comes back."""
        self.send(
            self.channel.hello(
                self.document.ticket if ticket is None else ticket, self.nonce if nonce is None else nonce
            )
        )
        return self.receive()

    def open(self, path: str = "/") -> WireClient:
        """Load a page, connect and be let in; return this client."""
        document = self.get(path)
        assert document.socket, f"expected a live page, got {document.status}: {document.text[:500]}"
        answer = self.connect()
        assert answer.status == 101, f"expected an upgrade, got {answer}"
        welcome = self.hello()
        assert isinstance(welcome, Welcome), f"expected a welcome, got {welcome}"
        return self

    def send(self, frame: bytes) -> None:
        """Send one frame of the protocol, or what stands for it."""
        assert self.websocket is not None
        self.websocket.send_frame(BINARY, frame)

    def receive(self) -> Message | None:
        """Take in the next message and apply it; return it, or None when the server has closed."""
        assert self.websocket is not None
        while (frame := self.websocket.read_frame()) is not None:
            opcode, payload = frame
            if opcode == PING:
                self.websocket.send_frame(PONG, payload)
            elif opcode == CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big")
                self.websocket.send_frame(CLOSE, payload)
            elif opcode == BINARY:
                message = self.channel.receive(payload)
                if isinstance(message, Batch):
                    self.channel.applied(message.number)
                    self.ops += message.ops
                return message
        return None

    def leave(self) -> None:
        """Leave the document for good."""
        self.send(self.channel.bye("left", "stop", "the document was left"))
        self.close()

    def close(self) -> None:
        """Let all connections go without a word."""
        while self._sockets:
            self._sockets.pop().close()

    # --- the protocol -------------------------------------------------------------------------------------------

    def wait(self, found: Callable[[], _Kind]) -> _Kind:
        """Take in messages until *found* returns something true; return that."""
        while not (result := found()):
            message = self.receive()
            assert message is not None, f"the server closed with code {self.close_code}"
            assert not isinstance(message, (Refuse, Bye)), f"the page is over: {message}"
        return result

    def wait_op(self, code: int, since: int = 0) -> list[Any]:
        """Take in messages until an op *code* has come, the first behind *since* ops; return it."""
        return self.wait(lambda: next((op for op in self.ops[since:] if op[0] == code), []))

    @property
    def asked(self) -> list[Any]:
        """The oldest ask that was not answered yet, or an empty list."""
        asks = (op for op in self.ops if op[0] in ASKS and op[1] != NO_ASK)
        return next((op for op in asks if op[1] not in self._answered), [])

    def answer(self, value: Any = None, error: list[str] | None = None) -> list[Any]:
        """Wait for an ask that was not answered yet, and answer it; return the op."""
        op = self.wait(lambda: self.asked)
        self._answered.add(op[1])
        self.send(self.channel.reply(op[1], value, error))
        return op

    def event(self, listener: int, carried: list[Any] | None = None, errors: dict[str, Any] | None = None) -> None:
        self.send(self.channel.event(listener, carried, errors))

    def ack(self) -> None:
        self.send(self.channel.ack())
