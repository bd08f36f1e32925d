"""What stands for the browser's nodes and objects in values, and the words for where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from ...errors import InvalidName, InvalidSelector, LimitReached, RemoteProtocolError
from ...page import Page, refs_in
from ...protocol.codec import Ref

__all__ = [
    "Origin",
    "as_node",
    "at",
    "check_selector",
    "describe",
    "from_wire",
    "name_of",
    "shown_name",
    "stand_in",
    "stands_for_nodes",
    "texts",
    "texts_by_name",
]

#: A selector and None, or what it is and the origin of what it was made or found at, or () if that is nothing.
Origin: TypeAlias = tuple[str, Any]

#: How many attributes or classes of one element are read at once.
MOST_NAMES = 10_000

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


def as_node(wrapper: Any) -> Any:
    """Return *wrapper*, of which it was not known that it stands for a node."""
    wrapper.__class__ = _classes[0]
    return wrapper


def from_wire(page: Page, value: Any, origin: Origin) -> Any:
    """Return *value* with an ElementWrapper in place of every ref; the same one for the same node."""
    kind = type(value)
    if kind is Ref:
        wrapper = page.refs.get(value)
        if wrapper is None:
            return stand_in(page, int(value), origin)
        wrapper.seen_as_node()  # spec 7.1: an object is named by a ref only where that was asked for
        return wrapper
    if kind is list:
        return _each(page, value, origin)
    if kind is dict:
        return dict(zip(value, _each(page, list(value.values()), origin), strict=True))
    return value


def _each(page: Page, values: list[Any], origin: Origin) -> list[Any]:
    converted: list[Any] = []
    try:
        for value in values:
            converted.append(from_wire(page, value, origin))
    except LimitReached:  # that one was let go; nobody has those behind it
        for ref in refs_in(values[len(converted) + 1 :]):
            page.refs.release(ref, 1)
        raise
    return converted


def texts(value: Any) -> list[str]:
    """Return the answer to a question for a list of names.

    Raises:
        RemoteProtocolError: if it is none.
        LimitReached: if there are so many that to ask for each would be a burden.
    """
    if type(value) is not list or any(type(item) is not str for item in value):
        raise RemoteProtocolError("expected a list of texts as the names of an element's attributes or classes")
    if len(value) > MOST_NAMES:
        raise LimitReached(f"expected at most {MOST_NAMES} attributes or classes of an element, got {len(value)}")
    return value


def texts_by_name(value: Any) -> dict[str, str]:
    """Return the answer to a question for texts by their names; see `texts`."""
    if type(value) is not dict or any(type(item) is not str for item in value.values()):
        raise RemoteProtocolError("expected texts by name as the data or styles of an element")
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
