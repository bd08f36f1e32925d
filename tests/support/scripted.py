"""A document of the test kit, and the server's end of its sockets in a test's hands: no app, no network."""

from __future__ import annotations

from random import Random
from typing import Any, TypeVar

from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Batch, Hello, Message, Welcome, decode, encode
from pycommunicate.testing.attachment import Attachment
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.dom import Document, Surroundings
from pycommunicate.testing.gestures import act

__all__ = ["OtherEnd", "Scripted"]

Kind = TypeVar("Kind", bound=Message)


class OtherEnd:
    """The other end: takes frames in, and keeps them; `taken` is the number of the last one that has one."""

    def __init__(self) -> None:
        self.receiver: Any = None
        self.closed = False
        self.heard: list[Message] = []
        self.taken = 0

    def connect(self, receiver: Any) -> OtherEnd:
        self.receiver = receiver
        return self

    def try_send(self, data: bytes) -> None:
        self.heard.append(decode(data))
        self.taken = getattr(self.heard[-1], "number", self.taken)

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.closed = True

    def say(self, message: Message) -> None:
        self.receiver.receive(encode(message))


class Scripted:
    """One document that is attached, and told what to do by a test.

    Args:
        html: What it shows.
        greeted: Whether it is welcome already.
        limits: Those of the welcome that are not the default.

    Attributes:
        ends: The server's end of each socket, the newest last.
        left: Addresses that the document was left for.
        reloads: Why it was to be loaded anew.
    """

    def __init__(self, html: str = "<p>", *, greeted: bool = True, **limits: int) -> None:
        self.clock = VirtualClock()
        self.ends: list[OtherEnd] = []
        self.left: list[str] = []
        self.reloads: list[str] = []
        self.batches = 0
        self.document = Document(
            f"<!doctype html>{html}",
            "http://localhost/page",
            navigate=lambda request: self.left.append(request.url),
            surroundings=Surroundings(self.clock.after, self.clock.now),
        )
        self.client = Attachment(self.document, "ticket", self, self.clock, Random(7), self.reloads.append)
        self.client.connect()
        self.limits = Limits(**limits).to_map()
        if greeted:
            self.welcome()

    def connect(self, receiver: Any) -> OtherEnd:
        """Open a socket: see `attachment.Line`."""
        self.ends.append(OtherEnd().connect(receiver))
        return self.ends[-1]

    def welcome(self, received: int = 0) -> None:
        """Let the client in, and forget the hello."""
        assert isinstance(self.ends[-1].heard.pop(0), Hello)
        self.say(Welcome(received=received, limits=self.limits))

    def say(self, message: Message) -> None:
        """Send a message by the newest socket."""
        self.ends[-1].say(message)

    def send(self, *ops: Any) -> None:
        """Send a batch."""
        self.batches += 1
        self.say(Batch(self.batches, self.ends[-1].taken, [list(op) for op in ops]))

    def lose(self) -> None:
        """Lose the socket."""
        self.client.lost(self.ends[-1])

    def do(self, action: str, selector: str | None, *args: str) -> None:
        """Do what a user does; without a selector, where the focus is."""
        act(self.document, action, self.document.query(None, selector) if selector else None, *args)
        self.client.changed()

    def heard(self, kind: type[Kind]) -> list[Kind]:
        """Return what the client has said of a kind by the newest socket, once."""
        found = [message for message in self.ends[-1].heard if isinstance(message, kind)]
        self.ends[-1].heard = [message for message in self.ends[-1].heard if not isinstance(message, kind)]
        return found
