"""A document as ops see it: nodes, their properties and children, what refs and listeners stand for.

Two of them that carry out the same ops in the same order are equal at every op. So one that the server's program writes
to at once says what another one, behind a network, must answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pycommunicate.protocol.codec import Ref
from pycommunicate.protocol.ops import (
    AFTER,
    CREATE,
    CREDIT,
    EXISTS,
    FIND,
    GET,
    INSERT,
    INSIDE,
    LISTEN,
    LOADED,
    NAVIGATE,
    RELEASE,
    REMOVE,
    SET,
    UNLISTEN,
    VIEW,
)

__all__ = ["ASKS", "ListenerEntry", "ModelDocument", "StaleRef"]

#: Ops that want an answer.
ASKS = (FIND, EXISTS, GET)


class StaleRef(Exception):
    """A ref names nothing."""


class Node:
    def __init__(self, properties: dict[str, Any]) -> None:
        self.ref = 0
        self.properties = properties
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.listeners: set[int] = set()

    def walk(self) -> Iterator[Node]:
        """Yield the node and all that is inside of it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


class ListenerEntry:
    """One listener.

    Attributes:
        granted: How many events it may have sent.
        sent: How many it has.
        waiting: How many have happened without credit.
        carried: What they carry: nothing where there are fields.
    """

    def __init__(self, node: Node, granted: int, fields: list[Any] | None) -> None:
        self.node = node
        self.carried = None if fields is None else [None] * len(fields)
        self.granted = granted
        self.sent = self.waiting = 0


class ModelDocument:
    """The document.

    Args:
        html: The ids of its first nodes.
        credit: How many events a new listener may send.

    Attributes:
        nodes: What refs stand for.
        listeners: Those that there are, by number.
        gone_refs: What was forgotten, and not told of yet.
        gone_listeners: The same.
        loaded: How often the beginning of what it shows was said to have ended.
    """

    def __init__(self, html: str, credit: int) -> None:
        self._root = Node({})
        self._credit = credit
        self._last = 0
        self._told: dict[int, int] = {}
        self.nodes: dict[int, Node] = {0: self._root}
        self.listeners: dict[int, ListenerEntry] = {}
        self.gone_refs: list[int] = []
        self.gone_listeners: list[int] = []
        self.loaded = 0
        self._show(html)

    def apply(self, op: Any) -> Any:
        """Carry out *op*; return what it reads, if it does.

        Raises:
            StaleRef: if a ref in it names nothing.
        """
        match op:
            case [code, _, scope, selector] if code == FIND:
                node = self._find(scope, selector)
                return self._tell(node) if node is not None else None
            case [code, _, scope, selector] if code == EXISTS:
                return self._find(scope, selector) is not None
            case [code, _, ref, name] if code == GET:
                return self._node(ref).properties.get(name)
            case [code, ref, name, value, *_] if code == SET:
                self._node(ref).properties[name] = value
            case [code, ref, position, target, _] if code == CREATE:
                node = Node({})
                self._put(node, position, self._node(target))
                node.ref = ref
                self.nodes[ref], self._told[ref] = node, 1
            case [code, ref, position, target] if code == INSERT:
                node, beside = self._node(ref), self._node(target)
                self._take_out(node)
                self._put(node, position, beside)
            case [code, ref, keep] if code == REMOVE:
                assert not keep
                self._remove(self._node(ref))
            case [code, pairs] if code == RELEASE:
                for ref, times in zip(pairs[::2], pairs[1::2], strict=True):
                    self._release(ref, times)
            case [code, number, ref, _, options] if code == LISTEN:
                node = self._node(ref)
                node.listeners.add(number)
                self.listeners[number] = ListenerEntry(node, self._credit, options.get("fields"))
            case [code, numbers] if code == UNLISTEN:
                for number in numbers:
                    self._unlisten(number)
            case [code, number, events] if code == CREDIT:
                if number in self.listeners:
                    self.listeners[number].granted = events
            case [code, html] if code == VIEW:
                for node in self._root.children[:]:
                    self._remove(node)
                self._show(html)
                self.loaded = 0
            case [code] if code == LOADED:
                self.loaded += 1
            case _:
                assert op[0] == NAVIGATE, f"expected an op that the model knows, got {op}"
        return None

    def _node(self, ref: int) -> Node:
        try:
            return self.nodes[ref]
        except KeyError:
            raise StaleRef(ref) from None

    def _show(self, html: str) -> None:
        for one in html.split():
            self._put(Node({"id": one}), INSIDE, self._root)

    def _find(self, scope: int, selector: str) -> Node | None:
        return next((node for node in self._node(scope).walk() if f"#{node.properties.get('id')}" == selector), None)

    def _tell(self, node: Node) -> Ref:
        if not node.ref:
            self._last -= 1
            node.ref = self._last
            self.nodes[node.ref] = node
        self._told[node.ref] = self._told.get(node.ref, 0) + 1
        return Ref(node.ref)

    def _put(self, node: Node, position: int, target: Node) -> None:
        if position == INSIDE:
            node.parent = target
            target.children.append(node)
            return
        node.parent = parent = target.parent
        assert parent is not None
        parent.children.insert(parent.children.index(target) + (position == AFTER), node)

    def _take_out(self, node: Node) -> None:
        assert node.parent is not None
        node.parent.children.remove(node)
        node.parent = None

    def _remove(self, node: Node) -> None:
        self._take_out(node)
        for one in node.walk():
            for number in sorted(one.listeners):
                self._unlisten(number)
                self.gone_listeners.append(number)
            if one.ref:
                self.gone_refs.append(one.ref)
                self._forget(one.ref)

    def _unlisten(self, number: int) -> None:
        entry = self.listeners.pop(number, None)
        if entry is not None:
            entry.node.listeners.discard(number)

    def _release(self, ref: int, times: int) -> None:
        if ref in self._told:
            self._told[ref] -= times
            if self._told[ref] <= 0:
                self._forget(ref)

    def _forget(self, ref: int) -> None:
        self.nodes.pop(ref).ref = 0
        del self._told[ref]
