"""Descriptors that make properties of a node look like attributes of its wrapper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

__all__ = ["MultiProperty", "Property", "PropertyGroup"]


class _Node(Protocol):
    def read(self, name: str | list[str]) -> Any: ...

    def write(self, name: str | list[str], value: Any) -> None: ...


class Property:
    """A property of the node: reading it **blocks**, writing it never waits.

    Args:
        name: The property's name in JavaScript.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.__doc__ = f"The node's ``{name}``. Reading it **blocks**; writing it never waits."

    def __get__(self, node: _Node | None, owner: type | None = None) -> Any:
        return self if node is None else node.read(self._name)

    def __set__(self, node: _Node, value: Any) -> None:
        node.write(self._name, value)


class PropertyGroup:
    """A property that has properties of its own, as ``style``.

    >>> element.style["marginTop"]
    '123px'
    >>> element.style["marginTop"] = "456px"
    """

    __slots__ = ("_name", "_node")

    _name: str
    _node: _Node

    def __init__(self, node: _Node, name: str) -> None:
        object.__setattr__(self, "_node", node)
        object.__setattr__(self, "_name", name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"write element.{self._name}[{name!r}] = {value!r}")

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"write element.{self._name}[{name!r}]")

    def __getitem__(self, key: str) -> Any:
        return self._node.read([self._name, key])

    def __setitem__(self, key: str, value: Any) -> None:
        self._node.write([self._name, key], value)


class MultiProperty:
    """Hands out the `PropertyGroup` of a node.

    Args:
        name: The property's name in JavaScript.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.__doc__ = f"The node's ``{name}``: ``element.{name}[key]`` reads (**blocks**) and writes."

    def __get__(self, node: _Node | None, owner: type | None = None) -> Any:
        return self if node is None else PropertyGroup(node, self._name)

    def __set__(self, node: _Node, value: Any) -> None:
        raise AttributeError(f"{self._name} has many values: write element.{self._name}[key] = {value!r}")
