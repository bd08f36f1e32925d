"""Reads that wait: each ask has a number, a greenlet behind it, and two deadlines.

The greenlet waits bare (a third of the cost of an AsyncResult with a Timeout); one sweep looks after all deadlines. A
reply is matched by its number, so one that comes too late cannot wake the next wait of the same greenlet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gevent import get_hub
from gevent.hub import Waiter

from ..errors import ReadTimeout, RemoteProtocolError
from .clock import Clock

__all__ = ["Asks"]


class _Ask:
    __slots__ = ("convert", "label", "since", "value", "waiter")

    def __init__(self, label: str, convert: Callable[[Any], Any] | None, since: float) -> None:
        self.label = label
        self.convert = convert
        self.since = since
        self.value: Any = None
        self.waiter: Waiter[Any] = Waiter()


class Asks:
    """The asks of one page that have no answer yet.

    Args:
        clock: What their deadlines are counted by.
    """

    __slots__ = ("_abandoned", "_clock", "_last", "_open")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._open: dict[int, _Ask] = {}
        # Those whose greenlet has given up: their answer still comes, once.
        self._abandoned: set[int] = set()

    def __len__(self) -> int:
        return len(self._open)

    def open(self, label: str, convert: Callable[[Any], Any] | None = None) -> int:
        """Return the number of a new ask; *label* says in messages what is read, *convert* makes of it what it is."""
        self._last += 1
        self._open[self._last] = _Ask(label, convert, self._clock.now())
        return self._last

    def wait(self, number: int) -> Any:
        """**Blocks** until the ask is answered; return the answer or raise what it says."""
        ask = self._open[number]
        try:
            ask.waiter.get()
            return ask.value
        finally:
            if self._open.pop(number, None) is not None:
                self._abandoned.add(number)

    def label(self, number: int) -> str | None:
        """Return what the ask reads that a reply has come to, or None if it was abandoned.

        Raises:
            RemoteProtocolError: if no such ask was ever made, or it was answered before.
        """
        ask = self._open.get(number)
        if ask is not None:
            return ask.label
        if number in self._abandoned:
            self._abandoned.remove(number)
            return None
        if not 0 < number <= self._last:
            raise RemoteProtocolError(f"expected a reply to one of {self._last} asks, got one to ask {number}")
        # Not dropped: it could bring new refs, to be released, as often as it pleases.
        raise RemoteProtocolError(f"expected one reply to each ask, got another one to ask {number}")

    def answer(self, number: int, value: Any) -> None:
        """Wake the greenlet of an ask with its answer. A reply to an abandoned ask is dropped."""
        ask = self._open.get(number)
        if ask is None:
            return
        try:
            # Now, not when the greenlet wakes: what the next frame says of the nodes in it must find them.
            ask.value = value if ask.convert is None else ask.convert(value)
        except RemoteProtocolError:
            raise
        except Exception as error:
            self.fail(number, error)
            return
        del self._open[number]
        # The event loop switches, never the greenlet that read the frame. It does not hand the value over: it would
        # hold on to it for as long as the greenlet goes on.
        get_hub().loop.run_callback(ask.waiter.switch, None)

    def fail(self, number: int, error: Exception) -> None:
        """Wake the greenlet of an ask with an error."""
        ask = self._open.pop(number, None)
        if ask is not None:
            get_hub().loop.run_callback(ask.waiter.throw, error)

    def fail_all(self, error: type[Exception], text: str) -> None:
        """Wake all greenlets with an error each."""
        for number in list(self._open):
            self.fail(number, error(f"{text}, while waiting for {self._open[number].label}"))

    def expire(self, heard: float | None, silence: float, total: float) -> None:
        """Fail the asks whose time is up.

        Args:
            heard: When the last frame came; None while no browser is attached, whose silence says nothing then.
            silence: Seconds without any frame from an attached browser.
            total: Seconds in any case.
        """
        now = self._clock.now()
        for number, ask in list(self._open.items()):
            if now - ask.since >= total:
                self._abandon(number, f"no answer within {total:g} seconds to {ask.label}")
            elif heard is not None and now - max(ask.since, heard) >= silence:
                self._abandon(number, f"no sign of the browser for {silence:g} seconds, waiting for {ask.label}")

    def _abandon(self, number: int, text: str) -> None:
        self._abandoned.add(number)
        self.fail(number, ReadTimeout(text))
