"""Who listens to what happens in a tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .event import Event
from .tree import Node, with_ancestors

__all__ = ["Events"]


class Events:
    """A document, as far as things happen in it. It hears of them itself, as the outermost node.

    Args:
        root: The root element; it stays the same for good.

    Attributes:
        root: The same.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self._listeners: dict[Node | Events, list[tuple[int, str, Callable[[Event], None]]]] = {}
        self._listened: dict[str, int] = {}
        self._last_token = 0
        self._token_nodes: dict[int, tuple[Node | Events, str]] = {}
        self._later: list[Callable[[], object]] = []

    def listen(self, node: Node | Events | None, type: str, callback: Callable[[Event], None]) -> int:
        """Call *callback* for each event of that type that reaches *node*; return a token for `unlisten`."""
        at = self if node is None else node
        self._last_token = token = self._last_token + 1
        self._listeners.setdefault(at, []).append((token, type, callback))
        self._listened[type] = self._listened.get(type, 0) + 1
        self._token_nodes[token] = (at, type)
        return token

    def unlisten(self, token: int) -> None:
        """Stop what `listen` began; once is enough."""
        entry = self._token_nodes.pop(token, None)
        if entry is None:
            return
        node, type = entry
        self._listened[type] -= 1
        left = [listener for listener in self._listeners[node] if listener[0] != token]
        if left:
            self._listeners[node] = left
        else:
            del self._listeners[node]

    def dispatch(self, node: Node | Events | None, event: Event) -> bool:
        """Let *event* happen on *node*; None is the document.

        Returns:
            Whether its default action may follow.
        """
        event.target = target = self if node is None else node
        if self._listened.get(event.type):
            for current in self.path_of(target) if event.bubbles else [target]:
                self._tell(current, event)
        return not event.default_prevented

    def fire(self, node: Node | Events | None, type: str, **options: Any) -> bool:
        """Let an event of that type happen on *node*; see `dispatch`."""
        if not self._listened.get(type):
            return True
        return self.dispatch(node, Event.of(type, **options))

    def later(self, happening: Callable[[], object]) -> None:
        """Let something happen when what happens now is over."""
        self._later.append(happening)

    def run_later(self) -> None:
        """Let happen what was to happen later."""
        while self._later:
            self._later.pop(0)()

    def path_of(self, node: Node | Events) -> list[Node | Events]:
        """Return *node* with all that is around it, the document last if it is in it."""
        if isinstance(node, Events):
            return [node]
        path: list[Node | Events] = [*with_ancestors(node)]
        if path[-1] is self.root:
            path.append(self)
        return path

    def _tell(self, current: Node | Events, event: Event) -> None:
        event.current_target = current
        for listener in tuple(self._listeners.get(current, ())):
            if listener[1] == event.type and listener[0] in self._token_nodes:
                listener[2](event)
