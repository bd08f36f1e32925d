"""What a user sees, as far as that goes without style sheets: by tags, attributes and inline styles."""

from __future__ import annotations

from .choices import select_of
from .core import Core
from .owners import input_type
from .style import declarations
from .tree import Node, with_ancestors
from .words import words

__all__ = [
    "BLOCKS",
    "REPLACED",
    "UNSEEN",
    "display_of",
    "inherited_style",
    "is_hidden_by_parent",
    "is_inert",
    "is_rendered",
    "is_visible",
    "own_style",
]

_BLOCK = words(
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol optgroup option p plaintext "
    "pre search section summary ul xmp frameset frame"
)
_INLINE_BLOCK = words(
    "button input select textarea meter progress img video audio canvas iframe embed object svg math marquee"
)
_NONE = words(
    "head title meta link style script base template noscript datalist param area rp source track noframes col colgroup"
)
_TABLE = {
    "table": "table",
    "caption": "block",
    "tr": "table-row",
    "td": "table-cell",
    "th": "table-cell",
    **dict.fromkeys(("thead", "tbody", "tfoot"), "table-row-group"),
}


#: Values of `visibility` that keep what is shown from being seen.
UNSEEN = words("hidden collapse")
#: Values of `display` that begin a line of their own.
BLOCKS = words("block flex grid table list-item flow-root table-caption")
#: What shows something of its own in place of what is in it.
REPLACED = words("img input textarea video audio canvas iframe embed object meter progress math")


def own_style(node: Node, name: str) -> str:
    """Return what the element's own inline style says of a property; empty for nothing."""
    text = node.get("style")
    return declarations(text).get(name, ("", False))[0] if text else ""


def display_of(node: Node) -> str:
    """Return the `display` of an element."""
    style = node.get("style")
    if style and (display := declarations(style).get("display")):
        return display[0]
    if node.get("hidden") is not None:
        return "none"
    tag = str(node.tag)
    if tag == "dialog" and node.get("open") is None:
        return "none"
    if tag == "input" and input_type(node) == "hidden":
        return "none"
    if tag == "audio" and node.get("controls") is None:
        return "none"
    if tag in _BLOCK:
        return "block"
    if tag in _NONE:
        return "none"
    return "inline-block" if tag in _INLINE_BLOCK else _TABLE.get(tag, "inline")


def is_hidden_by_parent(node: Node, parent: Node) -> bool:
    """Return whether the parent shows no such child."""
    if parent.tag != "details" or parent.get("open") is not None:
        return False
    return next(parent.iterchildren("summary"), None) is not node


def is_rendered(core: Core, node: Node) -> bool:
    """Return whether *node* takes part in what is shown."""
    while True:
        if display_of(node) == "none" and not (node.tag == "option" and select_of(node) is not None):
            return False
        parent = node.getparent()
        if parent is None:
            return node is core.root
        if is_hidden_by_parent(node, parent):
            return False
        node = parent


def inherited_style(node: Node, name: str) -> str:
    """Return the value of an inherited property: of the nearest element that says anything."""
    return next((value for one in with_ancestors(node) if (value := own_style(one, name))), "")


def is_visible(core: Core, node: Node) -> bool:
    """Return whether a user can see *node*."""
    return is_rendered(core, node) and inherited_style(node, "visibility") not in UNSEEN


def is_inert(core: Core, node: Node) -> bool:
    """Return whether a user cannot reach *node*: it is inert, or behind a modal dialog."""
    if any(one.get("inert") is not None for one in with_ancestors(node)):
        return True
    modals = [modal for modal in core.modals if core.connected(modal) and modal.get("open") is not None]
    return bool(modals) and modals[-1] not in with_ancestors(node)
