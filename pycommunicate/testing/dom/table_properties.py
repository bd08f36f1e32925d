"""What tables, meters, dialogs and links are asked for, and told, by name."""

from __future__ import annotations

from typing import Any

from .conversions import parse_float, to_number, to_text
from .core import Core
from .tables import getter, setter
from .tree import Node
from .urls import parts_of, resolve

__all__: list[str] = []


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


@getter("value", "progress meter")
def _progress(core: Core, node: Node) -> float:
    high = parse_float(node.get("max", ""))
    low = parse_float(node.get("min", "")) or 0.0 if node.tag == "meter" else 0.0
    high = 1.0 if high is None or (node.tag == "progress" and high <= 0) else high
    value = parse_float(node.get("value", ""))
    return _number(max(low, min(high, 0.0 if value is None else value)))


def _part_of_meter(name: str) -> None:
    @getter(name, "meter")
    def get(core: Core, node: Node) -> float:
        low = parse_float(node.get("min", "")) or 0.0
        high = parse_float(node.get("max", ""))
        high = max(low, 1.0 if high is None else high)
        value = parse_float(node.get(name, ""))
        default = {"low": low, "high": high, "optimum": low + (high - low) / 2}[name]
        return _number(max(low, min(high, default if value is None else value)))

    @setter(name, "meter")
    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, name, to_text(to_number(value)))


for one in ("low", "high", "optimum"):
    _part_of_meter(one)


@setter("value", "progress meter")
def _set_progress(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "value", to_text(to_number(value)))


@getter("position", "progress")
def _position(core: Core, node: Node) -> float:
    if node.get("value") is None:
        return -1
    high = parse_float(node.get("max", "")) or 1.0
    return _number(_progress(core, node) / high)


@getter("returnValue", "dialog")
def _return_value(core: Core, node: Node) -> str:
    state = core.known_state(node)
    return state.return_value if state is not None else ""


@setter("returnValue", "dialog")
def _set_return_value(core: Core, node: Node, value: Any) -> None:
    core.state(node).return_value = to_text(value)


@getter("rows", "table")
def _table_rows(core: Core, node: Node) -> list[Node]:
    heads = [row for part in node.iterchildren("thead") for row in part.iterchildren("tr")]
    middle = [
        row
        for part in node.iterchildren("tr", "tbody")
        for row in ([part] if part.tag == "tr" else part.iterchildren("tr"))
    ]
    return heads + middle + [row for part in node.iterchildren("tfoot") for row in part.iterchildren("tr")]


@getter("rows", "tbody thead tfoot")
def _section_rows(core: Core, node: Node) -> list[Node]:
    return list(node.iterchildren("tr"))


@getter("tBodies", "table")
def _bodies(core: Core, node: Node) -> list[Node]:
    return list(node.iterchildren("tbody"))


def _part(name: str, tag: str) -> None:
    @getter(name, "table")
    def get(core: Core, node: Node) -> Node | None:
        return next(node.iterchildren(tag), None)


for one in ("caption", "tHead", "tFoot"):
    _part(one, one.lower())


@getter("cells", "tr")
def _cells(core: Core, node: Node) -> list[Node]:
    return list(node.iterchildren("td", "th"))


@getter("cellIndex", "td th")
def _cell_index(core: Core, node: Node) -> int:
    return sum(1 for _ in node.itersiblings("td", "th", preceding=True)) if node.getparent() is not None else -1


@getter("rowIndex", "tr")
def _row_index(core: Core, node: Node) -> int:
    table = next(node.iterancestors("table"), None)
    if table is None:
        return -1
    rows = _table_rows(core, table)
    return rows.index(node) if node in rows else -1


@getter("sectionRowIndex", "tr")
def _section_row_index(core: Core, node: Node) -> int:
    return sum(1 for _ in node.itersiblings("tr", preceding=True)) if node.getparent() is not None else -1


def _address_part(name: str) -> None:
    @getter(name, "a area")
    def get(core: Core, node: Node) -> str:
        href = core.attribute(node, "href")
        return parts_of(resolve(core.base_url, href))[name] if href is not None else ":" if name == "protocol" else ""


for one in ("protocol", "host", "hostname", "port", "pathname", "search", "hash", "origin"):
    _address_part(one)
