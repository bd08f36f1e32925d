"""What is in an element, as text and as HTML."""

from __future__ import annotations

from typing import Any

from .conversions import to_text
from .core import Core
from .errors import DomError, script_error
from .parse import parse_fragment
from .serialize import inner_html, outer_html
from .tables import getter, setter
from .text import inner_text, set_inner_text, set_outer_text
from .tree import Node, text_content

__all__: list[str] = []


@getter("innerText outerText")
def _inner_text(core: Core, node: Node) -> str:
    return inner_text(core, node)


@setter("innerText")
def _set_inner_text(core: Core, node: Node, value: Any) -> None:
    set_inner_text(core, node, "" if value is None else to_text(value))


@setter("outerText")
def _set_outer_text(core: Core, node: Node, value: Any) -> None:
    if node.getparent() is None:
        raise _no_parent("outerText", "HTMLElement")
    set_outer_text(core, node, "" if value is None else to_text(value))


@getter("textContent")
def _text_content(core: Core, node: Node) -> str:
    return text_content(node)


@setter("textContent")
def _set_text_content(core: Core, node: Node, value: Any) -> None:
    core.set_text(node, "" if value is None else to_text(value))


@getter("text", "a script title")
def _text(core: Core, node: Node) -> str:
    return text_content(node)


@setter("text", "a script title option")
def _set_text(core: Core, node: Node, value: Any) -> None:
    core.set_text(node, to_text(value))


@getter("innerHTML")
def _inner_html(core: Core, node: Node) -> str:
    return inner_html(node)


@setter("innerHTML")
def _set_inner_html(core: Core, node: Node, value: Any) -> None:
    html = "" if value is None else to_text(value)
    with core.mutations.as_one(node):
        core.empty(node)
        if html and node.tag != "template":
            core.put_in(parse_fragment(html, str(node.tag)), node)


@getter("outerHTML")
def _outer_html(core: Core, node: Node) -> str:
    return outer_html(node)


@setter("outerHTML")
def _set_outer_html(core: Core, node: Node, value: Any) -> None:
    parent = node.getparent()
    if parent is None:
        if node is core.root:
            raise script_error(
                "NoModificationAllowedError",
                "Failed to set the 'outerHTML' property on 'Element': This element's parent is a Document, which may "
                "not be modified.",
            )
        return
    with core.mutations.as_one(parent):
        core.put_in(parse_fragment("" if value is None else to_text(value), str(parent.tag)), parent, node)
        core.take_out(node)


def _no_parent(name: str, kind: str) -> DomError:
    return script_error(
        "NoModificationAllowedError", f"Failed to set the '{name}' property on '{kind}': The element has no parent."
    )
