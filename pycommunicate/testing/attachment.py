"""One document attached to its server: hello, loss, coming back, the end (spec 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from ..errors import LocalProtocolError, RemoteProtocolError
from ..page.clock import Clock
from ..page.link import Receiver
from ..protocol import ClientChannel, Limits
from ..protocol.codec import Ref
from ..protocol.messages import Ack, Batch, Bye, Error, Refuse, Welcome
from ..protocol.ops import NO_ASK, VIEW
from .carried import Carried
from .dom import Document, DomError
from .edited import Seen
from .ops import ASKS, Ops, Outcome

__all__ = ["Attachment", "Line", "Socket"]

#: spec 8.3: a client acknowledges after so many batches or bytes at once, else after so many seconds.
_MOST_BATCHES, _MOST_BYTES, _ACK_AFTER = 8, 65_536, 0.1
#: spec 8.7: seconds of silence after which to ask, and to give up where an answer is due.
_ASK_AFTER, _GIVE_UP_AFTER = 20, 11
#: How much of a frame there must be for an error to tell what was thrown: 2 texts of 1,000 characters, of 4 bytes each.
_ROOM_FOR_THROWN = 8_000
#: spec 4.5: the upper end of the first random wait, and of all.
_BACKOFF, _MOST_BACKOFF = 0.25, 10.0


class Socket(Protocol):
    """The client's end of one WebSocket."""

    receiver: Receiver | None

    def try_send(self, data: bytes) -> None:
        """Send one frame."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it."""


class Line(Protocol):
    """Opens sockets to one page's server."""

    def connect(self, receiver: Receiver) -> Socket:
        """Open one; its receiver is told of frames and of its end, never inside of this call."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """One that is to be sent."""

    ask: int
    value: Any = None
    told: list[Ref] = field(default_factory=list)
    error: DomError | None = None
    seen: list[Seen] = field(default_factory=list)


class Attachment:
    """A document that belongs to a page of a server.

    Args:
        document: What it shows.
        ticket: Of the page.
        line: How its server is reached.
        clock: What times are counted by.
        random: For the nonce, and for how long to wait.
        reload: Called when the document is to be loaded anew, with why.
        loaded: Called when the server has built what the document begins with.

    Attributes:
        state: ``connecting``, ``connected``, ``waiting`` for a server that was lost, or ``gone``.
        reason: Why it is gone, in the server's words.
        ops: What carries out the server's ops.
        applied: Called when a batch has been applied.
        channel: Its numbers.
        since: When its document was shown.
    """

    def __init__(
        self,
        document: Document,
        ticket: str,
        line: Line,
        clock: Clock,
        random: Random,
        reload: Callable[[str], None] = lambda why: None,
        loaded: Callable[[], None] = lambda: None,
    ) -> None:
        self.state = "connecting"
        self.reason = ""
        self.channel = ClientChannel(Limits())
        self.ops = Ops(document, self._send_event, clock.now, loaded)
        document.after_turn = self.changed
        self.applied: Callable[[], None] = lambda: None
        self.since = clock.now()
        self._ticket = ticket
        self._nonce = f"{random.getrandbits(128):032x}"
        self._line = line
        self._clock = clock
        self._random = random
        self._reload = reload
        self._socket: Socket | None = None
        self._over = False
        self._failures = 0
        self._due = False
        self._silent = 0
        self._unacked_bytes = 0
        self._replies: list[_Reply] = []
        self._retry: Any = None
        self._ack_timer: Any = None
        self._ticks = clock.timer(1.0, 1.0)
        self._ticks.start(self._tick)

    # --- sockets --------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open a socket and say hello; give up the one that there may be."""
        self._drop(4000)
        self._socket = self._line.connect(self)
        self._send(self.channel.hello(self._ticket, self._nonce), due=True)

    def receive(self, data: bytes) -> None:
        """Take in one frame."""
        self._due, self._silent = False, 0
        try:
            message = self.channel.receive(data)
            if self._over and isinstance(message, Welcome):
                raise RemoteProtocolError("expected refuse or bye for a page that has ended, got welcome")
        except RemoteProtocolError as error:
            self._break(f"the server broke the protocol: {error}")
            return
        match message:
            case Batch():
                self._apply(message, len(data))
            case Welcome():
                self._resume()
            case Refuse():
                self._end(message.text, reload=message.action == "reload")
            case Ack(answer=True):
                self._send(self.channel.ack())
            case Bye(action="reload"):
                self._over = True
                self.reason = message.text
                self.channel = ClientChannel(Limits())  # what asks for a server now is of no channel (spec 5.10)
            case Bye():
                self._end(message.text, reload=False)

    def lost(self, carrier: Any) -> None:
        """Take note that a socket is gone."""
        if carrier is not self._socket or self.state == "gone":
            return
        self._drop(4000)
        self.state = "waiting"
        wait = self._random.uniform(0.0, min(_MOST_BACKOFF, _BACKOFF * 2**self._failures))
        self._failures += 1
        self._retry = self._clock.timer(wait)
        self._retry.start(self.connect)

    def wake(self) -> None:
        """Ask for a sign of life, or come back now: the document is looked at again (spec 8.7)."""
        if self.state == "gone":
            return
        if self._socket is not None and self.channel.open:
            self._send(self.channel.ack(answer=True), due=True)
        elif self._socket is None:
            self.connect()

    def leave(self) -> None:
        """Leave the document for good."""
        if self.state != "gone" and self.channel.open:
            self._send(self.channel.bye("left", "stop", ""))
        self._stop()

    @property
    def waits_for_sign(self) -> bool:
        """Whether the server owes it a frame."""
        return self._due

    @property
    def _has_ended(self) -> bool:
        return self._over or self.state == "gone"

    def _drop(self, code: int) -> None:
        for timer in (self._retry, self._ack_timer):
            if timer is not None:
                timer.stop()
        self._retry = self._ack_timer = None
        self._due = False
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.receiver = None
            socket.close(code)
        self.channel.lose()

    def _stop(self) -> None:
        self.state = "gone"
        self._ticks.stop()
        self._drop(1000)

    def _end(self, why: str, *, reload: bool) -> None:
        self.reason = why
        self._stop()
        if reload:
            timer = self._clock.timer(self._random.uniform(0.0, 1.0))
            timer.start(self._reload, why)

    def _break(self, why: str) -> None:
        """The other side broke a rule: say so, and end."""
        if self.channel.open:
            self._send(self.channel.bye("violation", "stop", why))
        self._end(why, reload=False)

    def _tick(self) -> None:
        self.ops.listeners.tick()
        if self._socket is None:
            return
        self._silent += 1
        if self._due and self._silent >= _GIVE_UP_AFTER:
            self.lost(self._socket)
        elif not self._due and self._silent >= _ASK_AFTER and self.channel.open:
            self._send(self.channel.ack(answer=True), due=True)

    # --- frames ---------------------------------------------------------------------------------------------------

    def _send(self, data: bytes, *, due: bool = False) -> None:
        if self._socket is None:
            return
        self._socket.try_send(data)
        if due and not self._due:
            self._due, self._silent = True, 0

    def _send_numbered(self, data: bytes) -> None:
        if self.channel.open:
            self._send(data, due=True)

    def _send_event(self, listener: int, carried: Carried) -> None:
        if self._has_ended:  # nobody would hear of it
            return
        if carried.values is None:
            self._send_numbered(self.channel.event(listener))
            return
        errors: dict[str, Error] = {str(place): self._told(error) for place, error in carried.errors.items()}
        try:
            self._send_numbered(self.channel.event(listener, carried.values, errors))
            self.ops.edited.numbered(carried.seen, self.channel.sent)
        except LocalProtocolError:
            self.ops.references.take_back(carried.told)
            nothing = [None] * len(carried.values)
            errors = {str(place): ["too-large", ""] for place in range(len(nothing))}
            with suppress(LocalProtocolError):  # spec 5.5: one that does not fit at all counts as sent
                self._send_numbered(self.channel.event(listener, nothing, errors))

    def _resume(self) -> None:
        self._failures = 0
        self.state = "connected"
        self.ops.listeners.credit_of_new = self.channel.limits.events
        for data in self.channel.resend():
            self._send(data, due=True)
        self._acknowledge()

    def _apply(self, batch: Batch, size: int) -> None:
        for index, op in enumerate(batch.ops):
            if op[0] == VIEW:
                self._send_replies()  # spec 8.3
            is_ask = op[0] in ASKS and op[1] != NO_ASK
            try:
                outcome = self.ops.carry_out(op, batch.ack)
                if is_ask:
                    self._take_down(op[1], outcome)
                elif outcome.waits:
                    outcome.value.when(_nobody, _nobody)  # spec 6: what becomes of it is told to nobody
            except DomError as error:
                if is_ask:
                    self._replies.append(_Reply(op[1], error=error))
                else:
                    self._send_numbered(self.channel.failure(batch.number, index, self._told(error)))
        self.channel.applied(batch.number)
        self._unacked_bytes += size
        self._send_replies()
        self.changed()
        self._acknowledge()
        self.applied()

    def _take_down(self, ask: int, outcome: Outcome) -> None:
        """Keep the answer to an ask, as it is now: what comes behind it may change what it says."""
        if not outcome.waits:
            value, told = self.ops.values.to_server(outcome.value, itself=outcome.itself)
            self._replies.append(_Reply(ask, value, told, seen=outcome.seen))
            return

        def settled(value: Any) -> None:
            try:
                told = self.ops.values.to_server(value, itself=outcome.itself)
            except DomError as error:
                failed(error)
                return
            self._replies.append(_Reply(ask, *told))
            self._send_replies()

        def failed(error: DomError) -> None:
            self._replies.append(_Reply(ask, error=error))
            self._send_replies()

        outcome.value.when(settled, failed)

    def _send_replies(self) -> None:
        replies, self._replies = self._replies, []
        for reply in replies:
            if self._has_ended:
                return
            error = reply.error
            if error is None:
                try:
                    self._send_numbered(self.channel.reply(reply.ask, reply.value))
                    self.ops.edited.numbered(reply.seen, self.channel.sent)
                    continue
                except LocalProtocolError as fault:
                    self.ops.references.take_back(reply.told)
                    error = DomError("too-large", str(fault))
            self._send_numbered(self.channel.reply(reply.ask, None, self._told(error)))

    def _told(self, error: DomError) -> Error:
        """Return an error as it travels, its texts shortened so that it fits (spec 10)."""
        most = self.channel.limits.frame // 4
        told: Error = [error.code, error.text[: min(1_000, most)]]
        if error.thrown is not None and most >= _ROOM_FOR_THROWN:
            told.append({key: text[:1_000] for key, text in error.thrown.items()})
        return told

    def _report(self) -> None:
        self.ops.sweep()
        if self._has_ended:
            return
        refs, listeners = self.ops.gone_refs, self.ops.gone_listeners
        self.ops.gone_refs, self.ops.gone_listeners = [], []
        most = 1_000
        while refs or listeners:
            try:
                frame = self.channel.gone(refs[:most], listeners[:most])
            except LocalProtocolError:  # too large: split it (spec 9)
                if most == 1:
                    raise
                most //= 2
                continue
            self._send_numbered(frame)
            refs, listeners = refs[most:], listeners[most:]

    def _acknowledge(self) -> None:
        due = self.channel.ack_due
        if due >= _MOST_BATCHES or (due and self._unacked_bytes >= _MOST_BYTES):
            self._ack()
        elif due and self._ack_timer is None:
            self._ack_timer = self._clock.timer(_ACK_AFTER)
            self._ack_timer.start(self._ack)

    def _ack(self) -> None:
        self._ack_timer = None
        self._unacked_bytes = 0
        if self.channel.open and self.channel.ack_due:
            self._send(self.channel.ack())

    def changed(self) -> None:
        """Let happen what follows from what the user, a batch or a timer has done; tell what has left the document."""
        self.ops.end_turn()
        self._report()


def _nobody(outcome: object) -> None:
    """Tell it to nobody."""
