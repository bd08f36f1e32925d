"""Methods that move nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from lxml import etree

from .choices import is_selected
from .conversions import to_boolean, to_text
from .core import Core
from .errors import script_error
from .fields import is_text_field
from .letters import inside
from .parse import parse_fragment
from .tables import method
from .tree import Node, detach, insert_after, insert_before, make, with_ancestors

__all__: list[str] = []


def _put_all(core: Core, items: list[Any], parent: Node, before: Node | None = None) -> None:
    """Put nodes and texts into *parent*, before *before* or behind everything."""
    with core.mutations.as_one(parent):
        for item in items:
            if isinstance(item, Node):
                if before is None:
                    core.append(parent, item)
                else:
                    core.put_before(before, item)
            else:
                core.put_in(_holder_of(to_text(item)), parent, before)


def _holder_of(text: str) -> Node:
    holder = make("div")
    holder.text = inside(text) or None
    return holder


@method("append")
def _append(core: Core, node: Node, args: list[Any]) -> None:
    _put_all(core, args, node)


@method("prepend")
def _prepend(core: Core, node: Node, args: list[Any]) -> None:
    with core.mutations.as_one(node):
        for item in reversed(args):
            if isinstance(item, Node):
                core.prepend(node, item)
            else:
                core.put_in(_holder_of(to_text(item)), node, first=True)


@method("before")
def _before(core: Core, node: Node, args: list[Any]) -> None:
    _put_beside(core, node, args, insert_before)


@method("after")
def _after(core: Core, node: Node, args: list[Any]) -> None:
    _put_beside(core, node, args, insert_after)


def _put_beside(core: Core, node: Node, items: list[Any], beside: Callable[[Node, Node], None]) -> None:
    """Put nodes and texts beside *node*, which may be one of them."""
    parent = node.getparent()
    if parent is None:
        return
    with _mark(node, beside) as mark:
        _put_all(core, items, parent, mark)


@contextmanager
def _mark(node: Node, beside: Callable[[Node, Node], None]) -> Iterator[Node]:
    """Yield something that stands beside *node* meanwhile, between it and the text there."""
    mark = etree.Comment()
    beside(mark, node)
    try:
        yield mark
    finally:
        detach(mark)


@method("remove")
def _remove(core: Core, node: Node, args: list[Any]) -> None:
    core.take_out(node)


@method("replaceWith")
def _replace_with(core: Core, node: Node, args: list[Any]) -> None:
    parent = node.getparent()
    if parent is None:
        return
    with core.mutations.as_one(parent):
        _put_beside(core, node, args, insert_after)
        if node not in args:
            core.take_out(node)


@method("replaceChildren")
def _replace_children(core: Core, node: Node, args: list[Any]) -> None:
    for item in args:
        if isinstance(item, Node) and item.getparent() is not None:
            core.take_out(item)
    with core.mutations.as_one(node):
        core.empty(node)
        _put_all(core, args, node)


def _node_of(args: list[Any], method: str) -> Node:
    if not args or not isinstance(args[0], Node):
        raise script_error("TypeError", f"Failed to execute '{method}' on 'Node': parameter 1 is not of type 'Node'.")
    return args[0]


@method("appendChild")
def _append_child(core: Core, node: Node, args: list[Any]) -> Node:
    child = _node_of(args, "appendChild")
    core.append(node, child)
    return child


def _check_child(node: Node, child: Any, method: str, what: str) -> Node:
    if not isinstance(child, Node):
        raise script_error("TypeError", f"Failed to execute '{method}' on 'Node': parameter is not of type 'Node'.")
    if child.getparent() is not node:
        raise script_error(
            "NotFoundError", f"Failed to execute '{method}' on 'Node': {what} is not a child of this node."
        )
    return child


@method("removeChild")
def _remove_child(core: Core, node: Node, args: list[Any]) -> Node:
    child = _check_child(node, args[0], "removeChild", "The node to be removed")
    core.take_out(child)
    return child


@method("insertBefore")
def _insert_before(core: Core, node: Node, args: list[Any]) -> Node:
    child = _node_of(args, "insertBefore")
    if child in with_ancestors(node):
        raise script_error("HierarchyRequestError", "The new child element contains the parent.")
    if args[1] is None:
        core.append(node, child)
    else:
        core.put_before(
            _check_child(node, args[1], "insertBefore", "The node before which the new node is to be inserted"), child
        )
    return child


@method("moveBefore")
def _move_before(core: Core, node: Node, args: list[Any]) -> None:
    child = _node_of(args, "moveBefore")
    if core.connected(child) != core.connected(node):
        raise script_error(
            "HierarchyRequestError",
            "Failed to execute 'moveBefore' on 'Element': State-preserving atomic move cannot be performed on nodes "
            "participating in an invalid hierarchy.",
        )
    with core.keeping_focus(child):
        _insert_before(core, node, [*args, None])


@method("replaceChild")
def _replace_child(core: Core, node: Node, args: list[Any]) -> Node:
    new = _node_of(args, "replaceChild")
    old = _check_child(node, args[1], "replaceChild", "The node to be replaced")
    if new is not old:
        core.put_before(old, new)
        core.take_out(old)
    return old


_PLACES = ("beforebegin", "afterbegin", "beforeend", "afterend")


def _place_of(args: list[Any], method: str) -> str:
    place = to_text(args[0]).lower()
    if place not in _PLACES:
        raise script_error(
            "SyntaxError",
            f"Failed to execute '{method}' on 'Element': The value provided ('{to_text(args[0])}') is not one of "
            f"'beforeBegin', "
            "'afterBegin', 'beforeEnd', or 'afterEnd'.",
        )
    return place


@method("insertAdjacentHTML")
def _insert_html(core: Core, node: Node, args: list[Any]) -> None:
    place, html = _place_of(args, "insertAdjacentHTML"), to_text(args[1])
    if place in ("beforeend", "afterbegin"):
        core.put_in(parse_fragment(html, str(node.tag)), node, first=place == "afterbegin")
        return
    parent = node.getparent()
    if parent is None:
        raise script_error(
            "NoModificationAllowedError",
            "Failed to execute 'insertAdjacentHTML' on 'Element': The element has no parent.",
        )
    holder = parse_fragment(html, str(parent.tag))
    if place == "beforebegin":
        core.put_in(holder, parent, node)
        return
    with _mark(node, insert_after) as mark:
        core.put_in(holder, parent, mark)


def _insert_one(core: Core, node: Node, place: str, item: Any) -> bool:
    if place in ("beforebegin", "afterend") and node.getparent() is None:
        return False
    {"beforebegin": _before, "afterbegin": _prepend, "beforeend": _append, "afterend": _after}[place](
        core, node, [item]
    )
    return True


@method("insertAdjacentElement")
def _insert_element(core: Core, node: Node, args: list[Any]) -> Node | None:
    place = _place_of(args, "insertAdjacentElement")
    if not isinstance(args[1], Node):
        raise script_error(
            "TypeError", "Failed to execute 'insertAdjacentElement' on 'Element': parameter 2 is not of type 'Element'."
        )
    return args[1] if _insert_one(core, node, place, args[1]) else None


@method("insertAdjacentText")
def _insert_text(core: Core, node: Node, args: list[Any]) -> None:
    _insert_one(core, node, _place_of(args, "insertAdjacentText"), to_text(args[1]))


@method("contains")
def _contains(core: Core, node: Node, args: list[Any]) -> bool:
    other = args[0]
    if other is None:
        return False
    if not isinstance(other, Node):
        if other is core:
            return False
        raise script_error("TypeError", "Failed to execute 'contains' on 'Node': parameter 1 is not of type 'Node'.")
    return node in with_ancestors(other)


def _clone(core: Core, node: Node, *, deep: bool) -> Node:
    """Return a copy of *node*, with what was entered in it."""
    copy = deepcopy(node)
    copy.tail = None
    if not deep:
        del copy[:]
        copy.text = None
    for one, other in zip(node.iter("*"), copy.iter("*"), strict=False):
        state = core.known_state(one)
        if state is None or one.tag not in ("input", "option", "textarea", "select"):
            continue
        new = core.state(other)
        if is_text_field(one):
            new.value = state.value
        elif one.tag == "option":
            new.selected = is_selected(core, one)
        else:
            new.checked, new.indeterminate = state.checked, state.indeterminate
    return copy


@method("cloneNode")
def _clone_node(core: Core, node: Node, args: list[Any]) -> Node:
    return _clone(core, node, deep=bool(args) and to_boolean(args[0]))
