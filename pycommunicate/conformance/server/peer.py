"""A client that is spoken by hand: one document of the server under test, and the sockets that carry its page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from ...errors import RemoteProtocolError
from ...protocol.codec import Ref, pack, to_wire
from ...protocol.messages import (
    ACK,
    BYE,
    EVENT,
    FAILURE,
    GONE,
    HELLO,
    REPLY,
    SUBPROTOCOL,
    VERSION,
    Ack,
    Batch,
    Bye,
    Message,
    Refuse,
    Welcome,
)
from ...protocol.ops import OPS, check_op
from ..ops import wants_reply
from .rules import Ledger, Rules
from .site import Document, Site
from .table import Listener, Node, OpFailed, Table
from .wire import Closing, Wire

__all__ = ["PATIENCE", "QUIET", "Missing", "Peer"]

_Found = TypeVar("_Found")

#: Seconds within which what MUST come is waited for, where the spec gives no time.
PATIENCE = 5.0
#: Seconds in which what MUST NOT come has had its chance to.
QUIET = 0.25


class Missing(AssertionError):
    """What MUST come does not.

    Args:
        what: It, in words.
        got: What came instead.
        spec: The section of the spec that says so; an empty text for that which the section is about.
    """

    def __init__(self, what: str, got: str, spec: str = "") -> None:
        super().__init__(f"expected {what}, got {got}")
        self.what = what
        self.got = got
        self.spec = spec


class Peer:
    """One document, and the client's end of its page.

    It takes in what comes, holds it against the general rules, carries out ops on its table, and answers asks; each of
    these can be held up. What it sends is told to it by the section, in straight lines.

    Args:
        site: Where the document came from.
        document: It.
        ledger: Where it is written down which rules were kept.
        patience: Seconds within which what MUST come is waited for, where the spec gives no time.

    Attributes:
        patience: As it was given.
        nonce: The document's.
        table: The document's elements.
        rules: What every frame is held against.
        sent: The number of the last frame that was numbered.
        taken: The number of the last batch that has come.
        applied: The number of the last batch that acknowledgements tell of.
        answering: Whether asks are answered as they come; else they stand in `asks`.
        acking: Whether batches are acknowledged as they come.
        asks: The asks that have no answer yet, by number.
        ops: All ops that have come, in order.
        batches: Number and ack of all batches that have come, those that came again included.
        last_ack: The last acknowledgement of the server.
        acks: How many bare acks have come.
        ended: The server's refuse or bye, once it has come.
    """

    def __init__(self, site: Site, document: Document, ledger: Ledger, patience: float = PATIENCE) -> None:
        self._site = site
        self.patience = patience
        self._wires: list[Wire] = []
        self.document = document
        self.nonce = secrets.token_hex(16)
        self.rules = Rules(ledger)
        self.table = Table(document.text)
        self.kept: list[tuple[int, bytes]] = []
        self.sent = self.taken = self.applied = 0
        self.answering = self.acking = True
        self.asks: dict[int, Any] = {}
        self.ops: list[Any] = []
        self.batches: list[tuple[int, int]] = []
        self.last_ack = self.acks = 0
        self.ended: Refuse | Bye | None = None

    # --- sockets ------------------------------------------------------------------------------------------------

    def connect(self, *, cookies: str | None = None, path: str = "") -> Wire:
        """Open a socket, in place of the present one, which stays as it is; say nothing yet."""
        url = self._site.socket_origin + (path or self.document.socket)
        own = self.document.cookies if cookies is None else cookies
        self._wires.append(Wire(url, cookies=own, origin=self._site.origin, offers=[SUBPROTOCOL]))
        self.ended = None
        return self.wire

    @property
    def wire(self) -> Wire:
        """The present socket."""
        assert self._wires, "no socket has been opened"
        return self._wires[-1]

    @property
    def closed(self) -> Closing | None:
        """How the socket has ended; None if it has not, or there is none."""
        return self.wire.closed if self._wires else None

    def hello(self, **changes: Any) -> Message | None:
        """Say hello, with *changes* of its fields; return what is answered, or None if the socket is closed."""
        return self.greet(pack((HELLO, {**self.introduction, **changes})))

    def greet(self, *frames: bytes) -> Message | None:
        """Send what stands for a hello; return what is answered, or None if the socket is closed."""
        self.rules.connected(self.applied)
        for frame in frames:
            self._send_bytes(frame)
        answer = self.receive(self.patience)
        if isinstance(answer, Welcome):
            self.table.events = self.rules.limits.events
            self._acknowledged(answer.received)
        return answer

    @property
    def introduction(self) -> dict[str, Any]:
        """The fields of a hello."""
        return {
            "version": VERSION,
            "ticket": self.document.ticket,
            "nonce": self.nonce,
            "received": self.applied,
            "capabilities": [],
        }

    def attach(self) -> Welcome:
        """Open a socket, say hello, and be let in."""
        self.connect()
        answer = self.hello()
        if not isinstance(answer, Welcome):
            raise Missing("a welcome", str(answer or self.closing), "4")
        return answer

    def resume(self) -> Welcome:
        """Come back on another socket, and send again what the server lacks."""
        welcome = self.attach()
        for _, data in list(self.kept):
            self._send_bytes(data)
        return welcome

    def cut(self) -> None:
        """Lose the socket, without a word."""
        self.wire.cut()

    @property
    def close_code(self) -> int:
        """The code that the server has closed the socket with; 0 if it is open."""
        return self.closed.code if self.closed else 0

    @property
    def closing(self) -> str:
        """How the socket has ended, in words."""
        if self.closed is None:
            return "nothing"
        return f"{self.ended}, {self.closed}" if self.ended else str(self.closed)

    # --- what is sent -------------------------------------------------------------------------------------------

    def send(self, *message: Any) -> None:
        """Send a message as it is."""
        self._send_bytes(pack(message))

    def number(self, kind: int, *fields: Any, send: bool = True) -> bytes:
        """Number a message, keep it, and send it unless that shall not be; return its bytes."""
        if kind == EVENT:
            self.rules.listens.sent[fields[0]] += 1
        return self._keep(pack((kind, self.sent + 1, self.applied, *fields)), send=send)

    def _keep(self, data: bytes, *, send: bool = True) -> bytes:
        self.sent += 1
        self.kept.append((self.sent, data))
        if send:
            self._send_bytes(data)
        return data

    def click(self, selector: str, *, send: bool = True, **happened: Any) -> bytes:
        """Say that an element was clicked; return the frame.

        What has *happened* besides is told as far as it is to be carried.
        """
        listener = self.need(selector)
        listener.sent += 1
        if listener.sent > listener.credit:
            raise Missing(f"credit for {listener.sent} clicks on {selector}", f"{listener.credit}", "8.5")
        whole = {"type": "click", "target": listener.node, "current": listener.node, **happened}
        return self.number(EVENT, *self.event_of(listener, whole), send=send)

    def event_of(self, listener: Listener, happened: dict[str, Any]) -> tuple[Any, ...]:
        """Return the fields of an event, whose nodes are told by that."""
        carried = [to_wire(value, self._tell) for value in listener.carried(happened)]
        return (listener.number, carried) if carried else (listener.number,)

    def need(self, selector: str) -> Listener:
        """Return what listens to clicks on an element of the app."""
        listener = self.table.listener(selector)
        if listener is None:
            raise Missing(f"a listener for click on {selector}", "none", "6.10")
        return listener

    def reply(self, ask: int, value: Any = None, error: list[str] | None = None, *, send: bool = True) -> bytes:
        """Answer an ask: by a value, in which a node is told by its ref, or by an error."""
        self.asks.pop(ask, None)
        told = to_wire(value, self._tell)
        return self.number(REPLY, ask, told, *([error] if error else []), send=send)

    def reply_bytes(self, ask: int, value: bytes) -> None:
        """Answer an ask by what are the bytes of a value, or of none."""
        self.asks.pop(ask, None)
        before, nil = pack((REPLY, self.sent + 1, self.applied, ask, None)), pack(None)
        self._keep(before.removesuffix(nil) + value)

    def answer(self, ask: int, *, send: bool = True) -> bytes:
        """Answer an ask as the document has it."""
        try:
            return self.reply(ask, self.table.answer(self.asks[ask]), send=send)
        except OpFailed as error:
            return self.reply(ask, error=[error.code, str(error)], send=send)

    def gone(self) -> None:
        """Tell what is gone from the document."""
        refs, listeners = self.table.gone_refs, self.table.gone_listeners
        if refs or listeners:
            self.table.gone_refs, self.table.gone_listeners = [], []
            self.number(GONE, refs, listeners)

    def ack(self, *, answer: bool = False) -> None:
        """Acknowledge, and ask for an acknowledgement in return if *answer*."""
        self.rules.acked = max(self.rules.acked, self.applied)
        self.send(ACK, self.applied, *([True] if answer else []))

    def bye(self, code: str = "left", action: str = "stop", *more: Any) -> None:
        """Say that the page ends; nothing follows."""
        self.answering = self.acking = False
        self.send(BYE, self.applied, code, action, "the document was left", *more)

    def leave(self) -> None:
        """Leave the document for good."""
        if self._wires and not self.closed:
            self.bye()
            self.wire.close(1000)
        while self._wires:
            self._wires.pop().cut()

    def _send_bytes(self, data: bytes) -> None:
        self.rules.sent = max(self.rules.sent, self.sent)
        self.rules.acked = max(self.rules.acked, self.applied)
        self.wire.send(data)

    def _tell(self, value: Any) -> Ref | None:
        if not isinstance(value, Node):
            return None
        ref = self.table.tell(value)
        self.rules.told[int(ref)] = self.rules.told.get(int(ref), 0) + 1
        return ref

    # --- what comes ---------------------------------------------------------------------------------------------

    def receive(self, within: float) -> Message | None:
        """Take in the next message; return it, or None if none comes in time, or the socket is closed."""
        data = self.wire.receive(within)
        if data is None:
            return None
        message = self.rules.frame(data)
        match message:
            case Batch():
                self._batch(message)
            case Ack():
                self.acks += 1
                self._acknowledged(message.ack)
                if message.answer:
                    self.ack()
            case Refuse() | Bye():
                self.ended = message
        return message

    def until(self, found: Callable[[], _Found], what: str, within: float = 0, spec: str = "") -> _Found:
        """Take in messages until *found* returns something true; return that.

        Args:
            found: Says whether it has come.
            what: What that is, in words.
            within: Seconds that it may take; 0 for the usual patience.
            spec: The section of the spec that asks for it; an empty text for that which the section is about.

        Raises:
            Missing: if it does not come.
        """
        deadline = monotonic() + (within or self.patience)
        while not (result := found()):
            left = deadline - monotonic()
            if left <= 0:
                raise Missing(f"{what} within {within or self.patience:g} s", "nothing of it", spec)
            if self.receive(left) is None and self.close_code:
                raise Missing(what, self.closing, spec)
        return result

    def quiet(self, seconds: float = QUIET) -> list[Message]:
        """Take in what comes within so many seconds; return it."""
        deadline = monotonic() + seconds
        messages = []
        while (left := deadline - monotonic()) > 0 and not self.closed:
            message = self.receive(left)
            if message is not None:
                messages.append(message)
        return messages

    def at_end(self, within: float = 0) -> bool:
        """Take in what comes until the server has closed the socket; return whether it has."""
        deadline = monotonic() + (within or self.patience)
        while not self.closed and (left := deadline - monotonic()) > 0:
            self.receive(left)
        return self.closed is not None

    def load(self) -> None:
        """Wait until the server has built what its document begins with."""
        count = self.table.loaded
        self.until(lambda: self.table.loaded > count, "the op loaded", spec="6.15")

    def ask(self, code: int, *fields: Any) -> int:
        """Wait for an ask that has those fields, and is not answered yet; return its number."""

        def found() -> int:
            return next(
                (n for n, op in self.asks.items() if op[0] == code and tuple(op[3:][: len(fields)]) == fields), 0
            )

        return self.until(found, f"the ask {OPS[code][0]} {' '.join(map(repr, fields))}")

    def note(self, text: str, selector: str = "#note") -> None:
        """Wait until an element has a text."""
        self.until(lambda: self.table[selector].text == text, f"the text {text!r} in {selector}")

    def settled(self) -> None:
        """Ask for a sign of life, and wait for it: what was sent before has been taken in then."""
        count = self.acks
        self.ack(answer=True)
        what = "a bare ack of all that was sent"
        self.until(lambda: self.acks > count and self.last_ack >= self.sent, what, spec="8.7")

    def alive(self) -> bool:
        """Return whether the page goes on: whether a sign of life comes, behind all that was sent."""
        try:
            self.settled()
        except Missing:
            return False
        return True

    def _acknowledged(self, number: int) -> None:
        self.last_ack = max(self.last_ack, number)
        self.kept = [one for one in self.kept if one[0] > number]

    def _batch(self, batch: Batch) -> None:
        self.batches.append((batch.number, batch.ack))
        self._acknowledged(batch.ack)
        if batch.number <= self.taken:
            return
        self.taken = batch.number
        for index, op in enumerate(batch.ops):
            if not _is_op(op):  # the rules have said so
                continue
            self.ops.append(op)
            if wants_reply(op):
                self.asks[op[1]] = op
                continue
            try:
                self.table.apply(op)
            except OpFailed as error:
                self.number(FAILURE, batch.number, index, [error.code, str(error)])
        if self.acking:
            self.applied = batch.number
        sent = self.sent
        if self.answering:
            for ask in list(self.asks):
                self.answer(ask)
            self.gone()
        if self.acking and self.sent == sent:
            self.ack()


def _is_op(op: Any) -> bool:
    try:
        check_op(op)
    except RemoteProtocolError:
        return False
    return True
