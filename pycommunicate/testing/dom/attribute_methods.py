"""Methods that read and write attributes."""

from __future__ import annotations

from typing import Any

from .conversions import to_boolean, to_text
from .core import Core
from .errors import script_error
from .owners import elements_of
from .tables import method
from .tree import Node

__all__: list[str] = []


def _attribute_name(args: list[Any], method: str) -> str:
    name = to_text(args[0])
    if not name or any(letter in name for letter in "\t\n\f\r />=\0"):
        raise script_error(
            "InvalidCharacterError",
            f"Failed to execute '{method}' on 'Element': '{name}' is not a valid attribute name.",
        )
    return name.lower()


@method("getAttribute")
def _get_attribute(core: Core, node: Node, args: list[Any]) -> str | None:
    return core.attribute(node, to_text(args[0]).lower())


@method("setAttribute")
def _set_attribute(core: Core, node: Node, args: list[Any]) -> None:
    core.set_attribute(node, _attribute_name(args, "setAttribute"), to_text(args[1]))


@method("removeAttribute")
def _remove_attribute(core: Core, node: Node, args: list[Any]) -> None:
    core.remove_attribute(node, to_text(args[0]).lower())


@method("hasAttribute")
def _has_attribute(core: Core, node: Node, args: list[Any]) -> bool:
    return core.attribute(node, to_text(args[0]).lower()) is not None


@method("hasAttributes")
def _has_attributes(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(node.attrib)


@method("toggleAttribute")
def _toggle_attribute(core: Core, node: Node, args: list[Any]) -> bool:
    name = _attribute_name(args, "toggleAttribute")
    there = core.attribute(node, name) is not None
    wanted = to_boolean(args[1]) if len(args) > 1 and args[1] is not None else not there
    if wanted and not there:
        core.set_attribute(node, name, "")
    elif there and not wanted:
        core.remove_attribute(node, name)
    return wanted


@method("getAttributeNames")
def _attribute_names(core: Core, node: Node, args: list[Any]) -> list[str]:
    return list(node.keys())


@method("hasChildNodes")
def _has_child_nodes(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(len(node) or node.text)


@method("namedItem", "form")
def _named_item(core: Core, node: Node, args: list[Any]) -> Node | None:
    name = to_text(args[0])
    return next((one for one in elements_of(core, node) if name in (one.get("id"), one.get("name"))), None)
