"""Running an app: what runs beside it, and when `run()` does nothing. Real servers run in tests/test_cli.py."""

from __future__ import annotations

import threading

import gevent
import pytest

from pycommunicate import CommunicateApp
from pycommunicate.errors import ServeError
from pycommunicate.server.app import serving
from pycommunicate.server.app.place import url_host
from pycommunicate.server.app.serving import Background, importing, is_importing
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


@pytest.mark.parametrize(("host", "shown"), [("localhost", "localhost"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_url_shows_an_address_of_ipv6_in_brackets(host: str, shown: str) -> None:
    assert url_host(host) == shown
