"""Two channels behind the network of faults, and for each what it must have: no page, no greenlet.

Whoever drives them says when the server's program writes, when batches leave, and how much of what has come the client
applies. Each side keeps a model of its own beside the channel, and compares the two.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError
from pycommunicate.page.link import Carrier
from pycommunicate.protocol import ClientChannel, Limits, ServerChannel, State
from pycommunicate.protocol.messages import (
    NUMBERED,
    Ack,
    Batch,
    Bye,
    Event,
    Failure,
    GoneReport,
    Hello,
    Refuse,
    Reply,
    Welcome,
    decode,
    encode,
)
from pycommunicate.protocol.ops import CREATE, GET, SET
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.links import End
from pycommunicate.testing.network import Network

__all__ = ["LARGE", "ClientSide", "Exchange", "ServerSide", "Shown", "fails", "is_plain_set"]

#: A property whose value does not fit into a frame, where frames are small.
LARGE = "large"


def is_plain_set(op: Any) -> bool:
    """Return whether *op* is a write that another may replace (spec 8.4)."""
    return op[0] == SET and isinstance(op[2], str)


def fails(op: Any) -> bool:
    """Return whether *op* fails in the client."""
    return op[0] == SET and op[-1].startswith("fails")


def without_ack(message: Any) -> tuple[Any, ...]:
    """Return what a numbered message of a client says, but for its acknowledgement."""
    match message:
        case Event():
            return "event", message.number, message.listener
        case Reply():
            return "reply", message.number, message.ask, message.value, message.error
        case GoneReport():
            return "gone", message.number, message.refs, message.listeners
        case Failure():
            return "failure", message.number, message.batch, message.index, message.error
    raise AssertionError(f"expected a numbered message of a client, got {message}")


class Shown:
    """What a client shows: properties of nodes.

    Attributes:
        values: By node and property.
        created: The nodes that were created, in order.
    """

    def __init__(self) -> None:
        self.values: dict[tuple[int, str], Any] = {}
        self.created: list[int] = []

    def apply(self, op: Any) -> Any:
        """Carry out *op*; return what it reads, if it does."""
        match op:
            case [code, ref, name, value] if code == SET:
                self.values[ref, str(name)] = value
            case [code, ref, *_] if code == CREATE:
                self.created.append(ref)
            case [code, _, _, name] if code == GET and name == LARGE:
                return "x" * 300
            case [code, _, ref, name] if code == GET:
                return self.values.get((ref, name))
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shown) and (self.values, self.created) == (other.values, other.created)

    __hash__ = None  # type: ignore[assignment]


class _Entrance:
    """Takes the first frame of a link."""

    def __init__(self, side: ServerSide, end: End) -> None:
        self._side = side
        self._end = end

    def receive(self, data: bytes) -> None:
        hello = decode(data)
        assert isinstance(hello, Hello), f"expected a hello first, got {hello}"
        self._side.let_in(self._end, hello)

    def lost(self, carrier: Carrier) -> None:
        """Nobody has come."""


class ServerSide:
    """The server's channel, and what must be true of it.

    Attributes:
        written: All ops, in order.
        waiting: Those that must be in the backlog, in order.
        heard: What numbered messages have said, in order.
        failed: What failures were about: batch, index, the op.
        refused: The links whose hello did not fit.
        copies: All batches that were sent.
    """

    def __init__(self, limits: Limits) -> None:
        self.channel = ServerChannel(limits)
        self.end: End | None = None
        self.written: list[list[Any]] = []
        self.waiting: list[list[Any]] = []
        self.heard: list[tuple[Any, ...]] = []
        self.failed: list[tuple[int, int, Any]] = []
        self.refused: list[End] = []
        self.copies: list[bytes] = []
        self.acknowledged = 0
        self._limits = limits
        self._holding = False
        self._told: set[int] = set()  # what the last hello has acknowledged
        self._replaceable: dict[tuple[int, str], list[Any]] = {}

    def let_in(self, end: End, hello: Hello) -> None:
        try:
            self.channel.check_received(hello.received)
        except RemoteProtocolError as error:
            self.refused.append(end)
            end.try_send(encode(Refuse("malformed", "stop", str(error))))
            end.close(1000, "malformed")
            return
        if self.end is not None:
            before = self.end
            self.lost(before)
            before.receiver = None
            before.close(1000, "replaced")
        self.channel.take(hello)
        self._told = {*range(self.acknowledged + 1, hello.received + 1)}
        self.acknowledged = max(self.acknowledged, hello.received)
        self.end = end
        end.receiver = self
        end.try_send(self.channel.welcome())
        self.resend()

    def lost(self, carrier: Carrier) -> None:
        if carrier is self.end:
            self.channel.lose()
            self.end = None
            self._holding = True

    def receive(self, data: bytes) -> None:
        said: Any = decode(data)
        self.acknowledged = max(self.acknowledged, said.ack)
        kept = {decode(frame).number for frame in self.channel.resend()}  # type: ignore[union-attr]
        message = self.channel.receive(data)
        if message is None:
            assert said.number <= len(self.heard), f"{said} was dropped, and had never come"
        elif isinstance(message, Ack):
            if message.answer:
                self.ack()
        elif not isinstance(message, Bye):
            assert said.number == len(self.heard) + 1, f"expected message {len(self.heard) + 1}, got {said}"
            self.heard.append(without_ack(message))
            if isinstance(message, Failure):
                self.failed.append((message.batch, message.index, self.channel.failed_op))
                known = message.batch in kept or message.batch in self._told
                assert self.channel.failed_op is not None or not known

    def write(self, op: list[Any]) -> None:
        """Let the program write *op*."""
        self.written.append(op)
        if self._holding:
            if is_plain_set(op):
                key = op[1], op[2]
                if key in self._replaceable:
                    self.waiting.remove(self._replaceable[key])
                self._replaceable[key] = op
            else:
                self._replaceable.clear()
        self.waiting.append(op)
        self.channel.write(tuple(op))

    def flush(self) -> None:
        """Send what may leave."""
        data = self.channel.batch_to_send()
        if not self.waiting:
            assert data is None
            return
        kept = self.copies[self.acknowledged :]
        window = len(kept) < self._limits.window_frames and sum(map(len, kept)) < self._limits.window_bytes
        self._holding = not (window and self.channel.state is State.OPEN)
        assert (data is None) == self._holding, f"expected the window to be {'closed' if self._holding else 'open'}"
        if data is not None:
            batch = decode(data)
            assert isinstance(batch, Batch)
            assert batch.number == len(self.copies) + 1
            assert batch.ops == self.waiting
            assert self.end is not None
            self.waiting = []
            self._replaceable.clear()
            self.copies.append(data)
            self.end.try_send(data)

    def ack(self, *, answer: bool = False) -> None:
        if self.channel.state is State.OPEN:
            assert self.end is not None
            self.end.try_send(self.channel.ack(answer=answer))

    def resend(self, last: int = 0) -> None:
        """Send once more what is kept for the client, and before it the *last* batches that are not."""
        if self.channel.state is State.OPEN:
            assert self.end is not None
            kept = self.channel.resend()
            assert kept == self.copies[self.acknowledged :]
            if last:
                kept = self.copies[max(0, self.acknowledged - last) :]
            for data in kept:
                self.end.try_send(data)

    def check(self) -> None:
        """Compare the channel with what it must be."""
        channel = self.channel
        kept = self.copies[self.acknowledged :]
        assert channel.acknowledged == self.acknowledged
        assert channel.received == len(self.heard)
        assert channel.resend() == kept
        assert len(channel.backlog) == len(self.waiting)
        weighed = sum(32 + len(op[-1]) for op in self.waiting)
        assert len(channel._told) <= self._limits.window_frames
        assert channel.cost == sum(map(len, kept)) + weighed, "the window is counted wrongly"


class ClientSide:
    """The client's channel: what comes waits until it is applied.

    Attributes:
        shown: What all that was applied has come to.
        applied: All ops, in order.
        batches: How many batches have been applied wholly.
        made: What its numbered messages say, in order.
    """

    def __init__(self, network: Network) -> None:
        self.channel = ClientChannel(Limits())
        self.network = network
        self.end: End | None = None
        self.shown = Shown()
        self.applied: list[list[Any]] = []
        self.batches = 0
        self.made: list[tuple[Any, ...]] = []
        self.copies: list[bytes] = []
        self.events = 0
        self._queue: deque[Batch] = deque()
        self._index = 0
        self._replies: list[tuple[int, Any]] = []

    # --- the socket ---------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open a socket, and give up the one that there may be."""
        if self.end is not None:
            before, self.end = self.end, None
            before.receiver = None
            before.close(4000, "another one")
            self.channel.lose()
        self.end = self.network.connect(self)
        self.end.try_send(self.channel.hello("ticket", "nonce"))

    def lost(self, carrier: Carrier) -> None:
        if carrier is self.end:
            self.channel.lose()
            self.end = None

    def receive(self, data: bytes) -> None:
        said: Any = decode(data)
        assert not isinstance(said, Refuse), f"its own hello was refused: {said}"
        message = self.channel.receive(data)
        if message is None:
            assert said.number <= self._taken, f"{said} was dropped, and had never come"
        elif isinstance(message, Welcome):
            self.resend()
        elif isinstance(message, Batch):
            assert message.number == self._taken + 1, f"expected batch {self._taken + 1}, got {message}"
            self._queue.append(message)
        elif isinstance(message, Ack) and message.answer:
            self.ack()

    @property
    def _taken(self) -> int:
        return self.batches + len(self._queue)

    def resend(self, last: int = 0) -> None:
        """Send once more what is kept for the server, and before it the *last* frames that are not."""
        if self.channel.open:
            assert self.end is not None
            kept = self.channel.resend()
            assert kept == self.copies[self.channel.acknowledged :]
            if last:
                kept = self.copies[max(0, self.channel.acknowledged - last) :]
            for data in kept:
                self.end.try_send(data)

    def ack(self, *, answer: bool = False) -> None:
        if self.channel.open:
            assert self.end is not None
            self.end.try_send(self.channel.ack(answer=answer))

    # --- what happens -------------------------------------------------------------------------------------------

    def click(self) -> None:
        """Let an event happen, of a listener that no other was of."""
        self.events += 1
        self._say(self.channel.event(self.events))

    def report(self, number: int) -> None:
        """Report that something has gone."""
        self._say(self.channel.gone([-number], [number]))

    def apply(self, most: int) -> None:
        """Apply the next ops, at most so many: what holds up the next one may end later."""
        while most and self._queue:
            batch = self._queue[0]
            while most and self._index < len(batch.ops):
                self._apply(batch, self._index)
                self._index += 1
                most -= 1
            if self._index == len(batch.ops):
                self._queue.popleft()
                self._index = 0
                self.batches = batch.number
                self.channel.applied(batch.number)
            for ask, value in self._replies:
                self._reply(ask, value)
            self._replies.clear()

    def _apply(self, batch: Batch, index: int) -> None:
        op = batch.ops[index]
        self.applied.append(op)
        value = self.shown.apply(op)
        if op[0] == GET:
            self._replies.append((op[1], value))
        elif fails(op):
            self._say(self.channel.failure(batch.number, index, ["js-error", "it failed"]))

    def _reply(self, ask: int, value: Any) -> None:
        try:
            frame = self.channel.reply(ask, value)
        except LocalProtocolError:
            frame = self.channel.reply(ask, None, ["too-large", ""])
        self._say(frame)

    def _say(self, frame: bytes) -> None:
        message = decode(frame)
        assert message.type in NUMBERED
        self.made.append(without_ack(message))
        self.copies.append(frame)
        if self.channel.open:
            assert self.end is not None
            self.end.try_send(frame)

    def check(self) -> None:
        """Compare the channel with what it must be."""
        assert self.channel.sent == len(self.made)
        assert self.channel.received == self._taken
        assert self.channel.resend() == self.copies[self.channel.acknowledged :]


class Exchange:
    """Both of them.

    Args:
        limits: Of the server.
        seed: Of the network.
    """

    def __init__(self, limits: Limits, seed: int) -> None:
        self.network = Network(VirtualClock(), seed, self._serve)
        self.server = ServerSide(limits)
        self.client = ClientSide(self.network)

    def _serve(self, end: End) -> None:
        end.receiver = _Entrance(self.server, end)

    def check(self) -> None:
        """Compare the two sides, at any time."""
        server, client = self.server, self.client
        server.check()
        client.check()
        assert server.heard == client.made[: len(server.heard)], "not what was said, or not in order"
        assert server.acknowledged <= client.batches, "what was not applied counts as applied"
        assert client.channel.acknowledged <= len(server.heard), "what was not taken in counts as taken in"
        assert self.client.end is None or self.client.end.link.server not in server.refused, "a hello was refused"

    def settle(self) -> None:
        """Let all faults end, and everything arrive and be applied."""
        self.network.accept()
        self.network.release()
        self.network.delay(0)
        self.client.connect()
        for _ in range(1000):
            self.network.run_until_idle()
            if self.client.end is None:
                self.client.connect()
            self.server.flush()
            self.client.apply(10**6)
            self.network.run_until_idle()
            self.client.ack()
            self.server.ack()
            self.network.run_until_idle()
            if self.is_quiet:
                return
        raise AssertionError("expected all to be said at last, got no end of it")

    @property
    def is_quiet(self) -> bool:
        """Whether nobody has anything to say any more."""
        server, client = self.server, self.client
        return (
            server.channel.state is client.channel.state is State.OPEN
            and not server.waiting
            and not self.network.in_flight
            and server.acknowledged == len(server.copies)
            and len(server.heard) == len(client.made) == client.channel.acknowledged
        )
