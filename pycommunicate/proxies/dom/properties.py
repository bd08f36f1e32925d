"""Descriptors that make properties of a node look like attributes of its wrapper."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, KeysView, MutableMapping, Sequence, ValuesView
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from ...errors import InvalidName
from .recent import Recent
from .values import texts_by_name

__all__ = ["Flag", "MultiProperty", "Node", "Property", "PropertyGroup", "Styles"]

_Value = TypeVar("_Value")
_Self = TypeVar("_Self")
_Group = TypeVar("_Group", bound="PropertyGroup")

#: What nobody gives as a default.
_NOTHING: Any = object()


class Node(Protocol):
    """A node as its properties know it."""

    def read_wire(self, name: str | list[str], convert: Callable[[Any], Any] | None = None) -> Any:
        """**Blocks**: return a property."""

    def write_wire(self, name: str | list[str], value: Any) -> None:
        """Set a property."""

    def send_wire(self, name: str | list[str], *args: Any) -> None:
        """Call a method whose outcome nobody waits for."""

    def ask_wire(
        self, name: str | list[str], *args: Any, label: str, convert: Callable[[Any], Any] | None = None
    ) -> Any:
        """**Blocks**: call a method."""

    def moment_wire(self) -> object:
        """Return what is equal if nothing has happened in between."""

    def ask_each_wire(self, name: str | list[str], arguments: Sequence[Any], *, label: str) -> list[Any]:
        """**Blocks**: call a method with each of some texts."""


class Property(Generic[_Value]):
    """A property of the node: reading it **blocks**, writing it never waits.

    Args:
        name: The property's name in JavaScript.
        about: What it is, for the reference.

    Attributes:
        name: As it was given.
    """

    def __init__(self, name: str, about: str = "The node's") -> None:
        self.name = name
        self.__doc__ = f"{about} ``{name}``. Reading it **blocks**; writing it never waits."

    @overload
    def __get__(self: _Self, node: None, owner: type | None = None) -> _Self: ...

    @overload
    def __get__(self, node: Node, owner: type | None = None) -> _Value: ...

    def __get__(self, node: Node | None, owner: type | None = None) -> Any:
        return self if node is None else node.read_wire(self.name)

    def __set__(self, node: Node, value: Any) -> None:
        node.write_wire(self.name, value)


class Flag(Property[bool]):
    """A property of the node that is True or False: reading it **blocks**, writing it never waits."""

    def __set__(self, node: Node, value: bool) -> None:
        node.write_wire(self.name, value)


class PropertyGroup:
    """A property that has properties of its own, as ``style``.

    >>> element.style["marginTop"]
    '123px'
    >>> element.style["marginTop"] = "456px"
    """

    __slots__ = ("_name", "_node")

    _name: str
    _node: Node

    def __init__(self, node: Node, name: str) -> None:
        object.__setattr__(self, "_node", node)
        object.__setattr__(self, "_name", name)

    def __repr__(self) -> str:
        return f"<{self._name} of {self._node!r}>"

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"write element.{self._name}[{name!r}] = {value!r}")

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"write element.{self._name}[{name!r}]")

    def __getitem__(self, key: str) -> Any:
        return self._node.read_wire([self._name, key])

    def __setitem__(self, key: str, value: Any) -> None:
        self._node.write_wire([self._name, key], value)


class Styles(Recent, PropertyGroup, MutableMapping[str, Any]):
    """What an element has of CSS by itself, and not from a stylesheet.

    >>> element.style["color"] = "red"
    >>> element.style["--accent"] = "teal"
    >>> del element.style["color"]

    A property is named as JavaScript does or as CSS does: ``"marginTop"`` or ``"margin-top"``; one of your own begins
    with ``--``. One that the element has not is an empty text where it is read by ``style[name]``, no fault where it is
    deleted, and missing for ``get``, ``pop``, ``setdefault`` and ``in``. Reading **blocks**, for one round trip however
    much is read at once, as by ``dict(element.style)``; writing never waits.
    """

    __slots__ = ("_seen",)

    def __getitem__(self, key: str) -> Any:
        recent = self._recent()
        if recent is not None and key in recent:
            return recent[key]
        return self._node.read_wire([self._name, _checked(key)])

    def __setitem__(self, key: str, value: Any) -> None:
        if type(key) is not str or not key:
            key = _checked(key)
        self._node.write_wire([self._name, key], value)

    def __delitem__(self, key: str) -> None:
        """Take a property away; one that is not there is no fault."""
        self._node.write_wire([self._name, _checked(key)], "")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(key) and bool(self[key])

    def get(self, key: str, /, default: Any = None) -> Any:
        """**Blocks**: return a style, or *default* if the element has it not."""
        return self[key] or default

    def pop(self, key: str, /, default: Any = _NOTHING) -> Any:
        """**Blocks**: take a style away and return it.

        Raises:
            KeyError: if the element has it not, and there is no *default*.
        """
        value = self[key]
        if value:
            del self[key]
            return value
        if default is _NOTHING:
            raise KeyError(f"expected {key!r} among the {self._name} of {self._node!r}, found none")
        return default

    def setdefault(self, key: str, default: Any = "", /) -> Any:
        """**Blocks**: return a style; one that the element has not is set to *default* before."""
        value = self[key]
        if not value:
            self[key] = value = default
        return value

    def clear(self) -> None:
        """Take all away. Never waits."""
        self._node.write_wire([self._name, "cssText"], "")

    def _read_names(self) -> dict[str, str]:
        return self.copy()

    def copy(self) -> dict[str, str]:
        """**Blocks**: return all of them, the names as CSS has them."""
        found: dict[str, str] = self._node.read_wire(self._name, texts_by_name)
        return found

    def keys(self) -> KeysView[str]:
        """**Blocks**: return the names, as CSS has them."""
        return self._remember(self.copy()).keys()

    def items(self) -> ItemsView[str, str]:
        """**Blocks**: return names and values, the names as CSS has them."""
        return self.copy().items()

    def values(self) -> ValuesView[str]:
        """**Blocks**: return the values."""
        return self.copy().values()


class MultiProperty(Generic[_Group]):
    """Hands out the `PropertyGroup` of a node.

    Args:
        name: The property's name in JavaScript.
        make: The group's class.
    """

    def __init__(self, name: str, make: Callable[[Any, str], _Group]) -> None:
        self._name = name
        self._make = make
        self.__doc__ = f"The node's ``{name}``, of which ``element.{name}[key]`` reads (**blocks**) and writes a part."

    @overload
    def __get__(self: _Self, node: None, owner: type | None = None) -> _Self: ...

    @overload
    def __get__(self, node: Node, owner: type | None = None) -> _Group: ...

    def __get__(self, node: Node | None, owner: type | None = None) -> Any:
        return self if node is None else self._make(node, self._name)

    def __set__(self, node: Node, value: Any) -> None:
        raise AttributeError(f"{self._name} has many values: write element.{self._name}[key] = {value!r}")


def _checked(key: str) -> str:
    if not isinstance(key, str) or not key:
        raise InvalidName(f'expected the name of a style, as "color", got {key!r}')
    return key
