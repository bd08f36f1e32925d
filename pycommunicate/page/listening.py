"""The listeners of one page: their numbers, the events that come for them, and their credit (spec 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from ..errors import (
    Gone,
    LimitReached,
    NotAttached,
    PageError,
    PageGone,
    RemoteProtocolError,
    StaleElement,
    ViewGone,
)
from ..protocol.limits import Limits
from ..protocol.messages import Event
from ..protocol.ops import CREDIT, DONE, LISTEN, UNLISTEN
from .busy import BusyListener
from .clock import Clock
from .labels import Labels
from .listeners import HandlerPool, Listener, Pace, Snapshot, WhenBusy
from .mailbox import Mailbox
from .refs import Refs, refs_in
from .scope import Scope, Task

__all__ = ["Host", "Listening"]


class Host(Protocol):
    """The page, as its listeners know it."""

    refs: Refs

    @property
    def taken(self) -> int:
        """The number of the last frame that was taken in."""

    def check(self) -> None:
        """Raise if the caller may not use the page now."""

    def send(self, op: tuple[Any, ...]) -> None:
        """Append *op* to the page's stream."""

    def scope_of_caller(self) -> Scope:
        """Return what ends with the code that runs."""


class Listening:
    """The listeners of one page.

    Args:
        page: It.
        limits: How many there may be, and how many events of each the browser may send ahead.
        pool: Counts what runs.
        pace: Starts handlers when they may run.
        spawn: Starts one at once.
        write: Appends an op to the page's stream, whoever asks.
        clock: What waiting is counted by.

    Attributes:
        dead_events: How many events came for listeners that had ended.
    """

    __slots__ = (
        "_by_number",
        "_clock",
        "_labels",
        "_last",
        "_limits",
        "_pace",
        "_page",
        "_pool",
        "_spawn",
        "_write",
        "dead_events",
    )

    def __init__(
        self,
        page: Host,
        limits: Limits,
        pool: HandlerPool,
        pace: Pace,
        spawn: Callable[[Listener, Any], Task],
        write: Callable[[tuple[Any, ...]], Any],
        clock: Clock,
    ) -> None:
        self._page = page
        self._limits = limits
        self._pool = pool
        self._pace = pace
        self._spawn = spawn
        self._write = write
        self._clock = clock
        self._by_number: dict[int, Listener] = {}
        self._labels: Labels | None = None
        self._last = 0
        self.dead_events = 0

    # --- what handlers do ---------------------------------------------------------------------------------------

    def add(
        self,
        scope: Scope,
        handler: Callable[..., Any],
        snapshot: Snapshot | None,
        options: dict[str, Any],
        label: object,
        when_busy: WhenBusy,
    ) -> int:
        """Return the number of a new listener, which ends with *scope*.

        Raises:
            LimitReached: if the page has as many listeners as it may.
        """
        number = self._number_of_next()
        kind = BusyListener if options and "busy" in options else Listener
        self._by_number[number] = kind(
            number, scope, handler, snapshot, options, label, self._limits.events, self._pace, self._spawn, when_busy
        )
        scope.listeners.add(number)
        return number

    def open_mailbox(
        self, ref: int, event: str, options: dict[str, Any], snapshot: Snapshot, label: object, when_busy: WhenBusy
    ) -> Mailbox:
        """Listen as `Page.listen` does, for events that are fetched."""
        page = self._page
        page.check()
        number, scope = self._number_of_next(), page.scope_of_caller()
        given = (number, scope, _no_handler, snapshot, options, label, self._limits.events, self._pace, self._spawn)
        mailbox = Mailbox(
            *(*given, when_busy),
            check=page.check,
            handled=self.grant,
            taken=lambda: page.taken,
            clock=self._clock,
            pool=self._pool,
        )
        self._by_number[number] = mailbox
        scope.listeners.add(number)
        page.send((LISTEN, number, ref, event, options))
        return mailbox

    def close_mailbox(self, mailbox: Mailbox) -> None:
        """End *mailbox*: all its events are over, the one that was fetched last among them."""
        mailbox.close()
        self.remove([mailbox.number])

    def _number_of_next(self) -> int:
        limits = self._limits
        if len(self._by_number) >= limits.listeners:
            raise LimitReached(f"expected at most {limits.listeners} listeners on one page (settings.limits.listeners)")
        self._last += 1
        return self._last

    def find(self, label: object) -> list[int]:
        """Return the numbers of the listeners that were added with a label equal to *label* and have not ended."""
        if self._labels is None:
            self._labels = Labels()
        return self._labels.find(label, self._by_number)

    def is_there(self, number: int) -> bool:
        """Return whether a listener has not ended."""
        return number in self._by_number

    def remove(self, numbers: list[int]) -> None:
        """End listeners, with the events of theirs that wait; those that have ended are no fault.

        It is used where things are cleaned up, too: of a page that is gone it raises nothing.
        """
        with suppress(Gone, NotAttached):
            self._page.check()
        living = [number for number in numbers if number in self._by_number]
        for number in living:
            listener = self._by_number[number]
            listener.stop()
            self.forget(number, PageError("nobody listens any more"))
            if self._labels is not None:
                self._labels.find(listener.label, self._by_number)  # which lets go of labels that nobody has
        if living:
            self._write((UNLISTEN, living))

    # --- what the browser says ----------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Take in an event.

        Raises:
            RemoteProtocolError: if there is no such listener and never was, it has no credit, or carries other values
                than were asked for.
        """
        listener = self._by_number.get(event.listener)
        if listener is None:
            self._take_dead(event)
            return
        carried = event.carried
        if carried is not None or listener.options:
            _check_carried(carried, listener.options)
            if listener.options.get("once"):
                self.forget(event.listener, PageError(f"{listener.label}: nothing more comes, as once=True was said"))
        got = None if listener.snapshot is None else listener.snapshot(carried, event.errors)
        if listener.take(got):
            self.grant(listener)

    def _take_dead(self, event: Event) -> None:
        if not 0 < event.listener <= self._last:
            raise RemoteProtocolError(f"expected one of {self._last} listeners, got {event.listener}")
        self.dead_events += 1  # a click in flight while its listener ended: normal traffic
        for ref in refs_in(event.carried):
            self._page.refs.release(ref, 1)

    def grant(self, listener: Listener) -> None:
        """Let the browser send as many more events of *listener* as are over, and know of it if it has asked to."""
        credit = listener.credit_due(self._limits.events)
        if credit and listener.number in self._by_number:
            self._write((CREDIT, listener.number, credit))
        if listener.options and "busy" in listener.options and self._is_heard(listener):
            assert isinstance(listener, BusyListener)
            done = listener.done_due()
            if done:
                self._write((DONE, listener.number, done))

    def _is_heard(self, listener: Listener) -> bool:
        """Return whether the browser may show what it does: one that has ended by itself shows the last of it."""
        return listener.number in self._by_number or (
            listener.options.get("once", False) and listener.scope.gone is None
        )

    def gone(self, numbers: list[int]) -> None:
        """Take note that listeners have ended with their nodes.

        Raises:
            RemoteProtocolError: if there never was one of them.
        """
        if numbers and not 0 < min(numbers) <= max(numbers) <= self._last:
            raise RemoteProtocolError(f"expected some of {self._last} listeners, got others")
        for number in numbers:
            listener = self._by_number.get(number)
            if listener is not None:
                self.forget(number, StaleElement(f"{listener.label}: what was listened to is gone from the page"))

    def forget(self, number: int, error: Exception) -> None:
        """Take note that a listener has ended, if it had not, and why."""
        listener = self._by_number.pop(number, None)
        if listener is not None:
            listener.scope.listeners.discard(number)
            listener.ended(error)

    # --- the end ------------------------------------------------------------------------------------------------

    def end(self, scope: Scope) -> list[int]:
        """End the listeners of *scope*, which has ended; return their numbers."""
        numbers = sorted(scope.listeners)
        error = ViewGone(f"{scope.name} is gone")
        for number in numbers:
            self._by_number.pop(number).ended(error)
        scope.listeners.clear()
        return numbers

    def clear(self, why: str) -> None:
        """End all: the page is gone."""
        error = PageGone(f"the page is gone: {why}")
        for listener in self._by_number.values():
            listener.ended(error)
        self._by_number.clear()


def _check_carried(carried: list[Any] | None, options: dict[str, Any]) -> None:
    # spec 5.5: a value for each field, in their order; nothing where there are none.
    fields = options.get("fields")
    wanted = None if fields is None else len(fields)
    came = None if carried is None else len(carried)
    if came != wanted:
        raise RemoteProtocolError(
            f"expected {wanted or 'no'} carried values in event, got {'none' if came is None else came}"
        )


def _no_handler() -> None:
    """Is never called: events of a mailbox are fetched."""
