"""Carries out ops on a document: refs, what has gone, listeners (spec 6 to 8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..errors import UnsupportedValue
from ..protocol import Nodes
from ..protocol.codec import Ref, to_wire
from ..protocol.ops import (
    CALL,
    CREATE,
    CREDIT,
    EXISTS,
    FIND,
    GET,
    INSERT,
    LISTEN,
    LOADED,
    NAVIGATE,
    RELEASE,
    REMOVE,
    SET,
    UNLISTEN,
    VIEW,
)
from .dom import Document, DomError, Node, Request
from .listeners import Listeners

__all__ = ["ASKS", "Ops"]

#: Properties that what a user has entered is held in.
_HELD = re.compile("value|checked|selected|inner|text")
#: Ops that want an answer.
ASKS = (FIND, EXISTS, GET, CALL)


class Ops:
    """Carries out ops on a document.

    Args:
        document: The document.
        listeners: Hears what happens on it.
        loaded: Called when the server has built what the document begins with.

    Attributes:
        gone_refs: Refs that were forgotten, and not reported yet.
        gone_listeners: The same of listeners.
        loaded: Whether the server has built what the document begins with.
        written: Called with each node whose value or text the server has written.
    """

    def __init__(
        self,
        document: Document,
        listeners: Listeners,
        loaded: Callable[[], None] = lambda: None,
    ) -> None:
        self.document = document
        self.listeners = listeners
        self.gone_refs: list[int] = []
        self.gone_listeners: list[int] = []
        self.written: Callable[[Any], None] = lambda node: None
        self.loaded = False
        self._on_loaded = loaded
        # Holds the elements, whose identity lasts only as long as somebody does.
        self._nodes = Nodes(document)
        self._kept: set[Any] = set()
        self._acts: dict[int, Callable[..., Any]] = {
            FIND: self._find,
            EXISTS: self._exists,
            GET: self._get,
            SET: self._set,
            CALL: self._call,
            CREATE: self._create,
            INSERT: self._insert,
            REMOVE: self._remove,
            RELEASE: self._release,
            LISTEN: self._listen,
            UNLISTEN: self._unlisten,
            CREDIT: self._credit,
            VIEW: self._view,
            NAVIGATE: self._go,
            LOADED: self._load,
        }

    def carry_out(self, op: list[Any]) -> Any:
        """Carry out one op; return what it reads: nodes are elements of the document.

        Raises:
            DomError: if it cannot be carried out.
        """
        act = self._acts.get(op[0])
        if act is None:
            raise DomError("unsupported", f"unknown op {op[0]}")
        return act(op)

    def answer(self, value: Any) -> tuple[Any, list[Ref]]:
        """Return a value as it travels, and the refs that are told by it.

        Raises:
            DomError: if it cannot travel; then nothing is told.
        """
        told: list[Ref] = []

        def ref_of(node: Any) -> Ref | None:
            if not isinstance(node, (Document, Node)):
                return None
            told.append(self._nodes.tell(node))
            return told[-1]

        try:
            return to_wire(_as_here(value), ref_of), told
        except UnsupportedValue as error:
            self.take_back(told)
            raise DomError("unsupported", str(error)) from None

    def take_back(self, told: list[Ref]) -> None:
        """Take note that the answer by which these refs were told was not sent."""
        for ref in told:
            self._nodes.release(ref)

    def sweep(self) -> None:
        """Forget what has left the document, by whatever way."""
        for root in self.document.take_removed():
            if root not in self._kept:
                self._forget(root)

    # --- nodes ----------------------------------------------------------------------------------------------------

    def _node(self, ref: int) -> Any:
        node = self._nodes.get(ref)
        if node is None:
            raise DomError("stale-ref", f"no node has the ref {ref} any more")
        return node

    def _element(self, ref: int) -> Any:
        node = self._node(ref)
        if node is self.document:
            raise DomError("js-error", "TypeError: the document itself has no place in a tree")
        return node

    def _forget(self, root: Any) -> None:
        """Forget a node and all inside."""
        if not self._nodes and not self.listeners:
            return
        for node in self.document.walk(root):
            ref = self._nodes.forget(node)
            if ref is not None:
                self.gone_refs.append(ref)
            self.gone_listeners += self.listeners.forget(node)

    def _live(self, value: Any) -> Any:
        """Return what a value of the server is here."""
        if isinstance(value, Ref):
            return self._node(value)
        if isinstance(value, list):
            return [self._live(item) for item in value]
        if isinstance(value, dict):
            return {key: self._live(item) for key, item in value.items()}
        return value

    # --- one method for each row of spec 6, in its order ----------------------------------------------------------

    def _find(self, op: list[Any]) -> Any:
        return self.document.query(self._node(op[2]), op[3])

    def _exists(self, op: list[Any]) -> bool:
        return self.document.query(self._node(op[2]), op[3]) is not None

    def _get(self, op: list[Any]) -> Any:
        return self.document.read(self._node(op[2]), op[3])

    def _set(self, op: list[Any]) -> None:
        node = self._node(op[1])
        self.document.write(node, op[2], self._live(op[3]))
        if _HELD.match(op[2] if isinstance(op[2], str) else op[2][-1]):
            self.written(node)
        self.sweep()

    def _call(self, op: list[Any]) -> Any:
        try:
            return self.document.call(self._node(op[2]), op[3], self._live(op[4]))
        finally:
            self.sweep()

    def _create(self, op: list[Any]) -> None:
        target = self._node(op[3])
        node = self.document.create(op[4])
        self.document.place(node, op[2], target)
        self._nodes.create(op[1], node)

    def _insert(self, op: list[Any]) -> None:
        node = self._element(op[1])
        self.document.place(node, op[2], self._node(op[3]))
        self._kept.discard(node)

    def _remove(self, op: list[Any]) -> None:
        node = self._element(op[1])
        if op[2]:
            self._kept.add(node)
        self.document.take_out(node)
        self.sweep()
        if not op[2]:  # it may have been out of the document before
            self._forget(node)

    def _release(self, op: list[Any]) -> None:
        pairs = op[1]
        for ref, times in zip(pairs[::2], pairs[1::2], strict=True):
            self._nodes.release(ref, times)

    def _listen(self, op: list[Any]) -> None:
        self.listeners.add(op[1], self._node(op[2]), op[3], op[4])

    def _unlisten(self, op: list[Any]) -> None:
        for number in op[1]:
            self.listeners.remove(number)

    def _credit(self, op: list[Any]) -> None:
        self.listeners.credit(op[1], op[2])

    def _view(self, op: list[Any]) -> None:
        self.loaded = False
        self.listeners.begin_anew()
        self.document.show(op[1])
        self.sweep()

    def _go(self, op: list[Any]) -> None:
        self.document.go(Request(self.document.web_address(op[1])))

    def _load(self, op: list[Any]) -> None:
        self.loaded = True
        self._on_loaded()
        self.listeners.loaded()


def _as_here(value: Any) -> Any:
    """Return a value as it comes from a browser: a whole float is an integer, a date has milliseconds (spec 7.1)."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0" else value
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, list):
        return [_as_here(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_here(item) for key, item in value.items()}
    return value
