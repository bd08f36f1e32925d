"""Attributes that are more than their text: lists of words, styles, data, switches with words of their own."""

from __future__ import annotations

from typing import Any

from .conversions import to_boolean, to_integer, to_text
from .core import Core
from .errors import script_error
from .focus import is_editable, tab_index
from .objects import Dataset
from .style import Style
from .tables import getter, setter
from .tokens import TokenList
from .tree import Node

__all__: list[str] = []


def _list(name: str, tags: str, attribute: str) -> None:
    @getter(name, tags)
    def get(core: Core, node: Node) -> TokenList:
        return TokenList(core, node, attribute)

    @setter(name, tags)
    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, attribute, to_text(value))


_list("classList", "*", "class")
_list("relList", "a area link form", "rel")
_list("htmlFor", "output", "for")
_list("sizes", "link", "sizes")
_list("sandbox", "iframe", "sandbox")


@getter("dataset")
def _dataset(core: Core, node: Node) -> Dataset:
    return Dataset(core, node)


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


def _switch(name: str, on: str, off: str) -> None:
    @setter(name)
    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, name, on if to_boolean(value) else off)


_switch("draggable", "true", "false")
_switch("spellcheck", "true", "false")
_switch("translate", "yes", "no")
