"""Reads and writes properties by their names, or by paths of names."""

from __future__ import annotations

from typing import Any

from . import (  # noqa: F401  (they fill the tables)
    content_properties,
    documents,
    field_properties,
    reflection,
    table_properties,
    tree_properties,
    word_properties,
)
from .conversions import to_text
from .core import Core
from .errors import DomError, script_error, without_layout
from .host import HostObject, only_getter
from .known import KNOWN_METHODS, interface_of, needs_layout
from .letters import length_of
from .tables import GETTERS, METHODS, SETTERS, find
from .tree import Node
from .words import words

__all__ = ["get", "holder_of", "plain", "read", "write"]


def read(core: Core, node: Node | None, name: str | list[str]) -> Any:
    """Return a property of *node*, as a value; None is the document.

    Raises:
        DomError: ``invalid-name`` for a path that leads nowhere, ``js-error``, ``unsupported``.
    """
    path = [name] if isinstance(name, str) else name
    return plain(get(core, holder_of(core, node, path), path[-1]))


def write(core: Core, node: Node | None, name: str | list[str], value: Any) -> None:
    """Set a property of *node*; None is the document.

    Raises:
        DomError: As for `read`; also ``js-error`` for what is only to be read.
    """
    path = [name] if isinstance(name, str) else name
    _set(core, holder_of(core, node, path), path[-1], value)


def holder_of(core: Core, node: Node | None, path: list[str]) -> Any:
    """Return the object that has the last property of a path."""
    holder: Any = core if node is None else node
    for part in path[:-1]:
        holder = get(core, holder, part)
        if holder is None:
            raise DomError("invalid-name", f"there is no {'.'.join(path)}")
    return holder


def plain(value: Any) -> Any:
    """Return what travels of a value that was read."""
    if isinstance(value, HostObject):
        return value.plain()
    return [plain(item) for item in value] if isinstance(value, list) else value


def get(core: Core, holder: Any, name: str) -> Any:
    """Return a property of a node, of the document, or of an object of theirs; that may be an object again."""
    if isinstance(holder, (Node, Core)):
        return _get_of_node(core, holder if isinstance(holder, Node) else None, name)
    if isinstance(holder, HostObject):
        return holder.get(name)
    if isinstance(holder, list):
        return _get_of_list(core, holder, name)
    if isinstance(holder, dict):
        return holder.get(name)
    if isinstance(holder, str):
        if name == "length":
            return length_of(holder)
        return holder[int(name)] if name.isdecimal() and int(name) < len(holder) else None
    return None


def _expandos(core: Core, node: Node | None) -> dict[str, Any]:
    """Return the properties that no browser knows; None is the document."""
    if node is None:
        return core.expandos
    state = core.known_state(node)
    return state.expandos if state is not None else {}


def _get_of_node(core: Core, node: Node | None, name: str) -> Any:
    expandos = _expandos(core, node)
    if name in expandos:
        return expandos[name]
    getter = find(GETTERS, node, name)
    if getter is not None:
        return getter(core, node)
    if needs_layout(node, name):
        raise without_layout(name)
    if find(METHODS, node, name) is not None or name in KNOWN_METHODS:
        raise DomError("unsupported", "value: a function")
    if node is not None and node.tag in ("form", "fieldset", "select"):
        return _named(core, node, name)
    return None


def _named(core: Core, node: Node, name: str) -> Any:
    """Return what a form or select has under the name of one of its parts."""
    parts = GETTERS["options" if node.tag == "select" else "elements"][str(node.tag)](core, node)
    if name.isdecimal():
        return parts[int(name)] if int(name) < len(parts) else None
    found = [part for part in parts if name in (part.get("id"), part.get("name"))] if node.tag == "form" else []
    return found if len(found) > 1 else found[0] if found else None


def _get_of_list(core: Core, items: list[Any], name: str) -> Any:
    if name == "length":
        return len(items)
    if name.isdecimal():
        return items[int(name)] if int(name) < len(items) else None
    return next((item for item in items if isinstance(item, Node) and name in (item.get("id"), item.get("name"))), None)


def _set(core: Core, holder: Any, name: str, value: Any) -> None:
    if isinstance(holder, (Node, Core)):
        _set_of_node(core, holder if isinstance(holder, Node) else None, name, value)
    elif isinstance(holder, HostObject):
        holder.set(name, value)
    elif isinstance(holder, dict):
        holder[name] = value
    elif isinstance(holder, list) and name == "length":
        raise only_getter(name, "HTMLCollection")
    elif isinstance(holder, (str, bool, int, float)):
        kind = "string" if isinstance(holder, str) else "boolean" if isinstance(holder, bool) else "number"
        # As in strict code.
        raise script_error("TypeError", f"Cannot create property '{name}' on {kind} '{to_text(holder)}'")


def _set_of_node(core: Core, node: Node | None, name: str, value: Any) -> None:
    setter = find(SETTERS, node, name)
    if setter is not None:
        setter(core, node, value)
    elif name in ("scrollTop", "scrollLeft") or _is_handler(name):
        return  # nothing scrolls here, and what is no function handles nothing
    elif find(GETTERS, node, name) is not None or (node is not None and needs_layout(node, name)):
        raise only_getter(name, interface_of(node, name))
    elif needs_layout(node, name):
        raise without_layout(f"setting {name}")
    elif node is None:
        core.expandos[name] = value
    else:
        core.state(node).expandos[name] = value


def _is_handler(name: str) -> bool:
    return name.startswith("on") and name[2:] in _EVENTS


_EVENTS = words(
    "abort beforeinput blur cancel change click close contextmenu copy cut dblclick drag dragend dragenter dragleave "
    "dragover dragstart drop error focus input invalid keydown keypress keyup load mousedown mouseenter mouseleave "
    "mousemove mouseout mouseover mouseup paste pointerdown pointermove pointerup reset resize scroll select submit "
    "toggle wheel"
)
