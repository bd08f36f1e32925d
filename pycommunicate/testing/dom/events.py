"""Who listens to what happens in a tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .event import Event
from .tree import Node, with_ancestors

__all__ = ["Events", "Target"]

#: What things happen on: a node, the document, or another object.
Target: TypeAlias = Any


class _Listener:
    __slots__ = ("callback", "capture", "passive", "type")

    def __init__(self, type: str, callback: Callable[[Event], None], capture: bool, passive: bool) -> None:
        self.type = type
        self.callback = callback
        self.capture = capture
        self.passive = passive


class Events:
    """A document, as far as things happen in it. It hears of them itself, as the outermost node but the window.

    Args:
        root: The root element; it stays the same for good.

    Attributes:
        root: The same.
        window: What is around the document; None for nothing.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self.window: Target = None
        self._listeners: dict[Target, dict[int, _Listener]] = {}
        # How many listen to a type; and of these, how many before the event is where it happens.
        self._listened: dict[str, int] = {}
        self._captured: dict[str, int] = {}
        self._last_token = 0
        self._token_nodes: dict[int, Target] = {}
        self._afterwards: dict[str, list[Callable[[Event], None]]] = {}
        self._later: list[Callable[[], object]] = []

    def listen(
        self,
        node: Target,
        type: str,
        callback: Callable[[Event], None],
        *,
        capture: bool = False,
        passive: bool = False,
    ) -> int:
        """Call *callback* for each event of that type that reaches *node*; return a token for `unlisten`.

        Args:
            node: Where; None is the document.
            type: What for.
            callback: What is called.
            capture: Whether it is called before what is inside of *node* hears of it.
            passive: Whether it can prevent nothing.
        """
        at = self if node is None else node
        self._last_token = token = self._last_token + 1
        self._listeners.setdefault(at, {})[token] = _Listener(type, callback, capture, passive)
        self._listened[type] = self._listened.get(type, 0) + 1
        if capture:
            self._captured[type] = self._captured.get(type, 0) + 1
        self._token_nodes[token] = at
        return token

    def unlisten(self, token: int) -> None:
        """Stop what `listen` began; once is enough."""
        if token not in self._token_nodes:
            return
        node = self._token_nodes.pop(token)
        listener = self._listeners[node].pop(token)
        self._listened[listener.type] -= 1
        if listener.capture:
            self._captured[listener.type] -= 1
        if not self._listeners[node]:
            del self._listeners[node]

    def listen_afterwards(self, type: str, callback: Callable[[Event], None]) -> None:
        """Call *callback* for each event of that type when all others have heard of it, or were kept from that."""
        self._afterwards.setdefault(type, []).append(callback)

    def dispatch(self, node: Target, event: Event) -> bool:
        """Let *event* happen on *node*; None is the document.

        Returns:
            Whether its default action may follow.
        """
        event.target = target = self if node is None else node
        if self._listened.get(event.type):
            path = self.path_of(target)
            if self._captured.get(event.type):
                for current in reversed(path):
                    self._tell(current, event, capture=True)
            for current in path if event.bubbles else path[:1]:
                self._tell(current, event, capture=False)
            event.current_target = None
        for callback in self._afterwards.get(event.type, ()):
            callback(event)
        return not event.default_prevented

    def fire(self, node: Target, type: str, **options: Any) -> bool:
        """Let an event of that type happen on *node*; see `dispatch`."""
        if not self._listened.get(type) and type not in self._afterwards:
            return True
        return self.dispatch(node, Event.of(type, **options))

    def later(self, happening: Callable[[], object]) -> None:
        """Let something happen when what happens now is over."""
        self._later.append(happening)

    def run_later(self) -> None:
        """Let happen what was to happen later."""
        while self._later:
            self._later.pop(0)()

    def path_of(self, node: Target) -> list[Target]:
        """Return *node* with all that is around it, the document and the window last if it is in them."""
        if not isinstance(node, (Node, Events)):
            return [node]
        path: list[Target] = [*with_ancestors(node)] if isinstance(node, Node) else [node]
        if path[-1] is self.root:
            path.append(self)
        if path[-1] is self and self.window is not None:
            path.append(self.window)
        return path

    def _tell(self, current: Target, event: Event, *, capture: bool) -> None:
        if event.stopped or current not in self._listeners:
            return
        event.current_target = current
        for token, listener in tuple(self._listeners[current].items()):
            if listener.type == event.type and listener.capture == capture and token in self._token_nodes:
                event.passive = listener.passive
                listener.callback(event)
        event.passive = False
