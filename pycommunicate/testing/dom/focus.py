"""Which element has the focus, and where Tab goes."""

from __future__ import annotations

from .choices import group_of, is_checked
from .conversions import parse_integer
from .core import Core
from .fields import field_value, has_text_selection, is_text_field
from .owners import input_type, is_disabled
from .render import is_inert, is_visible
from .tree import Node

__all__ = [
    "blur",
    "commit",
    "first_focusable",
    "focus",
    "is_editable",
    "is_editing_host",
    "is_focusable",
    "is_tabbable",
    "next_in_order",
    "settle",
    "tab_index",
]


def is_editable(node: Node) -> bool:
    """Return whether *node* is one whose text the user may edit in place."""
    ancestor: Node | None = node
    while ancestor is not None:
        value = ancestor.get("contenteditable")
        if value is not None and value.lower() in ("", "true", "plaintext-only"):
            return True
        if value is not None and value.lower() == "false":
            return False
        ancestor = ancestor.getparent()
    return False


def is_editing_host(node: Node) -> bool:
    parent = node.getparent()
    return node.get("contenteditable") is not None and is_editable(node) and (parent is None or not is_editable(parent))


def _takes_focus(node: Node) -> bool:
    tag = node.tag
    if tag in ("a", "area"):
        return node.get("href") is not None or node.get("tabindex") is not None
    if tag in ("button", "input", "select", "textarea"):
        return not is_disabled(node) and not (tag == "input" and input_type(node) == "hidden")
    if tag == "summary":
        parent = node.getparent()
        if parent is not None and parent.tag == "details" and next(parent.iterchildren("summary"), None) is node:
            return True
    if tag == "iframe" or (tag in ("audio", "video") and node.get("controls") is not None):
        return True
    return parse_integer(node.get("tabindex")) is not None or is_editing_host(node)


def is_focusable(core: Core, node: Node) -> bool:
    """Return whether *node* can have the focus."""
    return _takes_focus(node) and is_visible(core, node) and not is_inert(core, node)


def tab_index(node: Node) -> int:
    """Return `tabIndex`."""
    given = parse_integer(node.get("tabindex"))
    if given is not None:
        return given
    if node.tag in ("a", "area", "button", "input", "select", "textarea", "iframe"):
        return 0
    if node.tag == "summary":
        return 0 if _takes_focus(node) else -1
    return 0 if is_editing_host(node) else -1


def is_tabbable(core: Core, node: Node) -> bool:
    """Return whether Tab stops at *node*."""
    if tab_index(node) < 0 or not is_focusable(core, node):
        return False
    if node.tag != "input" or input_type(node) != "radio":
        return True
    # Of a group of radio buttons Tab stops at the one that is checked.
    group = group_of(core, node)
    checked = [one for one in group if is_checked(core, one)]
    return not checked or checked[0] is node


def first_focusable(core: Core, root: Node) -> Node | None:
    """Return what takes the focus when *root* is opened: what says `autofocus`, else the first that can."""
    able = [node for node in root.iter("*") if node is not root and is_focusable(core, node)]
    return next((node for node in able if node.get("autofocus") is not None), able[0] if able else None)


def focus(core: Core, node: Node, *, forced: bool = False, select: bool = False) -> bool:
    """Give *node* the focus, as `focus()` does.

    Args:
        core: The document.
        node: The element.
        forced: Whether it gets it even if it is no such element: a dialog that opens.
        select: Whether its text is marked, as by Tab.

    Returns:
        Whether it has the focus now.
    """
    if core.focused is node and core.connected(node):
        return True
    if not (core.connected(node) if forced else is_focusable(core, node)):
        return False
    _leave(core, node)
    if core.focused is not None:
        return False  # a handler has moved the focus elsewhere
    core.focused = node
    if select and has_text_selection(node):
        state = core.state(node)
        state.start, state.end = 0, len(field_value(core, node))
    related = core.left
    core.fire(node, "focus", related_target=related)
    if core.focused is node:
        core.fire(node, "focusin", related_target=related)
    return core.focused is node


def blur(core: Core) -> None:
    """Take the focus from whatever has it."""
    _leave(core, None)


def _leave(core: Core, to: Node | None) -> None:
    old = core.focused
    core.left = old
    if old is None:
        return
    if core.connected(old):
        commit(core, old)
    if core.focused is not old:
        return
    core.focused = None
    if core.connected(old):
        core.fire(old, "blur", related_target=to)
        core.fire(old, "focusout", related_target=to)


def commit(core: Core, node: Node) -> None:
    """Fire `change` if the user has changed the value since it was last fired."""
    state = core.known_state(node)
    if state is None or state.before is None:
        return
    before, state.before = state.before, None
    if is_text_field(node) and field_value(core, node) != before:
        core.fire(node, "change")


def settle(core: Core) -> None:
    """Let happen what a browser does a moment later: what waits, and the end of a focus that cannot be any more."""
    core.run_later()
    focused = core.focused
    if focused is not None and focused.tag != "dialog" and not is_focusable(core, focused):
        if core.connected(focused):
            blur(core)
        else:
            core.focused = None


def next_in_order(core: Core, *, backwards: bool = False) -> Node | None:
    """Return where Tab goes from what has the focus."""
    stops = [node for node in core.root.iter("*") if is_tabbable(core, node)]
    if not stops:
        return None
    # A positive tabindex comes first, the least of them foremost; the rest in document order.
    order = sorted(stops, key=lambda node: tab_index(node) or 1 << 20)
    current = core.focused
    if current is None:
        return order[-1 if backwards else 0]
    places = [index for index, node in enumerate(order) if node is current]
    if places:
        at = places[0] + (-1 if backwards else 1)
        return order[at] if 0 <= at < len(order) else None
    # From something that Tab does not stop at: the next one in the document.
    document = list(core.root.iter("*"))
    here = next((index for index, node in enumerate(document) if node is current), 0)
    ahead = [
        node
        for index, node in enumerate(document)
        if (index < here) == backwards and any(node is stop for stop in stops)
    ]
    return (ahead[-1] if backwards else ahead[0]) if ahead else None
