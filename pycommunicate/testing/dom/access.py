"""Reads and writes properties by their names, or by paths of names, and calls methods."""

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
from .event_targets import handler_of, set_handler
from .functions import Function
from .host import HostObject, only_getter
from .known import KNOWN_METHODS, interface_of, needs_layout
from .letters import length_of
from .live_lists import LiveList
from .methods import call_method
from .stand_ins import in_script
from .tables import GETTERS, METHODS, SETTERS, find
from .tree import Node
from .value_methods import call_of_value
from .words import words

__all__ = ["call", "construct", "follow", "get", "get_itself", "holder_of", "plain", "read", "write"]

#: How deep values nest at most (spec 7.1); what goes around in a circle nests deeper.
_MOST_LEVELS = 32


def read(core: Core, start: Any, name: str | list[str]) -> Any:
    """Return a property of a node or an object, as a value; None is the document.

    Raises:
        DomError: ``invalid-name`` for a path that leads nowhere, ``js-error``, ``unsupported``.
    """
    path = [name] if isinstance(name, str) else name
    return plain(get(core, holder_of(core, start, path), path[-1]))


def write(core: Core, start: Any, name: str | list[str], value: Any) -> None:
    """Set a property of a node or an object; None is the document.

    Raises:
        DomError: As for `read`; also ``js-error`` for what is only to be read.
    """
    path = [name] if isinstance(name, str) else name
    _set(core, holder_of(core, start, path), path[-1], value)


def call(core: Core, start: Any, name: str | list[str], args: list[Any]) -> Any:
    """Call a method of a node or an object; return what it returns, which may be an object; None is the document.

    Raises:
        DomError: ``not-a-function``; ``unsupported`` for what only a real browser can do; what it throws.
    """
    path = [name] if isinstance(name, str) else name
    holder, method = holder_of(core, start, path), path[-1]
    if isinstance(holder, (Node, Core)):
        return _call_of_node(core, holder if isinstance(holder, Node) else None, method, args)
    if isinstance(holder, HostObject):
        return holder.call(method, args)
    if isinstance(holder, dict):
        function = holder.get(method)
        if isinstance(function, Function):
            return function.invoke(holder, args)
    return call_of_value(holder, method, args)


def construct(core: Core, start: Any, name: str | list[str], args: list[Any]) -> Any:
    """Construct what a path leads to: JavaScript's `new`.

    Raises:
        DomError: ``not-a-function``; ``js-error`` if that is no constructor; what it throws.
    """
    path = [name] if isinstance(name, str) else name
    found = get(core, holder_of(core, start, path), path[-1])
    if not isinstance(found, Function):
        raise DomError("not-a-function", f"not a function: {'.'.join(path)}")
    return found.construct(args)


def holder_of(core: Core, start: Any, path: list[str]) -> Any:
    """Return the object that has the last property of a path."""
    holder: Any = core if start is None else start
    for part in path[:-1]:
        holder = get(core, holder, part)
        if holder is None:
            raise DomError("invalid-name", f"there is no {'.'.join(path)}")
    return holder


def follow(core: Core, start: Any, path: list[str]) -> Any:
    """Return what a path leads to, None where it leads nowhere."""
    found = start
    for part in path:
        if found is None:
            break
        found = get(core, found, part)
    return found


def plain(value: Any, levels: int = _MOST_LEVELS) -> Any:
    """Return what travels of a value that was read.

    Raises:
        DomError: ``unsupported``.
    """
    if isinstance(value, HostObject):
        value = value.plain()
    if not isinstance(value, (list, dict)):
        return value
    if not levels:
        raise DomError("unsupported", f"value: a cycle, or more than {_MOST_LEVELS} levels")
    if isinstance(value, list):
        return [plain(item, levels - 1) for item in value]
    return {key: plain(item, levels - 1) for key, item in value.items()}


def get(core: Core, holder: Any, name: str) -> Any:
    """Return a property of a node, of the document, or of an object of theirs; that may be an object again."""
    if isinstance(holder, (Node, Core)):
        return _get_of_node(core, holder if isinstance(holder, Node) else None, name)
    if isinstance(holder, HostObject):
        found = holder.get(name)
        if found is None and name in holder.methods:
            return Function(lambda this, args: holder.call(name, args), name, known_by=(holder, name))
        return found
    if isinstance(holder, list):
        return _get_of_list(core, holder, name)
    if isinstance(holder, dict):
        return holder.get(name)
    if isinstance(holder, str):
        if name == "length":
            return length_of(holder)
        return holder[int(name)] if name.isdecimal() and int(name) < len(holder) else None
    return None


def get_itself(core: Core, start: Any, name: str | list[str]) -> Any:
    """Return what a property holds, as `get` does; a list that changes with the document as the one that it is."""
    path = [name] if isinstance(name, str) else name
    holder, last = holder_of(core, start, path), path[-1]
    found = get(core, holder, last)
    if not isinstance(found, list) or not isinstance(holder, (Node, Core)):
        return found
    if last in _expandos(core, holder if isinstance(holder, Node) else None):
        return found
    return LiveList((holder, last), lambda: get(core, holder, last), lambda items, name: get(core, items, name))


def _call_of_node(core: Core, node: Node | None, name: str, args: list[Any]) -> Any:
    own = _expandos(core, node).get(name)
    if isinstance(own, Function):
        return own.invoke(core if node is None else node, args)
    return call_method(core, node, name, args)


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
    if _is_handler(name):
        return handler_of(core, core if node is None else node, name[2:])
    if name == "hook" and node is not None:
        return _hook_of(core, node)
    getter = find(GETTERS, node, name)
    if getter is not None:
        return getter(core, node)
    if needs_layout(node, name):
        raise without_layout(name)
    if find(METHODS, node, name) is not None or name in KNOWN_METHODS:
        return Function(
            lambda this, args: _call_as(core, this, name, args), name, known_by=(name, find(METHODS, node, name))
        )
    if node is not None and node.tag in ("form", "fieldset", "select"):
        return _named(core, node, name)
    return None


def _call_as(core: Core, this: Any, name: str, args: list[Any]) -> Any:
    """Call a method that was read of one node as that of another one."""
    if not isinstance(this, (Node, Core)):
        raise script_error("TypeError", "Illegal invocation")
    return call_method(core, this if isinstance(this, Node) else None, name, args)


def _hook_of(core: Core, node: Node) -> Any:
    """Return what stands in for the hook of an element that has one."""
    make = core.surroundings.stand_ins.hooks.get(node.get("data-hook", ""))
    if make is None:
        return None
    expandos = core.state(node).expandos
    expandos["hook"] = in_script(make())
    return expandos["hook"]


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
    elif _is_handler(name):
        set_handler(core, core if node is None else node, name[2:], value)
    elif name in ("scrollTop", "scrollLeft"):
        return  # nothing scrolls here
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
