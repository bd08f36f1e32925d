"""Which element has the focus, and where Tab goes."""

from __future__ import annotations

from .choices import group_of, is_checked
from .conversions import parse_integer
from .core import Core
from .fields import field_value, has_text_selection, is_text_field
from .owners import input_type, is_disabled, is_summary
from .render import is_inert, is_visible
from .tree import Node, with_ancestors

__all__ = [
    "blur",
    "commit",
    "first_focusable",
    "focus",
    "is_editable",
    "is_focusable",
    "next_in_order",
    "settle",
    "tab_index",
]


def is_editable(node: Node) -> bool:
    """Return whether *node* is one whose text the user may edit in place."""
    for one in with_ancestors(node):
        value = one.get("contenteditable")
        if value is not None and value.lower() in ("", "true", "plaintext-only"):
            return True
        if value is not None and value.lower() == "false":
            return False
    return False


def _is_editing_host(node: Node) -> bool:
    """Return whether *node* is the outermost one of which `is_editable` says so."""
    parent = node.getparent()
    return node.get("contenteditable") is not None and is_editable(node) and (parent is None or not is_editable(parent))


def _takes_focus(node: Node) -> bool:
    tag = node.tag
    if tag in ("a", "area"):
        return node.get("href") is not None or node.get("tabindex") is not None
    if tag in ("button", "input", "select", "textarea"):
        return not is_disabled(node) and not (tag == "input" and input_type(node) == "hidden")
    if tag == "summary" and is_summary(node):
        return True
    if tag == "iframe" or (tag in ("audio", "video") and node.get("controls") is not None):
        return True
    return parse_integer(node.get("tabindex")) is not None or _is_editing_host(node)


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
    return 0 if _is_editing_host(node) else -1


def _is_tabbable(core: Core, node: Node) -> bool:
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
    if core.focused is node:
        return True
    if not (core.connected(node) if forced else is_focusable(core, node)):
        return False
    before = core.focused
    blur(core, node)
    if core.focused is not None:
        return False  # a handler has moved the focus elsewhere
    core.focused = node
    if select and has_text_selection(node):
        state = core.state(node)
        state.start, state.end = 0, len(field_value(core, node))
    core.fire(node, "focus", more={"relatedTarget": before})
    if core.focused is node:
        core.fire(node, "focusin", more={"relatedTarget": before})
    return core.focused is node


def blur(core: Core, for_node: Node | None = None) -> None:
    """Take the focus from whatever has it, for another node perhaps."""
    old = core.focused
    if old is None:
        return
    commit(core, old)
    if core.focused is not old:
        return
    core.focused = None
    core.fire(old, "blur", more={"relatedTarget": for_node})
    core.fire(old, "focusout", more={"relatedTarget": for_node})


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
        blur(core)


def next_in_order(core: Core, *, backwards: bool = False) -> Node | None:
    """Return where Tab goes from what has the focus."""
    stops = [node for node in core.root.iter("*") if _is_tabbable(core, node)]
    if not stops:
        return None
    # A positive tabindex comes first, the least of them foremost; the rest in document order.
    order = sorted(stops, key=lambda node: tab_index(node) or 1 << 20)
    current = core.focused
    if current is None:
        return order[-1 if backwards else 0]
    if current in order:
        at = order.index(current) + (-1 if backwards else 1)
        return order[at] if 0 <= at < len(order) else None
    # From something that Tab does not stop at: the next one in the document.
    document = list(core.root.iter("*"))
    here = document.index(current)
    ahead = [stop for stop in stops if (document.index(stop) < here) == backwards]
    return (ahead[-1] if backwards else ahead[0]) if ahead else None
