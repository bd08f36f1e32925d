"""A small client in Python, written from the spec alone: what the conformance kit is tried on.

One thread does everything: it takes in what has come, does what is due, and sends. The mutants override its methods.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from http.cookiejar import CookieJar
from socket import SHUT_RDWR
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import websocket

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol import messages
from pycommunicate.protocol.codec import depth_of, unpack
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Ack, Batch, Bye, GoneReport, Hello, Refuse, Welcome
from tests.conformance.small_document import Fault
from tests.conformance.small_ops import SmallOps

__all__ = ["SmallClient"]


class SmallClient(SmallOps):
    """Shows one document after the other.

    Args:
        url: The first.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))
        self._stopped = threading.Event()
        self._due: list[tuple[float, Callable[[], None]]] = []
        self._reloads: list[float] = []
        self.typed: dict[str, str] = {}
        self.socket: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Callable[[], None]:
        """Open the first document; return what ends all."""
        self.load(self.url)
        self._thread.start()
        return self.stop

    def stop(self) -> None:
        self._stopped.set()
        with suppress(OSError, AttributeError):  # the thread may have let it go just now
            self.socket.sock.shutdown(SHUT_RDWR)
        self._thread.join(10)
        if self.socket is not None:
            self.socket.shutdown()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for when, what in sorted(self._due, key=lambda one: one[0]):
                if when <= monotonic() and (when, what) in self._due:
                    self._due.remove((when, what))
                    what()
            waits = max(0.001, min([0.05, *(when - monotonic() for when, _ in self._due)]))
            if self.socket is None:
                self._stopped.wait(waits)
                continue
            try:
                self.socket.settimeout(waits)
                opcode, data = self.socket.recv_data()
            except websocket.WebSocketTimeoutException:
                continue
            except (OSError, websocket.WebSocketException):
                self.lost()
                continue
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                self.lost()
            elif opcode == websocket.ABNF.OPCODE_BINARY:
                self.receive(data)
            elif opcode == websocket.ABNF.OPCODE_TEXT:
                self.violated("a text message")

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        self._due.append((monotonic() + seconds, what))

    # --- documents ----------------------------------------------------------------------------------------------

    def load(self, url: str) -> None:
        """Show a document."""
        self.url = url
        self._due.clear()
        with self._opener.open(url, timeout=5) as response:
            text = response.read().decode()
        self.begin(text)
        self.script = self.document.root.xpath("//script[@data-pycommunicate]")
        self.nonce = secrets.token_urlsafe(24)
        self.sent = self.received = self.applied = self.ack_sent = self.acked = 0
        self.unacked: list[tuple[int, bytes]] = []
        self.limits = Limits()
        self.open = self.over = False
        self.failures = 0
        if not self.script:
            return
        if not self.script[0].get("data-ticket"):
            self.come_back()
        else:
            self.connect()

    def come_back(self) -> None:
        """Load a document that was fetched for later."""
        self.after(0.1, lambda: self.load(self.url))

    def reload(self) -> None:
        """Load the document anew, but not again and again."""
        self._reloads = [one for one in self._reloads if one > monotonic() - 30]
        if len(self._reloads) < 2:
            self._reloads.append(monotonic())
            self.after(random.random() * 0.3, lambda: self.load(self.url))

    def leave(self, url: str) -> None:
        if self.open:
            self.send(Bye(self.applied, "left", "stop", ""))
        self.drop(1000)
        self.after(0, lambda: self.load(url))

    # --- sockets ------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        parts = urlsplit(self.url)
        cookie = "; ".join(f"{one.name}={one.value}" for one in self._cookies)
        try:
            self.socket = websocket.create_connection(
                f"ws://{parts.netloc}{self.script[0].get('data-pycommunicate')}",
                header={"Sec-WebSocket-Protocol": messages.SUBPROTOCOL},  # what is selected is for us to look at
                origin=f"{parts.scheme}://{parts.netloc}",
                cookie=cookie,
                timeout=5,
            )
        except (OSError, websocket.WebSocketException):
            self.lost()
            return
        if not self.speaks(self.socket.getheaders().get("sec-websocket-protocol")):
            self.lost()
            return
        self.say_hello()

    def speaks(self, subprotocol: str | None) -> bool:
        return subprotocol == messages.SUBPROTOCOL

    def say_hello(self) -> None:
        self.send(Hello(self.script[0].get("data-ticket"), self.nonce, self.applied))

    def drop(self, code: int) -> None:
        socket, self.socket = self.socket, None
        self.open = False
        if socket is not None:
            socket.send_close(code)
            socket.shutdown()

    def lost(self) -> None:
        if self.socket is not None:
            self.socket.shutdown()
        self.socket, self.open = None, False
        self.after(random.random() * min(10, 0.25 * 2**self.failures), self.connect)
        self.failures += 1

    def send(self, message: messages.Message) -> None:
        self.send_bytes(messages.encode(message))

    def send_bytes(self, data: bytes) -> None:
        with suppress(OSError, websocket.WebSocketException):  # the next receive finds out
            self.socket.send_binary(data)

    # --- what comes ---------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        try:
            message = messages.decode(data)
            self.check(message)
        except RemoteProtocolError as error:
            # spec 2: without another bye where a bye was it
            self.violated(str(error), silently=data[1:2] == bytes((messages.BYE,)))
            return
        match message:
            case Welcome():
                self.let_in(message)
            case Refuse():
                self.drop(1000)
                self.end(message.action)
            case Bye(action="reload"):
                self.over, self.open = True, False
            case Bye():
                self.drop(1000)
            case Ack():
                self.acknowledged(message.ack)
                if message.answer:
                    self.life_sign()
            case Batch():
                self.acknowledged(message.ack)
                if not self.is_duplicate(message.number):
                    self.received, self.known = message.number, message.ack
                    self.apply(message.number, message.ops)

    def check(self, message: Any) -> None:
        """Raise RemoteProtocolError if the message breaks a rule."""
        if messages.SENT_BY[message.type] == (messages.CLIENT,):
            raise RemoteProtocolError("a message of our own")
        if isinstance(message, Refuse) and self.open:
            raise RemoteProtocolError("a refuse behind the welcome")
        if not isinstance(message, (Refuse, Bye)) and self.open == isinstance(message, Welcome):
            raise RemoteProtocolError("a message that has no place here")
        if isinstance(message, Welcome):
            if self.over or not self.acked <= message.received <= self.sent:
                raise RemoteProtocolError("a welcome that cannot be")
            if message.version != 1:
                raise RemoteProtocolError("another version")
            Limits.from_map(message.limits)
        elif not isinstance(message, Refuse) and message.ack > self.sent:
            raise RemoteProtocolError("an ack of what was not sent")
        if isinstance(message, Batch):
            self.check_number(message.number)
            if any(depth_of(field) > 32 for op in message.ops for field in op):
                raise RemoteProtocolError("nested too deep")

    def check_number(self, number: int) -> None:
        if number > self.received + 1:
            raise RemoteProtocolError("a gap")

    def is_duplicate(self, number: int) -> bool:
        return number <= self.received

    def violated(self, why: str, *, silently: bool = False) -> None:
        if self.open and not silently:
            self.send(Bye(self.applied, "violation", "stop", why))
        self.drop(1000)

    def end(self, action: str) -> None:
        if action == "reload":
            self.reload()

    def let_in(self, welcome: Welcome) -> None:
        self.failures = 0
        self.limits = Limits.from_map(welcome.limits)
        self.acknowledged(welcome.received)
        self.open = True
        self.resend()

    def resend(self) -> None:
        for _, data in self.unacked:
            self.send_bytes(data)

    def acknowledged(self, number: int) -> None:
        self.acked = max(self.acked, number)
        self.unacked = [one for one in self.unacked if one[0] > number]

    def life_sign(self) -> None:
        self.ack_sent = self.applied
        self.send(Ack(self.applied))

    # --- what goes ----------------------------------------------------------------------------------------------

    def numbered(self, kind: Any, *fields: Any) -> None:
        """Send what is numbered, and keep it."""
        data = messages.encode(kind(self.sent + 1, self.applied, *fields))
        if len(data) > self.limits.frame:
            raise Fault("too-large")
        try:
            unpack(data, self.limits.containers)
        except RemoteProtocolError:
            raise Fault("too-large") from None
        self.sent += 1
        self.ack_sent = self.applied
        self.unacked.append((self.sent, data))
        if self.open:
            self.send_bytes(data)

    def report(self) -> None:
        refs, listeners = self.document.gone
        self.document.gone = ([], [])
        while refs or listeners:
            self.numbered(GoneReport, refs[:20], listeners[:20])
            del refs[:20], listeners[:20]

    # --- batches ------------------------------------------------------------------------------------------------

    def apply(self, number: int, batch: list[Any]) -> None:
        for index, op in enumerate(batch):
            self.carry_out(number, index, op)
        self.applied = number
        self.flush()
        self.look()
        self.report()
        self.follow()
        if self.applied - self.ack_sent >= 8:
            self.acknowledge()
        else:
            self.after(0.05, self.acknowledge)

    def acknowledge(self) -> None:
        if self.open and self.ack_sent < self.applied:
            self.life_sign()
