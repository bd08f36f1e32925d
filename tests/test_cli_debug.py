"""`serve --debug` in a real process: what holds the server up is named, what fails is shown, others are warned of."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest

from tests.support.program import Program

APP = """
import json
import re
import time
from pycommunicate import CommunicateApp, ControllerFactory, View

class Slow(View):
    def render(self):
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            json.dumps({"a": [1, 2, 3] * 100})
        return "slow"

class Waiting(View):
    def render(self):
        time.sleep(1.5)
        return "waited"

class Crash(View):
    def render(self):
        raise LookupError("secret recipe")

app = CommunicateApp(0, "127.0.0.1")
app.set_secret_key("key")
for view in (Slow, Waiting, Crash):
    app.add_controller(f"/{view.__name__}", ControllerFactory().add_view(view).set_default_view(view))
"""
DEBUG = ["--debug", "--no-reload"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(APP, encoding="utf-8")
    return tmp_path


def serve(folder: Path, *arguments: str) -> Program:
    return Program(["-m", "pycommunicate", "serve", "main:app", *arguments], folder)


def ask(program: Program, path: str) -> str:
    """Return the body of an answer to what asks as a browser does."""
    connection = HTTPConnection(urlsplit(program.url).netloc, timeout=10)
    connection.request("GET", path, headers={"Connection": "keep-alive"})
    body = connection.getresponse().read().decode()
    connection.close()
    return body


def test_page_that_computes_for_long_is_named_in_one_line_with_its_line(folder: Path) -> None:
    with serve(folder, *DEBUG) as program:
        assert program.get("Slow") == "slow"
        program.wait_until(lambda: "has held" in program.err, "a line that names it")
        (line,) = [line for line in program.err.splitlines() if "has held" in line]
        said = r"the page at /Slow has held the server up for \d\.\d s, at main\.py:(\d+) in render: "
        found = re.match(rf"WARNING pycommunicate\.app: {said}", line)
        assert found is not None, line
        assert int(found[1]) in (11, 12)  # not a line of json's
        assert len(program.err.splitlines()) == 2  # and nothing of gevent's own
        assert program.get("Waiting") == "waited"  # what waits gives way
        began = monotonic()
        assert program.stop() == 0
        assert monotonic() - began < 3
        assert program.err.count("has held") == 1


def test_without_debug_nothing_watches(folder: Path) -> None:
    threads = {}
    for arguments in ((), tuple(DEBUG)):
        with serve(folder, *arguments) as program:
            assert program.get("Slow") == "slow"
            threads[arguments] = len(list(Path(f"/proc/{program.process.pid}/task").iterdir()))
            assert program.stop() == 0
            assert ("has held" in program.err) is bool(arguments)
    assert threads[()] == threads[tuple(DEBUG)] - 1


def test_debugger_is_there_on_loopback_and_says_its_pin_when_asked(folder: Path) -> None:
    with serve(folder, *DEBUG) as program:
        page = ask(program, "/Crash")
        assert "EVALEX = true" in page
        secret = re.findall(r'SECRET = "(\w+)"', page)[0]
        ask(program, f"/Crash?__debugger__=yes&cmd=printpin&s={secret}")
        assert re.search(r"Debugger pin code: \d{3}-\d{3}-\d{3}", program.err)


def test_elsewhere_there_is_a_warning_and_no_debugger(folder: Path) -> None:
    for arguments in (DEBUG, []):
        with serve(folder, "--host", "0.0.0.0", *arguments) as program:
            url = program.url
            page = ask(program, "/Crash")
            assert url.startswith("http://0.0.0.0:")
            assert "EVALEX" not in page
            assert ("secret recipe" in page) is ("debugger is for loopback only" in page) is bool(arguments)
            warned = [line for line in program.err.splitlines() if line.startswith("WARNING") and "debug is on" in line]
            assert len(warned) == bool(arguments)
