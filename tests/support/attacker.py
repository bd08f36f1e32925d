"""A browser that sends whatever it is given, and notes how the server ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent import socket

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol.messages import (
    REFUSE_CODES,
    Ack,
    Batch,
    Bye,
    Event,
    Failure,
    Message,
    Refuse,
    Reply,
    Welcome,
    decode,
)
from pycommunicate.protocol.ops import LISTEN
from tests.support.websocket import BINARY, CLOSE, PING, PONG
from tests.support.wire import ASKS, WireClient

__all__ = ["Attack", "Outcome", "open_page"]

#: How long a frame waits for what it answers, before it is sent all the same.
_PATIENCE = 0.05
_END_TIMEOUT = 5.0


@dataclass
class Outcome:
    """How one page ended.

    Attributes:
        sent: Frames that were sent.
        why: ``violation`` or what else a bye, a refusal or the close frame says; empty if none does.
        code: Of the close frame; 0 if there was none.
    """

    sent: int = 0
    why: str = ""
    code: int = 0

    @property
    def hostile(self) -> bool:
        """Whether the server ended it for what was sent, and has logged that."""
        return self.why in ("violation", *REFUSE_CODES) or self.code >= 1002


@dataclass
class Attack:
    """One page of an app, attacked.

    Attributes:
        client: What has opened the page, and said hello unless that is part of the attack.
        pace: Called before each frame; may wait.
    """

    client: WireClient
    pace: Callable[[], Any] = lambda: None
    outcome: Outcome = field(default_factory=Outcome)
    ended: bool = False
    _asks: set[int] = field(default_factory=set)
    _listeners: set[int] = field(default_factory=set)
    _received: int = 0

    def run(self, shots: Iterable[bytes | tuple[int, bytes]]) -> Outcome:
        """Send frames, payloads or ``(opcode, payload)``, until the server ends the page or there are none left."""
        reader = gevent.spawn(self._read)
        with suppress(OSError):
            for shot in shots:
                self.pace()
                opcode, payload = (BINARY, shot) if isinstance(shot, bytes) else shot
                if opcode == BINARY:
                    self._wait_for_cause(payload)
                if self.ended:
                    break
                assert self.client.websocket is not None
                self.client.websocket.send_frame(opcode, payload)
                self.outcome.sent += 1
            gevent.sleep(0)
            # Empty: a fault of ours to see, not to hide, is that a page is ended after it has said goodbye.
            if not self.ended:
                assert self.client.websocket is not None
                self.client.websocket.send_close()
        reader.join(_END_TIMEOUT)
        self.client.close()
        reader.kill()
        return self.outcome

    def _wait_for_cause(self, payload: bytes) -> None:
        """Let a frame that answers something come behind that, as far as it is there."""
        try:
            message = decode(payload)
        except RemoteProtocolError:
            return
        with gevent.Timeout(_PATIENCE, False):
            while not self.ended and not self._caused(message):
                gevent.sleep(0.001)

    def _caused(self, message: Message) -> bool:
        if isinstance(message, (Event, Reply, Failure, Ack)) and message.ack > self._received:
            return False
        if isinstance(message, Reply):
            return message.ask in self._asks
        if isinstance(message, Event):
            return message.listener in self._listeners
        return True

    def _read(self) -> None:
        websocket = self.client.websocket
        assert websocket is not None
        try:
            while (frame := websocket.read_frame()) is not None:
                self._take(*frame)
        except (OSError, AssertionError):  # a reset, in the middle of a frame perhaps
            pass
        finally:
            self.ended = True

    def _take(self, opcode: int, payload: bytes) -> None:
        assert self.client.websocket is not None
        if opcode == PING:
            self.client.websocket.send_frame(PONG, payload)
        elif opcode == CLOSE:
            self.outcome.code = int.from_bytes(payload[:2], "big")
            if self.outcome.code == 1000:  # a broken goodbye is answered by this only
                self.outcome.why = self.outcome.why or payload[2:].decode()
            self.ended = True
            with suppress(OSError):
                self.client.websocket.send_frame(CLOSE, payload)
        elif opcode == BINARY:
            message = decode(payload)
            if isinstance(message, Batch):
                self._received = message.number
                self._asks |= {op[1] for op in message.ops if op[0] in ASKS}
                self._listeners |= {op[1] for op in message.ops if op[0] == LISTEN}
            elif isinstance(message, (Bye, Refuse)):
                self.outcome.why = message.code


def open_page(url: str, path: str = "/", cookies: dict[str, str] | None = None) -> WireClient:
    """Return a greenlet's browser that has opened a page and was let in."""
    client = WireClient(url, socket, cookies=cookies)
    client.get(path)
    client.connect()
    assert client.websocket is not None
    # Or small frames in a row wait for each other's acknowledgement.
    client.websocket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert isinstance(client.hello(), Welcome)
    return client
