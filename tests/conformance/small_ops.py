"""What a small client does with ops, and what its user does: no more than the kit looks at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

from pycommunicate.conformance.ops import wants_reply
from pycommunicate.protocol import ops
from pycommunicate.protocol.codec import Ref
from pycommunicate.protocol.messages import Failure, Reply
from tests.conformance.small_document import Document, Fault, Function
from tests.conformance.small_fields import Kept, is_field
from tests.conformance.small_listeners import Happening, SmallListeners

__all__ = ["SmallOps"]

#: How many fields there may be behind those of an op.
_OPTIONAL = {ops.FIND: 1, ops.GET: 1, ops.SET: 2, ops.CALL: 1}
#: What an op returns whose reply comes later.
_LATER = object()


class SmallOps(SmallListeners):
    """Carries out ops on a document; what it has to say is for a subclass to send.

    Attributes:
        replies: What is to be sent when the batch has been applied.
        known: The last of our frames that the server had applied when it sent the batch.
        awaited: What is looked for until it is there: ask, scope, selector, and when the time is up.
        done: The number of the last thing to do that `#do` has told.
        typed: What the user has typed, by field.
    """

    url: str
    typed: dict[str, str]

    def begin(self, text: str) -> None:
        """Show a document."""
        self.document = Document(text)
        self.replies: list[Callable[[], None]] = []
        self.known = 0
        self.awaited: list[tuple[int, Any, str, float]] = []
        self.done = ""
        self.begin_to_hear()

    def leave(self, url: str) -> None:
        raise NotImplementedError

    # --- ops ----------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        replies, self.replies = self.replies, []
        for reply in replies:
            reply()

    def carry_out(self, number: int, index: int, op: list[Any]) -> None:
        asks = wants_reply(op)
        try:
            act = getattr(self, f"op_{ops.OPS[op[0]][0]}", None) if op[0] in ops.OPS else None
            if act is None:
                raise Fault("unsupported", f"unknown op {op[0]}")
            value = act(*op[1 : len(ops.OPS[op[0]][1]) + _OPTIONAL.get(op[0], 0) + 1])
            if asks and value is not _LATER:
                value, told = self.snapshot(value)
                self.replies.append(lambda: self.answer(op, value, told))
        except Fault as error:
            code = [error.code, str(error)]
            if asks:
                self.replies.append(lambda: self.numbered(Reply, op[1], None, code))
            else:
                self.numbered(Failure, number, index, code)

    def answer(self, op: list[Any], value: Any, told: list[int], /) -> None:
        """Send a reply."""
        try:
            self.numbered(Reply, op[1], value)
        except Fault as fault:
            self.take_back(told)
            self.numbered(Reply, op[1], None, [fault.code, str(fault)])
            return
        if op[0] == ops.GET and op[3] == "value" and op[2] in self.document.nodes:
            self.document.fields.see([(self.document.node(op[2]), value)], self.sent)

    def op_find(self, ask: int, scope: int, selector: str, wait: int = 0, /) -> Any:
        node = self.document.node(scope)
        found = self.document.query(node, selector)
        if found is None and wait:
            self.awaited.append((ask, node, selector, monotonic() + wait / 1000))
            self.after(wait / 1000, self.look)
            return _LATER
        return found

    def look(self) -> None:
        """Look for what is not there yet."""
        awaited, self.awaited = self.awaited, []
        for ask, node, selector, until in awaited:
            found = self.document.query(node, selector)
            if found is None and monotonic() < until:
                self.awaited.append((ask, node, selector, until))
            else:
                self.answer([ops.FIND, ask], *self.snapshot(found))

    def op_exists(self, ask: int, scope: int, selector: str) -> Any:
        return self.document.query(self.document.node(scope), selector) is not None

    def op_get(self, ask: int, ref: int, name: Any, flags: int = 0, /) -> Any:
        value = self.document.read(*self.document.holder(self.document.node(ref), name))
        return self.as_object(value) if flags & ops.OBJECT else value

    def as_object(self, value: Any) -> Any:
        """Return the ref of a value that is an object."""
        if isinstance(value, (dict, list, datetime, bytes, Function)):
            return Ref(self.document.tell(value))
        return value

    def op_set(self, ref: int, name: Any, value: Any, force: bool = False, after: int | None = None, /) -> None:
        document = self.document
        node, key = document.holder(document.node(ref), name)
        value = document.live(value)
        if key == "value" and is_field(node):
            try:
                document.fields.write(node, value, force, self.known if after is None else after)
            except Kept:
                raise Fault("kept", "the user has typed") from None
            return
        if key == "disabled" and node in self.marks:
            self.marks[node].discard(key)
        document.write(node, key, value)

    def op_call(self, ask: int, ref: int, name: Any, values: list[Any], flags: int = 0, /) -> Any:
        node, key = self.document.holder(self.document.node(ref), name)
        if flags & ops.NEW:
            raise Fault("not-a-function")
        if key == "click":
            return self.click(node)
        return self.document.called(node, key, self.document.live(values))

    def op_fragment(self, ask: int, position: int, target: int, text: str) -> Any:
        return self.document.fragment(position, self.document.node(target), text)

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
        for _, listener, happens in sorted(claims, key=lambda claim: claim[0]):
            if not listener.ended or listener.options.get("once"):
                self.tell(listener, happens)
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
                self.document.fields.type(node, text[0])
                self.typed[node.get("id")] = text[0]
                self.dispatch(Happening("input", node))

        if delay:
            self.after(delay / 1000, act)
        else:
            act()

    def click(self, node: Any) -> None:
        document = self.document
        if "disabled" in node.attrib:
            return
        before = document.read(node, "checked")
        if node.get("type") == "checkbox":
            document.write(node, "checked", not before)
        guarded = self.guards(node)
        prevented = self.dispatch(Happening("click", node))
        form = document.form_of(node)
        submits = node.tag == "button" and not node.get("type") and form is not None and not prevented
        if prevented and node.get("type") == "checkbox":
            document.write(node, "checked", before)
        elif node.tag == "a" and not prevented:
            self.leave(urljoin(self.url, node.get("href")))
        elif submits and not self.dispatch(Happening("submit", form, node)) and not guarded:
            self.leave(urljoin(self.url, "?submitted"))

    def guards(self, node: Any) -> bool:
        """Return whether a listener to clicks on that very button keeps the document from being left."""
        click = Happening("click", node)
        return any(
            self.current(one, click) is node
            and one.options.get("prevent") is not False
            and not one.options.get("passive")
            for one in self.heard(click)
        )
