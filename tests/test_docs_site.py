"""The documentation is built without a warning, needs nothing from elsewhere, and describes all that is public."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import get_origin
from urllib.parse import unquote, urlsplit

import click
import pytest

import pycommunicate
from pycommunicate.cli import main
from tests.support.docs import ROOT, Links, inventory_of
from tests.test_exports import DOCUMENTED

#: Modules whose classes are public: those of the manual, and those that hand names on to programs.
PUBLIC = {
    *DOCUMENTED,
    *{"pycommunicate", "pycommunicate.errors", "pycommunicate.sessions", "pycommunicate.proxies.dom"},
    *{"pycommunicate.server.app", "pycommunicate.server.bases", "pycommunicate.testing"},
}

#: Classes in them that tell type checkers what the package hands to itself.
TYPES = {"ControllerUser", "ShownView"}

_OF_OBJECTS = {"read_wire", "write_wire", "send_wire", "ask_wire", "ask_each_wire", "moment_wire"} | {
    *{"asking_for", "mark_gone", "seen_again", "seen_as_node", "knows"},
}
#: Members without an underscore that the package uses and no program does.
FOR_THE_PACKAGE = {
    "CommunicateApp": {"app_protocol", "finish", "routes", "server_options"},
    "Controller": {"render_shown", "bind", "unloaded", "load_shown", "page_ended", "add_timer"}
    | {"cancel_timer", "view_name"},
    "ControllerFactory": {"check", "before_connect"},
    **dict.fromkeys(("JSObject", "Window", "MediaQuery"), _OF_OBJECTS),
    "ElementWrapper": _OF_OBJECTS,
    # As every mapping has them.
    **{key: {"keys", "values", "items"} for key in ("Attributes", "Dataset")},
    "Styles": {"keys", "values", "items", "get", "pop", "setdefault"},
    "Limits": {"to_map", "from_map"},
    "Network": {"connect", "step", "run_until_idle", "advance"}
    | {"travel_time", "wake", "note", "drops", "repeats", "link_ended"},
    "TestClient": {"check", "begin", "round_trips", "network"},
    "UserTracker": {"get", "new", "keep", "keeps", "page_ended", "unit", "session", "sweep"},
}


def public_classes() -> dict[str, type]:
    """Return every public class by its name."""
    found: dict[str, type] = {}
    for module in map(importlib.import_module, sorted(PUBLIC)):
        classes = {name: getattr(module, name) for name in module.__all__ if name not in TYPES}
        # On Python 3.10 `tuple[str, int]` passes for a class; MarkupSafe's is handed on.
        found |= {
            name: value
            for name, value in classes.items()
            if inspect.isclass(value) and get_origin(value) is None and value.__module__.startswith("pycommunicate")
        }
    return found


CLASSES = public_classes()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The documentation, built as `make docs` does it, with warnings or without."""
    folder = tmp_path_factory.mktemp("docs")
    options = ["-q", "-E", "-W", "--keep-going", "-d", str(folder / "trees")]
    command = [sys.executable, "-m", "sphinx", *options, str(ROOT / "docs"), str(folder / "site")]
    return folder / "site", subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(built: tuple[Path, object]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    return {page: Links(page) for page in site.rglob("*.html")}


@pytest.fixture(scope="module")
def described(site: Path) -> dict[str, type]:
    """The class that each name in the reference stands for; one class may have more than one."""
    names = [name for name, page in inventory_of(site).items() if page.startswith("reference/")]
    return {name: kind for name in names if (kind := class_at(name)) is not None}


def class_at(name: str) -> type | None:
    module, _, last = name.rpartition(".")
    try:
        value = getattr(importlib.import_module(module), last, None)
    except ModuleNotFoundError:
        return None
    return value if inspect.isclass(value) else None


def members_of(kind: type) -> set[str]:
    """Return the members without an underscore that a class has from this package."""
    ours = [one for one in kind.__mro__ if one.__module__.startswith("pycommunicate.")]
    return {
        name
        for one in ours
        for name, value in vars(one).items()
        if not name.startswith("_") and (callable(value) or hasattr(value, "__get__"))
    }


def test_documentation_is_built_without_a_warning(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = built
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_links_between_pages_lead_somewhere(pages: dict[Path, Links]) -> None:
    lost = []
    for page, has in pages.items():
        for link in has.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            names = pages[target].names if target in pages and parts.fragment else {unquote(parts.fragment)}
            if not target.exists() or unquote(parts.fragment) not in names:
                lost.append(f"{page.name}: {link}")
    assert len(pages) > 40
    assert lost == []


def test_pages_load_nothing_from_elsewhere(site: Path, pages: dict[Path, Links]) -> None:
    for page, has in pages.items():
        assert [
            one for one in has.loads if urlsplit(one).netloc or not (page.parent / urlsplit(one).path).exists()
        ] == []
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert re.findall(r"(?:@import\s*|url\()\s*[\"']?(?:https?:)?//[^\s\"')]+", text) == []


def test_every_public_class_stands_in_the_reference_and_nothing_else_does(described: dict[str, type]) -> None:
    assert {one.__name__ for one in described.values()} == {*CLASSES}
    assert set(described.values()) == {*CLASSES.values()}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_public_member_stands_there_too(name: str, site: Path, described: dict[str, type]) -> None:
    kind = CLASSES[name]
    entries = [entry for entry, one in described.items() if issubclass(kind, one)]
    there = {full.rpartition(".")[2] for full in inventory_of(site) if full.rpartition(".")[0] in entries}
    assert members_of(kind) - there == FOR_THE_PACKAGE.get(name, set())


def test_every_option_of_the_command_is_described() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    for command in [main, *main.commands.values()]:
        options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
        assert {name for name in options if f"`{name}" not in page} == set(), command.name


def test_title_has_the_version_of_the_package(site: Path) -> None:
    assert f"pycommunicate {pycommunicate.__version__}" in (site / "index.html").read_text(encoding="utf-8")
