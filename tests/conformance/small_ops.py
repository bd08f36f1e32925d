"""What a small client does with ops, and what its user does: no more than the kit looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

from pycommunicate.conformance.ops import ASKS
from pycommunicate.protocol import ops
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Event, Failure, Reply
from tests.conformance.small_document import Document, Fault, Listener

__all__ = ["SmallOps"]


class SmallOps:
    """Carries out ops on a document; what it has to say is for a subclass to send.

    Attributes:
        replies: What is to be sent when the batch has been applied.
        early: What the user has done until `loaded`; None from then on.
        claims: Places in that, and the listeners that have claimed them.
        done: The number of the last thing to do that `#do` has told.
        typed: What the user has typed, by field.
    """

    url: str
    document: Document
    limits: Limits
    typed: dict[str, str]

    def begin(self, text: str) -> None:
        """Show a document."""
        self.document = Document(text)
        self.replies: list[Callable[[], None]] = []
        self.early: list[tuple[str, list[Any]]] | None = []
        self.claims: list[tuple[float, int]] = []
        self.done = ""

    def numbered(self, kind: Any, *fields: Any) -> None:
        raise NotImplementedError

    def answer(self, ask: int, value: Any) -> None:
        raise NotImplementedError

    def leave(self, url: str) -> None:
        raise NotImplementedError

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        raise NotImplementedError

    # --- ops ----------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        replies, self.replies = self.replies, []
        for reply in replies:
            reply()

    def carry_out(self, number: int, index: int, op: list[Any]) -> None:
        asks = op[0] in ASKS
        try:
            act = getattr(self, f"op_{ops.OPS[op[0]][0]}", None) if op[0] in ops.OPS else None
            if act is None:
                raise Fault("unsupported", f"unknown op {op[0]}")
            value = act(*op[1 : len(ops.OPS[op[0]][1]) + 1])
            if asks:
                self.replies.append(lambda: self.answer(op[1], value))
        except Fault as error:
            code = [error.code, str(error)]
            if asks:
                self.replies.append(lambda: self.numbered(Reply, op[1], None, code))
            else:
                self.numbered(Failure, number, index, code)

    def op_find(self, ask: int, scope: int, selector: str) -> Any:
        return self.document.query(self.document.node(scope), selector)

    def op_exists(self, ask: int, scope: int, selector: str) -> Any:
        return self.op_find(ask, scope, selector) is not None

    def op_get(self, ask: int, ref: int, name: Any) -> Any:
        return self.document.read(*self.document.holder(self.document.node(ref), name))

    def op_set(self, ref: int, name: Any, value: Any) -> None:
        document = self.document
        node, key = document.holder(document.node(ref), name)
        document.write(node, key, document.live(value))

    def op_call(self, ask: int, ref: int, name: Any, values: list[Any]) -> Any:
        node, key = self.document.holder(self.document.node(ref), name)
        if key == "click":
            return self.click(node)
        return self.document.called(node, key, self.document.live(values))

    def op_create(self, ref: int, position: int, target: int, tag: str) -> None:
        beside = self.document.node(target)
        node = self.document.create(tag)
        self.document.place(node, position, beside)
        self.document.nodes[ref] = [node, 1]

    def op_insert(self, ref: int, position: int, target: int) -> None:
        self.document.place(self.document.node(ref), position, self.document.node(target))

    def op_remove(self, ref: int, keep: bool) -> None:
        self.document.remove(self.document.node(ref), keep)

    def op_release(self, pairs: list[int]) -> None:
        for ref, times in zip(pairs[::2], pairs[1::2], strict=True):
            self.document.release(ref, times)

    def op_listen(self, number: int, ref: int, kind: str, options: dict[str, Any]) -> None:
        node = self.document.node(ref)
        self.document.listeners[number] = Listener(number, node, kind, options, self.limits.events)
        for place, (happened, path) in enumerate(self.early or ()):
            if happened == kind and any(one is node for one in path):
                self.claims.append((place, number))

    def op_unlisten(self, listeners: list[int]) -> None:
        for number in listeners:
            self.document.listeners.pop(number, None)

    def op_credit(self, number: int, events: int) -> None:
        listener = self.document.listeners.get(number)
        if listener is None:
            return
        listener.credit = events
        waiting, listener.waiting = listener.waiting, 0
        for _ in range(waiting):
            self.tell(listener)

    def op_view(self, text: str) -> None:
        self.flush()
        self.early = []
        self.document.show(text)

    def op_navigate(self, url: str) -> None:
        if url.startswith("#"):
            return
        parts = urlsplit(url)
        if parts.scheme and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise Fault("invalid-name", url)
        self.leave(urljoin(self.url, url))

    def op_loaded(self) -> None:
        claims, self.claims, self.early = self.claims, [], None
        for _, number in sorted(claims, key=lambda claim: claim[0]):
            if number in self.document.listeners:
                self.tell(self.document.listeners[number])
        for name, value in self.typed.items():
            node = self.document.query(self.document, f"#{name}")
            if node is not None:
                self.document.write(node, "value", value)
        self.typed.clear()

    # --- the user -----------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Do what `#do` says."""
        node = self.document.query(self.document, "#do")
        number, _, what = ("" if node is None else node.text_content()).partition(" ")
        if not number or number == self.done:
            return
        self.done = number
        delay = 0
        if what.startswith("after "):
            _, milliseconds, what = what.split(" ", 2)
            delay = int(milliseconds)
        verb, selector, *text = what.split(" ", 2)

        def act() -> None:
            node = self.document.query(self.document, selector)
            if verb == "click":
                self.click(node)
            else:
                self.document.write(node, "value", text[0])
                self.typed[node.get("id")] = text[0]

        if delay:
            self.after(delay / 1000, act)
        else:
            act()

    def click(self, node: Any) -> None:
        document = self.document
        before = document.read(node, "checked")
        if node.get("type") == "checkbox":
            document.write(node, "checked", not before)
        prevented = self.dispatch("click", node)
        form = document.form_of(node)
        if prevented and node.get("type") == "checkbox":
            document.write(node, "checked", before)
        elif node.tag == "a" and not prevented:
            self.leave(urljoin(self.url, node.get("href")))
        elif node.tag == "button" and not node.get("type") and form is not None and not prevented:
            guarded = any(
                one.node is node and one.options.get("prevent") is not False for one in self.heard("click", node)
            )
            if not self.dispatch("submit", form) and not guarded:
                self.leave(urljoin(self.url, "?submitted"))

    def heard(self, kind: str, node: Any) -> list[Listener]:
        """Return the listeners that an event on a node reaches, in their order."""
        listeners = list(self.document.listeners.values())
        return [one for at in self.document.path(node) for one in listeners if one.node is at and one.kind == kind]

    def dispatch(self, kind: str, node: Any) -> bool:
        """Let an event happen; return whether its default action is prevented."""
        if self.early is not None:
            self.early.append((kind, list(self.document.path(node))))
        prevented = False
        for listener in self.heard(kind, node):
            leaves = kind == "submit" or (kind == "click" and getattr(listener.node, "tag", "") == "a")
            prevented |= bool(listener.options.get("prevent", leaves))
            if self.claims:
                self.claims.append((float("inf"), listener.number))
            else:
                self.tell(listener)
        return prevented

    def tell(self, listener: Listener) -> None:
        """Send an event, or let it wait for credit."""
        if listener.sent < listener.credit:
            listener.sent += 1
            self.numbered(Event, listener.number)
        else:
            listener.waiting += 1
