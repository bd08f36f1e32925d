"""Events that a handler waits for, one after the other, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType

from ...errors import ConfigurationError, PageError
from ...page import Mailbox
from .event import Event
from .event_options import check_timeout

__all__ = ["EventQueue"]


class EventQueue:
    """Events of one kind, from when its ``with`` block is entered until it is left.

    `ElementWrapper.events` makes it. Nothing is lost between two calls of `get`: what comes meanwhile waits, at first
    here, and beyond ``Limits.events`` in the browser. An event is counted as handled when the next one is asked for.
    """

    __slots__ = ("_closed", "_hint", "_mailbox", "_open", "_shut")

    def __init__(self, hint: str, open: Callable[[], Mailbox], shut: Callable[[Mailbox], None]) -> None:
        self._hint = hint
        self._open = open
        self._shut = shut
        self._mailbox: Mailbox | None = None
        self._closed = False

    def __enter__(self) -> EventQueue:
        if self._mailbox is not None:
            raise ConfigurationError(f"expected a queue to be entered once, got it again; call {self._hint} anew")
        self._mailbox = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._mailbox is not None
        self._closed = True
        self._shut(self._mailbox)

    def get(self, timeout: float | None = None) -> Event:
        """**Blocks** until there is an event; return it.

        Args:
            timeout: How many seconds to wait for it; None to wait until the page or the view ends.

        Raises:
            WaitTimeout: if none comes in time.
            StaleElement: if what was listened to is gone, so that none can come.
            InvalidSelector, InvalidName: if the browser could not listen at all.
            PageGone, ViewGone: if the page or the view is gone.
            WaitForbidden: where waiting is not allowed.
        """
        check_timeout(timeout)
        if self._mailbox is None or self._closed:
            raise ConfigurationError(f"expected the queue to be used inside of its block: with {self._hint} as events:")
        event: Event = self._mailbox.get(timeout)
        return event

    def __iter__(self) -> Iterator[Event]:
        """Return the events, one after the other; ends when the block is left, by another greenlet say.

        With ``once=True`` it ends behind the one that comes.
        """
        return self

    def __next__(self) -> Event:
        if self._closed:
            raise StopIteration
        try:
            return self.get()
        except PageError as error:
            if self._closed or type(error) is PageError:  # which says that nothing more comes, as nothing shall
                raise StopIteration from None
            raise
