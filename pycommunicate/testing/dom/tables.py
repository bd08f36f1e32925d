"""The tables of properties and methods, by name, then by tag: ``*`` is every element, ``#document`` the document.

What is in them is called with the document, and the element; that is None for the document itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from .core import Core
from .tree import Node

__all__ = ["GETTERS", "METHODS", "SETTERS", "Method", "find", "getter", "method", "setter"]

Getter: TypeAlias = Callable[[Core, Any], Any]
Setter: TypeAlias = Callable[[Core, Any, Any], None]
Method: TypeAlias = Callable[[Core, Any, list[Any]], Any]

GETTERS: dict[str, dict[str, Getter]] = {}
SETTERS: dict[str, dict[str, Setter]] = {}
METHODS: dict[str, dict[str, Method]] = {}


_Act = TypeVar("_Act")


def find(table: dict[str, dict[str, _Act]], node: Node | None, name: str) -> _Act | None:
    """Return what a table has for that name of *node*; None is the document."""
    by_tag = table.get(name)
    if by_tag is None:
        return None
    return by_tag.get("#document") if node is None else by_tag.get(str(node.tag)) or by_tag.get("*")


def _entering(table: dict[str, dict[str, _Act]], names: str, tags: str) -> Callable[[_Act], _Act]:
    def enter(function: _Act) -> _Act:
        for name in names.split():
            table.setdefault(name, {}).update(dict.fromkeys(tags.split(), function))
        return function

    return enter


def getter(names: str, tags: str = "*") -> Callable[[Getter], Getter]:
    """Enter what is decorated as what reads these properties of elements with these tags."""
    return _entering(GETTERS, names, tags)


def setter(names: str, tags: str = "*") -> Callable[[Setter], Setter]:
    """Enter what is decorated as what writes these properties."""
    return _entering(SETTERS, names, tags)


def method(names: str, tags: str = "*") -> Callable[[Method], Method]:
    """Enter what is decorated as these methods."""
    return _entering(METHODS, names, tags)
