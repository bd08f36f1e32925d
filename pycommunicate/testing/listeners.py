"""What listeners of the server hear of a document's events: credit, defaults, early events (spec 6.10, 8.5, 8.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dom import Document, Event, Node, actions
from .dom.owners import is_link
from .dom.tree import with_ancestors

__all__ = ["Listeners"]

#: How many events may wait for credit, in all; and how many early ones are kept.
_MOST_WAITING = 1_000
_MOST_EARLY = 5_000
#: Seconds after which an early event does not count any more.
_TOO_OLD = 60.0

_EARLY = (
    *("click", "dblclick", "auxclick", "contextmenu", "pointerdown", "pointerup", "mousedown", "mouseup"),
    *("keydown", "keypress", "keyup", "beforeinput", "input", "change", "submit", "reset", "focusin", "focusout"),
)


class _Listener:
    __slots__ = ("credit", "node", "number", "prevent", "sent", "token", "type", "waiting")

    def __init__(self, number: int, node: Any, type_: str, prevent: bool | None, credit: int) -> None:
        self.number = number
        self.node = node
        self.type = type_
        self.prevent = prevent
        self.credit = credit
        self.sent = self.waiting = 0
        self.token: Any = None


class _Early:
    """Something that the user did before there was a listener for it."""

    __slots__ = ("event", "held", "path", "time")

    def __init__(self, event: Event, path: list[Any], time: float) -> None:
        self.event = event
        self.path = path
        self.time = time
        self.held = False


class Listeners:
    """The listeners of a document.

    Args:
        document: The document.
        send: Sends an event of a listener.
        now: Returns the time, in seconds.
        credit: How many events a new listener may send.

    Attributes:
        credit_of_new: The same.
        waiting: How many events wait for credit.
    """

    def __init__(
        self, document: Document, send: Callable[[int], None], now: Callable[[], float], credit: int = 16
    ) -> None:
        self.credit_of_new = credit
        self._document = document
        self._send = send
        self._now = now
        self._by_number: dict[int, _Listener] = {}
        self._by_node: dict[Any, set[int]] = {}
        self.waiting = 0
        self._early: list[_Early] | None = []
        self._claims: list[tuple[float, int]] = []
        self._first_claim = 0.0
        self._deaf = False
        document.listen(document, "submit", self._guard)
        for type_ in _EARLY:
            document.listen(document, type_, self._record)

    def __len__(self) -> int:
        return len(self._by_number)

    def add(self, number: int, node: Any, type_: str, options: dict[str, Any]) -> None:
        """Listen, and claim what has happened already."""
        listener = _Listener(number, node, type_, options.get("prevent"), self.credit_of_new)
        for place, early in enumerate(self._early or ()):
            if early.event.type != type_ or node not in early.path or self._now() - early.time > _TOO_OLD:
                continue
            self._claim(place, number)
            if listener.prevent is not False and (listener.prevent or self._prevents_by_itself(early.event, node)):
                early.held = False

        def hear(event: Event) -> None:
            self._hear(listener, event)

        listener.token = self._document.listen(node, type_, hear)
        self._by_number[number] = listener
        self._by_node.setdefault(node, set()).add(number)

    def remove(self, number: int) -> None:
        """Listen no more."""
        listener = self._by_number.pop(number, None)
        if listener is None:
            return
        self._document.unlisten(listener.token)
        self.waiting -= listener.waiting
        numbers = self._by_node[listener.node]
        numbers.discard(number)
        if not numbers:
            del self._by_node[listener.node]

    def forget(self, node: Any) -> list[int]:
        """Remove the listeners of a node; return their numbers."""
        numbers = sorted(self._by_node.get(node, ()))
        for number in numbers:
            self.remove(number)
        return numbers

    def credit(self, number: int, events: int) -> None:
        """Let a listener send so many events in all."""
        listener = self._by_number.get(number)
        if listener is None:
            return
        listener.credit = events
        while listener.waiting and listener.sent < listener.credit:
            listener.waiting -= 1
            self.waiting -= 1
            self._happen(listener)

    def begin_anew(self) -> None:
        """Keep early events, as another document is shown."""
        self._early = []

    def loaded(self) -> None:
        """Hand over the early events that were claimed, and let go of the others: the last that was held happens."""
        self._send_claims()
        early, self._early = self._early or [], None
        held = next((one for one in reversed(early) if one.held), None)
        if held is not None:
            self._deaf = True  # whoever listens has heard it when it was held
            try:
                actions.happen_again(self._document, held.event)
            finally:
                self._deaf = False

    def tick(self) -> None:
        """Hand over what was claimed a second ago: `loaded` may take its time."""
        if self._claims and self._now() - self._first_claim >= 1.0:
            self._send_claims()

    def _claim(self, place: float, number: int) -> None:
        if not self._claims:
            self._first_claim = self._now()
        self._claims.append((place, number))

    def _send_claims(self) -> None:
        claims, self._claims = sorted(self._claims, key=lambda claim: claim[0]), []
        for _, number in claims:
            if number in self._by_number:
                self._happen(self._by_number[number])

    def _hear(self, listener: _Listener, event: Event) -> None:
        if self._deaf:
            return
        prevents = self._prevents_by_itself(event, listener.node) if listener.prevent is None else listener.prevent
        if prevents:
            event.prevent_default()
        if self._claims:  # behind what happened before
            self._claim(float("inf"), listener.number)
        else:
            self._happen(listener)

    def _happen(self, listener: _Listener) -> None:
        if listener.sent < listener.credit:
            listener.sent += 1
            self._send(listener.number)
        elif self.waiting < _MOST_WAITING:
            listener.waiting += 1
            self.waiting += 1

    def _record(self, event: Event) -> None:
        if self._early is None or self._deaf:
            return
        target = event.target
        early = _Early(event, self._document.path_of(self._document if target is None else target), self._now())
        leaves = event.type == "submit" or self._follows_link(event)
        if leaves and self._is_live(target) and not event.default_prevented:
            event.prevent_default()
            early.held = True
        self._early.append(early)
        del self._early[:-_MOST_EARLY]

    def _guard(self, event: Event) -> None:
        """Prevent the submit of a form without an address whose button's click is listened to (spec 6.10)."""
        form, button = event.target, event.submitter
        if button is None or form.get("action") is not None or button.get("formaction") is not None:
            return
        if (button.get("formmethod") or form.get("method") or "").lower() == "dialog":
            return
        listeners = [self._by_number[number] for number in self._by_node.get(button, ())]
        if any(one.type == "click" and one.prevent is not False for one in listeners):
            event.prevent_default()

    def _prevents_by_itself(self, event: Event, node: Any) -> bool:
        """Return what is prevented where the program says nothing (spec 6.10)."""
        return event.type == "submit" or (_is_plain_click(event) and self._leads_away(node))

    def _is_live(self, target: Node | None) -> bool:
        return target is not None and self._document.matches(
            target, "[data-pycommunicate-live], [data-pycommunicate-live] *"
        )

    def _follows_link(self, event: Event) -> bool:
        return _is_plain_click(event) and any(map(self._leads_away, with_ancestors(event.target)))

    def _leads_away(self, node: Any) -> bool:
        """Return whether a node is a link that is followed in its own frame."""
        if not isinstance(node, Node) or not is_link(node) or node.get("download") is not None:
            return False
        return self._document.target_of(node.get("target")) == ""


def _is_plain_click(event: Event) -> bool:
    return event.type == "click" and not event.button and not event.modifiers
