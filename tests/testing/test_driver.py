"""A proxy in a process of its own: it says what the one in process says, and ends when its driver does."""

from __future__ import annotations

import inspect
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pycommunicate.testing.commands import COMMANDS, answer
from pycommunicate.testing.driver import ProxyProcess
from pycommunicate.testing.proxy import FaultProxy
from tests.support.program import Program, run


def test_driver_has_what_can_be_said_to_a_proxy() -> None:
    for name in ("__init__", *COMMANDS):
        if callable(method := getattr(FaultProxy, name, None)):
            theirs, ours = (inspect.signature(one).parameters for one in (method, getattr(ProxyProcess, name)))
            assert {key: one.default for key, one in theirs.items()} == {key: one.default for key, one in ours.items()}


def test_wrong_commands_are_answered_with_errors() -> None:
    with ProxyProcess("127.0.0.1:9") as proxy:
        with pytest.raises(ValueError, match=r"expected one of cut_all, .*, got 'explode'"):
            proxy.do("explode")
        with pytest.raises(ValueError, match="unexpected keyword argument 'softly'"):
            proxy.do("hold", softly=True)
        assert proxy.connections == 0


def test_a_line_that_is_no_command_is_answered_with_an_error() -> None:
    assert answer(None, '"') == "error No closing quotation"
    assert answer(None, "__init__").startswith("error expected one of cut_all, ")


def test_a_proxy_that_has_ended_is_no_proxy() -> None:
    proxy = ProxyProcess("127.0.0.1:9").start()
    proxy.stop()
    proxy.stop()
    with pytest.raises(ConnectionError, match="the proxy does not run"):
        proxy.hold()


def test_options_say_what_holds_from_the_start(tmp_path: Path) -> None:
    options = ["--cut-every", "60", "--random", "--seed", "3", "--cut-after", "10", "--delay", "5", "--jitter", "2"]
    command = [sys.executable, "-m", "pycommunicate.testing.proxy", "--to", "127.0.0.1:9", *options, "--control"]
    done = subprocess.run(
        command, input=b"log\n\nstop\n", capture_output=True, timeout=20, check=True, cwd=Path(__file__).parents[2]
    )
    listening, log, stopped = done.stdout.decode().splitlines()
    assert listening.startswith("listening on 127.0.0.1:")
    assert "delay 5 ms both, jitter 2 ms" in log
    assert stopped == "ok null"
    assert done.stderr == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_proxy_that_nobody_drives(tmp_path: Path, number: signal.Signals) -> None:
    with Program(["-m", "pycommunicate.testing.proxy", "--to", "127.0.0.1:9"], tmp_path) as program:
        program.wait_until(lambda: "listening" in program.out, "its port")
        assert program.stop(number) == 0
        assert program.err == ""


def test_driving_a_proxy_imports_no_greenlets(tmp_path: Path) -> None:
    code = "import sys, pycommunicate.testing.driver; print('gevent' in sys.modules)"
    assert run("-c", code, folder=tmp_path).stdout == "False\n"
