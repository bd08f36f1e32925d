"""What has changed in a tree, for those who observe it: `MutationObserver`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .errors import script_error
from .host import HostObject
from .tree import Node, with_ancestors

__all__ = ["Mutations", "Record"]

_FIELDS = (
    *("type", "target", "attributeName", "attributeNamespace", "oldValue", "addedNodes", "removedNodes"),
    *("previousSibling", "nextSibling"),
)


class Record(HostObject):
    """One change. A text is no node here, so none is among those that were added or removed."""

    kind = "MutationRecord"

    def __init__(self, type: str, target: Any, **more: Any) -> None:
        self.type = type
        self.target = target
        self.more = {"addedNodes": [], "removedNodes": [], **more}

    def get(self, name: str) -> Any:
        if name in ("type", "target"):
            return getattr(self, name)
        return self.more.get(name) if name in _FIELDS else None


class _Watch:
    """One node that is observed."""

    def __init__(self, node: Any, options: dict[str, Any], tell: Callable[[Record], None]) -> None:
        self.node = node
        self.tell = tell
        self.subtree = bool(options.get("subtree"))
        self.children = bool(options.get("childList"))
        self.names = options.get("attributeFilter")
        self.old = bool(options.get("attributeOldValue"))
        self.attributes = bool(options.get("attributes", self.old or self.names is not None))
        if not (self.children or self.attributes or options.get("characterData")):
            raise script_error(
                "TypeError",
                "Failed to execute 'observe' on 'MutationObserver': The options object must set at least one of "
                "'attributes', 'characterData', or 'childList' to true.",
            )

    def sees(self, path: list[Any]) -> bool:
        return self.node is path[0] or (self.subtree and self.node in path)

    def note(self, record: Record) -> None:
        if record.type == "childList":
            if self.children:
                self.tell(record)
            return
        name = record.more["attributeName"]
        if not self.attributes or (self.names is not None and name not in self.names):
            return
        old = record.more["oldValue"] if self.old else None
        self.tell(Record("attributes", record.target, attributeName=name, oldValue=old))


class Mutations:
    """Who observes a tree, and tells them of each change.

    Args:
        document: The document, as a node.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._watches: list[_Watch] = []
        self._replaced: Node | None = None
        self._added: list[Node] = []
        self._removed: list[Node] = []
        self._changed = False

    def __bool__(self) -> bool:
        return bool(self._watches)

    def observe(self, node: Any, options: dict[str, Any], tell: Callable[[Record], None]) -> Callable[[], None]:
        """Call *tell* of each change that *options* say; return what ends that.

        Raises:
            DomError: if the options ask for nothing.
        """
        watch = _Watch(node, options, tell)
        self._watches.append(watch)

        def stop() -> None:
            if watch in self._watches:
                self._watches.remove(watch)

        return stop

    def attribute(self, node: Node, name: str, old: str | None) -> None:
        """Take note that an attribute was written or taken away."""
        if self._watches:
            self._tell(Record("attributes", node, attributeName=name, oldValue=old))

    def children(self, parent: Any, added: list[Node], removed: list[Node]) -> None:
        """Take note that something has come into *parent*, or left it; a text is something, too."""
        if not self._watches:
            return
        if parent is self._replaced:
            self._added += added
            self._removed += removed
            self._changed = True
        else:
            self._tell(Record("childList", parent, addedNodes=added, removedNodes=removed))

    @contextmanager
    def as_one(self, parent: Node) -> Iterator[None]:
        """While this is entered, all that comes into *parent* or leaves it is one change."""
        if not self._watches or self._replaced is not None:
            yield
            return
        self._replaced, self._added, self._removed, self._changed = parent, [], [], False
        try:
            yield
        finally:
            self._replaced = None
        if self._changed:
            added = [node for node in parent if node in self._added]
            self.children(parent, added, self._removed)

    def _tell(self, record: Record) -> None:
        target = record.target
        path = [*with_ancestors(target)] if isinstance(target, Node) else []
        path.append(self._document)
        for watch in tuple(self._watches):
            if watch.sees(path):
                watch.note(record)
