"""One listener of the server: what it hears, and how it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from .carried import Carried
from .dom import Document, Event, Function, Node
from .dom.tree import with_ancestors
from .pacing import Pacing

__all__ = ["Listener"]


class Listener:
    """One listener.

    Args:
        document: Where it listens.
        number: Its number.
        node: What it listens to, and ends with; None for one of callbacks.
        type: What for; an empty text for callbacks.
        options: Those of `listen`.
        credit: How many events it may send.

    Attributes:
        number: See above.
        node: See above.
        type: See above.
        credit: See above.
        prevent: The option of that name; None if there is none.
        fields: The same.
        once: The same.
        busy: The same; 0 if there is none.
        sent: How many events it has sent.
        waiting: Events that wait for credit.
        pacing: What holds its events back; set by whoever has made it.
        stops: What ends its listening.
        function: What stands for its callback.
    """

    def __init__(
        self, document: Document, number: int, node: Any, type: str, options: dict[str, Any], credit: int
    ) -> None:
        self.number = number
        self.node = node
        self.type = type
        self.credit = credit
        self.prevent: bool | None = options.get("prevent")
        self.fields: list[Any] | None = options.get("fields") or None  # spec 6.10: an empty list is none
        self.once = bool(options.get("once"))
        self.capture = bool(options.get("capture"))
        self.busy = 0 if "observe" in options else int(options.get("busy", 0))
        self.sent = 0
        self.waiting: deque[Carried] = deque()
        self.pacing: Pacing
        self.stops: list[Callable[[], None]] = []
        self.function: Function | None = None
        self._stop = bool(options.get("stop"))
        self._delegate: str | None = options.get("delegate")
        self._document = document
        if self._delegate is not None:
            document.matches(document.root, self._delegate)

    def current_of(self, event: Event) -> Any:
        """Return the element that an event is for; None if the listener does not hear it."""
        if self._delegate is None:
            return self.node
        target = event.target
        return self._delegate_of(target) if isinstance(target, Node) else None

    def is_on(self, node: Node) -> bool:
        """Return whether it listens to this very node, by itself or by its delegate."""
        return node is self.node if self._delegate is None else self._delegate_of(node) is node

    def would_hear(self, event: Event, path: list[Any]) -> bool:
        """Return whether an event that went along *path* would have reached it."""
        if event.type != self.type or self.node not in path:
            return False
        return (event.bubbles or self.capture or event.target is self.node) and self.current_of(event) is not None

    def act_on(self, event: Event, by_itself: bool) -> None:
        """Prevent and stop what is to be; *by_itself* says what is prevented where the program says nothing."""
        if by_itself if self.prevent is None else self.prevent:
            event.prevent_default()
        if self._stop:
            event.stopped = True

    def end(self) -> None:
        """Hear nothing any more."""
        self.pacing.stop()
        for stop in self.stops:
            stop()
        self.stops.clear()

    def _delegate_of(self, node: Node) -> Node | None:
        assert self._delegate is not None
        for one in with_ancestors(node):
            if one is self.node:
                return None
            if self._document.matches(one, self._delegate):
                return one if self._is_inside(one) else None
        return None

    def _is_inside(self, node: Node) -> bool:
        return not isinstance(self.node, Node) or self.node in with_ancestors(node)
