"""Nodes are lxml's elements; a text belongs to the element before it, so whoever moves one sees to its texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from .letters import outside

__all__ = [
    "Node",
    "children",
    "detach",
    "insert_after",
    "insert_before",
    "insert_first",
    "is_element",
    "make",
    "take_children",
    "text_content",
    "top_of",
    "unwrap_into",
    "with_ancestors",
]

Node: TypeAlias = etree._Element

# The parser of HTML lets names through that XML has not, such as "@click".
_make = etree.HTMLParser().makeelement
_string = etree.XPath("string()", smart_strings=False)


def make(tag: str) -> Node:
    """Return a new element without a parent."""
    return _make(tag)


def is_element(node: Node) -> bool:
    """Return False for a comment."""
    return isinstance(node.tag, str)


def children(node: Node) -> Iterator[Node]:
    """Return the child elements, comments aside."""
    return node.iterchildren("*")


def top_of(node: Node) -> Node:
    """Return the outermost ancestor, or the node itself."""
    while (parent := node.getparent()) is not None:
        node = parent
    return node


def with_ancestors(node: Node) -> Iterator[Node]:
    """Yield *node* and all that is around it, from the inside out."""
    yield node
    yield from node.iterancestors()


def detach(node: Node) -> None:
    """Take *node* out of its parent; the text behind it stays where it is."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        _add_text(parent, node.getprevious(), node.tail)
        node.tail = None
    parent.remove(node)


def insert_first(node: Node, parent: Node) -> None:
    """Put a detached *node* before everything in *parent*."""
    node.tail = parent.text
    parent.text = None
    parent.insert(0, node)


def insert_before(node: Node, sibling: Node) -> None:
    """Put a detached *node* right before *sibling*."""
    sibling.addprevious(node)


def insert_after(node: Node, sibling: Node) -> None:
    """Put a detached *node* right after *sibling*, before the text behind it."""
    tail, sibling.tail = sibling.tail, None
    sibling.addnext(node)
    node.tail = tail


def _add_text(parent: Node, before: Node | None, text: str) -> None:
    """Put *text*, as the tree holds it, behind the texts of *before*; None is the beginning of *parent*."""
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def unwrap_into(holder: Node, parent: Node, before: Node | None = None, *, first: bool = False) -> None:
    """Move the texts and nodes of *holder* into *parent*: before *before*, or first, or behind everything."""
    nodes, text = list(holder), holder.text
    at = 0 if first else len(parent) if before is None else parent.index(before)
    rest = ""
    if first:
        rest, parent.text = parent.text or "", None
    if text:
        _add_text(parent, parent[at - 1] if at else None, text)
    parent[at:at] = nodes
    if rest:
        _add_text(parent, nodes[-1] if nodes else None, rest)


def take_children(node: Node) -> list[Node]:
    """Empty *node*; return the elements that were in it."""
    taken = [child for child in node if is_element(child)]
    tail = node.tail
    for child in list(node):
        child.tail = None
        node.remove(child)
    node.text = None
    node.tail = tail
    return taken


def text_content(node: Node) -> str:
    """Return all text inside of *node*, comments aside."""
    return outside(str(_string(node)) if len(node) else node.text)
