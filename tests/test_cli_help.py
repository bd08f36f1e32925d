"""What the command line says of itself, and of an app's routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pycommunicate import __version__
from pycommunicate.cli import main
from tests.support.program import run

APP = """
from pycommunicate import CommunicateApp, Controller, ControllerFactory, View

class Home(View):
    def render(self):
        return ""

class Item(Home):
    pass

class Special(Controller):
    pass

class SpecialFactory(ControllerFactory):
    controller_class = Special

app = CommunicateApp()
"""
ROUTES = """
app.add_controller("/", ControllerFactory().add_view(Item).add_view(Home).set_default_view(Home))
app.add_controller("/item/<int:number>", SpecialFactory().add_view(Item).set_default_view(Item))
app.add_error_handler(500, SpecialFactory().add_view(Home).set_default_view(Home))
app.add_error_handler(404, ControllerFactory().add_view(Item).set_default_view(Item))
app.run()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], prog_name="python -m pycommunicate")


def test_routes_are_a_table_with_errors_last(folder: Path) -> None:
    (folder / "routed.py").write_text(APP + ROUTES, encoding="utf-8")
    result = invoke("routes", "routed.py")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "ROUTE               METHODS    CONTROLLER  DEFAULT VIEW",
        "/                   GET, HEAD  Controller  Home",
        "/item/<int:number>  GET, HEAD  Special     Item",
        "error 404                      Controller  Item",
        "error 500                      Special     Home",
    ]


def test_app_without_routes_has_a_table_without_lines(folder: Path) -> None:
    (folder / "empty.py").write_text(APP, encoding="utf-8")
    assert invoke("routes", "empty.py").stdout == "ROUTE  METHODS  CONTROLLER  DEFAULT VIEW\n"


def test_routes_of_what_is_no_app_or_broken_are_told_as_serve_does(folder: Path) -> None:
    (folder / "faulty.py").write_text("raise LookupError('why')", encoding="utf-8")
    refused = invoke("routes", "missing.py")
    assert (refused.exit_code, refused.stderr) == (2, f"Error: found no file 'missing.py' in {folder}\n")
    broken = invoke("routes", "faulty.py")
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert broken.stderr.endswith("LookupError: why\n")


def test_version_is_that_of_the_package_with_python_and_gevent(folder: Path) -> None:
    result = run("-m", "pycommunicate", "--version", folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(rf"pycommunicate {re.escape(__version__)} \(CPython 3\.\d+\.\S+, gevent \S+\)\n", result.stdout)


def test_help_names_commands_whole_with_an_example(folder: Path) -> None:
    text = invoke("--help").stdout
    assert "serve        Serve an app.\n" in text
    assert "routes       Show the routes of an app.\n" in text
    assert "conformance  Check a client or a server that is written from the protocol.\n" in text
    assert "  python -m pycommunicate serve main.py --debug\n" in text
    assert text == invoke("-h").stdout


def test_help_of_serve_has_groups_and_an_example_and_all_options() -> None:
    text = invoke("serve", "--help").stdout
    parts = ["Usage:", "\nWhere:", "\nWhile you work on it:", "\nOther options:", "Example:"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert ":ATTRIBUTE may be left out" in text
    assert "  python -m pycommunicate serve main:app --port 8081 --debug\n" in text
    for option in main.commands["serve"].params:  # type: ignore[attr-defined]
        for name in option.opts if option.param_type_name == "option" else ():
            assert text.count(f"{name} ") >= 1, name
    where, work = text[places[1] : places[2]], text[places[2] : places[3]]
    assert all(f"  {name} " in where for name in ("--host", "--port", "--unix", "--fd", "--cert", "--key"))
    assert all(f"  {name} " in work for name in ("--debug", "--reload", "--log-level"))


def test_help_of_each_command_has_an_example() -> None:
    for name in main.commands:  # type: ignore[attr-defined]
        assert f"  python -m pycommunicate {name} main:app" in invoke(name, "--help").stdout
