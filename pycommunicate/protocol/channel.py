"""The ordered, resumable exchange of one page: numbers, acknowledgements, duplicates, the window (spec 8).

Theory of operation. A channel knows no socket, clock or greenlet: frames come in by `receive`, frames to send are
returned as bytes. Both sides number what must not be lost (`messages.NUMBERED`), keep the bytes until the other side
acknowledges them, and drop what comes twice. An acknowledgement says *applied*, not received: the side that applies
later than it receives calls `applied`.

`Channel` holds what both sides share. `ServerChannel` adds the backlog of ops and the window in front of it,
`ClientChannel` what a client sends. The JavaScript client follows the same rules in its section "channel".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import LocalProtocolError, RemoteProtocolError
from .backlog import Backlog
from .codec import pack, unpack
from .limits import Limits
from .messages import (
    BATCH,
    CLIENT,
    NUMBERED,
    SENT_BY,
    SERVER,
    VERSION,
    Ack,
    Batch,
    Bye,
    Error,
    Event,
    Failure,
    GoneReport,
    Hello,
    Message,
    Reply,
    Welcome,
    decode,
    encode,
)
from .states import LOST, State, step

__all__ = ["Channel", "ClientChannel", "ServerChannel"]


class Channel:
    """What both sides of an exchange share.

    Attributes:
        state: Where the exchange stands.
        sent: Number of the last numbered frame that was sent.
        received: Number of the last numbered frame that was taken in.
        acknowledged: Number of the last own frame that the other side said it applied.
        duplicates: How many frames came a second time and were dropped.
    """

    __slots__ = (
        "_ack_sent",
        "_applied",
        "_unacked",
        "acknowledged",
        "duplicates",
        "limits",
        "received",
        "sent",
        "state",
    )

    role: str

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.state = State.IDLE
        self.sent = self.received = self.acknowledged = self.duplicates = 0
        self._applied = self._ack_sent = 0
        self._unacked: list[tuple[int, bytes]] = []  # few; a deque takes ten times as much when it is empty

    @property
    def ack_due(self) -> int:
        """How many applied frames the other side does not know of yet."""
        return self._applied - self._ack_sent

    def receive(self, data: bytes) -> Message | None:
        """Take in one frame.

        Returns:
            Its message, or None for a numbered frame that came before.

        Raises:
            RemoteProtocolError: if the frame breaks a rule; the channel is of no use afterwards.
        """
        return self.take(decode(data))

    def take(self, message: Message) -> Message | None:
        """Take in a message that was decoded already: see `receive`."""
        if SENT_BY[message.type] == (self.role,):
            raise RemoteProtocolError(f"expected a message of the other side, got our own {type(message).__name__}")
        state = step(self.state, message.type, RemoteProtocolError)
        if isinstance(message, (Hello, Welcome)):
            self.check_received(message.received)
        self.state = state
        if message.type in NUMBERED:
            return self._receive_numbered(message)  # type: ignore[arg-type]
        if isinstance(message, (Ack, Bye)):
            self._acknowledge(message.ack)
        elif isinstance(message, (Hello, Welcome)):
            self._acknowledge(message.received)
        return message

    def _receive_numbered(self, message: Batch | Event | Reply | GoneReport | Failure) -> Message | None:
        if message.number <= self.received:
            self.duplicates += 1
            return None
        if message.number != self.received + 1:
            raise RemoteProtocolError(f"expected frame {self.received + 1}, got {message.number}")
        self.received = message.number
        self._acknowledge(message.ack)
        return message

    def check_received(self, number: int) -> None:
        """Raise RemoteProtocolError if the other side cannot have applied our frames up to *number* (spec 8.6).

        What it has acknowledged before is not kept any more, so it cannot have less.
        """
        if not self.acknowledged <= number <= self.sent:
            raise RemoteProtocolError(
                f"expected what was received to be from {self.acknowledged} to {self.sent}, got {number}"
            )

    def applied(self, number: int) -> None:
        """Say that all frames up to *number* have been applied here: from now on acknowledgements say so."""
        if not self._applied <= number <= self.received:
            raise LocalProtocolError(f"expected a number from {self._applied} to {self.received}, got {number}")
        self._applied = number

    def ack(self, *, answer: bool = False) -> bytes:
        """Return a frame that only acknowledges, and asks for another one in return if *answer* (spec 8.7)."""
        return self._plain(Ack(self._take_ack(), answer))

    def bye(self, code: str, action: str, text: str) -> bytes:
        """Return the frame that ends the exchange."""
        return self._plain(Bye(self._take_ack(), code, action, text))

    def lose(self) -> None:
        """Say that the socket is lost."""
        self.state = LOST[self.state]

    def resend(self) -> list[bytes]:
        """Return what was sent and not acknowledged, in order: what a new socket carries first."""
        return [data for _, data in self._unacked]

    def _plain(self, message: Message) -> bytes:
        self.state = step(self.state, message.type, LocalProtocolError)
        return encode(message)

    def _take_ack(self) -> int:
        self._ack_sent = self._applied
        return self._applied

    def _keep(self, number: int, data: bytes) -> bytes:
        self._unacked.append((number, data))
        return data

    def _acknowledge(self, number: int) -> None:
        if number > self.sent:
            raise RemoteProtocolError(f"expected an acknowledgement of at most {self.sent}, got {number}")
        # A frame that is sent again carries the acknowledgement of its first time: a lower one is no fault.
        if number > self.acknowledged:
            self.acknowledged = number
            while self._unacked and self._unacked[0][0] <= number:
                self._dropped(self._unacked.pop(0)[1])

    def _dropped(self, data: bytes) -> None:
        """Take note that *data* need not be kept any longer."""


class ServerChannel(Channel):
    """The server's side: ops go into a backlog and leave it as batches while the window is open."""

    __slots__ = ("_failed", "_failing", "_told", "_window", "backlog", "failed_op")

    role = SERVER

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.backlog = Backlog()
        self.failed_op: Any = None
        # Batch and index of the last failure, and the ops of its batch: each batch is unpacked once, however many fail.
        self._failed = (0, -1)
        self._failing: list[Any] | None = None
        # Batches that a hello has acknowledged: failures of their ops may still come again behind it (spec 8.3).
        self._told: list[tuple[int, bytes]] = []
        self._window = 0

    @property
    def cost(self) -> int:
        """About how many bytes are kept for the client: what it has not applied, and what has not been sent."""
        return self._window + self.backlog.cost

    @property
    def window_open(self) -> bool:
        """Whether another batch may leave now."""
        return (
            self.state is State.OPEN
            and len(self._unacked) < self.limits.window_frames
            and self._window < self.limits.window_bytes
        )

    def receive(self, data: bytes) -> Message | None:
        """Take in one frame: see `Channel.receive`."""
        return self.take(decode(data, self.limits.containers))

    def write(self, op: tuple[Any, ...]) -> int:
        """Append *op* to the backlog; return what that weighs now."""
        return self.backlog.append(op)

    def batch_to_send(self) -> bytes | None:
        """Return the backlog as one numbered frame, or None if it is empty or the window closed."""
        backlog = self.backlog
        if not backlog:
            return None
        backlog.holding = not self.window_open
        if backlog.holding:
            return None
        self.sent += 1
        data = pack((BATCH, self.sent, self._take_ack(), backlog.take()))
        self._window += len(data)
        return self._keep(self.sent, data)

    def lose(self) -> None:
        """Say that the socket is lost: from now on what is written waits."""
        super().lose()
        self.backlog.holding = True

    def welcome(self) -> bytes:
        """Return the frame that lets the client in."""
        return self._plain(Welcome(self._take_ack(), self.limits.to_map()))

    def take(self, message: Message) -> Message | None:
        """Take in a message: see `Channel.take`. Every numbered one counts as applied at once."""
        self.failed_op = None
        if isinstance(message, Hello):
            kept = list(self._unacked)
            taken = super().take(message)
            self._told += [one for one in kept if one[0] <= message.received]
            self._bound_told()
            return taken
        taken = super().take(message)
        self._applied = self.received
        if self._told and message.ack >= self._told[-1][0]:  # type: ignore[union-attr] # as all of a client's but hello
            self._told = []
        if self._failing is not None and self._failed[0] <= self.acknowledged and not self._told:
            self._failing = None
        return taken

    def _bound_told(self) -> None:
        """Keep no more of them than one window has: a client may come back again and again, and say nothing else."""
        told, limits = self._told, self.limits
        size = sum(len(data) for _, data in told[:-1])
        while len(told) > limits.window_frames or (len(told) > 1 and size >= limits.window_bytes):
            size -= len(told.pop(0)[1])

    def _receive_numbered(self, message: Batch | Event | Reply | GoneReport | Failure) -> Message | None:
        if isinstance(message, Failure) and message.number == self.received + 1:
            self.failed_op = self._find_op(message.batch, message.index)
        return super()._receive_numbered(message)

    def _find_op(self, batch: int, index: int) -> Any:
        """Return the op that a failure names, while its batch is still kept."""
        if batch > self.sent:
            raise RemoteProtocolError(f"expected a failure of one of {self.sent} batches, got {batch}")
        if (batch, index) <= self._failed:
            # spec 5.8: ops fail in their order, each once.
            raise RemoteProtocolError(f"expected a failure behind op {self._failed}, got one of op {(batch, index)}")
        failing = self._failing
        if failing is None or batch != self._failed[0]:
            kept = next((data for number, data in (*self._told, *self._unacked) if number == batch), None)
            failing = self._failing = unpack(kept)[3] if kept is not None else []
        self._failed = batch, index
        return failing[index] if index < len(failing) else None

    def _dropped(self, data: bytes) -> None:
        self._window -= len(data)


class ClientChannel(Channel):
    """A client's side: events, replies and reports go up, batches come down and are applied in order."""

    __slots__ = ()

    role = CLIENT

    def hello(self, ticket: str, nonce: str, capabilities: Sequence[str] = ()) -> bytes:
        """Return the first frame of a socket."""
        return self._plain(Hello(ticket, nonce, self._take_ack(), capabilities, VERSION))

    def event(self, listener: int, carried: list[Any] | None = None, errors: dict[str, Error] | None = None) -> bytes:
        """Return the frame that says that *listener*'s event has happened."""
        return self._numbered(Event(self.sent + 1, self._applied, listener, carried, errors))

    def reply(self, ask: int, value: Any = None, error: Error | None = None) -> bytes:
        """Return the answer to *ask*."""
        return self._numbered(Reply(self.sent + 1, self._applied, ask, value, error))

    def gone(self, refs: list[int], listeners: list[int]) -> bytes:
        """Return the report of refs and listeners whose nodes have left the document."""
        return self._numbered(GoneReport(self.sent + 1, self._applied, refs, listeners))

    def failure(self, batch: int, index: int, error: Error) -> bytes:
        """Return the report of a write that failed."""
        return self._numbered(Failure(self.sent + 1, self._applied, batch, index, error))

    def take(self, message: Message) -> Message | None:
        """Take in a message: see `Channel.take`. A welcome also sets the limits."""
        if isinstance(message, Welcome) and message.version != VERSION:
            raise RemoteProtocolError(f"expected a welcome of version {VERSION}, got one of {message.version}")
        taken = super().take(message)
        if isinstance(taken, Welcome):
            self.limits = Limits.from_map(taken.limits)
        return taken

    @property
    def open(self) -> bool:
        """Whether a numbered frame may leave now; one that is made while it is not waits for `resend`."""
        return self.state is State.OPEN

    def _numbered(self, message: Event | Reply | GoneReport | Failure) -> bytes:
        # spec 8.6: while there is no socket, a side goes on numbering and keeping.
        waits = self.state in (State.DETACHED, State.GREETED)
        data = encode(message) if waits else self._plain(message)
        if len(data) > self.limits.frame:
            raise LocalProtocolError(f"expected a frame of at most {self.limits.frame} bytes, got {len(data)}")
        if len(data) > self.limits.containers:
            try:
                unpack(data, self.limits.containers)
            except RemoteProtocolError as error:
                raise LocalProtocolError(str(error)) from None
        self.sent = message.number
        self._take_ack()
        return self._keep(message.number, data)
