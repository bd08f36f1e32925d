"""One load of a section's document, with the sockets that its client opens."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ...protocol.messages import Ack, Message, encode
from .exchange import Exchange
from .wire import Wire

__all__ = ["Page"]


class Page:
    """One load of a section's document.

    Args:
        section: The name of the section.
        breach: Is told the spec's section, the rule and what came, where a rule of all times is broken.
        changed: Is called whenever something has happened.

    Attributes:
        id: Its own.
        ticket: What its client must say in the hello.
        cookie: The value of the cookie that came with it.
        path: Where its socket is.
        wires: Its sockets, in order.
        attempts: When its client has asked for a socket, whether it got one or not.
        silent: Whether nothing of the client is acknowledged.
        inbox: Messages that nobody has taken yet, acks and hellos aside.
        acks: The bare acks.
    """

    def __init__(self, section: str, breach: Callable[[str, str, object], None], changed: Callable[[], None]) -> None:
        self.id = secrets.token_urlsafe(9)
        self.ticket = secrets.token_urlsafe(18)
        self.cookie = secrets.token_urlsafe(9)
        self.path = f"/{section}/__pycommunicate/p/conformance/{self.id}/socket"
        self.wires: list[Wire] = []
        self.attempts: list[float] = []
        self.silent = False
        self.inbox: list[Message] = []
        self.acks: list[Ack] = []
        self.exchange = Exchange(breach)
        self._breach = breach
        self._changed = changed

    @property
    def ack(self) -> int:
        """What the server acknowledges."""
        return 0 if self.silent else self.exchange.received

    def took(self, wire: Wire, data: bytes) -> None:
        """Take in a frame of one of its sockets; what still comes on one that was replaced is let go."""
        if wire is self.wires[-1]:
            message = self.exchange.take(wire, data)
            if isinstance(message, Ack):
                self.acks.append(message)
                if message.answer:
                    wire.carrier.try_send(encode(Ack(self.ack)))
            elif message is not None and message is not wire.hello:
                self.inbox.append(message)
        self._changed()

    def lost(self, wire: Wire) -> None:
        """Take note that a socket has come to its end."""
        if wire.carrier.texts:
            self._breach("3", "every frame is one binary message", "a text message")
        self._changed()
