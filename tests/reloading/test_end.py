"""How `serve --debug` stops, and how it starts anew: pages are told and torn down, as without a parent process."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.workshop import SOURCE, Workshop, settings

NEVER = 60.0
SERVE = ["-m", "pycommunicate", "serve", "program/main.py", "--debug", "--host", "127.0.0.1", "--port", "0"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program").mkdir()
    save(tmp_path)
    return tmp_path


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    # More steps than a parent process would wait for that lost its patience after two seconds.
    with Program(SERVE, folder, {"STEPS": "25", **settings(stop_timeout=NEVER)}) as program:
        yield program


@pytest.fixture
def client(program: Program) -> Iterator[Workshop]:
    client = Workshop(program.url.rstrip("/")).come_in()
    yield client
    client.close()


def save(folder: Path, more: str = "") -> None:
    (folder / "program" / "main.py").write_text(SOURCE + more, encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_lets_a_long_handler_end_with_its_socket_open_and_tells_the_page(
    program: Program, client: Workshop, number: int
) -> None:
    client.click("work")
    client.answer("before")
    program.process.send_signal(number)

    bye = client.read_until_bye("after")

    assert client.texts[-2:] == ["step 25: after", "done"]
    assert (bye.code, bye.action, client.close_code) == ("stopping", "reload", 1001)
    assert program.process.wait(10) == 0
    assert "torn down" in program.out


def test_second_signal_ends_both_at_once(program: Program, client: Workshop) -> None:
    client.click("stick")
    program.wait_until(lambda: "stuck" in program.out, "the handler")
    program.process.send_signal(signal.SIGTERM)
    program.wait_until(lambda: "the server stops, and waits for what runs" in program.err, "the stop to begin")

    assert program.stop(signal.SIGTERM) == 128 + signal.SIGTERM

    with pytest.raises((ConnectionError, AssertionError), match=r"reset|closed"):
        client.wait_text("the end")


def test_saved_program_ends_its_pages_in_order_although_a_handler_hangs(
    folder: Path, program: Program, client: Workshop
) -> None:
    client.click("stick")
    program.wait_until(lambda: "stuck" in program.out, "the handler")
    save(folder, "\n# saved\n")

    bye = client.read_until_bye()

    assert (bye.code, bye.action, client.close_code) == ("stopping", "reload", 1001)
    program.wait_until(lambda: program.err.count("(Ctrl-C stops it)") == 2, "the next start")
    assert program.out.index("unstuck") > 0
    assert program.out.count("torn down") == 1
    assert "handler Home.stick of 'click' on '#stick' still runs as the server stops, and is killed" in program.err
    assert program.stop() == 0


def test_ctrl_c_in_a_terminal_which_both_get_lets_a_handler_end(folder: Path) -> None:
    pid, terminal = os.forkpty()
    if pid == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, *SERVE])
    said = b""
    try:
        while b"Ctrl-C stops it" not in said:
            said += os.read(terminal, 4096)
        found = re.search(rb"http://127\.0\.0\.1:\d+", said)
        assert found is not None
        client = Workshop(found[0].decode()).come_in()
        client.click("work")
        client.answer("before")
        os.write(terminal, b"\x03")
        assert client.read_until_bye("after").code == "stopping"
        assert client.texts[-1] == "done"
        while True:
            try:
                said += os.read(terminal, 4096)
            except OSError:  # everybody has let go of it
                break
        _, status = os.waitpid(pid, 0)
        client.close()
    finally:
        os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"Traceback" not in said
