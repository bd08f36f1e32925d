"""The rules for what a server says of listeners: their options, credit, callbacks, and what is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ...protocol.messages import MAX_NUMBER
from ...protocol.ops import DOCUMENT

__all__ = ["Listens"]

#: Looks at a rule: its section in the spec, what it asks for, whether it is kept, and what came.
Must = Callable[[str, str, object, object], bool]


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_NUMBER


def _is_name(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return bool(parts) and all(type(part) is str for part in parts)


#: What each option must be.
_OPTIONS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("prevent", "stop", "once", "capture", "passive"), lambda value: type(value) is bool),
    **dict.fromkeys(("debounce", "throttle", "busy"), _is_number),
    "delegate": lambda value: type(value) is str,
    "fields": lambda value: isinstance(value, list) and all(map(_is_name, value)),
    "of": _is_name,
    "observe": lambda value: isinstance(value, dict),
}


class Listens:
    """The listeners of one page.

    Args:
        must: Looks at a rule.

    Attributes:
        sent: How many events the client has sent, by listener.
    """

    def __init__(self, must: Must) -> None:
        self._must = must
        self.sent: Counter[int] = Counter()
        self._credit: dict[int, int] = {}
        self._callbacks: set[int] = set()
        self._done: dict[int, int] = {}  # those with `busy`

    def listen(self, number: int, ref: int, event: str, options: dict[str, Any], credit: int) -> None:
        """Look at a `listen`; *credit* is what the limits give it."""
        must = self._must
        fresh = 0 < number <= MAX_NUMBER and number not in self._credit
        must("6.10", "a listener has a number from 1 up that was never used", fresh, number)
        self._credit[number] = credit
        for name in _OPTIONS.keys() & options:
            must("6.10", f"the option {name} has its type", _OPTIONS[name](options[name]), f"{options[name]!r:.80}")
        if not event:
            must("6.10", "what is there for callbacks has the ref 0", ref == DOCUMENT, ref)
            self._callbacks.add(number)
        if options.get("busy"):
            self._done[number] = 0

    def unlisten(self, numbers: Iterable[Any]) -> None:
        """Look at an `unlisten`."""
        known = all(type(one) is int and one in self._credit for one in numbers)
        self._must("6.11", "only listeners end that were made", known, f"{numbers!r:.80}")

    def credit(self, number: int, events: int) -> None:
        """Look at a `credit`."""
        before = self._credit.get(number)
        self._must("6.12", "only listeners get credit that were made", before is not None, number)
        got = f"{events} after {before}"
        self._must("8.5", "credit is cumulative: each one is higher", events > (before or 0), got)
        self._credit[number] = events

    def done(self, number: int, events: int) -> None:
        """Look at a `done`."""
        before = self._done.get(number)
        self._must("6.16", "`done` is of listeners with `busy` only", before is not None, number)
        self._must("6.16", "its count is cumulative", events >= (before or 0), f"{events} after {before}")
        sent = self.sent[number]
        self._must("6.16", "no more events are done than were sent", events <= sent, f"{events} of {sent}")
        if before is not None:
            self._done[number] = events

    def callback(self, number: int) -> None:
        """Look at a callback in a value."""
        self._must("7.3", "a callback is a listener that was made for it", number in self._callbacks, number)
