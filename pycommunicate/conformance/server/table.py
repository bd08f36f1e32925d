"""The document of a client without a browser: enough of one for the conformance app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from ...protocol.codec import Ref
from ...protocol.ops import (
    BEFORE,
    CALL,
    CREATE,
    CREDIT,
    DONE,
    EXISTS,
    FIND,
    FRAGMENT,
    GET,
    INSERT,
    INSIDE,
    INSTEAD,
    LISTEN,
    LOADED,
    NAVIGATE,
    RELEASE,
    REMOVE,
    SET,
    UNLISTEN,
    VIEW,
)

__all__ = ["Listener", "Node", "OpFailed", "Table"]

#: Elements without an end.
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ID = re.compile(r"#([A-Za-z][\w-]*)")


class OpFailed(Exception):
    """An op cannot be carried out.

    Args:
        code: One of the errors of spec 10.
        text: Why.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(slots=True, eq=False)
class Node:
    """One element.

    Attributes:
        told: How often its ref has been told, less what was released.
        properties: What was written, and what a test lets be read, by name; of a path, its parts joined by dots.
    """

    tag: str
    id: str = ""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    ref: int = 0
    told: int = 0

    @property
    def text(self) -> str:
        """What was written as its text."""
        return str(self.properties.get("innerText", self.properties.get("textContent", "")))

    def __iter__(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child

    def take_out(self) -> None:
        """Take it out of its parent."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None


@dataclass(slots=True)
class Listener:
    """What the server listens to.

    Attributes:
        credit: How many events may be sent in all.
        options: Those of its `listen`.
        sent: How many have been.
        done: How many the server says it has handled.
    """

    number: int
    node: Node
    type: str
    credit: int
    options: dict[str, Any] = field(default_factory=dict)
    sent: int = 0
    done: int = 0

    @property
    def fields(self) -> list[list[str]]:
        """The paths of what its events carry."""
        return [[name] if isinstance(name, str) else name for name in self.options.get("fields", ())]

    def carried(self, happened: dict[str, Any]) -> list[Any]:
        """Return what is carried of what has happened; nil where that leads nowhere."""
        return [_follow(happened, path) for path in self.fields]


class Table:
    """A document, and which refs and listeners there are in it.

    Args:
        html: What it begins with.
        events: How many events a listener may send without further credit.

    Attributes:
        listeners: Those that there are, by number.
        ended: The numbers of those that there are no more.
        loaded: How often the server has said so.
        views: The documents that were shown in place of the first one.
        left_for: Where the server let the client leave for.
        gone_refs: Refs that are gone, and not told yet.
        gone_listeners: Listeners that are gone, and not told yet.
        released: How often each ref was released, in the order of the ops: ref, times.
        typed_in: The elements whose `value` the user has changed, and keeps.
    """

    def __init__(self, html: str, events: int = 16) -> None:
        self.events = events
        self.root = _parse(html)
        self.nodes: dict[int, Node] = {0: self.root}
        self.listeners: dict[int, Listener] = {}
        self.ended: list[int] = []
        self.loaded = 0
        self.views: list[str] = []
        self.left_for: list[str] = []
        self.gone_refs: list[int] = []
        self.gone_listeners: list[int] = []
        self.released: list[tuple[int, int]] = []
        self.typed_in: set[Node] = set()
        self._last_ref = 0

    def find(self, selector: str) -> Node | None:
        """Return the element with an id."""
        match = _ID.fullmatch(selector)
        if match is None:
            raise OpFailed("invalid-selector", f"the conformance app looks for ids only, got {selector!r}")
        return next((node for node in self.root if node.id == match[1]), None)

    def __getitem__(self, selector: str) -> Node:
        node = self.find(selector)
        assert node is not None, f"expected an element {selector} in the document, got none"
        return node

    def listener(self, selector: str) -> Listener | None:
        """Return what listens to clicks on an element."""
        node = self.find(selector)
        return next((one for one in self.listeners.values() if one.node is node and one.type == "click"), None)

    @property
    def callbacks(self) -> list[Listener]:
        """Those that are there for callbacks."""
        return [one for one in self.listeners.values() if not one.type]

    @property
    def made(self) -> list[Listener]:
        """What listens to nodes that the server has created."""
        return [one for one in self.listeners.values() if one.node.ref > 0]

    def tell(self, node: Node) -> Ref:
        """Return the node's ref, and count that it is told."""
        if not node.ref:
            self._last_ref -= 1
            node.ref = self._last_ref
            self.nodes[node.ref] = node
        node.told += 1
        return Ref(node.ref)

    def answer(self, op: Any) -> Any:
        """Return what an ask is answered by; nodes stand for themselves.

        Raises:
            OpFailed: by what else.
        """
        scope = self._node(op[3] if op[0] == FRAGMENT else op[2])
        if op[0] in (FIND, EXISTS):
            found = self.find(op[3])
            inside = found if found is not None and found in list(scope) else None
            return inside if op[0] == FIND else inside is not None
        if op[0] == GET:
            return scope.properties.get(_name(op[3]))
        if op[0] == FRAGMENT:
            return self._fragment(op[2], scope, op[4])
        raise OpFailed("not-a-function", "this document has no methods")

    def apply(self, op: Any) -> None:
        """Carry out an op that wants no reply.

        Raises:
            OpFailed: if it cannot be.
        """
        match op:
            case [code, *_] if code in (CALL, FRAGMENT):
                self.answer(op)
            case [code, ref, name, value, *_] if code == SET:
                node = self._node(ref)
                if node in self.typed_in and name == "value":
                    raise OpFailed("kept", "the user has typed")
                node.properties[_name(name)] = value
            case [code, ref, position, target, tag, *_] if code == CREATE:
                node = Node(tag, ref=ref, told=1)
                self._put(node, position, self._node(target))
                self.nodes[ref] = node
            case [code, ref, position, target, *_] if code == INSERT:
                node = self._node(ref)
                node.take_out()
                self._put(node, position, self._node(target))
            case [code, ref, keep, *_] if code == REMOVE:
                node = self._node(ref)
                node.take_out()
                if not keep:
                    self.forget(node)
            case [code, pairs, *_] if code == RELEASE:
                for ref, times in zip(pairs[::2], pairs[1::2], strict=False):
                    self._release(ref, times)
            case [code, number, ref, event, options, *_] if code == LISTEN:
                self.listeners[number] = Listener(number, self._node(ref), event, self.events, options)
            case [code, number, events, *_] if code == DONE:
                if number in self.listeners:
                    self.listeners[number].done = events
            case [code, numbers, *_] if code == UNLISTEN:
                for number in numbers:
                    if self.listeners.pop(number, None) is not None:
                        self.ended.append(number)
            case [code, number, events, *_] if code == CREDIT:
                if number in self.listeners:
                    self.listeners[number].credit = events
            case [code, html, *_] if code == VIEW:
                self.views.append(html)
                self.forget(self.root)
                self.root = self.nodes[0] = _parse(html)
            case [code, url, *_] if code == NAVIGATE:
                self.left_for.append(url)
            case [code, *_] if code == LOADED:
                self.loaded += 1
            case _:
                raise OpFailed("unsupported", "this document does not know the op")

    def forget(self, top: Node) -> None:
        """Let all refs and listeners of a part of the document be gone."""
        nodes = list(top)
        for node in nodes:
            if node.ref in self.nodes and node.ref:
                del self.nodes[node.ref]
                self.gone_refs.append(node.ref)
        for number, listener in list(self.listeners.items()):
            if listener.node in nodes:
                del self.listeners[number]
                self.gone_listeners.append(number)
                self.ended.append(number)

    def _release(self, ref: int, times: int) -> None:
        self.released.append((ref, times))
        node = self.nodes.get(ref)
        if node is None or not ref:
            return
        node.told -= times
        if node.told <= 0:
            del self.nodes[ref]
            node.ref = node.told = 0

    def _put(self, node: Node, position: int, target: Node) -> None:
        if position not in (0, 1, 2):
            raise OpFailed("unsupported", f"no position has the code {position}")
        parent = target if position == 0 else target.parent
        if parent is None:
            raise OpFailed("js-error", "there is no place beside that node")
        place = len(parent.children) if position == 0 else parent.children.index(target) + (position == 1)
        node.parent = parent
        parent.children.insert(place, node)

    def _fragment(self, position: int, target: Node, html: str) -> list[Node]:
        """Put what a text says into the tree; return its topmost elements."""
        if position == INSTEAD:
            for child in list(target.children):
                child.take_out()
                self.forget(child)
        nodes = list(_parse(html).children)
        for node in nodes if position in (INSIDE, BEFORE, INSTEAD) else reversed(nodes):
            self._put(node, INSIDE if position == INSTEAD else position, target)
        return nodes

    def _node(self, ref: int) -> Node:
        node = self.nodes.get(ref)
        if node is None:
            raise OpFailed("stale-ref", f"no node has the ref {ref}")
        return node


def _follow(value: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            value = (
                len(value) if part == "length" else dict(enumerate(value)).get(int(part) if part.isdecimal() else -1)
            )
        else:
            return None
    return value


def _name(name: str | list[str]) -> str:
    return name if isinstance(name, str) else ".".join(name)


class _Builder(HTMLParser):
    """Builds the tree of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self._open = Node("#document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs).get("id") or "", self._open)
        self._open.children.append(node)
        if tag not in _VOID:
            self._open = node

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self._open
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self._open = node.parent


def _parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    return builder.root
