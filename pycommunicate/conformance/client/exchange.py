"""What both sides have said to each other in one document, held against the rules of all times.

A section looks at one rule on purpose. Whatever a client sends beside that is looked at here: numbers,
acknowledgements, refs, credits. What is broken is told to `breach`, and counts against the section where it happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ...errors import RemoteProtocolError
from ...protocol.codec import shown, unpack
from ...protocol.limits import Limits
from ...protocol.messages import (
    MESSAGES,
    NUMBERED,
    SENT_BY,
    SERVER,
    Ack,
    Bye,
    Event,
    Failure,
    GoneReport,
    Hello,
    Message,
    Reply,
    decode,
)
from ...protocol.ops import CREATE, CREDIT, LISTEN, SET, UNLISTEN
from ..ops import refs_in, wants_reply
from .listeners import Listeners
from .wire import Wire

__all__ = ["Exchange", "name_of"]


def name_of(message: Message) -> str:
    """Return what the spec calls the message."""
    return MESSAGES[message.type][0]


class Exchange:
    """Both sides of the exchange of one document.

    Args:
        breach: Is told the spec's section, the rule and what came, where a rule is broken.

    Attributes:
        batches: The ops of each batch that counts as sent, by its number.
        frames: The client's numbered frames, by number.
        acked: The highest acknowledgement that has come, by whatever frame.
        told: How often each ref has been told.
        gone: Refs that were reported as gone.
        limits: Those of the welcome.
        over: Whether the server has said bye.
    """

    def __init__(self, breach: Callable[[str, str, object], None]) -> None:
        self._breach = breach
        self.batches: dict[int, list[Any]] = {}
        self.frames: dict[int, bytes] = {}
        self.acked = 0
        self.told: Counter[int] = Counter()
        self.gone: set[int] = set()
        self.limits = Limits()
        self.over = False
        self._stream_acked = 0  # by any frame but a hello
        self._numbered_acked = 0
        self._asked: set[int] = set()
        self._answered: set[int] = set()
        self._listeners = Listeners(breach)
        self._failed = (0, -1)
        self._resumed = False

    @property
    def sent(self) -> int:
        """The number of the last batch."""
        return len(self.batches)

    @property
    def received(self) -> int:
        """The number of the client's last frame."""
        return max(self.frames, default=0)

    # --- what the server says -----------------------------------------------------------------------------------

    def send(self, ops: list[Any]) -> int:
        """Count a batch as sent; return its number."""
        number = self.sent + 1
        self.batches[number] = ops
        for op in ops:
            if wants_reply(op):
                self._asked.add(op[1])
            elif op[0] == CREATE:
                self.told[op[1]] += 1
            elif op[0] == LISTEN:
                self._listeners.made(op[1], op[4], self.limits.events)
            elif op[0] == CREDIT:
                self._listeners.credited(op[1], op[2])
            elif op[0] == UNLISTEN:
                self._listeners.ended(op[1], number)
        return number

    def welcome(self, wire: Wire, received: int, limits: Limits) -> None:
        """Count a hello as answered: all frames up to *received* are acknowledged."""
        self._resumed = self._resumed or wire.welcomed or bool(self.batches)
        self.limits = limits
        wire.welcomed = True
        wire.next_number = received + 1

    # --- what the client says -----------------------------------------------------------------------------------

    def take(self, wire: Wire, data: bytes) -> Message | None:
        """Look at one frame; return its message, or None if it was there before or is none."""
        try:
            message = decode(data)
        except RemoteProtocolError as error:
            self._breach("5", "each frame is a well-formed message", error)
            return None
        if SENT_BY[message.type] == (SERVER,):
            self._breach("5", "a client sends none of the messages that only a server may send", name_of(message))
            return None
        self._look_at_place(wire, message)
        self._look_at_size(message, data)
        if message.type in NUMBERED and not self._look_at_number(wire, message, data):
            return None
        if not wire.stray:  # spec 5.10: what it has received may be anything
            self._look_at_ack(message)
        match message:
            case Event():
                self._look_at_event(message)
            case Reply():
                self._look_at_reply(message)
            case GoneReport():
                self._look_at_gone(message)
            case Failure():
                self._look_at_failure(message)
        return message

    def _look_at_place(self, wire: Wire, message: Message) -> None:
        name = name_of(message)
        if wire.left:
            self._breach("5.10", "nothing follows a bye", name)
        if isinstance(message, Hello):
            if wire.hello is not None:
                self._breach("4.1", "a socket has one hello", "another")
            wire.hello = wire.hello or message
            wire.stray = self.over
        elif wire.hello is None:
            self._breach("4", "the first frame of a socket is a hello", name)
        elif not (wire.welcomed or wire.ended or isinstance(message, Bye)):
            self._breach("4", "nothing but a bye is sent between the hello and its answer", name)
        wire.left = wire.left or isinstance(message, Bye)

    def _look_at_size(self, message: Message, data: bytes) -> None:
        if len(data) > self.limits.frame:
            self._breach("9", f"no frame has more than {self.limits.frame} bytes", f"{name_of(message)} of {len(data)}")
        try:
            unpack(data, self.limits.containers)
        except RemoteProtocolError:
            self._breach("9", f"no frame has more than {self.limits.containers} arrays and maps", name_of(message))

    def _look_at_number(self, wire: Wire, message: Any, data: bytes) -> bool:
        """Return whether the frame is a new one."""
        number = message.number
        if number != wire.next_number:
            rule = "8.6" if number < wire.next_number else "8.1"
            self._breach(rule, f"numbers have no gaps; the next is {wire.next_number}", f"{name_of(message)} {number}")
        wire.next_number = number + 1
        if number not in self.frames:
            self.frames[number] = data
            return True
        wire.resent.append(number)
        if data != self.frames[number]:
            self._breach("8.6", f"frame {number} is sent again unchanged", shown(data))
        return False

    def _look_at_ack(self, message: Any) -> None:
        ack = message.received if isinstance(message, Hello) else message.ack
        if ack > self.sent:
            self._breach("8.3", f"no more than {self.sent} batches are acknowledged", f"{ack} in {name_of(message)}")
        if isinstance(message, Hello):
            if ack < self._stream_acked:
                self._breach("8.6", f"a hello has received at least the {self._stream_acked} acknowledged before", ack)
        elif message.type in NUMBERED:
            # What was numbered without a socket carries the acknowledgement of then.
            least = self._numbered_acked if self._resumed else self.acked
            if ack < least:
                self._breach("8.3", f"an acknowledgement is no lower than one before, {least}", ack)
            self._numbered_acked = max(self._numbered_acked, ack)
        elif isinstance(message, (Ack, Bye)) and ack < self.acked:
            self._breach("8.3", f"an acknowledgement is no lower than one before, {self.acked}", ack)
        if isinstance(message, Failure) and max(self._stream_acked, ack) >= message.batch:
            rule = f"a failure of batch {message.batch} comes before any frame that acknowledges it"
            self._breach("8.3", rule, f"acknowledged {max(self._stream_acked, ack)}")
        if not isinstance(message, Hello):
            self._stream_acked = max(self._stream_acked, ack)
        self.acked = max(self.acked, ack)

    def _look_at_event(self, event: Event) -> None:
        self._listeners.event(event)
        for error in (event.errors or {}).values():
            self._look_at_error(error)
        # What it tells may have gone while it waited for credit.
        self._tell(event.carried)

    def _look_at_reply(self, reply: Reply) -> None:
        if not reply.ask:
            self._breach("6", "an ask of 0 has no reply", shown(reply.error or reply.value))
        elif reply.ask not in self._asked:
            self._breach("8.5", "a reply is to an ask that was made", f"one to {reply.ask}")
        if reply.ask in self._answered:
            self._breach("8.5", "an ask is answered once", f"another reply to {reply.ask}")
        self._answered.add(reply.ask)
        if reply.error is not None:
            self._look_at_error(reply.error)
            if reply.value is not None:
                self._breach("5.6", "with an error the value is nil", shown(reply.value))
        again = self.gone.intersection(refs_in(reply.value))
        if again:
            self._breach("7.2", "a ref is never used again when it has gone", sorted(again))
        self._tell(reply.value)

    def _tell(self, value: Any) -> None:
        """Count the refs in a value as told."""
        for ref in refs_in(value):
            if ref > 0 and ref not in self.told:
                self._breach("7.2", "a client allots the refs of what is found from -1 down", ref)
            if ref:
                self.told[ref] += 1

    def _look_at_error(self, error: list[Any], op: list[Any] | None = None) -> None:
        """Look at an error, of the failure of an *op* perhaps."""
        if len(error) > 2 and error[0] != "js-error":
            self._breach("10", "what was thrown is told behind the text of `js-error` only", error)
        if error[0] == "kept" and not (op is not None and op[0] == SET and _writes_value(op)):
            self._breach("6.4", "`kept` is told of a `set` of `value` that is not forced", op)

    def _look_at_gone(self, gone: GoneReport) -> None:
        for ref in gone.refs:
            if ref > 0 and ref not in self.told:
                self._breach("5.7", "what is reported as gone is a ref that was allotted", ref)
            if ref == 0:
                self._breach("7.2", "the document is never gone", ref)
            if ref in self.gone:
                self._breach("7.2", "a ref is reported as gone once", ref)
            self.gone.add(ref)
        for listener in gone.listeners:
            self._listeners.gone(listener)

    def _look_at_failure(self, failure: Failure) -> None:
        place = (failure.batch, failure.index)
        ops = self.batches.get(failure.batch)
        if ops is None or failure.index >= len(ops):
            self._breach("5.8", "a failure is of an op that was sent", place)
        else:
            op = ops[failure.index]
            if wants_reply(op):
                self._breach("6", "an ask that fails is told by its reply, not by a failure", place)
            self._look_at_error(failure.error, op)
        if place <= self._failed:
            self._breach("5.8", f"a failure lies behind the one before, {self._failed}", place)
        self._failed = place


def _writes_value(op: list[Any]) -> bool:
    """Return whether a `set` may be kept from what the user has typed."""
    name, forced = op[2], op[4:5] == [True]
    return (name if isinstance(name, str) else name[-1]) == "value" and not forced
