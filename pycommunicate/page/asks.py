"""Reads that wait: each ask has a number, somebody who wants the answer, and two deadlines.

The greenlet waits bare (a third of the cost of an AsyncResult with a Timeout); one sweep looks after all deadlines. A
reply is matched by its number, so one that comes too late cannot wake the next wait of the same greenlet. An answer
that may be wanted later, or never, is a `Later`: held weakly here, it counts as given up once nobody has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref as weak_reference

from gevent import get_hub
from gevent.hub import Waiter

from ..errors import RemoteProtocolError, WaitTimeout
from .clock import Clock
from .deadlines import Deadlines
from .later import Later
from .trail import Trail

__all__ = ["Asks"]


class _Ask:
    """One read that one greenlet waits for."""

    __slots__ = ("convert", "label", "patience", "since", "timeout", "told", "value", "waiter")

    def __init__(
        self,
        label: str,
        convert: Callable[[Any], Any] | None,
        since: float,
        timeout: float | None,
        patience: float,
        told: Callable[[list[Any]], None] | None,
    ) -> None:
        self.label = label
        self.convert = convert
        self.since = since
        self.timeout = timeout
        self.patience = patience
        self.told = told
        self.value: Any = None
        self.waiter: Waiter[Any] = Waiter()

    @property
    def taker(self) -> _Ask:
        return self

    @property
    def oldest(self) -> float | None:
        return self.since

    def settle(self, value: Any) -> None:
        self.value = value
        # The event loop switches, never the greenlet that read the frame. It does not hand the value over: it would
        # hold on to it for as long as the greenlet goes on.
        get_hub().loop.run_callback(self.waiter.switch, None)

    def throw(self, error: Exception) -> bool:
        get_hub().loop.run_callback(self.waiter.throw, error)
        return True

    def expire(self, deadlines: Deadlines) -> bool:
        error = deadlines.passed(self.label, self.since, self.timeout, self.patience)
        if error is not None:
            self.throw(error)
        return error is not None


class _Whoever:
    """A `Later`, as long as somebody has it."""

    __slots__ = ("_later", "label", "trail")

    def __init__(self, later: Later, trail: Trail) -> None:
        self.label = later.label
        self.trail = trail
        self._later = weak_reference(later)

    @property
    def taker(self) -> Later | None:
        return self._later()

    @property
    def oldest(self) -> float | None:
        later = self._later()
        return None if later is None else later.oldest

    def throw(self, error: Exception) -> bool:
        later = self._later()
        return later is not None and later.throw(error)

    def expire(self, deadlines: Deadlines) -> bool:
        later = self._later()
        if later is not None:
            later.expire(deadlines)
        return False  # for those who come later


class Asks:
    """The asks of one page that have no answer yet.

    Args:
        clock: What their deadlines are counted by.
    """

    __slots__ = ("_abandoned", "_clock", "_last", "_open", "_signed")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._open: dict[int, _Ask | _Whoever] = {}
        # Those whose greenlet has given up: their answer still comes, once.
        self._abandoned: set[int] = set()
        self._signed: float | None = None

    def __len__(self) -> int:
        return len(self._open)

    @property
    def waiting(self) -> bool:
        """Whether somebody waits for an answer."""
        return any(ask.oldest is not None for ask in self._open.values())

    def open(
        self,
        label: str,
        convert: Callable[[Any], Any] | None = None,
        *,
        timeout: float | None = None,
        patience: float = 0.0,
        told: Callable[[list[Any]], None] | None = None,
    ) -> int:
        """Return the number of a new ask, to be waited for by `wait`.

        Args:
            label: Says in messages what is read.
            convert: Makes of the answer what is returned.
            timeout: After how many seconds WaitTimeout is raised; None for never.
            patience: How many seconds more than any other the browser may take.
            told: Called with each error of which `tell` is told meanwhile.
        """
        self._last += 1
        self._open[self._last] = _Ask(label, convert, self._clock.now(), timeout, patience, told)
        return self._last

    def open_later(self, later: Later, trail: Trail = ()) -> int:
        """Return the number of a new ask whose answer *later* is, made by the lines of the program in *trail*."""
        self._last += 1
        self._open[self._last] = _Whoever(later, trail)
        return self._last

    def wait(self, number: int) -> Any:
        """**Blocks** until the ask is answered; return the answer or raise what it says."""
        ask = self._open[number]
        assert isinstance(ask, _Ask)
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

    def trail(self, number: int) -> Trail:
        """Return which lines of the program made an ask that nobody may wait for, if that is remembered."""
        ask = self._open.get(number)
        return ask.trail if isinstance(ask, _Whoever) else ()

    def answer(self, number: int, value: Any) -> bool:
        """Hand the answer of an ask over; return False if nobody has use for it."""
        ask = self._open.get(number)
        if ask is None:
            return False
        taker = ask.taker
        if taker is None:
            del self._open[number]
            return False
        try:
            # Now, not when a greenlet wakes: what the next frame says of the nodes in it must find them.
            converted = value if taker.convert is None else taker.convert(value)
        except RemoteProtocolError:
            raise
        except Exception as error:
            self.fail(number, error)
            return True
        del self._open[number]
        taker.settle(converted)
        return True

    def fail(self, number: int, error: Exception) -> bool:
        """Let an ask fail; return whether somebody waits for it."""
        ask = self._open.pop(number, None)
        return ask is not None and ask.throw(error)

    def tell(self, number: int, error: list[Any]) -> bool:
        """Tell an ask of an error before its answer; return whether somebody waits for it and wants to know."""
        ask = self._open.get(number)
        if not isinstance(ask, _Ask) or ask.told is None:
            return False
        ask.told(error)
        return True

    def fail_all(self, error: type[Exception], text: str) -> None:
        """Let all fail, each with an error of its own."""
        for number in list(self._open):
            self.fail(number, error(f"{text}, while waiting for {self._open[number].label}"))

    def time_out(self, number: int) -> None:
        """Let an ask fail whose program wants to wait no longer."""
        ask = self._open.get(number)
        if isinstance(ask, _Ask) and ask.timeout is not None:
            timeout, ask.timeout = ask.timeout, None
            ask.throw(WaitTimeout(f"{ask.label} did not come within {timeout:g} seconds"))

    def expire(self, heard: float | None, silence: float, total: float) -> bool:
        """Fail the asks whose time is up; return whether the browser is to be asked for a sign of life.

        Args:
            heard: When the last frame came; None while no browser is attached, whose silence says nothing then.
            silence: Seconds without any frame from an attached browser.
            total: Seconds in any case.
        """
        deadlines = Deadlines(self._clock.now(), heard, silence, total)
        oldest: float | None = None
        for number, ask in list(self._open.items()):
            if ask.expire(deadlines):
                del self._open[number]
                self._abandoned.add(number)
            elif (since := ask.oldest) is not None and (oldest is None or since < oldest):
                oldest = since
        # Once for each frame that has come: a browser that works on a promise says nothing else.
        if oldest is None or heard is None or self._signed == heard or not deadlines.half_silent(oldest):
            return False
        self._signed = heard
        return True
