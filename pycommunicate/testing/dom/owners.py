"""Which form, label and fieldset a control belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from .core import Core
from .names import CONTROLS, INPUT_TYPES, LISTED
from .tree import Node, top_of
from .words import words

__all__ = [
    "control_of",
    "elements_of",
    "form_of",
    "input_type",
    "is_disabled",
    "is_labelable",
    "is_link",
    "is_no_choice",
    "is_read_only",
    "is_submit_button",
    "is_summary",
    "labels_of",
]

_LABELABLE = words("button input meter output progress select textarea")


def input_type(node: Node) -> str:
    """Return the type of an `input`, known as it is."""
    type = node.get("type")
    if type is None:
        return "text"
    type = type.lower()
    return type if type in INPUT_TYPES else "text"


def form_of(core: Core, node: Node) -> Node | None:
    """Return the form that a control belongs to."""
    name = node.get("form")
    if name is not None and core.connected(node):
        form = core.first_with_id(name)
        return form if form is not None and form.tag == "form" else None
    return next(node.iterancestors("form"), None)


def elements_of(core: Core, form: Node) -> list[Node]:
    """Return the controls of a form as it lists them, in document order."""
    if form.tag == "fieldset":
        return [node for node in form.iter(*LISTED) if node is not form and not _is_image(node)]
    around = core.root if core.connected(form) else form
    return [node for node in around.iter(*LISTED) if not _is_image(node) and form_of(core, node) is form]


def _is_image(node: Node) -> bool:
    return node.tag == "input" and input_type(node) == "image"


def is_submit_button(node: Node) -> bool:
    """Return whether a click on *node* submits its form."""
    if node.tag == "button":
        return node.get("type", "submit").lower() not in ("reset", "button")
    return node.tag == "input" and input_type(node) in ("submit", "image")


def is_link(node: Node) -> bool:
    """Return whether *node* leads somewhere."""
    return node.tag in ("a", "area") and node.get("href") is not None


def is_summary(node: Node) -> bool:
    """Return whether a click on *node* opens and closes the details around it."""
    parent = node.getparent()
    return parent is not None and parent.tag == "details" and next(parent.iterchildren("summary"), None) is node


def is_no_choice(option: Node) -> bool:
    """Return whether an option cannot be chosen, by itself or by its group."""
    if option.get("disabled") is not None:
        return True
    parent = option.getparent()
    return parent is not None and parent.tag == "optgroup" and parent.get("disabled") is not None


def is_disabled(node: Node) -> bool:
    """Return whether *node* is disabled, by itself or by what it is in."""
    tag = node.tag
    if tag in ("option", "optgroup"):
        select = next(node.iterancestors("select"), None)
        return is_no_choice(node) or (select is not None and select.get("disabled") is not None)
    if tag not in CONTROLS:
        return False
    if node.get("disabled") is not None:
        return True
    inner = node
    for ancestor in node.iterancestors():
        disabling = ancestor.tag == "fieldset" and ancestor.get("disabled") is not None
        # What is in the first legend of a disabled fieldset stays enabled.
        if disabling and next(ancestor.iterchildren("legend"), None) is not inner:
            return True
        inner = ancestor
    return False


def is_read_only(node: Node) -> bool:
    """Return whether the user cannot change the value of a text field."""
    return node.get("readonly") is not None


def control_of(core: Core, label: Node) -> Node | None:
    """Return what a label is for."""
    name = label.get("for")
    if name is not None:
        control = core.first_with_id(name) if core.connected(label) else None
        return control if control is not None and is_labelable(control) else None
    return next((node for node in label.iter(*_LABELABLE) if is_labelable(node)), None)


def labels_of(core: Core, node: Node) -> Iterator[Node]:
    """Yield the labels that are for *node*."""
    return (label for label in top_of(node).iter("label") if control_of(core, label) is node)


def is_labelable(node: Node) -> bool:
    """Return whether a label can be for *node*."""
    return node.tag in _LABELABLE and not (node.tag == "input" and input_type(node) == "hidden")
