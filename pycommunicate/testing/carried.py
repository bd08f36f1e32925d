"""What an event carries: values that are taken down when it happens, and travel when it is sent (spec 5.5)."""

from __future__ import annotations

from typing import Any

from ..protocol.codec import Ref
from .dom import Document, DomError, Event, HostObject, Node
from .dom.forms import entries_of
from .edited import Edited, Seen
from .references import References
from .values import Values

__all__ = ["Carried", "Happening", "Snapshots"]

#: Paths to what a field holds, by which the server sees it (spec 6.4).
_SEEN = (["target", "value"], ["current", "value"])


class Happening:
    """One thing that has happened, as it was then.

    Attributes:
        current: The element that it is for; None for none.
        values: One for each field, nodes among them as they are; None where nothing is carried.
        errors: Of those that cannot travel, by their places.
        seen: What the server sees of fields by it.
    """

    __slots__ = ("current", "errors", "seen", "values")

    def __init__(self, current: Any) -> None:
        self.current = current
        self.values: list[Any] | None = None
        self.errors: dict[int, DomError] = {}
        self.seen: list[Seen] = []


class Carried:
    """The values of one event, as they travel.

    Attributes:
        values: One for each field; None where nothing is carried.
        errors: Of those that cannot travel, by their places.
        told: The refs that are told by it.
        seen: What the server sees of fields by it.
    """

    __slots__ = ("errors", "seen", "told", "values")

    def __init__(
        self, values: list[Any] | None, errors: dict[int, DomError], told: list[Ref], seen: list[Seen]
    ) -> None:
        self.values = values
        self.errors = errors
        self.told = told
        self.seen = seen


class Snapshots:
    """Takes down what events carry.

    Args:
        document: Where they happen.
        values: Its values.
        references: Its refs.
        edited: Its fields.
    """

    def __init__(self, document: Document, values: Values, references: References, edited: Edited) -> None:
        self._document = document
        self._values = values
        self._references = references
        self._edited = edited

    def take(self, what: HostObject, current: Any, fields: list[Any] | None) -> Happening:
        """Take down what *fields* are now."""
        happening = Happening(current)
        if fields is None:
            return happening
        happening.values = []
        for place, field in enumerate(fields):
            path = [field] if isinstance(field, str) else field
            try:
                value = self._values.taken_down(self._read(what, current, path))
            except DomError as error:
                value, happening.errors[place] = None, error
            happening.values.append(value)
            if path in _SEEN:
                node = what.get("target") if path[0] == "target" else current
                happening.seen += self._edited.taken_down(node, value)
            elif path[0] == "form":
                for node in self._fields_of(what):
                    happening.seen += self._edited.taken_down(node, self._document.read(node, "value"))
        return happening

    def carry(self, happening: Happening) -> Carried:
        """Return what was taken down as it travels: from now on its refs are told, and its fields."""
        self._edited.tell(happening.seen)
        if happening.values is None:
            return Carried(None, {}, [], [])
        values: list[Any] = []
        errors, told = dict(happening.errors), list[Ref]()
        for place, value in enumerate(happening.values):
            try:
                wire, refs = self._values.to_server(value)
            except DomError as error:
                wire, refs = None, []
                errors[place] = error
            values.append(wire)
            told += refs
        return Carried(values, errors, told, happening.seen)

    def take_back(self, carried: Carried) -> None:
        """Take note that something is not sent."""
        self._references.take_back(carried.told)

    def _read(self, what: HostObject, current: Any, path: list[str]) -> Any:
        first, *rest = path
        if first == "current":
            return self._document.follow(current, rest)
        if first == "form":
            form = self._form_of(what)
            submitter = what.submitter if isinstance(what, Event) else None
            entries = entries_of(self._document, form, submitter) if form is not None else None
            return self._document.follow(entries, rest)
        return self._document.follow(what, path)

    def _form_of(self, what: HostObject) -> Node | None:
        """Return the form that something has happened in."""
        target = what.get("target")
        if not isinstance(target, Node):
            return None
        form = target if target.tag == "form" else self._document.read(target, "form")
        return form if isinstance(form, Node) else None

    def _fields_of(self, what: HostObject) -> list[Any]:
        form = self._form_of(what)
        return [] if form is None else list(self._document.read(form, "elements"))
