"""The tables of properties and methods, by name, then by tag; ``*`` is every element, ``#document`` the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .core import Core
from .tree import Node

__all__ = ["GETTERS", "SETTERS", "getter", "method", "setter"]

Getter: TypeAlias = Callable[[Core, Node], Any]
Setter: TypeAlias = Callable[[Core, Node, Any], None]

#: What is called with the document, the element (None for the document itself) and the arguments.
Method: TypeAlias = Callable[[Core, Any, list[Any]], Any]

GETTERS: dict[str, dict[str, Getter]] = {}
SETTERS: dict[str, dict[str, Setter]] = {}
METHODS: dict[str, dict[str, Method]] = {}


def getter(names: str, tags: str = "*") -> Callable[[Getter], Getter]:
    """Enter what is decorated as what reads these properties of elements with these tags."""

    def enter(function: Getter) -> Getter:
        for name in names.split():
            GETTERS.setdefault(name, {}).update(dict.fromkeys(tags.split(), function))
        return function

    return enter


def setter(names: str, tags: str = "*") -> Callable[[Setter], Setter]:
    """Enter what is decorated as what writes these properties."""

    def enter(function: Setter) -> Setter:
        for name in names.split():
            SETTERS.setdefault(name, {}).update(dict.fromkeys(tags.split(), function))
        return function

    return enter


def method(names: str, tags: str = "*") -> Callable[[Method], Method]:
    """Enter what is decorated as these methods."""

    def enter(function: Method) -> Method:
        for name in names.split():
            METHODS.setdefault(name, {}).update(dict.fromkeys(tags.split(), function))
        return function

    return enter
