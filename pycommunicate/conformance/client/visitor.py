"""The documents and sockets that a client opens in one section, and how they are waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from gevent.event import Event as Signal

from ...protocol.codec import shown
from ...protocol.messages import SUBPROTOCOL, Bye, Hello, Refuse, encode
from ..report import Check
from .page import Page
from .wire import Wire

__all__ = ["TIMES", "Missing", "Times", "Visitor"]

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Times:
    """How long a client may take.

    Attributes:
        patience: Seconds for what it does at once.
        open_within: Seconds to show a document: it may have to be started first.
    """

    patience: float = 5.0
    open_within: float = 20.0


TIMES = Times()


class Missing(AssertionError):
    """What a section waits for does not come, or something else does."""


class Visitor:
    """The client of one section, as its documents and sockets show it.

    Args:
        name: The section.
        visit: Lets the client open the section's document.
        times: How long the client may take.

    Attributes:
        patience: Seconds that the client may take for what it does at once.
        pages: The loads of the document, in order.
        page: The one that the section is at.
        wire: The socket that the section is at.
        body: What stands in the document in place of the usual parts.
        html: What stands behind the script element in place of all else; None for nothing of the kind.
        data: What the script element has beside the usual: names and values; None takes one out.
        files: What it may be made to wait for (`held`), by name.
        requested: The names of those that it has asked for.
        refuses: Whether handshakes are answered by an error.
        subprotocol: What handshakes are answered with.
        breaches: Rules of all times that were broken.
    """

    def __init__(self, name: str, visit: Callable[[], None], times: Times = TIMES) -> None:
        self.name = name
        self.patience = times.patience
        self.pages: list[Page] = []
        self.page: Page | None = None
        self.wire: Wire | None = None
        self.body = ""
        self.html: str | None = None
        self.data: dict[str, str | None] = {}
        self.files: dict[str, str] = {}
        self.requested: set[str] = set()
        self.refuses = False
        self.subprotocol = SUBPROTOCOL
        self.breaches: list[Check] = []
        self._open_within = times.open_within
        self._visit = visit
        self._taken = 0
        self._changed = Signal()
        self._held: dict[str, Signal] = {}

    # --- what the site tells ------------------------------------------------------------------------------------

    def load(self) -> Page:
        """Return a new page: the document is loaded."""
        page = Page(self.name, self._breach, self._changed.set)
        self.pages.append(page)
        self._changed.set()
        return page

    def attempt(self, page: Page) -> None:
        """Take note that a client asks for a socket."""
        page.attempts.append(monotonic())
        self._changed.set()

    def opened(self, page: Page, wire: Wire) -> None:
        """Take note of a new socket."""
        page.wires.append(wire)
        self._changed.set()

    def held(self, name: str) -> None:
        """**Blocks** until the section lets the client have that file."""
        self.requested.add(name)
        self._changed.set()
        self._held.setdefault(name, Signal()).wait()

    def give(self, name: str) -> None:
        """Let the client have a file that it may be waiting for."""
        self._held.setdefault(name, Signal()).set()

    def end(self) -> None:
        """Let everything go."""
        for signal in self._held.values():
            signal.set()
        for page in self.pages:
            for wire in page.wires:
                self._let_go(wire)

    def _let_go(self, wire: Wire) -> None:
        """Close a socket in a way that the client does not come back."""
        why = "ended", "stop", "the section is over"
        if wire.hello is not None and not (wire.ended or wire.left or wire.over):
            last = Bye(wire.page.exchange.received, *why) if wire.welcomed else Refuse(*why)
            wire.carrier.try_send(encode(last))
        wire.carrier.close(1000, why[2])

    def _breach(self, spec: str, rule: str, got: object) -> None:
        self.breaches.append(Check(spec, rule, False, True, str(got)[:500]))

    # --- documents and sockets ----------------------------------------------------------------------------------

    def visit(self) -> Page:
        """Let the client open the document; return its new page."""
        known = len(self.pages)
        self._visit()
        self.wait(lambda: len(self.pages) > known, "the document to be loaded", self._open_within)
        return self.turn_to(self.pages[-1])

    def next_page(self, within: float | None = None) -> Page:
        """Wait until the client has loaded the document anew; return the new page."""
        old = self.now
        self.wait(lambda: self.pages[-1] is not old, "the document to be loaded anew", within)
        return self.turn_to(self.pages[-1])

    def turn_to(self, page: Page) -> Page:
        """Go on with that page."""
        self.page, self.wire, self._taken = page, None, 0
        return page

    @property
    def now(self) -> Page:
        """The page that the section is at."""
        assert self.page is not None, "no document has been loaded"
        return self.page

    @property
    def socket(self) -> Wire:
        """The socket that the section is at."""
        assert self.wire is not None, "no socket has been opened"
        return self.wire

    def next_socket(self, within: float | None = None) -> Wire:
        """Wait for the next socket of the page; return it."""
        page = self.now
        self.wait(lambda: len(page.wires) > self._taken, "a socket", within)
        self.wire = page.wires[self._taken]
        self._taken += 1
        return self.wire

    def greet(self, within: float | None = None) -> Hello:
        """Wait for the next socket and its hello; return that."""
        wire = self.next_socket(within)
        return self.wait(lambda: wire.hello, "a hello", within)

    def open(self) -> Hello:
        """Let the client open the document; return its hello."""
        self.visit()
        return self.greet(self._open_within)

    def cut(self) -> None:
        """End the connection of the socket, without a close frame."""
        self.socket.carrier.cut()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the socket."""
        self.socket.carrier.close(code, reason)

    def closed(self, within: float | None = None) -> int:
        """Wait until the socket has ended; return the code that the client has closed it with."""
        wire = self.socket
        self.wait(lambda: wire.over, "the end of the socket", within)
        return wire.close_code

    # --- waiting ------------------------------------------------------------------------------------------------

    def wait(self, found: Callable[[], _Found | None], what: str, within: float | None = None) -> _Found:
        """Wait until *found* returns something true; return that."""
        within = self.patience if within is None else within
        deadline = monotonic() + within
        while not (result := found()):
            left = deadline - monotonic()
            if left <= 0:
                raise Missing(f"expected {what} within {within:g} s, got {self._newest()}")
            self._changed.clear()
            self._changed.wait(left)
        return result

    def _newest(self) -> str:
        if self.page is None or not self.page.inbox:
            return "nothing"
        return ", ".join(shown(message) for message in self.page.inbox[-3:])

    def silence(self, seconds: float) -> None:
        """Wait: nothing should happen meanwhile; what does is for the section to look at."""
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            self._changed.clear()
            self._changed.wait(left)
