"""What is known of a client's listeners, and the rules that each of its events is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ...protocol.codec import shown
from ...protocol.messages import Event

__all__ = ["Listeners"]


@dataclass(slots=True)
class _Listener:
    """One listener, from its `listen` on.

    Attributes:
        credit: How many events it may send in all.
        fields: How many values each of them carries.
        once: Whether it ends with its first event.
        events: How many it has sent.
        ended: The batch of its `unlisten`.
        gone: Whether it was reported as gone.
    """

    credit: int
    fields: int
    once: bool
    events: int = 0
    ended: int | None = None
    gone: bool = False


class Listeners:
    """The listeners of one document.

    Args:
        breach: Is told the spec's section, the rule and what came, where a rule is broken.
    """

    def __init__(self, breach: Callable[[str, str, object], None]) -> None:
        self._breach = breach
        self._listeners: dict[int, _Listener] = {}

    # --- what the server says -----------------------------------------------------------------------------------

    def made(self, number: int, options: dict[str, Any], credit: int) -> None:
        """Take note of a `listen`."""
        fields, once = options.get("fields", []), options.get("once")
        self._listeners[number] = _Listener(credit, len(fields), once is True)

    def credited(self, number: int, events: int) -> None:
        """Take note of a `credit`, perhaps for what is not known."""
        if number in self._listeners:
            self._listeners[number].credit = events

    def ended(self, numbers: Iterable[int], batch: int) -> None:
        """Take note of an `unlisten`."""
        for number in numbers:
            if number in self._listeners:
                self._listeners[number].ended = batch

    # --- what the client says -----------------------------------------------------------------------------------

    def event(self, event: Event) -> None:
        """Look at an event."""
        number = event.listener
        listener = self._listeners.get(number)
        if listener is None:
            self._breach("8.5", "an event is of a listener that was allotted", number)
            return
        listener.events += 1
        if listener.events > listener.credit:
            rule = f"listener {number} has sent no more than the {listener.credit} events it has credit for"
            self._breach("8.5", rule, listener.events)
        if listener.once and listener.events > 1:
            self._breach("6.10", f"listener {number} ends with its first event, as it listens once", listener.events)
        if listener.ended is not None and event.ack >= listener.ended:
            self._breach("6.11", f"listener {number} is silent when `unlisten` has been applied", "an event")
        if listener.gone:
            self._breach("7.2", f"listener {number} is silent when it has been reported as gone", "an event")
        self._look_at_carried(event, listener.fields)

    def _look_at_carried(self, event: Event, fields: int) -> None:
        carried = event.carried
        if not fields and carried is not None:
            self._breach("5.5", "an event carries no values that nobody asked for", shown(carried))
        elif fields and (carried is None or len(carried) != fields):
            self._breach("5.5", f"an event carries a value for each of its listener's {fields} fields", shown(carried))
        else:
            told = [place for place in event.errors or () if (carried or ())[int(place)] is not None]
            if told:
                self._breach("5.5", "what cannot travel is nil in an event", (told, shown(carried)))

    def gone(self, number: int) -> None:
        """Look at a listener that is reported as gone."""
        listener = self._listeners.get(number)
        if listener is None:
            self._breach("5.7", "what is reported as gone is a listener that was allotted", number)
            return
        if listener.gone:
            self._breach("7.2", "a listener is reported as gone once", number)
        listener.gone = True
