"""What elements are asked for, and told, by name: what is in them, where they are, their words and styles."""

from __future__ import annotations

from typing import Any

from .conversions import to_boolean, to_integer, to_text
from .core import Core
from .errors import DomError, script_error, without_layout
from .focus import is_editable, tab_index
from .names import is_foreign, tag_name
from .objects import Dataset
from .parse import parse_fragment
from .serialize import inner_html, outer_html
from .style import Style
from .tables import getter, setter
from .text import inner_text, set_inner_text, set_outer_text
from .tokens import TokenList
from .tree import Node, children, is_element, text_content

__all__ = ["write_html"]


# --- what is in it ----------------------------------------------------------------------------------------------------


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
    write_html(core, node, "" if value is None else to_text(value))


def write_html(core: Core, node: Node, html: str) -> None:
    """Let *html* be what is in *node*."""
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
                "not be "
                "modified.",
            )
        return
    core.put_in(parse_fragment("" if value is None else to_text(value), str(parent.tag)), parent, node)
    core.take_out(node)


def _no_parent(name: str, kind: str) -> DomError:
    return script_error(
        "NoModificationAllowedError", f"Failed to set the '{name}' property on '{kind}': The element has no parent."
    )


# --- what and where it is ---------------------------------------------------------------------------------------------


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


# --- words in attributes, styles, data --------------------------------------------------------------------------------


@getter("classList")
def _class_list(core: Core, node: Node) -> TokenList:
    return TokenList(core, node, "class")


@setter("classList")
def _set_class_list(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "class", to_text(value))


@getter("relList", "a area link form")
def _rel_list(core: Core, node: Node) -> TokenList:
    return TokenList(core, node, "rel")


@setter("relList", "a area link form")
def _set_rel_list(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "rel", to_text(value))


@getter("dataset")
def _dataset(core: Core, node: Node) -> Dataset:
    return Dataset(core, node)


@getter("htmlFor", "output")
def _html_for(core: Core, node: Node) -> TokenList:
    return TokenList(core, node, "for")


@getter("sizes", "link")
def _sizes(core: Core, node: Node) -> TokenList:
    return TokenList(core, node, "sizes")


@getter("sandbox", "iframe")
def _sandbox(core: Core, node: Node) -> TokenList:
    return TokenList(core, node, "sandbox")


@setter("htmlFor sizes sandbox", "output link iframe")
def _set_words(core: Core, node: Node, value: Any) -> None:
    attribute = {"output": "for", "link": "sizes", "iframe": "sandbox"}[str(node.tag)]
    core.set_attribute(node, attribute, to_text(value))


@getter("autocorrect")
def _autocorrect(core: Core, node: Node) -> bool:
    return (node.get("autocorrect") or "").lower() != "off"


@getter("style")
def _style(core: Core, node: Node) -> Style:
    return Style(core, node)


@setter("style")
def _set_style(core: Core, node: Node, value: Any) -> None:
    Style(core, node).set("cssText", value)


@getter("tabIndex")
def _tab_index(core: Core, node: Node) -> int:
    return tab_index(node)


@setter("tabIndex")
def _set_tab_index(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "tabindex", str(to_integer(value)))


@getter("contentEditable")
def _content_editable(core: Core, node: Node) -> str:
    value = node.get("contenteditable")
    if value is None:
        return "inherit"
    return {"": "true", "true": "true", "false": "false", "plaintext-only": "plaintext-only"}.get(
        value.lower(), "inherit"
    )


@setter("contentEditable")
def _set_content_editable(core: Core, node: Node, value: Any) -> None:
    word = to_text(value).lower()
    if word == "inherit":
        core.remove_attribute(node, "contenteditable")
    elif word in ("true", "false", "plaintext-only"):
        core.set_attribute(node, "contenteditable", word)
    else:
        raise script_error(
            "SyntaxError",
            f"Failed to set the 'contentEditable' property on 'HTMLElement': The value provided ('{to_text(value)}') "
            f"is not one "
            "of 'true', 'false', 'plaintext-only', or 'inherit'.",
        )


@getter("isContentEditable")
def _is_content_editable(core: Core, node: Node) -> bool:
    return is_editable(node)


@getter("draggable")
def _draggable(core: Core, node: Node) -> bool:
    value = (node.get("draggable") or "").lower()
    if value in ("true", "false"):
        return value == "true"
    return node.tag == "img" or (node.tag == "a" and node.get("href") is not None)


@getter("spellcheck")
def _spellcheck(core: Core, node: Node) -> bool:
    return (node.get("spellcheck") or "").lower() != "false"


@getter("translate")
def _translate(core: Core, node: Node) -> bool:
    return (node.get("translate") or "").lower() != "no"


@setter("draggable")
def _set_draggable(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "draggable", "true" if to_boolean(value) else "false")


@setter("spellcheck")
def _set_spellcheck(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "spellcheck", "true" if to_boolean(value) else "false")


@setter("translate")
def _set_translate(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "translate", "yes" if to_boolean(value) else "no")
