"""Carries out ops on a document: nodes, what has gone, listeners (spec 6 to 8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..protocol.ops import (
    CALL,
    CREATE,
    CREDIT,
    DONE,
    EXISTS,
    FIND,
    FRAGMENT,
    GET,
    INSERT,
    LISTEN,
    LOADED,
    NAVIGATE,
    NEW,
    OBJECT,
    RELEASE,
    REMOVE,
    SET,
    UNLISTEN,
    VIEW,
)
from .carried import Carried, Snapshots
from .dom import INSTEAD, Document, DomError, Node, Promise, Request
from .dom.conversions import to_text
from .edited import Edited, Seen
from .finds import Finds
from .listeners import Listeners
from .references import References
from .values import Values

__all__ = ["ASKS", "Ops", "Outcome"]

#: Properties that what a user has entered is held in.
_HELD = re.compile("value|checked|selected|inner|text")
#: Ops that want an answer.
ASKS = (FIND, EXISTS, GET, CALL, FRAGMENT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an op has come to.

    Attributes:
        value: What it reads: nodes are elements of the document, objects are those of its scripts.
        itself: Whether an object is answered as a ref of itself.
        waits: Whether the answer is what a promise, the value, settles to.
        seen: What the server sees of a field by the answer.
    """

    value: Any = None
    itself: bool = False
    waits: bool = False
    seen: list[Seen] = field(default_factory=list)


class Ops:
    """Carries out ops on a document.

    Args:
        document: The document.
        send: Sends an event of a listener, with what it carries.
        now: Returns the time, in seconds.
        loaded: Called when the server has built what the document begins with.

    Attributes:
        document: See above.
        listeners: Hears what happens on it.
        references: What its refs name.
        values: Its values, as they travel.
        edited: Its fields.
        gone_refs: Refs that were forgotten, and not reported yet.
        gone_listeners: The same of listeners.
        loaded: Whether the server has built what the document begins with.
        written: Called with each node whose value or text the server has written.
    """

    def __init__(
        self,
        document: Document,
        send: Callable[[int, Carried], None],
        now: Callable[[], float],
        loaded: Callable[[], None] = lambda: None,
    ) -> None:
        self.document = document
        self.references = References(document)
        self.values = Values(document, self.references, lambda number: self.listeners.function(number))
        self.edited = Edited(document)
        snapshots = Snapshots(document, self.values, self.references, self.edited)
        self.listeners = Listeners(document, snapshots, send, now)
        self.gone_refs: list[int] = []
        self.gone_listeners: list[int] = []
        self.written: Callable[[Any], None] = lambda node: None
        self.loaded = False
        self._on_loaded = loaded
        self._finds = Finds(document)
        self._kept: set[Any] = set()
        self._after = 0
        self._acts: dict[int, Callable[..., Outcome | None]] = {
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
            DONE: self._done,
            FRAGMENT: self._fragment,
        }

    def carry_out(self, op: list[Any], after: int = 0) -> Outcome:
        """Carry out one op; return what it has come to.

        Args:
            op: The op.
            after: The last frame that the server had taken in when it sent this.

        Raises:
            DomError: if it cannot be carried out.
        """
        act = self._acts.get(op[0])
        if act is None:
            raise DomError("unsupported", f"unknown op {op[0]}")
        self._after = after
        return act(op) or Outcome()

    def end_turn(self) -> None:
        """Let happen what follows from what has happened, and look for what is waited for."""
        self.document.end_turn()
        self.listeners.end_turn()
        self._finds.look()
        self.document.run_later()

    def sweep(self) -> None:
        """Forget what has left the document, by whatever way."""
        for root in self.document.take_removed():
            if root not in self._kept:
                self._forget(root)

    # --- nodes ----------------------------------------------------------------------------------------------------

    def _node(self, ref: int) -> Any:
        """Return the node that a ref names: an element, or the document."""
        node = self.values.named_by(ref)
        if not isinstance(node, (Node, Document)):
            raise DomError("js-error", "TypeError: parameter 1 is not of type 'Node'.")
        return node

    def _element(self, ref: int) -> Any:
        node = self._node(ref)
        if node is self.document:
            raise DomError("js-error", "TypeError: the document itself has no place in a tree")
        return node

    def _forget(self, root: Any) -> None:
        """Forget a node and all inside."""
        if not self.references and not self.listeners:
            return
        for node in self.document.walk(root):
            ref = self.references.forget(node)
            if ref is not None:
                self.gone_refs.append(ref)
            self.gone_listeners += self.listeners.forget(node)

    # --- one method for each row of spec 6, in its order ----------------------------------------------------------

    def _find(self, op: list[Any]) -> Outcome:
        scope = self._node(op[2])
        found = self.document.query(scope, op[3])
        wait = _optional(op, 4)
        if found is None and wait:
            return Outcome(self._finds.wait(scope, op[3], wait / 1000), waits=True)
        return Outcome(found)

    def _exists(self, op: list[Any]) -> Outcome:
        return Outcome(self.document.query(self._node(op[2]), op[3]) is not None)

    def _get(self, op: list[Any]) -> Outcome:
        start = self.values.named_by(op[2])
        path = [op[3]] if isinstance(op[3], str) else op[3]
        holder = self.document.holder_of(start, path)
        itself = bool(_optional(op, 4) & OBJECT)
        value = self.document.get(holder, path[-1]) if itself else self.document.read(holder, path[-1])
        seen = self.edited.taken_down(holder, value) if path[-1] == "value" else []
        self.edited.tell(seen)
        return Outcome(value, itself, seen=seen)

    def _set(self, op: list[Any]) -> None:
        start, path = self.values.named_by(op[1]), [op[2]] if isinstance(op[2], str) else op[2]
        value = self.values.of_server(op[3])
        holder = self.document.holder_of(start, path)
        written = True
        if path[-1] == "value" and self.edited.is_field(holder):
            text = "" if value is None and holder.tag != "select" else to_text(value)
            after = op[5] if len(op) > 5 and type(op[5]) is int else self._after
            written = self.edited.set(holder, text, force=op[4:5] == [True], after=after)
        else:
            if path[-1] == "disabled":
                self.listeners.leave_disabled(holder)
            self.document.write(holder, path[-1], value)
        if written and _HELD.match(path[-1]) and isinstance(start, (Node, Document)):
            self.written(start)
        self.sweep()

    def _call(self, op: list[Any]) -> Outcome:
        flags = _optional(op, 5)
        document, start = self.document, self.values.named_by(op[2])
        args = self.values.of_server(op[4])
        try:
            act = document.construct if flags & NEW else document.invoke
            value = act(start, op[3], args)
            return Outcome(value, itself=bool(flags & OBJECT), waits=isinstance(value, Promise))
        finally:
            self.sweep()

    def _create(self, op: list[Any]) -> None:
        target = self._node(op[3])
        node = self.document.create(op[4])
        self.document.place(node, op[2], target)
        self.references.create(op[1], node)

    def _insert(self, op: list[Any]) -> None:
        node = self._element(op[1])
        self.document.move(node, op[2], self._node(op[3]))
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
            self.references.release(ref, times)

    def _listen(self, op: list[Any]) -> None:
        node = self.values.named_by(op[2]) if op[3] else None
        options = {**op[4], "observe": self.values.of_server(op[4]["observe"])} if "observe" in op[4] else op[4]
        self.listeners.add(op[1], node, op[3], options)

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

    def _done(self, op: list[Any]) -> None:
        self.listeners.done(op[1], op[2])

    def _fragment(self, op: list[Any]) -> Outcome:
        target = self._node(op[3])
        before = list(target) if op[2] == INSTEAD and isinstance(target, Node) else []
        nodes = self.document.put_fragment(op[2], target, op[4])
        self.sweep()
        for node in before:  # of a tree that is not in the document, perhaps
            self._forget(node)
        return Outcome(nodes)


def _optional(op: list[Any], place: int) -> int:
    """Return a number that may be missing."""
    return op[place] if len(op) > place and type(op[place]) is int else 0
