"""Running an app: what runs beside it, and when `run()` does nothing. Real servers run in tests/test_cli.py."""

from __future__ import annotations

import threading
from dataclasses import fields
from inspect import signature

import gevent
import pytest

from pycommunicate import CommunicateApp, Settings
from pycommunicate.errors import ServeError
from pycommunicate.server.app import serving
from pycommunicate.server.app.serving import Background, importing, is_importing
from pycommunicate.transport.server import Server
from tests.support.house import ExpectErrors
from tests.support.rig import until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_SWEEP_EVERY", 0.001)


def test_run_does_nothing_while_its_program_is_imported() -> None:
    assert not is_importing()
    with importing():
        assert is_importing()
        CommunicateApp(host="192.0.2.1").run()
    assert not is_importing()


def test_import_that_fails_leaves_run_as_it_was() -> None:
    with pytest.raises(LookupError), importing():
        raise LookupError
    assert not is_importing()


@pytest.mark.usefixtures("quick")
def test_sweep_is_called_again_and_again_until_stopped() -> None:
    sweeps: list[int] = []
    background = Background(lambda: sweeps.append(1))
    background.start()
    until(lambda: len(sweeps) >= 3, "three sweeps")
    background.stop()
    swept = len(sweeps)
    gevent.sleep(0.02)
    assert len(sweeps) <= swept + 1  # one may have been on its way
    background.stop()  # a second time is no fault


@pytest.mark.usefixtures("quick")
def test_starting_twice_sweeps_once() -> None:
    background = Background(lambda: None)
    background.start()
    timer = background._timer
    background.start()
    assert background._timer is timer
    background.stop()


@pytest.mark.usefixtures("quick")
def test_sweep_that_fails_is_logged_and_comes_again(expect_errors: ExpectErrors) -> None:
    sweeps: list[int] = []

    def sweep() -> None:
        sweeps.append(1)
        raise LookupError

    background = Background(sweep)
    background.start()
    until(lambda: len(sweeps) >= 2, "a second sweep")
    background.stop()
    assert len(expect_errors()) >= 2


def test_call_soon_from_another_thread_runs_in_that_of_the_server() -> None:
    background = Background(lambda: None)
    with pytest.raises(ServeError):
        background.call_soon(print)
    background.start()
    ran: list[tuple[int, str]] = []
    thread = threading.Thread(
        target=background.call_soon, args=(lambda word: ran.append((threading.get_ident(), word)), "hello")
    )
    thread.start()
    thread.join()
    until(lambda: ran, "the call")
    assert ran == [(threading.get_ident(), "hello")]
    background.stop()


def test_what_a_server_is_made_with_is_what_the_settings_say() -> None:
    options = CommunicateApp(settings=Settings(keep_alive_timeout=1.5, max_connections=7)).server_options()
    assert options["keep_alive_timeout"] == 1.5
    assert options["max_connections"] == 7
    settings = {one.name for one in fields(Settings)}
    of_servers = set(signature(Server.__init__).parameters)
    assert set(options) == settings & of_servers


def test_more_connections_than_the_system_has_files_for_are_not_taken() -> None:
    assert CommunicateApp(settings=Settings(max_connections=10**9)).server_options()["max_connections"] < 10**9
