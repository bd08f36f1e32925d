"""What stands for the browser's nodes and objects in values, and the words for where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from ...errors import InvalidName, InvalidSelector
from ...page import Page
from ...protocol.codec import Ref

__all__ = [
    "Origin",
    "at",
    "check_selector",
    "describe",
    "from_wire",
    "name_of",
    "shown_name",
    "stand_in",
    "stands_for_nodes",
]

#: A selector and None, or what it is and the origin of what it was made or found at, or () if that is nothing.
Origin: TypeAlias = tuple[str, Any]

_Class = TypeVar("_Class", bound=type)

# The class of what stands for a node. Its file imports this one, and not the other way round.
_classes: list[Callable[[Page, int, Origin], Any]] = []


def stands_for_nodes(cls: _Class) -> _Class:
    """Let *cls* be what stands for a node in values."""
    _classes[:] = [cls]
    return cls


def stand_in(page: Page, ref: int, origin: Origin) -> Any:
    """Return a new ElementWrapper for a ref."""
    return _classes[0](page, ref, origin)


def from_wire(page: Page, value: Any, origin: Origin) -> Any:
    """Return *value* with an ElementWrapper in place of every ref; the same one for the same node."""
    kind = type(value)
    if kind is Ref:
        wrapper = page.refs.get(value)
        if wrapper is None:
            return stand_in(page, int(value), origin)
        wrapper.seen_again()
        return wrapper
    if kind is list:
        return [from_wire(page, item, origin) for item in value]
    if kind is dict:
        return {key: from_wire(page, item, origin) for key, item in value.items()}
    return value


# --- names ------------------------------------------------------------------------------------------------------------


def name_of(name: str, what: str = "a property", example: str = "value") -> str | list[str]:
    """Return the wire's form of a name in JavaScript, or of a path of such names with dots between them.

    Raises:
        InvalidName: if it is no text, or one of the names is empty.
    """
    if not isinstance(name, str) or not name:
        raise InvalidName(f'expected the name of {what}, as "{example}", got {name!r}')
    if "." not in name:
        return name
    parts = name.split(".")
    if not all(parts):
        raise InvalidName(f'expected the name of {what}, as "{example}", or names with dots between them, got {name!r}')
    return parts


def shown_name(name: str | list[str]) -> str:
    """Return a name, or a path of names, for messages."""
    return repr(name) if isinstance(name, str) else repr(".".join(name))


def check_selector(selector: str) -> str:
    """Return *selector*, if it can be one.

    Raises:
        InvalidSelector: if it is no text, or empty.
    """
    if not isinstance(selector, str) or not selector.strip():
        raise InvalidSelector(f'expected a CSS selector, as "#name", got {selector!r}')
    return selector


# --- origins ----------------------------------------------------------------------------------------------------------


def at(text: str, parent: Origin) -> Origin:
    """Return where a node came from that was made or found at another: four steps at most, the selector the last.

    One that is made beside the one before it, again and again, would else drag all of them along.
    """
    before = parent[1] and parent[1][1]
    if before and before[1]:
        parent = (parent[0], ("...", before[1]))
    return text, parent


def describe(origin: Origin) -> str:
    """Say where a node came from: a selector, or what it was made inside of."""
    text, parent = origin
    if parent is None:
        return repr(text)
    return f"{text} at {describe(parent)}" if parent else text
