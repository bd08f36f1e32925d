"""`serve --debug` in real processes: a parent that watches, a child that serves, one socket for all children."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from urllib.error import HTTPError

import pytest

from tests.support.program import TIMEOUT, Program, run

APP = """
import os
from pycommunicate import CommunicateApp, ControllerFactory, View

class Shown(View):
    def render(self):
        return f"{self.controller.templater.add_includes()}|WORD|%d" % os.getpid()

app = CommunicateApp(ARGUMENTS)
app.add_controller("/", ControllerFactory().add_view(Shown).set_default_view(Shown))
app.set_secret_key("key")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a program that serves on any free port; what tests print is kept elsewhere."""
    (tmp_path / "program").mkdir()
    save(tmp_path, "first")
    return tmp_path


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    with serve(folder) as program:
        assert program.url
        yield program


def save(folder: Path, word: str, arguments: str = 'web_port=0, host="127.0.0.1"') -> None:
    """Save the program anew, so that it serves *word*."""
    write(folder, APP.replace("WORD", word).replace("ARGUMENTS", arguments))


def write(folder: Path, text: str) -> None:
    (folder / "program" / "main.py").write_text(text, encoding="utf-8")


def serve(folder: Path, *arguments: str) -> Program:
    target = str(folder / "program" / "main.py")
    return Program(["-m", "pycommunicate", "serve", target, "--debug", *arguments], folder)


def shown(program: Program) -> tuple[str, int]:
    """Return the word that is served, and the id of the process that serves it."""
    _, word, pid = program.get().split("|")
    return word, int(pid)


def wait_for(program: Program, word: str) -> int:
    """Wait until *word* is served; return the process. A connection that is refused fails the test."""
    found: list[int] = []

    def served() -> bool:
        try:
            now, pid = shown(program)
        except HTTPError as error:
            error.close()
            return False
        except ConnectionResetError:  # it was taken just as the process ended
            return False
        found.append(pid)
        return now == word

    program.wait_until(served, f"{word!r} to be served")
    return found[-1]


def failed(program: Program) -> str:
    """Wait until something is served that failed; return it."""
    found: list[str] = []

    def came() -> bool:
        try:
            program.get()
        except HTTPError as error:
            with error:
                found.append(f"{error.code} {error.read().decode()}")
        except ConnectionResetError:
            pass
        return bool(found)

    program.wait_until(came, "a page of what failed")
    assert found[-1].startswith("500 ")
    return found[-1]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def wait_until_dead(pid: int) -> None:
    for _ in range(int(TIMEOUT / 0.01)):
        if not lives(pid):
            return
        sleep(0.01)
    raise AssertionError(f"process {pid} is still there")


def test_saved_program_is_served_by_another_process_on_the_same_port(folder: Path, program: Program) -> None:
    word, first = shown(program)
    assert word == "first"
    assert first != program.process.pid
    save(folder, "second")
    second = wait_for(program, "second")  # and no connection is refused meanwhile
    assert second != first
    assert not lives(first)
    said = f"pycommunicate serves {program.url} (Ctrl-C stops it)\n"
    program.wait_until(lambda: program.err.count(said) == 2, "the same line once more")
    assert "pycommunicate: main.py changed: starting anew\n" in program.err


def test_template_is_a_part_of_the_program_and_data_is_not(folder: Path, program: Program) -> None:
    _, first = shown(program)
    (folder / "program" / "todo.txt").write_text("data", encoding="utf-8")
    (folder / "program" / "__pycache__").mkdir(exist_ok=True)
    (folder / "program" / "__pycache__" / "other.py").write_text("", encoding="utf-8")
    (folder / "program" / "templates").mkdir()
    (folder / "program" / "templates" / "page.html").write_text("page", encoding="utf-8")
    program.wait_until(lambda: "starting anew" in program.err, "a start")
    wait_for(program, "first")
    assert shown(program)[1] != first
    assert re.search(r"templates(/page\.html)? changed: starting anew", program.err)
    assert "todo.txt" not in program.err
    assert "other.py" not in program.err


def test_syntax_error_is_shown_until_it_is_mended(folder: Path, program: Program) -> None:
    write(folder, "def x(:")
    page = failed(program)
    assert "SyntaxError" in page
    assert "def x(:" in page
    assert "SyntaxError: invalid syntax" in program.err
    with urllib.request.urlopen(f"{program.url}__pycommunicate/debug") as answer:
        broken = answer.read()
    save(folder, "mended")
    wait_for(program, "mended")
    with urllib.request.urlopen(f"{program.url}__pycommunicate/debug") as answer:
        assert answer.read() not in (broken, b"")


def test_exception_at_import_is_shown_from_the_program_on(folder: Path, program: Program) -> None:
    write(folder, "import math\nmath.sqrt(-1)")
    assert "ValueError: " in failed(program)
    write(folder, "x = 5")
    program.wait_until(lambda: "has no attribute 'app'" in program.err, "what is missing")
    assert "has no attribute &#39;app&#39;" in failed(program)
    trace = program.err[program.err.index("Traceback") :].splitlines()
    assert trace[1] == f'  File "{folder / "program" / "main.py"}", line 2, in <module>'
    save(folder, "mended")
    wait_for(program, "mended")


def test_program_that_is_broken_from_the_start_is_shown_where_the_command_says(folder: Path) -> None:
    write(folder, "def x(:")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with serve(folder, "--host", "127.0.0.1", "--port", str(port)) as program:
        assert program.url == f"http://127.0.0.1:{port}/"
        assert "SyntaxError" in failed(program)
        save(folder, "mended")
        wait_for(program, "mended")
        assert program.stop() == 0


def test_program_may_move_to_another_port(folder: Path, program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    save(folder, "moved", f'web_port={port}, host="127.0.0.1"')
    program.wait_until(lambda: f"serves http://127.0.0.1:{port}/" in program.err, "the other port")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert "|moved|" in answer.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_both_quietly(program: Program, number: int) -> None:
    _, child = shown(program)
    said = program.err
    assert program.stop(number) == 0
    assert not lives(child)
    assert (program.err, program.out) == (said, "")


def test_ctrl_c_in_a_terminal_ends_both_quietly(folder: Path) -> None:
    """A terminal sends it to both."""
    pid, terminal = os.forkpty()
    if pid == 0:
        os.chdir(folder / "program")
        os.execv(sys.executable, [sys.executable, "-m", "pycommunicate", "serve", "main:app", "--debug"])
    said = b""
    try:
        while b"Ctrl-C stops it" not in said:
            said += os.read(terminal, 4096)
        os.write(terminal, b"\x03")
        while True:
            try:
                said += os.read(terminal, 4096)
            except OSError:  # everybody has let go of it
                break
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"Traceback" not in said
    assert b"Abort" not in said


def test_end_of_the_parent_is_the_end_of_the_child(program: Program) -> None:
    _, child = shown(program)
    program.process.kill()
    program.process.wait()
    wait_until_dead(child)


def test_child_that_hangs_ends_all_the_same(folder: Path) -> None:
    hanging = 'print("hangs", flush=True)\nwhile True:\n    pass'
    write(folder, hanging)
    with serve(folder) as program:
        program.wait_until(lambda: "hangs" in program.out, "the program to begin")
        save(folder, "second")
        wait_for(program, "second")
        assert program.stop() == 0


def test_program_that_ends_by_itself_is_started_anew_when_it_is_saved(folder: Path, program: Program) -> None:
    write(folder, "raise SystemExit('no database')")
    program.wait_until(lambda: "no database" in program.err, "the program's last words")
    said = "the program has ended (exit code 1); it is started anew when one of its files is saved"
    program.wait_until(lambda: said in program.err, "what happens now")
    save(folder, "mended")
    wait_for(program, "mended")


def test_command_that_cannot_be_carried_out_is_one_line(folder: Path) -> None:
    command = ["-m", "pycommunicate", "serve", "--debug"]
    for target, said in (
        ("missing:app", f"found no module 'missing' in {folder} or on Python's path"),
        ("program/missing.py", f"found no file 'program/missing.py' in {folder}"),
        ("program/main.py:other", "module 'main' has no attribute 'other'; it has the app 'app'"),
    ):
        result = run(*command, target, folder=folder)
        assert (result.returncode, result.stderr, result.stdout) == (2, f"Error: {said}\n", "")


def test_without_watchfiles_one_line_says_so_and_the_app_is_served(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text("import sys\nsys.modules['watchfiles'] = None", encoding="utf-8")
    target = str(folder / "program" / "main.py")
    arguments = ["-m", "pycommunicate", "serve", target, "--debug"]
    with Program(arguments, folder, {"PYTHONPATH": str(folder)}) as program:
        _, pid = shown(program)
        assert pid == program.process.pid
        assert program.err.splitlines()[0] == (
            "pycommunicate: there is no reload on save: it needs watchfiles: pip install watchfiles"
        )


def test_folder_that_cannot_be_watched_is_served_all_the_same(folder: Path) -> None:
    fake = "Change = None\ndef watch(*arguments, **options):\n    raise OSError('too many files')\n    yield"
    (folder / "watchfiles.py").write_text(fake, encoding="utf-8")
    arguments = ["-m", "pycommunicate", "serve", str(folder / "program" / "main.py"), "--debug"]
    with Program(arguments, folder, {"PYTHONPATH": str(folder)}) as program:
        assert shown(program)[0] == "first"
        said = f"pycommunicate: {folder / 'program'} cannot be watched, so there is no reload on save: too many files\n"
        assert said in program.err
        assert program.stop() == 0


@pytest.mark.parametrize("arguments", [[], ["--debug", "--no-reload"]])
def test_without_debug_or_with_no_reload_there_is_one_process(folder: Path, arguments: list[str]) -> None:
    target = str(folder / "program" / "main.py")
    with Program(["-m", "pycommunicate", "serve", target, *arguments], folder) as program:
        _, pid = shown(program)
        assert pid == program.process.pid
