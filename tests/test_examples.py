"""Every example is served and answers, and has its test, page and picture; one that is a client has test and page."""

from __future__ import annotations

import ast
import re
import shutil
import struct
import zlib
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import StartApp
from tests.support.program import Program

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*/main.py"))
NAMES = {"hello", "exists", "events", "errors", "redirects", "view_swapping", "counter", "todo"}
NAMES |= {"form", "grid", "keyboard", "canvas"}
#: Folders that hold no app but a client, and the program that is run.
CLIENTS = {"terminal_client": "terminal.py"}
CLIENT_FILES = [file for name in CLIENTS for file in sorted((ROOT / "examples" / name).glob("*.py"))]


def name_of(example: Path) -> str:
    return example.parent.name


def test_there_are_examples() -> None:
    assert {name_of(example) for example in EXAMPLES} >= NAMES
    folders = {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()}
    assert folders == {*map(name_of, EXAMPLES), *CLIENTS}
    assert not CLIENTS.keys() & set(map(name_of, EXAMPLES))


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


def test_example_is_served_from_the_root_of_the_checkout(tmp_path: Path) -> None:
    # One stands for all: what differs is only where program and templates are looked for.
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    arguments = ["-m", "pycommunicate", "serve", "examples/counter/main.py:app", "--host", "127.0.0.1", "--port", "0"]
    with Program(arguments, tmp_path) as program:
        assert "Counter" in program.get()


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_tells_its_one_idea_and_is_short(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    for file in [example, *example.parent.glob("templates/*")]:
        assert len(file.read_text(encoding="utf-8").splitlines()) < 80, file


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_imports_only_what_is_documented(example: Path) -> None:
    documented = {"pycommunicate", "pycommunicate.errors", "pycommunicate.proxies.context"}
    imports = re.findall(r"^from (\S+) import|^import (\S+)", example.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, _ in imports if name.startswith("pycommunicate")} <= documented


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_templates_load_nothing_from_elsewhere_and_ask_for_no_favicon(example: Path) -> None:
    templates = list(example.parent.glob("templates/*.html"))
    assert templates
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert "//" not in text, template
        assert "<html" not in text or '<link rel="icon" href="data:,">' in text, template
        assert text.count("<html") == text.count('<html lang="en">'), template
    assert any("<html" in template.read_text(encoding="utf-8") for template in templates)


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_example_has_a_browser_test_a_page_and_a_picture(example: Path) -> None:
    name = name_of(example)
    tests = ROOT / "tests" / "browser"
    assert any((tests / f"test_{kind}{name}.py").exists() for kind in ("example_", ""))

    page = (ROOT / "docs" / "examples" / f"{name}.md").read_text(encoding="utf-8")
    assert f"```{{literalinclude}} ../../examples/{name}/main.py\n" in page
    assert f"(../images/{name}.png)" in page
    assert f"python -m pycommunicate serve examples/{name}/main.py:app\n" in page
    assert f"\n{name}\n" in (ROOT / "docs" / "examples" / "index.md").read_text(encoding="utf-8")

    picture = (ROOT / "docs" / "images" / f"{name}.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (800, 500)
    assert len(picture) < 60_000
    assert kinds_of_lines(picture) > 60


@pytest.mark.parametrize("file", CLIENT_FILES, ids=lambda file: f"{name_of(file)}/{file.name}")
def test_file_of_a_client_tells_its_role_and_imports_only_what_is_documented(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    documented = {"pycommunicate.errors", "pycommunicate.protocol", "pycommunicate.testing.dom"}
    documented |= {"pycommunicate.protocol.codec", "pycommunicate.protocol.messages"}
    imports = re.findall(r"^from (\S+) import|^import (\S+)", text, re.MULTILINE)
    assert {name for pair in imports for name in pair if name.startswith("pycommunicate")} <= documented


@pytest.mark.parametrize("name", CLIENTS)
def test_client_is_short(name: str) -> None:
    lines = [line for file in CLIENT_FILES if name_of(file) == name for line in file.read_text("utf-8").splitlines()]
    assert len(lines) <= 610


@pytest.mark.parametrize("name", CLIENTS)
def test_client_has_a_test_a_page_and_requirements(name: str) -> None:
    assert (ROOT / "tests" / "examples" / f"test_{name}.py").exists()
    page = (ROOT / "docs" / "examples" / f"{name}.md").read_text(encoding="utf-8")
    for file in CLIENT_FILES:
        assert file.parent.name != name or f"```{{literalinclude}} ../../examples/{name}/{file.name}\n" in page
    assert f"python examples/{name}/{CLIENTS[name]} http://localhost:8080/\n" in page
    assert f"python -m pip install -r examples/{name}/requirements.txt\n" in page
    assert f"\n{name}\n" in (ROOT / "docs" / "examples" / "index.md").read_text(encoding="utf-8")
    assert "pycommunicate" in (ROOT / "examples" / name / "requirements.txt").read_text(encoding="utf-8")


def kinds_of_lines(picture: bytes) -> int:
    """Return how many different lines of pixels a PNG of 800 by 500 holds, as they are filtered.

    One that is blank holds one kind for each of the five filters, and one for each filter's first line.
    """
    packed, at = b"", 8
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        packed += picture[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(packed)
    width = len(raw) // 500
    return len({raw[start : start + width] for start in range(0, len(raw), width)})


def test_blank_picture_is_seen() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    line = b"\0" + b"\xff" * 3 * 800
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 800, 500, 8, 2, 0, 0, 0))
    assert kinds_of_lines(head + chunk(b"IDAT", zlib.compress(line * 500)) + chunk(b"IEND", b"")) == 1
