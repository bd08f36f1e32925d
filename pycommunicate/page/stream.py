"""The frames of one page, both ways: one flush a turn, one carrier at a time.

The first buffered op schedules one flush for the next turn of the event loop, which sends everything that was written
until then as one frame. The flush runs in the event loop: it never waits, and nothing may escape from it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
from gevent import get_hub
from gevent.event import Event as Signal

from ..protocol import ServerChannel, State
from ..protocol.messages import Hello, Message
from ..protocol.ops import RELEASE
from ..settings import Settings
from .budget import Budget
from .clock import Clock
from .link import Carrier
from .refs import Refs
from .scope import without_slot
from .trail import TracedChannel, Trail

__all__ = ["Stream", "log_later"]

_log = logging.getLogger("pycommunicate.page")

#: How many numbered frames are taken in before a bare acknowledgement goes out at once.
_ACK_EVERY = 32
#: How many releases go along with other ops; more of them wait for a frame of their own, behind what a user waits for.
_RELEASES_ALONG = 64
#: About how many bytes a release takes while it waits.
_RELEASE_COST = 128


def log_later(level: int, text: str, *args: object) -> None:
    """Log from a greenlet of its own: a log handler may wait, and the event loop must not."""
    gevent.spawn(_log.log, level, text, *args)


class Stream:
    """What goes to one browser and comes from it, in order.

    Args:
        settings: How much may wait.
        refs: Knows what the browser may forget.
        fail: Ends the page: called with why (for the program), the code for the browser, and what it shall do.
        clock: What `heard` is counted by.
        budget: Bounds what all pages hold back.
        traced: Whether to remember which lines of the program made an op: in debug only.

    Attributes:
        carrier: What carries the frames at present; None while the browser is away.
        heard: When the last frame came.
    """

    __slots__ = (
        "_append",
        "_budget",
        "_channel",
        "_clock",
        "_closed",
        "_drained",
        "_fail",
        "_flushing",
        "_held",
        "_refs",
        "_settings",
        "carrier",
        "heard",
    )

    def __init__(
        self,
        settings: Settings,
        refs: Refs,
        fail: Callable[[str, str, str], None],
        clock: Clock,
        budget: Budget,
        *,
        traced: bool = False,
    ) -> None:
        self._settings = settings
        self._refs = refs
        self._fail = fail
        self._clock = clock
        self._budget = budget
        self._held = 0
        self._closed = False
        self._channel = TracedChannel(settings.limits) if traced else ServerChannel(settings.limits)
        # Thousands of ops pass in one turn: without a step between.
        self._append = self._channel.backlog.append
        self._flushing = False
        self._drained: Signal | None = None
        self.carrier: Carrier | None = None
        self.heard = 0.0

    @property
    def attached(self) -> bool:
        """Whether a browser is connected right now."""
        return self._channel.state is State.OPEN

    @property
    def taken(self) -> int:
        """The number of the last frame of its browser's that was taken in."""
        return self._channel.received

    @property
    def at_rest(self) -> bool:
        """Whether the browser has applied all that was written."""
        return not self._channel.backlog and self._channel.acknowledged == self._channel.sent

    @property
    def exchanged(self) -> tuple[int, int, int]:
        """How many frames were taken in and sent, and how many ops wait."""
        return self._channel.received, self._channel.sent, len(self._channel.backlog)

    @property
    def ack_due(self) -> int:
        """How many frames were taken in that the browser has not been told of."""
        return self._channel.ack_due

    @property
    def failed_op(self) -> Any:
        """The op that the failure just taken in is about."""
        return self._channel.failed_op

    @property
    def failed_trail(self) -> Trail:
        """Which lines of the program made it, if that is remembered."""
        return self._channel.failed_trail if isinstance(self._channel, TracedChannel) else ()

    # --- out ----------------------------------------------------------------------------------------------------

    def write(self, op: tuple[Any, ...]) -> bool:
        """Append *op*, without waiting; return whether so much waits that a handler of the page should too."""
        if not self._flushing:
            self._schedule_flush()
        return self._append(op) > self._settings.high_water

    def send_releases(self) -> None:
        """Tell the browser in this turn what it may forget, if anything; or find that too much waits for it."""
        if self._refs.releasing and not self._flushing:
            self._schedule_flush()

    def flush(self) -> bool:
        """Send now, out of turn, what can be sent; return whether much waits all the same."""
        self._flush()
        return self._channel.backlog.cost > self._settings.high_water

    @property
    def holds_back(self) -> bool:
        """Whether ops wait behind a closed window."""
        return bool(self._channel.backlog)

    def wait_drained(self) -> None:
        """**Blocks** until the browser takes what waits for it, or the page ends."""
        if self._drained is None:
            self._drained = Signal()
        without_slot(self._drained.wait)

    @property
    def held(self) -> int:
        """About how many bytes were held back for the browser, as they were counted last."""
        return self._held

    def send_ack(self, *, asked: bool = False, ask: bool = False) -> None:
        """Acknowledge what was taken in, if anything or if *asked*, without waiting for a batch to carry it.

        With *ask* the browser is asked whether it is there, which it answers at once (spec 8.7).
        """
        if self.carrier is not None and (asked or ask or self._channel.ack_due) and self.attached:
            self.carrier.try_send(self._channel.ack(answer=ask))

    def close(self, why: str, code: str, action: str) -> None:
        """Say goodbye (if there is a *code*), let the carrier go, and wake who waits in `wait_drained`."""
        self._closed = True
        carrier, self.carrier = self.carrier, None
        if carrier is not None:
            if code and self.attached:
                carrier.try_send(self._channel.bye(code, action, why))
            carrier.close(1001 if code == "stopping" else 1000, code)
        self._count(0)
        self._wake()

    def _schedule_flush(self) -> None:
        self._flushing = True
        get_hub().loop.run_callback(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._closed:
            return
        try:
            self._send_batch()
        except Exception as error:
            log_later(logging.ERROR, "a page ends: its frame could not be sent: %r", error)
            self._fail("a frame could not be sent", "ended", "reload")

    def _send_batch(self) -> None:
        channel = self._channel
        releasing = self._refs.releasing
        # Only what leaves now: behind a closed window a release would keep writes from replacing each other.
        if releasing and channel.window_open and (releasing <= _RELEASES_ALONG or not channel.backlog):
            channel.write((RELEASE, self._refs.take_released()))
        data = channel.batch_to_send()
        if data is not None:
            assert self.carrier is not None  # the window is open
            self.carrier.try_send(data)
            if self._held:
                self._count(0)
            self._wake()
            self.send_releases()
            return
        if channel.backlog.cost + self._refs.releasing * _RELEASE_COST > self._settings.overflow:
            log_later(logging.WARNING, "a page ends: its browser takes nothing, and too much waits for it")
            self._fail("its browser took nothing for too long", "overflow", "reload")
            return
        if channel.backlog.holding:
            self._count(channel.cost)
        if channel.ack_due >= _ACK_EVERY:
            self.send_ack()

    def _count(self, held: int) -> None:
        """Let the budget know that so much is held back now; that may end this page or others."""
        by, self._held = held - self._held, held
        if by:
            self._budget.change(by)

    def _wake(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None:
            drained.set()

    # --- in -----------------------------------------------------------------------------------------------------

    def attach(self, carrier: Carrier, hello: Hello) -> None:
        """Let the browser in that said *hello* on *carrier*; what it has not applied is sent again (spec 8.6).

        Raises:
            RemoteProtocolError: if the hello does not fit to what was exchanged before; then nothing has changed.
        """
        channel = self._channel
        channel.check_received(hello.received)
        before = self.carrier
        if before is not None:  # the browser knows that it is lost before we do
            self.lose()
            before.receiver = None
            before.close(1000, "replaced")
        channel.take(hello)
        self.heard = self._clock.now()
        self.carrier = carrier
        carrier.try_send(channel.welcome())
        for data in channel.resend():
            carrier.try_send(data)
        self._count(0)
        if not self._flushing and (channel.backlog or self._refs.releasing):
            self._schedule_flush()

    def receive(self, data: bytes) -> Message | None:
        """Take in one frame, without waiting; return its message, or None if it came before.

        Raises:
            RemoteProtocolError: if the frame breaks a rule.
        """
        self.heard = self._clock.now()
        channel = self._channel
        message = channel.receive(data)
        if not self._flushing and (
            channel.ack_due >= _ACK_EVERY or ((channel.backlog.holding or self._refs.releasing) and channel.window_open)
        ):
            self._schedule_flush()
        return message

    def lose(self) -> None:
        """Take note that the carrier is gone: what is written waits from now on."""
        self._channel.lose()
        self.carrier = None
        self._count(self._channel.cost)
