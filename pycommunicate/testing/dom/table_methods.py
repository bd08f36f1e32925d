"""Methods of tables and their rows."""

from __future__ import annotations

from typing import Any

from .conversions import to_integer
from .core import Core
from .errors import script_error
from .tables import method
from .tree import Node

__all__: list[str] = []


@method("insertRow", "table tbody thead tfoot")
def _insert_row(core: Core, node: Node, args: list[Any]) -> Node:
    if node.tag == "table":
        bodies = list(node.iterchildren("tbody"))
        if not bodies:
            core.append(node, body := core.create("tbody"))
            bodies = [body]
        node = bodies[-1]
    return _insert_at(core, node, core.create("tr"), list(node.iterchildren("tr")), args)


@method("insertCell", "tr")
def _insert_cell(core: Core, node: Node, args: list[Any]) -> Node:
    return _insert_at(core, node, core.create("td"), list(node.iterchildren("td", "th")), args)


def _insert_at(core: Core, parent: Node, new: Node, others: list[Node], args: list[Any]) -> Node:
    index = to_integer(args[0]) if args else -1
    if not -1 <= index <= len(others):
        raise script_error("IndexSizeError", f"The index provided ({index}) is out of range.")
    if index in (-1, len(others)):
        core.append(parent, new)
    else:
        core.put_before(others[index], new)
    return new


@method("deleteRow", "table tbody thead tfoot")
def _delete_row(core: Core, node: Node, args: list[Any]) -> None:
    _delete_at(core, list(node.iter("tr")), args)


@method("deleteCell", "tr")
def _delete_cell(core: Core, node: Node, args: list[Any]) -> None:
    _delete_at(core, list(node.iterchildren("td", "th")), args)


def _delete_at(core: Core, nodes: list[Node], args: list[Any]) -> None:
    index = to_integer(args[0]) if args else -1
    if not -1 <= index < len(nodes):
        raise script_error("IndexSizeError", f"The index provided ({index}) is out of range.")
    if nodes:
        core.take_out(nodes[index])
