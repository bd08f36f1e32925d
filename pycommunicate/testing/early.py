"""What the user does before the document is loaded: recorded, claimed by listeners, held (spec 8.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .carried import Happening
from .dom import Document, Event, Node
from .dom.tree import with_ancestors
from .listener import Listener

__all__ = ["Early", "Record"]

#: How many events are kept, and for how many seconds one counts.
_MOST, _TOO_OLD = 5_000, 60.0
_TYPES = (
    *("click", "dblclick", "auxclick", "contextmenu", "pointerdown", "pointerup", "mousedown", "mouseup"),
    *("keydown", "keypress", "keyup", "beforeinput", "input", "change", "submit", "reset", "focusin", "focusout"),
    *("focus", "blur"),
)


class Record:
    """Something that the user did before there was a listener for it."""

    __slots__ = ("event", "held", "path", "time")

    def __init__(self, event: Event, path: list[Any], time: float) -> None:
        self.event = event
        self.path = path
        self.time = time
        self.held = False


class Early:
    """What happens early in one document.

    Args:
        document: The document.
        now: Returns the time, in seconds.
        leads_away: Returns whether a click on a node would follow a link in its own frame.
        let: Lets what was claimed go.
    """

    def __init__(
        self,
        document: Document,
        now: Callable[[], float],
        leads_away: Callable[[Event, Any], bool],
        let: Callable[[Listener, Happening], None],
    ) -> None:
        self._document = document
        self._now = now
        self._leads_away = leads_away
        self._let = let
        self._records: list[Record] | None = []
        self._claims: list[tuple[float, Listener, Happening]] = []
        self._first_claim = 0.0
        for type in _TYPES:
            document.listen_afterwards(type, self._record)

    @property
    def claims_wait(self) -> bool:
        """Whether what happens now is to be sent behind what was claimed."""
        return bool(self._claims)

    def found(self, listener: Listener) -> list[tuple[int, Record]]:
        """Return what a new listener would have heard, with the places."""
        return [
            (place, record)
            for place, record in enumerate(self._records or ())
            if listener.would_hear(record.event, record.path) and self._now() - record.time <= _TOO_OLD
        ]

    def claim(self, place: float, listener: Listener, happening: Happening) -> None:
        """Keep something for a listener, in the order of the places."""
        if not self._claims:
            self._first_claim = self._now()
        self._claims.append((place, listener, happening))

    def begin_anew(self) -> None:
        """Let go of all records, as another document is shown."""
        self._records = []

    def end(self) -> Event | None:
        """Let what was claimed go, and of the others; return the last that was held, which happens now."""
        self._send_claims()
        records, self._records = self._records or [], None
        return next((one.event for one in reversed(records) if one.held), None)

    def tick(self) -> None:
        """Let go what was claimed a second ago: `loaded` may take its time."""
        if self._claims and self._now() - self._first_claim >= 1.0:
            self._send_claims()

    def _send_claims(self) -> None:
        claims, self._claims = sorted(self._claims, key=lambda claim: claim[0]), []
        for _, listener, happening in claims:
            self._let(listener, happening)

    def _record(self, event: Event) -> None:
        target = event.target
        if self._records is None or (isinstance(target, Node) and not self._document.connected(target)):
            return
        record = Record(event, self._document.path_of(target), self._now())
        leaves = event.type == "submit" or any(self._leads_away(event, one) for one in record.path)
        if leaves and self._is_live(target) and not event.default_prevented:
            event.prevent_default()
            record.held = True
        self._records.append(record)
        del self._records[:-_MOST]

    def _is_live(self, target: Any) -> bool:
        around = with_ancestors(target) if isinstance(target, Node) else ()
        return any(one.get("data-pycommunicate-live") is not None for one in around)
