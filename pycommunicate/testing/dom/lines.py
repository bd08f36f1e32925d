"""What stands beside an element in its line: whether the spaces at its ends are seen."""

from __future__ import annotations

from .render import BLOCKS, REPLACED, display_of
from .tree import Node, is_element

__all__ = ["line_has_before", "line_has_behind"]

_SPACE = " \t\n\r\f"


def line_has_before(node: Node) -> bool:
    """Return whether the line of *node* has something before it that does not end in a space."""
    while True:
        before, parent = node.getprevious(), node.getparent()
        while before is not None:
            found = _end(before.tail)
            if found is None and is_element(before):
                found = _of_element(before, last=True)
            if found is not None:
                return found
            before = before.getprevious()
        if parent is None:
            return False
        found = _end(parent.text)
        if found is not None or not _is_inline(parent):
            return bool(found)
        node = parent


def line_has_behind(node: Node) -> bool:
    """Return whether the line of *node* goes on behind it."""
    while True:
        behind: Node | None = node
        while behind is not None:
            if behind is not node and is_element(behind) and (found := _of_element(behind, last=False)) is not None:
                return found
            if (behind.tail or "").strip(_SPACE):
                return True
            behind = behind.getnext()
        parent = node.getparent()
        if parent is None or not _is_inline(parent):
            return False
        node = parent


def _is_inline(node: Node) -> bool:
    return display_of(node) in ("inline", "contents")


def _end(text: str | None) -> bool | None:
    """Return whether a text ends in something else than a space; None if there is nothing."""
    return None if not text else text[-1] not in _SPACE


def _of_element(node: Node, *, last: bool) -> bool | None:
    """Return whether an element gives the line something at that end of it; None if it shows nothing."""
    display = display_of(node)
    if display == "none":
        return None
    if node.tag == "br" or display in BLOCKS or display.startswith("table"):
        return False
    if node.tag in REPLACED or display != "inline":
        return True
    children = list(node)
    if not last:
        if (node.text or "").strip(_SPACE):
            return True
        for child in children:
            found = _of_element(child, last=False) if is_element(child) else None
            if found is not None:
                return found
            if (child.tail or "").strip(_SPACE):
                return True
        return None
    for child in reversed(children):
        found = _end(child.tail)
        if found is None and is_element(child):
            found = _of_element(child, last=True)
        if found is not None:
            return found
    return _end(node.text)
