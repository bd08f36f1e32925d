"""A browser made of a `ClientChannel` and a `ModelDocument`: it clicks, freezes, loses its socket and leaves."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from pycommunicate.page.link import Carrier
from pycommunicate.protocol import ClientChannel, Limits
from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.messages import Ack, Batch, Bye, Refuse, Welcome
from pycommunicate.protocol.ops import VIEW
from pycommunicate.testing.links import End
from pycommunicate.testing.network import Network
from tests.support.model_document import ASKS, ModelDocument, StaleRef

__all__ = ["ModelBrowser"]

#: After how many batches it acknowledges them unasked.
_ACK_EVERY = 8


class ModelBrowser:
    """One document of a browser.

    Args:
        network: What it connects by.
        html: What it shows at first; see `ModelDocument`.
        credit: How many events a new listener may send.

    Attributes:
        clicks: How often each listener was clicked, those that wait for credit included.
        over: Why it is over, once the server has said so or the document was left.
        slow_views: Whether the scripts of a new view are waited for, until `go_on`.
    """

    def __init__(self, network: Network, html: str, credit: int) -> None:
        self.network = network
        self.channel = ClientChannel(Limits())
        self.document = ModelDocument(html, credit)
        self.clicks: Counter[int] = Counter()
        self.over = ""
        self.slow_views = False
        self.end: End | None = None
        self._frozen = False
        self._events: deque[tuple[Callable[..., None], Any]] = deque()
        self._queue: deque[Batch] = deque()
        self._index = 0
        self._suspended = False
        self._replies: list[tuple[int, Any, list[str] | None]] = []

    # --- the socket ---------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open a socket, and give up the one that there may be."""
        if self.over:
            return
        self.drop()
        self.end = self.network.connect(self)
        self.end.try_send(self.channel.hello("ticket", "nonce"))

    def drop(self, code: int = 4000) -> None:
        """Close the socket that there may be, and say nothing: for another one, or by 1000 as the document is left."""
        end, self.end = self.end, None
        if end is not None:
            end.receiver = None
            end.close(code, "")
            self.channel.lose()

    def leave(self) -> None:
        """Leave the document for good."""
        if self.end is not None and self.channel.open:
            self.end.try_send(self.channel.bye("left", "stop", "the document was left"))
            self.over = "left"
            self.end.close(1001, "")
        else:
            self.drop(1001)
            self.over = "left"

    def receive(self, data: bytes) -> None:
        self._happens(self._receive, (self.end, data))

    def lost(self, carrier: Carrier) -> None:
        self._happens(self._lost, carrier)

    def freeze(self) -> None:
        """Do nothing any more of what comes, until `thaw`."""
        self._frozen = True

    def thaw(self) -> None:
        """Do all that has come meanwhile."""
        self._frozen = False
        while self._events:
            call, what = self._events.popleft()
            call(what)

    def _happens(self, call: Callable[..., None], what: Any) -> None:
        if self._frozen:
            self._events.append((call, what))
        else:
            call(what)

    def _lost(self, carrier: Carrier) -> None:
        if carrier is self.end:
            self.end = None
            if not self.over:
                self.channel.lose()

    def _receive(self, what: tuple[End, bytes]) -> None:
        end, data = what
        if end is not self.end or self.over:
            return
        match message := self.channel.receive(data):
            case Welcome():
                for frame in self.channel.resend():
                    end.try_send(frame)
            case Batch():
                self._queue.append(message)
                self._apply()
            case Ack(answer=True):
                self.ack()
            case Refuse() | Bye():
                self.over = message.code

    def _say(self, frame: bytes) -> None:
        if self.channel.open and not self.over:
            assert self.end is not None
            self.end.try_send(frame)

    def ack(self, *, answer: bool = False) -> None:
        if self.channel.open and not self.over:
            assert self.end is not None
            self.end.try_send(self.channel.ack(answer=answer))

    # --- the document -------------------------------------------------------------------------------------------

    def click(self, number: int) -> None:
        """Let an event of a listener happen; without a socket, too."""
        entry = self.document.listeners[number]
        self.clicks[number] += 1
        entry.waiting += 1
        self._send_clicks(number)

    def go_on(self) -> None:
        """Let the scripts of a new view have run."""
        self._suspended = False
        if not self.over:  # else nobody is there to be told
            self._apply()

    def _apply(self) -> None:
        while self._queue and not self._suspended:
            batch = self._queue[0]
            while self._index < len(batch.ops) and not self._suspended:
                op = batch.ops[self._index]
                if op[0] == VIEW:
                    self._suspended = self.slow_views
                    self._send_replies()
                self._apply_op(batch, op)
                self._index += 1
            if self._index < len(batch.ops) or self._suspended:
                return
            self._queue.popleft()
            self._index = 0
            self.channel.applied(batch.number)
            self._send_replies()
            self._send_gone()
            for number in list(self.document.listeners):
                self._send_clicks(number)
            if self.channel.ack_due >= _ACK_EVERY:
                self.ack()

    def _apply_op(self, batch: Batch, op: list[Any]) -> None:
        value, error = None, None
        try:
            value = self.document.apply(op)
        except StaleRef as stale:
            error = ["stale-ref", f"{stale}"]
        if op[0] in ASKS:
            self._replies.append((op[1], value, error))
        elif error is not None:
            self._say(self.channel.failure(batch.number, self._index, error))

    def _send_replies(self) -> None:
        for ask, value, error in self._replies:
            self._say(self.channel.reply(ask, to_wire(value), error))
        self._replies.clear()

    def _send_gone(self) -> None:
        document = self.document
        if document.gone_refs or document.gone_listeners:
            self._say(self.channel.gone(document.gone_refs, document.gone_listeners))
            document.gone_refs, document.gone_listeners = [], []

    def _send_clicks(self, number: int) -> None:
        entry = self.document.listeners[number]
        while entry.waiting and entry.sent < entry.granted:
            entry.waiting -= 1
            entry.sent += 1
            self._say(self.channel.event(number, entry.carried))

    @property
    def is_quiet(self) -> bool:
        """Whether it has applied and said all, and everything of it was taken in."""
        return not (self._queue or self._events or self.channel.resend() or self.channel.ack_due)
