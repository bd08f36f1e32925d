"""The command line, run as a user runs it: what is served, what is said, and how it ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.support.program import Program, run

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View

class Shown(View):
    def render(self):
        return self.controller.templater.render("page.html", name=__name__)

app = CommunicateApp({arguments})
app.add_controller("/", ControllerFactory().add_view(Shown).set_default_view(Shown))
app.set_secret_key("key")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program that serves on any free port."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ add_includes() }}Hello from {{ name }}", encoding="utf-8")
    write(tmp_path, "main", APP.format(arguments='web_port=0, host="127.0.0.1"'))
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def write(folder: Path, module: str, source: str) -> None:
    (folder / f"{module}.py").write_text(source, encoding="utf-8")


def serve(*arguments: str) -> list[str]:
    return ["-m", "pycommunicate", "serve", *arguments]


def refused(result: Any) -> str:
    """Return the one line that is said when the app cannot be served."""
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return str(result.stderr.removeprefix("Error: ").removesuffix("\n"))


# --- what cannot be served ----------------------------------------------------------------------------------------


def test_port_in_use_is_one_line_with_host_and_port(folder: Path, taken_port: int) -> None:
    result = run(*serve("main:app", "--host", "127.0.0.1", "--port", str(taken_port)), folder=folder)
    assert refused(result) == (
        f"cannot serve on 127.0.0.1:{taken_port}: Address already in use; "
        "choose another port by --port or CommunicateApp(web_port=...)"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_host_that_is_not_ours_is_one_line_with_its_name(folder: Path, host: str) -> None:
    said = refused(run(*serve("main:app", "--host", host), folder=folder))
    assert said.startswith(f"cannot serve on {host}:0: ")
    assert said.count(host) == 1


def test_module_that_is_missing_is_one_line(folder: Path) -> None:
    said = refused(run(*serve("missing:app"), folder=folder))
    assert said == f"found no module 'missing' in {folder} or on Python's path"


def test_module_whose_own_import_fails_shows_its_traceback(folder: Path) -> None:
    write(folder, "broken", "import nowhere_to_be_found")
    result = run(*serve("broken:app"), folder=folder)
    assert result.returncode == 1
    assert "Traceback (most recent call last)" in result.stderr
    assert "broken.py" in result.stderr
    assert result.stderr.endswith("ModuleNotFoundError: No module named 'nowhere_to_be_found'\n")


# --- what is served -----------------------------------------------------------------------------------------------


def test_file_is_served_by_its_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Program(serve(str(folder / "main.py")), tmp_path_factory.mktemp("elsewhere")) as program:
        assert program.get().endswith("Hello from main")


def test_help_tells_what_there_is(folder: Path) -> None:
    assert "serve" in run("-m", "pycommunicate", "--help", folder=folder).stdout
    result = run(*serve("--help"), folder=folder)
    assert result.returncode == 0
    assert result.stderr == ""
    assert "Usage: python -m pycommunicate serve [OPTIONS] MODULE:ATTRIBUTE" in result.stdout
    for option in ("--host", "--port", "--debug", "--log-level"):
        assert option in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_says_the_url_and_a_signal_ends_it_quickly_and_quietly(folder: Path, number: int) -> None:
    with Program(serve("main:app"), folder) as program:
        assert program.get().endswith("Hello from main")
        said = program.err
        assert said == f"pycommunicate serves {program.url} (Ctrl-C stops it)\n"
        began = monotonic()
        assert program.stop(number) == 0
        assert monotonic() - began < 2
        assert (program.out, program.err) == ("", said)


def test_signal_right_after_the_first_line_ends_it_as_well(folder: Path) -> None:
    with Program(serve("main:app"), folder) as program:
        assert program.url
        assert program.stop() == 0


def test_open_connections_do_not_hold_the_end_up(folder: Path) -> None:
    with Program(serve("main:app"), folder) as program:
        port = int(program.url.rstrip("/").rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as idle,
            socket.create_connection(("127.0.0.1", port)) as half,
        ):
            half.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert idle.recv(100)
            began = monotonic()
            assert program.stop() == 0
            assert monotonic() - began < 3
        assert "Traceback" not in program.err


def test_host_and_port_are_those_of_the_command_line(folder: Path) -> None:
    write(folder, "main", APP.format(arguments='web_port=1, host="192.0.2.1"'))
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with Program(serve("main:app", "--host", "localhost", "--port", str(port)), folder) as program:
        assert program.url == f"http://localhost:{port}/"
        assert program.get()


def test_attribute_may_lie_deeper(folder: Path) -> None:
    write(folder, "deep", "import main\nclass inner:\n    app = main.app")
    with Program(serve("deep:inner.app"), folder) as program:
        assert program.get().endswith("Hello from main")


def test_module_is_imported_with_everything_patched_and_its_run_is_skipped(folder: Path) -> None:
    write(
        folder,
        "main",
        "import socket, threading, gevent.monkey\n"
        "assert gevent.monkey.is_module_patched('socket') and gevent.monkey.is_module_patched('threading')\n"
        f"{APP.format(arguments='web_port=1')}\n"
        "app.run()\n"
        "print('the end of the module')\n",
    )
    with Program(serve("main", "--port", "0", "--host", "127.0.0.1"), folder) as program:
        assert program.get()
        assert program.err.count("pycommunicate serves") == 1
        assert "not patched" not in program.err
        program.stop()
        assert program.out == "the end of the module\n"


def test_debug_shows_the_traceback_of_a_render_in_the_browser(folder: Path) -> None:
    (folder / "templates" / "page.html").unlink()
    with Program(serve("main:app", "--debug"), folder) as program:
        with pytest.raises(HTTPError) as caught:
            program.get()
        with caught.value as error:
            assert error.code == 500
            assert "TemplateMissing: expected a template &#39;page.html&#39;" in error.read().decode()


def test_log_level_decides_what_is_logged(folder: Path) -> None:
    write(
        folder,
        "main",
        APP.format(arguments='web_port=0, host="127.0.0.1"') + "import logging\n"
        "for level in (10, 20, 30):\n"
        "    logging.getLogger('pycommunicate.app').log(level, 'at %d', level)\n",
    )
    for level, levels, requests in (("debug", "10 20 30", True), ("WARNING", "30", False)):
        with Program(serve("main:app", "--log-level", level), folder) as program:
            program.get()
            program.stop()
            logged = [line.rpartition("at ")[2] for line in program.err.splitlines() if "pycommunicate.app: at" in line]
            assert " ".join(logged) == levels
            assert ('"GET / HTTP/1.1" 200' in program.err) is requests


def test_program_run_by_itself_works_and_says_once_that_nothing_is_patched(folder: Path) -> None:
    write(folder, "main", APP.format(arguments='web_port=0, host="127.0.0.1"') + "\napp.run()\n")
    with Program(["main.py"], folder) as program:
        assert program.get().endswith("Hello from __main__")
        assert program.get().endswith("Hello from __main__")
        assert program.err.count("the standard library is not patched") == 1
        said = program.err
        assert len(said.splitlines()) == 2
        assert program.stop(signal.SIGINT) == 0
        assert program.err == said


def test_templates_lie_beside_the_module_wherever_it_is_served_from(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with Program(serve("main:app"), elsewhere, {"PYTHONPATH": str(folder)}) as program:
        assert program.get().endswith("Hello from main")
