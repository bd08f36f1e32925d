"""A page in this process, with the browser's end of its channel in the test's hands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent

from pycommunicate.page import Clock, Registry
from pycommunicate.page.link import Ending, Receiver
from pycommunicate.protocol import ClientChannel, State
from pycommunicate.protocol.messages import Ack, Batch, Bye, Hello, Message, Welcome, decode
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, FRAGMENT, GET, NO_ASK
from pycommunicate.settings import Settings

__all__ = ["FastClock", "HeldCarrier", "Outcome", "Rig", "errors_in", "settle", "until"]

WAIT_TIMEOUT = 5.0


def settle() -> None:
    """Give every greenlet and callback that is ready its turns: what has not happened then will not by itself."""
    for _ in range(20):
        gevent.sleep(0)


def until(happened: Callable[[], Any], what: str = "the condition") -> None:
    """Wait until *happened* returns something true."""
    deadline = monotonic() + WAIT_TIMEOUT
    while not happened():
        assert monotonic() < deadline, f"waited {WAIT_TIMEOUT:g} s for {what}"
        gevent.sleep(0)


def errors_in(records: list[logging.LogRecord]) -> list[str]:
    """Return what was logged as an error."""
    return [record.getMessage() for record in records if record.levelno >= logging.ERROR]


class FastClock(Clock):
    """The real time, and as much more as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead


class HeldCarrier:
    """The narrow interface that a page sends by: it keeps the frames for the test to take."""

    def __init__(self) -> None:
        self.receiver: Receiver | None = None
        self.ending = Ending.LOST
        self.frames: list[bytes] = []
        self.sent = 0
        self.closed: tuple[int, str] | None = None

    def try_send(self, data: bytes) -> None:
        assert self.closed is None, "a closed carrier was sent by"
        self.frames.append(data)
        self.sent += 1

    def accept(self, receiver: Receiver, subprotocol: str, max_size: int) -> None:
        """Be opened by an app."""
        self.receiver = receiver

    def allow(self, max_size: int) -> None:
        """Let frames be as large as they are."""

    def close(self, code: int, reason: str) -> None:
        assert self.closed is None, "a carrier was closed twice"
        self.closed = code, reason


class Outcome:
    """What a piece of the app's code came to."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None
        self.task: Any = None

    def __call__(self) -> None:
        try:
            self.value = self._call()
        except BaseException as error:
            self.error = error
        finally:
            self.done = True

    def get(self) -> Any:
        """Wait for it; return its value or raise its error."""
        until(lambda: self.done, "the end of a task")
        if self.error is not None:
            raise self.error
        return self.value


class Rig:
    """One page, and a `ClientChannel` that is its browser.

    Args:
        settings: Of the app.
        pool: How many handlers may run at a time; or the pool of another rig's registry, to share it.
        registry: Another rig's, to share it.
        attached: Whether the browser has attached already.

    Attributes:
        ops: All ops that the browser has taken in, in order.
        batches: The same, by frame.
        messages: All other messages that it has taken in.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        pool: int = 100,
        registry: Registry | None = None,
        attached: bool = True,
        user: str = "user",
        address: str = "address",
    ) -> None:
        self.settings = settings or Settings()
        self.registry = Registry(self.settings, pool, FastClock()) if registry is None else registry
        clock = self.registry.clock
        assert isinstance(clock, FastClock), "expected a registry whose time a test can change"
        self.clock = clock
        self.ended: list[str] = []
        self.page = page = self.registry.new_page(lambda call, *args: call(*args))
        page.on_end = self._ended
        self.registry.expect(page, user, address)
        self.carrier = HeldCarrier()
        self.channel = ClientChannel(self.settings.limits)
        self.batches: list[Batch] = []
        self.messages: list[Message] = []
        if attached:
            self.attach()

    def _ended(self) -> None:
        self.registry.drop(self.page)
        self.ended.append(self.page.gone)

    # --- the browser's end --------------------------------------------------------------------------------------

    def attach(self, nonce: str = "nonce") -> None:
        hello = decode(self.channel.hello("ticket", nonce))
        assert isinstance(hello, Hello)
        self.page.attach(self.carrier, hello)
        self.registry.claimed(self.page)
        self.take()
        assert isinstance(self.messages.pop(), Welcome)

    def take_resumed(self) -> None:
        """Take in what follows a hello that was let in: the welcome, and what is sent again."""
        settle()
        assert isinstance(self.channel.receive(self.carrier.frames.pop(0)), Welcome)
        while self.carrier.frames:
            message = self.channel.receive(self.carrier.frames.pop(0))
            if isinstance(message, Batch):
                self.batches.append(message)
                self.channel.applied(message.number)
            elif message is not None:
                self.messages.append(message)

    def take(self, *, apply: bool = True) -> list[list[Any]]:
        """Take in all frames that have come, and apply them; return their ops."""
        settle()
        ops = []
        while self.carrier.frames:
            message = self.channel.receive(self.carrier.frames.pop(0))
            assert message is not None, "a frame came twice"
            if isinstance(message, Batch):
                self.batches.append(message)
                ops += message.ops
                if apply:
                    self.channel.applied(message.number)
            else:
                self.messages.append(message)
        return ops

    @property
    def ops(self) -> list[list[Any]]:
        """All ops that have been taken in."""
        return [op for batch in self.batches for op in batch.ops]

    def send(self, frame: bytes) -> None:
        """Let *frame* come from the browser."""
        receiver = self.carrier.receiver
        assert receiver is not None
        receiver.receive(frame)

    def ack(self) -> None:
        """Let the browser say what it has applied."""
        self.send(self.channel.ack())

    def leave(self) -> None:
        """Let the browser leave the document for good."""
        self.send(self.channel.bye("left", "stop", "the document was left"))

    def lose(self) -> None:
        """Lose the socket; what was on its way to the browser is lost with it."""
        lost, self.carrier = self.carrier, HeldCarrier()
        self.channel.lose()
        self.page.lost(lost)

    def event(self, listener: int) -> None:
        self.send(self.channel.event(listener))

    def reply(self, ask: int, value: Any = None, error: list[Any] | None = None) -> None:
        self.send(self.channel.reply(ask, value, error))

    def answer(self, value: Any = None, error: list[Any] | None = None) -> list[Any]:
        """Wait for the next op that asks and answer it; return the op."""
        asks: list[list[Any]] = []

        def asked() -> bool:
            asks.extend(op for op in self.take() if op[0] in (FIND, EXISTS, GET, CALL, FRAGMENT) and op[1] != NO_ASK)
            return bool(asks)

        until(asked, "an ask")
        assert len(asks) == 1, f"expected one ask, got {asks}"
        self.reply(asks[0][1], value, error)
        return asks[0]

    @property
    def bye(self) -> Bye:
        """The last message, which must be a bye."""
        self.take()
        bye = self.messages[-1]
        assert isinstance(bye, Bye)
        assert self.channel.state is State.CLOSED
        return bye

    @property
    def acks(self) -> list[int]:
        """What bare acknowledgements have said."""
        return [message.ack for message in self.messages if isinstance(message, Ack)]

    # --- the app's end ------------------------------------------------------------------------------------------

    def start(self, call: Callable[[], Any]) -> Outcome:
        """Run *call* in a task of the foreground scope."""
        outcome = Outcome(call)
        outcome.task = self.page.spawn(self.page.foreground, "a test's task", outcome)
        return outcome

    def run(self, call: Callable[[], Any]) -> Any:
        """Run *call*, which waits for nothing, in a task of the foreground scope; return what it returns."""
        return self.start(call).get()

    def listen(self, handler: Callable[[], Any] = lambda: None, event: str = "click", ref: int = 1) -> int:
        """Let a task of the foreground scope listen; return the listener's number."""
        number: int = self.run(lambda: self.page.listen(ref, event, {}, handler, None, f"handler of {event!r}"))
        return number

    def tick(self, seconds: float = 0.0) -> None:
        """Let the clock of the page's process stand *seconds* later."""
        self.clock.ahead, before = seconds, self.clock.ahead
        self.registry.sweep()
        self.clock.ahead = before
        settle()
