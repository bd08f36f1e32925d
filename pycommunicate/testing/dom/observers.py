"""Observers: of the tree, and of what would take a layout.

Nothing is laid out here. What is shown counts as intersecting at once, and as wide as the window and 0 high.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .conversions import to_boolean
from .core import Core
from .errors import script_error
from .functions import as_function
from .host import HostObject
from .render import is_visible
from .tree import Node
from .words import words

__all__ = ["OBSERVERS", "Entry", "Layout", "Observer"]

#: What can observe.
OBSERVERS = ("IntersectionObserver", "MutationObserver", "ResizeObserver")


class Entry(HostObject):
    """What an observer has seen of one element."""

    def __init__(self, kind: str, target: Node, **fields: Any) -> None:
        self._kind = kind
        self.fields: dict[str, Any] = {"target": target, "time": 0, **fields}

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return self._kind

    def get(self, name: str) -> Any:
        return self.fields.get(name)


class Layout:
    """What is observed of a layout, as far as there is one: looked at when something has happened.

    Args:
        core: The document.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._watched: list[tuple[Node, Callable[[Node], Any], list[Any], Callable[[Any], None]]] = []

    def watch(self, node: Node, state: Callable[[Node], Any], tell: Callable[[Any], None]) -> Callable[[], None]:
        """Call *tell* with what *state* returns, now and whenever that is another one; return what ends that."""
        before: list[Any] = []
        entry = (node, state, before, tell)
        self._watched.append(entry)
        self._core.later(self.look)

        def stop() -> None:
            self._watched[:] = [one for one in self._watched if one is not entry]

        return stop

    def look(self) -> None:
        """Tell what has changed."""
        for entry in tuple(self._watched):
            node, state, before, tell = entry
            now = state(node)
            if before != [now] and any(one is entry for one in self._watched):
                first = not before
                before[:] = [now]
                # What has no size has not been resized.
                if not first or now is not None:
                    tell(now)


class Observer(HostObject):
    """An observer of one of the three kinds.

    Args:
        core: The document.
        kind: Which.
        hear: Called with what was seen at one time.
    """

    methods: ClassVar[frozenset[str]] = words("observe unobserve disconnect takeRecords")

    def __init__(self, core: Core, kind: str, hear: Callable[[list[Any]], None]) -> None:
        self._core = core
        self._kind = kind
        self._hear = hear
        self._seen: list[Any] = []
        self._stops: list[tuple[Any, Callable[[], None]]] = []

    @classmethod
    def of(cls, core: Core, kind: str, args: list[Any]) -> Observer:
        """Return what a script constructs."""
        function = as_function(args[0] if args else None, kind)
        observer = cls(core, kind, lambda seen: function.invoke(observer, [seen, observer]))
        return observer

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return self._kind

    def get(self, name: str) -> Any:
        return None

    def call(self, name: str, args: list[Any]) -> Any:
        match name, args:
            case "observe", [target, *options]:
                return self.observe(target, options[0] if options and isinstance(options[0], dict) else {})
            case "unobserve", [target, *_]:
                return self._end(target)
            case "disconnect", _:
                return self.disconnect()
            case "takeRecords", _:
                seen, self._seen = self._seen, []
                return seen
        return super().call(name, args)

    def observe(self, target: Any, options: dict[str, Any]) -> None:
        """Observe a node.

        Raises:
            DomError: if it cannot be observed, or the options are none.
        """
        core = self._core
        takes_document = self._kind == "MutationObserver" and isinstance(target, Core)
        if not isinstance(target, Node) and not takes_document:
            raise script_error(
                "TypeError",
                f"Failed to execute 'observe' on '{self._kind}': parameter 1 is not of type "
                f"'{'Node' if self._kind == 'MutationObserver' else 'Element'}'.",
            )
        self._end(target)
        node: Any = target
        if self._kind == "MutationObserver":
            stop = core.mutations.observe(target, _booleans(options), self._see)
        elif self._kind == "IntersectionObserver":
            stop = core.layout.watch(node, self._is_shown, lambda shown: self._see(_intersection(node, shown)))
        else:
            stop = core.layout.watch(node, self._width_of, lambda width: self._see(_size(node, width)))
        self._stops.append((target, stop))

    def disconnect(self) -> None:
        """Observe nothing any more."""
        for _, stop in self._stops:
            stop()
        self._stops.clear()
        self._seen.clear()

    def _end(self, target: Any) -> None:
        for one, stop in self._stops:
            if one is target:
                stop()
        self._stops = [entry for entry in self._stops if entry[0] is not target]

    def _is_shown(self, node: Node) -> bool:
        return is_visible(self._core, node)

    def _width_of(self, node: Node) -> int | None:
        return self._core.surroundings.width if is_visible(self._core, node) else None

    def _see(self, what: Any) -> None:
        self._seen.append(what)
        if len(self._seen) == 1:
            self._core.later(self._tell)

    def _tell(self) -> None:
        seen, self._seen = self._seen, []
        if seen:
            self._hear(seen)


def _booleans(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if name == "attributeFilter" else to_boolean(value)
        for name, value in options.items()
        if value is not None
    }


def _intersection(node: Node, shown: bool) -> Entry:
    return Entry("IntersectionObserverEntry", node, isIntersecting=shown, intersectionRatio=int(shown), isVisible=False)


def _size(node: Node, width: int | None) -> Entry:
    rect = dict.fromkeys(("x", "y", "height", "top", "bottom", "left"), 0) | dict.fromkeys(
        ("width", "right"), width or 0
    )
    return Entry("ResizeObserverEntry", node, contentRect=rect)
