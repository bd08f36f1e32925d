"""What is public: `__all__` of every module, documented import paths, and a root that imports nothing by itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from importlib.metadata import version
from pathlib import Path

import pytest

import pycommunicate
from tests.support.program import run

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    one.name
    for one in pkgutil.walk_packages(pycommunicate.__path__, "pycommunicate.")
    # It patches the standard library as it is imported; a test process that goes on would be another one then.
    if one.name not in ("pycommunicate.client", "pycommunicate.__main__")
)

#: Where the manual says that things are.
DOCUMENTED = {
    "pycommunicate.server.app.communicate": ["CommunicateApp"],
    "pycommunicate.server.app.usertracker": ["User"],
    "pycommunicate.server.bases.controller": ["Controller", "ControllerFactory"],
    "pycommunicate.server.bases.views": ["View"],
    "pycommunicate.proxies.context": ["CallCTX"],
    "pycommunicate.proxies.dom.element": ["ElementWrapper"],
    "pycommunicate.proxies.dom.html": ["HTMLWrapper"],
    "pycommunicate.proxies.dom.objects": ["JSObject"],
    "pycommunicate.proxies.dom.window": ["Window"],
    "pycommunicate.templating": ["Templater"],
    "pycommunicate.settings": ["Settings"],
}

#: What the manual says that they have.
MEMBERS = {
    "CommunicateApp": {"set_secret_key", "add_controller", "add_error_handler", "run"},
    "ControllerFactory": {"add_view", "set_default_view", "with_before_connect"},
    "Controller": {"change_view", "redirect"},
    "View": {"render", "load", "teardown", "add_timer", "cancel_timer", "html_wrapper", "controller"},
    "HTMLWrapper": {
        *{"exists", "element", "elements", "read", "document", "window", "body", "head", "title", "callback"},
    },
    "ElementWrapper": {
        *{"prop", "get_property", "set_property", "add_event_listener", "add_after", "add_child", "add_before"},
        *{"delete", "detach", "content", "text", "html", "value", "style", "id", "attributes", "dataset", "classes"},
        *{"checked", "disabled", "hidden", "selected", "tag", "rows", "cells", "set_value", "focus", "blur", "click"},
        *{"element", "elements", "exists", "parent", "children", "next", "previous", "matches", "closest"},
        *{"append", "prepend", "before", "after", "replace_with", "render", "scroll_into_view", "call", "send"},
    },
    "JSObject": {"get_property", "set_property", "call", "send", "object", "call_object", "new", "add_event_listener"},
    "Window": {"media", "call", "send", "get_property", "set_property", "add_event_listener"},
    "User": {"session", "active_controller", "socket_connected"},
    "CallCTX": {"abort"},
    "Templater": {"render"},
}


def definitions(name: str) -> set[str]:
    """Return the public names of the classes and functions that a module defines."""
    module = importlib.import_module(name)
    tree = ast.parse(inspect.getsource(module))
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_is_public_in_it(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", None)
    code = [node for node in ast.parse(inspect.getsource(module)).body if not isinstance(node, ast.Expr)]
    assert public is not None or not code, f"{name} has no __all__"
    assert len(set(public or [])) == len(public or [])
    for one in public or []:
        assert hasattr(module, one), f"{name}.__all__ names {one}, which is not there"
    assert definitions(name) <= set(public or []), f"{name} defines what its __all__ does not name"


@pytest.mark.parametrize("name", MODULES)
def test_packages_hand_on_only_what_is_public_in_its_home(name: str) -> None:
    module = importlib.import_module(name)
    if not hasattr(module, "__path__"):
        return
    for one in getattr(module, "__all__", []):
        home = getattr(getattr(module, one), "__module__", None)
        if home is not None and home.startswith(f"{name}."):
            assert one in importlib.import_module(home).__all__


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in DOCUMENTED.items() for name in names])
def test_documented_import_path_is_the_real_home(module: str, name: str) -> None:
    found = getattr(importlib.import_module(module), name)
    assert found.__module__ == module
    assert found.__name__ == name
    assert MEMBERS.get(name, set()) <= set(dir(found)) | set(found.__annotations__)


@pytest.mark.parametrize("name", pycommunicate.__all__)
def test_root_hands_on_the_thing_itself(name: str) -> None:
    found = getattr(pycommunicate, name)
    assert getattr(importlib.import_module(found.__module__), name) is found
    assert name in dir(pycommunicate)


def test_root_says_the_same_to_type_checkers_as_at_run_time() -> None:
    tree = ast.parse((ROOT / "pycommunicate" / "__init__.py").read_text(encoding="utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    named = {
        alias.asname: node.module for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert named == pycommunicate._HOMES
    assert sorted(named) == pycommunicate.__all__


def test_root_has_a_version_and_no_other_names() -> None:
    assert pycommunicate.__version__ == version("pycommunicate")
    with pytest.raises(AttributeError, match="module 'pycommunicate' has no attribute 'Nonsense'"):
        _ = pycommunicate.Nonsense  # type: ignore[attr-defined]


def test_package_says_that_it_is_typed() -> None:
    assert (ROOT / "pycommunicate" / "py.typed").is_file()


def test_importing_the_package_imports_nothing_else(tmp_path: Path) -> None:
    before_and_after = (
        "import importlib, json, sys, typing\n"
        "before = set(sys.modules)\n"
        "import pycommunicate\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    result = run("-c", before_and_after, folder=tmp_path)
    assert result.stderr == ""
    assert json.loads(result.stdout) == ["pycommunicate"]


def test_importing_an_app_patches_nothing(tmp_path: Path) -> None:
    code = "import pycommunicate.cli, gevent.monkey; print(gevent.monkey.saved)"
    assert run("-c", code, folder=tmp_path).stdout == "{}\n"


def test_running_the_package_patches_before_anything_that_matters_is_imported(tmp_path: Path) -> None:
    # In this log a module stands behind all that it imports itself.
    result = run("-X", "importtime", "-m", "pycommunicate", "--help", folder=tmp_path)
    order = [line.rpartition("|")[2].strip() for line in result.stderr.splitlines() if line.startswith("import time:")]
    patch = order.index("gevent.monkey")
    assert "pycommunicate" in order[:patch]
    assert [name for name in order[:patch] if name.startswith("pycommunicate.")] == []
    for name in ("click", "werkzeug", "jinja2", "http.client", "socketserver", "pycommunicate.cli"):
        assert name not in order[:patch], f"{name} is imported before the standard library is patched"
    assert "werkzeug.wrappers" in order[patch:]
