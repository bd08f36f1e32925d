"""Trees to HTML, as browsers write it."""

from __future__ import annotations

from .letters import outside
from .names import RAW_TEXT, VOID
from .tree import Node

__all__ = ["inner_html", "outer_html"]


def inner_html(node: Node) -> str:
    """Return the HTML of what is in *node*."""
    if not len(node) and not node.text:
        return ""
    out: list[str] = []
    _write_children(node, out)
    return outside("".join(out))


def outer_html(node: Node) -> str:
    """Return the HTML of *node* itself."""
    out: list[str] = []
    _write(node, out)
    return outside("".join(out))


def _write(node: Node, out: list[str]) -> None:
    tag = node.tag
    if not isinstance(tag, str):
        out.append(f"<!--{node.text or ''}-->")
        return
    out.append(f"<{tag}")
    out += [f' {name}="{_escape_attribute(value)}"' for name, value in node.items()]
    out.append(">")
    if tag not in VOID:
        _write_children(node, out)
        out.append(f"</{tag}>")


def _write_children(node: Node, out: list[str]) -> None:
    raw = node.tag in RAW_TEXT
    if node.text:
        out.append(node.text if raw else _escape(node.text))
    for child in node:
        _write(child, out)
        if child.tail:
            out.append(child.tail if raw else _escape(child.tail))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_attribute(text: str) -> str:
    return _escape(text).replace('"', "&quot;")
