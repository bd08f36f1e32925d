"""What the user has changed in fields, and what the server has seen of it: a `set` takes none of it away (spec 6.4)."""

from __future__ import annotations

from typing import Any

from .dom import Document, DomError, Event, Node
from .dom.fields import sanitize

__all__ = ["Edited", "Seen"]

_NO_FIELDS = frozenset(("checkbox", "radio", "file", "hidden", "button", "submit", "reset", "image"))
_TEXTS = frozenset(("text", "search", "url", "tel", "email", "password"))
#: How much is remembered of one field.
_MOST_SEEN = 100


class Seen:
    """What the server is told of a field, or has written to it.

    Attributes:
        node: The field.
        value: Its value.
        edits: How often the user had changed it by then.
        number: Of the frame that told it, or that the server had taken in when it wrote it; None while there is none.
    """

    __slots__ = ("edits", "node", "number", "value")

    def __init__(self, node: Any, value: str, edits: int, number: int | None = None) -> None:
        self.node = node
        self.value = value
        self.edits = edits
        self.number = number


class _Field:
    """What is known of one field.

    Attributes:
        edits: How often the user has changed it.
    """

    __slots__ = ("_seen", "edits")

    def __init__(self, before: Seen) -> None:
        self.edits = 0
        # In the order in which the server sees it: what it has written stands behind what it had taken in by then.
        self._seen = [before]

    def seen_at(self, after: int) -> Seen:
        """Return what the server had seen last when it had taken in so many frames."""
        return next(one for one in reversed(self._seen) if one.number is not None and one.number <= after)

    def remember(self, seen: Seen) -> None:
        """Take note of what the server sees; once more, when it has its number."""
        rest = [one for one in self._seen if one is not seen]
        place = len(rest)
        if seen.number is not None:
            place = sum(one.number is not None and one.number <= seen.number for one in rest)
        self._seen = [*rest[:place], seen, *rest[place:]]
        if len(self._seen) > _MOST_SEEN:
            del self._seen[1]

    def rewritten(self, after: int, value: str) -> None:
        """Take note that the server has written all that is in the field, before it has taken in what came behind."""
        for one in self._behind(after):
            one.value, one.edits = value, self.edits

    def replaced(self, after: int, old: str, new: str) -> None:
        """Take note that the server has written *new* over *old*, before it has taken in what came behind.

        What is on its way to it begins with *new* now: when it writes over that, this is what it means.
        """
        for one in self._behind(after):
            if one.value.startswith(old):
                one.value = new + one.value[len(old) :]

    def _behind(self, after: int) -> list[Seen]:
        return [one for one in self._seen if one.number is None or one.number > after]


class Edited:
    """The fields of one document.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._fields: dict[Any, _Field] = {}
        self._waiting: dict[Any, tuple[str, bool, int]] = {}
        for type, hear in (
            ("focusin", self._begin),
            ("beforeinput", self._begin),
            ("input", self._note),
            ("change", self._note),
            ("compositionend", self._end_composition),
        ):
            document.listen(document, type, hear, capture=True)
        document.listen_afterwards("reset", self._reset)

    def is_field(self, node: Any) -> bool:
        """Return whether what a user enters in *node* is kept."""
        if not isinstance(node, Node):
            return False
        return node.tag in ("textarea", "select") or (node.tag == "input" and self._type(node) not in _NO_FIELDS)

    def taken_down(self, node: Any, value: Any) -> list[Seen]:
        """Return what the server will have seen when it is told that a field has a value; nothing of what is none."""
        if not isinstance(value, str) or not self.is_field(node):
            return []
        field = self._fields.get(node)
        return [Seen(node, value, field.edits if field is not None else 0)]

    def tell(self, seen: list[Seen]) -> None:
        """Take note that this is on its way to the server; the number is set when the frame has one."""
        for one in seen:
            self._field(one.node).remember(one)

    def numbered(self, seen: list[Seen], number: int) -> None:
        """Take note of the number of the frame by which this was told."""
        for one in seen:
            one.number = number
            self._field(one.node).remember(one)

    def set(self, node: Node, value: str, *, force: bool, after: int) -> bool:
        """Write the value of a field, as far as that takes nothing of the user's away.

        Args:
            node: The field.
            value: What is to be in it.
            force: Whether it is written whatever the user has done.
            after: The last frame that the server had taken in when it wrote this.

        Returns:
            Whether nothing of the user's is in it now.

        Raises:
            DomError: ``kept``.
        """
        composing = self._document.composing
        if composing is not None and composing[0] is node:
            self._waiting[node] = (value, force, after)
            return False
        value, held = self._spelled(node, value), self._value(node)
        field = self._field(node)
        seen = field.seen_at(after)
        changed = field.edits > seen.edits and held != seen.value
        if force or not changed or held == value:
            self._write(node, value)
            field.rewritten(after, self._value(node))
            field.remember(Seen(node, self._value(node), field.edits, after))
            return True
        if not self._is_text(node) or not seen.value or not held.startswith(seen.value):
            raise DomError("kept", "the user has changed the value, and it stays")
        self._write(node, value + held[len(seen.value) :], len(seen.value), len(value))
        field.replaced(after, seen.value, value)
        field.remember(Seen(node, value, seen.edits, after))
        return False

    # --- what happens -----------------------------------------------------------------------------------------------

    def _begin(self, event: Event) -> None:
        """Remember what was there before the user changes it."""
        if self.is_field(event.target):
            self._field(event.target, self._value(event.target))

    def _note(self, event: Event) -> None:
        if self.is_field(event.target):
            self._field(event.target).edits += 1

    def _reset(self, event: Event) -> None:
        if not event.default_prevented:
            for node in self._document.read(event.target, "elements"):
                self._fields.pop(node, None)

    def _end_composition(self, event: Event) -> None:
        waiting = self._waiting.pop(event.target, None)
        if waiting is not None:
            self._document.later(lambda: self._set_quietly(event.target, *waiting))

    def _set_quietly(self, node: Node, value: str, force: bool, after: int) -> None:
        try:
            self.set(node, value, force=force, after=after)
        except DomError:
            return  # it is told to nobody

    # --- fields -----------------------------------------------------------------------------------------------------

    def _field(self, node: Node, before: str | None = None) -> _Field:
        field = self._fields.get(node)
        if field is None:
            if before is None:
                before = str(self._document.read(node, "defaultValue") or "")
            field = self._fields[node] = _Field(Seen(node, before, 0, 0))
        return field

    def _write(self, node: Node, value: str, seen: int | None = None, replaced: int = 0) -> None:
        """Write a value; of one that the user has changed, *seen* letters were replaced by as many as *replaced*."""
        document = self._document
        if self._value(node) == value:
            return
        state, length = document.state(node), len(self._value(node))
        places = [state.start, state.end]
        typed, before = state.typed, state.before
        document.write(node, "value", value)
        if seen is not None:
            state.typed, state.before = typed, before
        if seen is None and document.focused is not node:
            return  # where nobody is, there is nothing to be kept
        after = len(self._value(node))
        for name, place in (("start", places[0] or 0), ("end", places[1] or 0)):
            if place >= length:
                moved = after  # what stands at the end stays there
            elif seen is None or place < seen:
                moved = place if seen is None else min(place, replaced)
            else:
                moved = place - seen + replaced
            setattr(state, name, min(moved, after))

    def _spelled(self, node: Node, value: str) -> str:
        """Return a value as the field has it."""
        if node.tag == "input":
            return sanitize(node, self._type(node), value)
        return value.replace("\r\n", "\n").replace("\r", "\n") if node.tag == "textarea" else value

    def _value(self, node: Node) -> str:
        return str(self._document.read(node, "value"))

    def _is_text(self, node: Node) -> bool:
        return node.tag == "textarea" or (node.tag == "input" and self._type(node) in _TEXTS)

    def _type(self, node: Node) -> str:
        return str(self._document.read(node, "type") or "")
