"""What the command line makes of MODULE:ATTRIBUTE; in this process, where nothing is served."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pycommunicate import CommunicateApp
from pycommunicate.cli import main

APP = """
from pycommunicate import CommunicateApp
app = CommunicateApp(5, "example.org")
number = 5
class inner:
    app = app
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current directory, with a few modules in it; nothing of them stays."""
    for name in ("target_main.py", "deep/target_main.py", "package/__init__.py", "with-dash.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(APP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    path, modules = list(sys.path), set(sys.modules)
    loggers = [logging.getLogger(name) for name in ("pycommunicate", "pycommunicate.access")]
    levels = [logger.level for logger in loggers]
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[CommunicateApp]:
    """The apps that were to be served."""
    apps: list[CommunicateApp] = []
    monkeypatch.setattr(CommunicateApp, "run", lambda app, **place: apps.append(app))
    return apps


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["serve", *arguments])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "target",
    [
        "target_main:app",
        "target_main",
        "target_main:inner.app",
        "target_main.py:app",
        "target_main.py",
        "./target_main.py",
        "deep/target_main.py:app",
        "with-dash.py",
        "with-dash:app",
        "package",
    ],
)
def test_app_is_found(target: str, served: list[CommunicateApp]) -> None:
    result = invoke(target)
    assert (result.exit_code, result.output) == (0, "")
    assert [(app.host, app.web_port, app.debug) for app in served] == [("example.org", 5, False)]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing:app", "found no module 'missing' in {folder} or on Python's path"),
        ("missing.inner:app", "found no module 'missing' in {folder} or on Python's path"),
        ("package.missing:app", "found no module 'package.missing' in {folder} or on Python's path"),
        ("target_main.inner:app", "found no module 'target_main.inner' in {folder} or on Python's path"),
        ("target_main:missing", "module 'target_main' has no attribute 'missing'; it has the app 'app'"),
        ("target_main:app.missing", "module 'target_main' has no attribute 'app.missing'"),
        ("target_main:number", "expected 'target_main:number' to be a CommunicateApp, got int 5"),
        ("target_main.py:missing", "module 'target_main' has no attribute 'missing'; it has the app 'app'"),
        ("missing.py", "found no file 'missing.py' in {folder}"),
        ("deep/missing.py:app", "found no file 'deep/missing.py' in {folder}"),
        ("", "expected MODULE:ATTRIBUTE, as main:app, got ''"),
        (":app", "expected MODULE:ATTRIBUTE, as main:app, got ':app'"),
        ("target_main:", "expected MODULE:ATTRIBUTE, as main:app, got 'target_main:'"),
        (".target_main:app", "expected MODULE:ATTRIBUTE, as main:app, got '.target_main:app'"),
        ("..", "expected MODULE:ATTRIBUTE, as main:app, got '..'"),
    ],
)
def test_target_that_is_no_app_is_one_line_that_says_why(folder: Path, target: str, said: str) -> None:
    result = invoke(target)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {said.format(folder=folder)}\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("import target_main.missing", "ModuleNotFoundError: No module named 'target_main.missing'; "),
        ("from target_main import missing", "ImportError: cannot import name 'missing' from 'target_main'"),
        ("raise LookupError", "LookupError\n"),
        ("from pycommunicate import CommunicateApp\nCommunicateApp(-1)", "pycommunicate.errors.ConfigurationError: "),
    ],
)
def test_fault_of_the_module_itself_is_shown_from_its_own_first_line_on(folder: Path, source: str, error: str) -> None:
    (folder / "broken.py").write_text(source, encoding="utf-8")
    for target in ("broken:app", "broken.py"):
        sys.modules.pop("broken", None)
        result = invoke(target)
        assert (result.exit_code, result.stdout) == (1, "")
        head, first, *_, last = result.stderr.splitlines()
        assert head == "Traceback (most recent call last):"
        assert first.startswith(f'  File "{folder / "broken.py"}", line ')
        assert last.startswith(error.strip())


def test_syntax_error_is_shown_by_its_place_alone(folder: Path) -> None:
    (folder / "broken.py").write_text("def broken(:", encoding="utf-8")
    for target in ("broken:app", "broken.py"):
        result = invoke(target)
        assert result.exit_code == 1
        lines = result.stderr.splitlines()
        assert lines[0] == f'  File "{folder / "broken.py"}", line 1'
        assert lines[-1] == "SyntaxError: invalid syntax"


def test_exit_of_the_program_is_its_own(folder: Path) -> None:
    (folder / "leaving.py").write_text("raise SystemExit('no database')", encoding="utf-8")
    result = invoke("leaving.py")
    assert result.exit_code == 1
    assert result.output == "no database\n"


@pytest.mark.usefixtures("folder")
def test_file_is_found_whose_name_another_module_has(folder: Path, served: list[CommunicateApp]) -> None:
    (folder / "json.py").write_text(APP.replace("5", "6"), encoding="utf-8")
    assert invoke("json.py").exit_code == 0
    assert [app.web_port for app in served] == [6]
    assert json.loads("[1]") == [1]
    assert sys.modules["json"] is json
    refused = invoke("json:app").stderr
    assert refused == f"Error: module 'json' ({json.__file__}) has no attribute 'app'\n"


@pytest.mark.usefixtures("folder")
def test_file_is_run_once_and_other_modules_may_import_it(folder: Path, served: list[CommunicateApp]) -> None:
    (folder / "main_of_two.py").write_text(f"{APP}\nimport second_of_two", encoding="utf-8")
    (folder / "second_of_two.py").write_text("import main_of_two\nmain_of_two.app.host = 'two'", encoding="utf-8")
    assert invoke("main_of_two.py").exit_code == 0
    assert invoke("main_of_two.py").exit_code == 0
    assert [app.host for app in served] == ["two", "two"]
    assert served[0] is served[1]


@pytest.mark.usefixtures("folder")
def test_options_stand_above_what_the_app_says(served: list[CommunicateApp]) -> None:
    assert invoke("target_main:app", "--host", "::1", "--port", "0", "--debug", "--no-reload").exit_code == 0
    assert [(app.host, app.web_port, app.debug) for app in served] == [("::1", 0, True)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "-1"], "Invalid value for '--port'"),
        (["--port", "65536"], "Invalid value for '--port'"),
        (["--port", "http"], "Invalid value for '--port'"),
        (["--log-level", "loud"], "Invalid value for '--log-level'"),
        (["--nonsense"], "No such option"),
    ],
)
def test_option_that_cannot_be_is_refused_before_anything_is_imported(
    folder: Path, arguments: list[str], said: str
) -> None:
    (folder / "target_main.py").write_text("raise LookupError", encoding="utf-8")
    result = invoke("target_main:app", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("level", "ours", "access"), [("debug", 10, 0), ("info", 20, 30), ("ERROR", 40, 30)])
def test_log_level_is_ours_and_requests_are_shown_at_debug_only(
    level: str, ours: int, access: int, served: list[CommunicateApp]
) -> None:
    for name in ("pycommunicate", "pycommunicate.access"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    assert invoke("target_main:app", "--log-level", level).exit_code == 0
    assert logging.getLogger("pycommunicate").level == ours
    assert logging.getLogger("pycommunicate.access").level == access
