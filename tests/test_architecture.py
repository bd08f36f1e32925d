"""The floors of DESIGN.md: imports go down, or sideways inside one folder; never up, never in a circle."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pycommunicate"

#: Each part of the package, and the parts that it may import besides itself. The higher a part stands, the later.
FLOORS: dict[str, set[str]] = {
    "errors": set(),
    "importing": set(),
    "protocol": {"errors"},
    "settings": {"errors", "protocol"},
    "templating": {"errors"},
    "sessions": {"errors"},
    "pubsub": {"errors"},
    "page": {"errors", "protocol", "settings"},
    "proxies": {"errors", "protocol", "templating", "page"},
    "transport": {"errors", "importing", "page"},
    "server.bases": {"errors", "protocol", "sessions", "templating", "page", "proxies"},
    "server.app": {
        *{"errors", "importing", "protocol", "settings", "sessions", "pubsub", "templating"},
        *{"page", "proxies", "transport", "server.bases"},
    },
    "inspector": {"errors", "protocol", "settings", "page"},
    "programs": {"errors", "importing", "server.app"},
    "reloading": {"errors", "server.app"},
    "testing": {"errors", "protocol", "settings", "page", "transport", "server.app", "programs"},
    "conformance": {"errors", "protocol", "page", "transport", "server.bases", "server.app", "testing"},
    # The core knows nothing of it.
    "compat": {"page", "proxies", "server.bases", "server.app"},
    "cli": {"errors", "settings", "page", "server.app", "programs", "reloading", "inspector", "conformance"},
    "__main__": {"cli"},
    # It hands names on, lazily; its imports are for type checkers.
    "__init__": {"protocol", "settings", "templating", "proxies", "server.app", "server.bases"},
}

#: Who may import what is not ours. The standard library is everybody's, unless it stands here.
WALLS: dict[str, set[str]] = {
    "msgpack": {"protocol", "sessions"},
    "gevent": {
        *{"page", "transport", "pubsub", "testing", "conformance", "__main__"},
        *{"server.app.background", "server.app.serving", "server.app.place", "server.app.process"},
        *{"server.app.debugging.monitor", "reloading.child"},
    },
    "geventwebsocket": {"transport.websocket"},
    "gunicorn": {"transport.gunicorn"},
    "werkzeug": {"proxies.context", "proxies.dom.event", "server", "reloading.broken", "testing", "conformance"},
    "itsdangerous": {"server.app.signing"},
    "jinja2": {"templating", "server.app.pages"},
    "markupsafe": {"templating", "server.app", "reloading.broken"},
    "click": {"cli", "conformance.commands"},
    "lxml": {"testing"},
    "watchfiles": {"reloading"},
    "selectolax": {"testing.dom"},
    "websocket": {"testing.remote", "conformance.server"},
    "playwright": {"testing.live"},
    "pytest": {"testing.plugin"},
    "typing_extensions": {"proxies", "server.bases"},  # for type checkers, which all have it
    "redis": {"sessions", "pubsub"},
}

#: What the protocol may not have although it is in the standard library: clock, random, input and output.
IMPURE = {"time", "random", "secrets", "os", "io", "socket", "ssl", "select", "selectors", "asyncio", "threading"} | {
    *{"subprocess", "pathlib", "logging", "uuid", "signal", "queue", "contextvars", "http", "urllib"}
}


def modules() -> dict[str, Path]:
    """Return every module of the package by its name below the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


MODULES = modules()


def imports_of(name: str) -> Iterator[tuple[str, int]]:
    """Yield what a module imports, wherever in it, those for type checkers included: absolute names and lines."""
    path = MODULES[name]
    folder = ("pycommunicate", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(folder[: len(folder) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield (whole if whole.removeprefix("pycommunicate.") in MODULES else source, node.lineno)


def own_imports_of(name: str) -> Iterator[tuple[str, int]]:
    """Yield the modules of the package that a module imports."""
    for imported, line in imports_of(name):
        if imported == "pycommunicate":
            yield "__init__", line
        elif imported.startswith("pycommunicate."):
            yield imported.removeprefix("pycommunicate."), line


def part_of(name: str) -> str:
    """Return the part of the package that a module belongs to."""
    return next((part for part in FLOORS if is_in(name, {part})), name)


def is_in(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected components with more than one member (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for successor in sorted(graph[node]):
            if successor not in index:
                visit(successor)
                low[node] = min(low[node], low[successor])
            elif successor in stack:
                low[node] = min(low[node], index[successor])
        if low[node] == index[node]:
            members = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(members) > 1 or node in graph[node]:
                found.append(sorted(members))

    for node in graph:
        if node not in index:
            visit(node)
    return found


def test_floors_stand_on_floors_below_them() -> None:
    order = list(FLOORS)
    for part, below in FLOORS.items():
        assert below <= set(order[: order.index(part)]), f"{part} stands on what is not below it"


def test_every_module_stands_on_a_floor() -> None:
    # The folder `server` itself holds nothing, and may import nothing.
    assert {name for name in MODULES if part_of(name) not in FLOORS} == {"server"}


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down_or_sideways_inside_one_folder(name: str) -> None:
    part = part_of(name)
    wrong = [
        f"line {line}: {imported} ({part_of(imported)})"
        for imported, line in own_imports_of(name)
        if part_of(imported) != part and part_of(imported) not in FLOORS.get(part, set())
    ]
    assert wrong == [], f"{name} imports what does not stand below {part}"


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = {name: {imported for imported, _ in own_imports_of(name)} & set(MODULES) for name in MODULES}
    # A package and its own files: the file is what is meant, the package only hands names on.
    assert circles(graph) == []


def test_circles_are_found_by_this_test() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"a"}}) == [["a"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("name", MODULES)
def test_what_is_not_ours_is_named_only_where_it_may_be(name: str) -> None:
    wrong = []
    for imported, line in imports_of(name):
        top = imported.partition(".")[0]
        if top == "pycommunicate" or top in sys.stdlib_module_names:
            continue
        if top not in WALLS or not is_in(name, WALLS[top]):
            wrong.append(f"line {line}: {imported}")
    assert wrong == [], f"{name} imports what is not for it"


@pytest.mark.parametrize("name", [name for name in MODULES if is_in(name, {"protocol"})])
def test_protocol_knows_no_clock_no_chance_and_no_outside(name: str) -> None:
    assert [imported for imported, _ in imports_of(name) if imported.partition(".")[0] in IMPURE] == []


@pytest.mark.parametrize("name", [name for name in MODULES if is_in(name, {"page", "transport"})])
def test_page_knows_no_view_and_transport_no_message(name: str) -> None:
    forbidden = {"server", "proxies"} if is_in(name, {"page"}) else {"server", "proxies", "protocol"}
    assert [imported for imported, _ in own_imports_of(name) if is_in(imported, forbidden)] == []


@pytest.mark.parametrize("word", ["geventwebsocket", "monkey.patch"])
def test_what_one_file_knows_no_other_file_names(word: str) -> None:
    home = {"geventwebsocket": "transport.websocket", "monkey.patch": "__main__"}[word]
    assert [name for name, path in MODULES.items() if word in path.read_text(encoding="utf-8")] == [home]


@pytest.mark.parametrize("name", MODULES)
def test_every_file_has_one_role_told_by_its_first_line_and_few_lines(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, f"{name} does not tell its role"
    assert len(text.splitlines()) <= 500
