"""HTML to trees, as browsers read it."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from .letters import inside
from .tree import Node, make
from .words import words

__all__ = ["make_breaks", "parse_document", "parse_fragment"]

_FRAGMENT_TAGS = words(
    "body button caption colgroup div dl fieldset form li noscript ol optgroup option p pre script select span style "
    "svg table tbody td template textarea tfoot th thead title tr ul"
)


def parse_document(html: str) -> Node:
    """Return the root of a new tree that stands for a whole document: `html`, with `head` and `body` in it.

    It is one in which scripts run: `noscript` holds text.
    """
    return deepcopy(_document(html))


@lru_cache(64)
def _document(html: str) -> Node:
    parsed: Any = LexborHTMLParser(html, scripting=True).root
    root = make("html")
    todo: list[tuple[Any, Node]] = [(parsed.child, root)] if parsed.child is not None else []
    _set_attributes(parsed, root)
    _build(todo)
    return root


def parse_fragment(html: str, tag: str) -> Node:
    """Return an element that holds what *html* stands for inside of an element with *tag*."""
    holder = make("div")
    if "<" not in html and "&" not in html:
        # Spaces aside, which some elements take none of.
        if html.strip() or tag not in ("table", "tbody", "tr", "select"):
            holder.text = inside(html.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
        return holder
    context = tag if tag in _FRAGMENT_TAGS else "div"
    parser = LexborHTMLParser(html, is_fragment=True, fragment_tag=context, scripting=True)
    if parser.root is not None:
        _build([(parser.root, holder)])
    return holder


def make_breaks(text: str) -> Node:
    """Return an element that holds *text* with a `br` for each line break."""
    holder = make("div")
    first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    holder.text = inside(first) or None
    for line in rest:
        etree.SubElement(holder, "br").tail = inside(line) or None
    return holder


def _build(todo: list[tuple[Any, Node]]) -> None:
    """Copy nodes with all that is inside of them, each with its next siblings, into elements."""
    while todo:
        source, target = todo.pop()
        _copy(source, target, todo)


def _copy(source: Any, target: Node, todo: list[tuple[Any, Node]]) -> None:
    """Copy *source* and its next siblings into *target*; leave the insides of them to do."""
    last: Node | None = None
    while source is not None:
        if source.is_element_node:
            last = etree.SubElement(target, source.tag)
            _set_attributes(source, last)
            # What is in a template stands in a document of its own, and is no child of it.
            if source.child is not None:
                todo.append((source.child, last))
        elif source.is_text_node:
            text = inside(source.text_content or "")
            if last is not None:
                last.tail = (last.tail or "") + text
            else:
                target.text = (target.text or "") + text
        elif source.is_comment_node:
            text = inside(source.html[4 : source.html.index("-->")])
            # lxml takes no comment that XML could not hold.
            if "--" not in text and not text.endswith("-"):
                last = etree.Comment(text)
                target.append(last)
        source = source.next


def _set_attributes(source: Any, target: Node) -> None:
    for name, value in source.attributes.items():
        try:
            target.set(name, inside(value or ""))
        except ValueError:
            continue  # a name that lxml cannot hold, such as "{x"
