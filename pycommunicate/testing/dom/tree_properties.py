"""What an element is, and where in the tree."""

from __future__ import annotations

from typing import Any

from .core import Core
from .errors import without_layout
from .names import is_foreign, tag_name
from .tables import getter, setter
from .tree import Node, children, is_element

__all__: list[str] = []


@getter("tagName nodeName")
def _tag_name(core: Core, node: Node) -> str:
    return tag_name(node)


@getter("localName")
def _local_name(core: Core, node: Node) -> str:
    return str(node.tag)


@getter("nodeType")
def _node_type(core: Core, node: Node) -> int:
    return 1


@getter("nodeValue prefix shadowRoot assignedSlot")
def _nothing(core: Core, node: Node) -> None:
    return None


@setter("nodeValue")
def _set_nothing(core: Core, node: Node, value: Any) -> None:
    return None


@getter("namespaceURI")
def _namespace(core: Core, node: Node) -> str:
    if not is_foreign(node):
        return "http://www.w3.org/1999/xhtml"
    math = node.tag == "math" or next(node.iterancestors("math"), None) is not None
    return "http://www.w3.org/1998/Math/MathML" if math else "http://www.w3.org/2000/svg"


@getter("isConnected")
def _is_connected(core: Core, node: Node) -> bool:
    return core.connected(node)


@getter("ownerDocument")
def _owner_document(core: Core, node: Node) -> Core:
    return core


@getter("baseURI")
def _base_uri(core: Core, node: Node) -> str:
    return core.base_url


@getter("parentNode")
def _parent_node(core: Core, node: Node) -> Node | Core | None:
    return core if node is core.root else node.getparent()


@getter("parentElement")
def _parent_element(core: Core, node: Node) -> Node | None:
    return node.getparent()


@getter("children")
def _children(core: Core, node: Node) -> list[Node]:
    return list(children(node))


@getter("childElementCount")
def _child_count(core: Core, node: Node) -> int:
    return sum(1 for _ in children(node))


@getter("firstElementChild")
def _first_element(core: Core, node: Node) -> Node | None:
    return next(children(node), None)


@getter("lastElementChild")
def _last_element(core: Core, node: Node) -> Node | None:
    return next(node.iterchildren("*", reversed=True), None)


@getter("nextElementSibling")
def _next_element(core: Core, node: Node) -> Node | None:
    return next(node.itersiblings("*"), None)


@getter("previousElementSibling")
def _previous_element(core: Core, node: Node) -> Node | None:
    return next(node.itersiblings("*", preceding=True), None)


def _or_text(name: str, node: Node | None, text: str | None) -> Node | None:
    if text or (node is not None and not is_element(node)):
        raise without_layout(f"{name} that is no element")
    return node


@getter("firstChild")
def _first_child(core: Core, node: Node) -> Node | None:
    return _or_text("firstChild", node[0] if len(node) else None, node.text)


@getter("lastChild")
def _last_child(core: Core, node: Node) -> Node | None:
    last = node[-1] if len(node) else None
    return _or_text("lastChild", last, last.tail if last is not None else node.text)


@getter("nextSibling")
def _next_sibling(core: Core, node: Node) -> Node | None:
    return _or_text("nextSibling", node.getnext(), node.tail)


@getter("previousSibling")
def _previous_sibling(core: Core, node: Node) -> Node | None:
    before, parent = node.getprevious(), node.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else None
    return _or_text("previousSibling", before, text)


@getter("childNodes")
def _child_nodes(core: Core, node: Node) -> list[Node]:
    nodes = list(node)
    if node.text or any(child.tail or not is_element(child) for child in nodes):
        raise without_layout("childNodes that are no elements")
    return nodes
