"""The classes of an element, as a set of texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, overload

from ...errors import InvalidName
from .properties import Node
from .recent import Recent
from .values import texts

__all__ = ["ClassList", "Classes"]


#: All classes in one text; unlike `className`, of an element in an image too.
_WHOLE = ["classList", "value"]


class ClassList(Recent, Collection[str]):
    """The classes of an element.

    >>> element.classes.add("warning")
    >>> "warning" in element.classes
    True
    >>> element.classes = ["warning", "large"]
    >>> element.classes |= "warning large"

    The operators are those of a set; a text beside one stands for its words, as in ``class="warning large"``.
    Reading (``in``, ``len``, iterating, comparing, `copy`) **blocks**, for one round trip; writing never waits, and
    what is there already, or is not, is no fault.
    """

    __slots__ = ("_node", "_seen")

    def __init__(self, node: Node) -> None:
        self._node = node

    def __repr__(self) -> str:
        return f"<classes of {self._node!r}>"

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        label = f"class {name!r} of {self._node!r}"
        return bool(self._node.ask_wire(["classList", "contains"], name, label=label))

    def add(self, *names: str) -> None:
        """Add classes. Never waits."""
        self._node.send_wire(["classList", "add"], *map(_class, names))

    def discard(self, *names: str) -> None:
        """Take classes away. Never waits."""
        self._node.send_wire(["classList", "remove"], *map(_class, names))

    def remove(self, *names: str) -> None:
        """Take classes away. Never waits."""
        self.discard(*names)

    def toggle(self, name: str, on: bool | None = None) -> None:
        """Add a class or take it away. Never waits.

        Args:
            name: The class.
            on: Whether it shall be there; None for the other way than it is.
        """
        self._node.send_wire(["classList", "toggle"], _class(name), *(() if on is None else (bool(on),)))

    def replace(self, old: str, new: str) -> None:
        """Put another class in the place of one, if that is there. Never waits."""
        self._node.send_wire(["classList", "replace"], _class(old), _class(new))

    def clear(self) -> None:
        """Take all away. Never waits."""
        self._node.write_wire(_WHOLE, "")

    def copy(self) -> set[str]:
        """**Blocks**: return them as a set of Python's."""
        return set(self._read_names())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ClassList):
            return other._node is self._node or self.copy() == other.copy()
        return isinstance(other, (set, frozenset)) and self.copy() == other

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, names: Iterable[str]) -> set[str]:
        return set(_words(names)) & self.copy()

    def __or__(self, names: Iterable[str]) -> set[str]:
        return set(_words(names)) | self.copy()

    def __xor__(self, names: Iterable[str]) -> set[str]:
        return set(_words(names)) ^ self.copy()

    def __sub__(self, names: Iterable[str]) -> set[str]:
        taken = set(_words(names))
        return self.copy() - taken

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def __rsub__(self, names: Iterable[str]) -> set[str]:
        return set(_words(names)) - self.copy()

    def __ior__(self, names: Iterable[str]) -> ClassList:
        self.add(*_words(names))
        return self

    def __isub__(self, names: Iterable[str]) -> ClassList:
        self.discard(*_words(names))
        return self

    def _read_names(self) -> list[str]:
        found: list[str] = self._node.read_wire("classList", texts)
        return found


class Classes:
    """Hands out the `ClassList` of an element, and takes other classes in place of those."""

    def __init__(self) -> None:
        self.__doc__ = (
            "The classes of the element, a `ClassList`. Reading it **blocks**; changing or assigning never waits."
        )

    @overload
    def __get__(self, node: None, owner: type | None = None) -> Classes: ...

    @overload
    def __get__(self, node: Node, owner: type | None = None) -> ClassList: ...

    def __get__(self, node: Node | None, owner: type | None = None) -> Any:
        return self if node is None else ClassList(node)

    def __set__(self, node: Node, names: str | Iterable[str]) -> None:
        if isinstance(names, ClassList) and names._node is node:
            return  # what `|=` and its like assign, when they have done their work
        node.write_wire(_WHOLE, " ".join(map(_class, _words(names))))


def _words(names: str | Iterable[str]) -> Iterable[str]:
    """Return the names; of a text its words, as HTML has it."""
    return names.split() if isinstance(names, str) else names


def _class(name: str) -> str:
    if not isinstance(name, str) or not name or name.split() != [name]:
        raise InvalidName(f'expected the name of one class, as "warning", got {name!r}')
    return name
