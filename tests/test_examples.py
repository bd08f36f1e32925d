"""Every example is served and answers, by the command line and by itself."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import StartApp
from tests.support.program import Program

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/main.py"))


def name_of(example: Path) -> str:
    return example.parent.name


def test_there_are_examples() -> None:
    assert {name_of(example) for example in EXAMPLES} >= {"hello", "todo"}


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_is_served_and_answers(example: Path, app_server: StartApp, tmp_path: Path) -> None:
    folder = shutil.copytree(example.parent, tmp_path / name_of(example))  # one that writes does so beside itself
    app = app_server(folder)
    with urlopen(app.url) as response:
        assert response.status == 200
        assert "text/html" in response.headers["Content-Type"]
        assert response.read()


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_runs_by_itself_on_the_documented_port(example: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(example.parent, tmp_path / name_of(example))
    code = (
        "import runpy\n"
        "from pycommunicate import CommunicateApp\n"
        "serve = CommunicateApp.run\n"
        "def run(app):\n"
        "    assert (app.host, app.web_port) == ('localhost', 8080)\n"
        "    app.host, app.web_port = '127.0.0.1', 0  # other tests may have that port\n"
        "    serve(app)\n"
        "CommunicateApp.run = run\n"
        "runpy.run_path('main.py', run_name='__main__')\n"
    )
    with Program(["-c", code], folder) as program:
        assert program.get()
        assert program.stop() == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_tells_its_one_idea_and_is_short(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 100
