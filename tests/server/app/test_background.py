"""What runs beside an app's requests."""

from __future__ import annotations

import threading

import gevent
import pytest

from pycommunicate.errors import ServeError
from pycommunicate.page import Clock
from pycommunicate.server.app import background as module
from pycommunicate.server.app.background import Background
from tests.support.house import ExpectErrors
from tests.support.rig import until


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SWEEP_EVERY", 0.001)


@pytest.mark.usefixtures("quick")
def test_sweep_is_called_again_and_again_until_stopped() -> None:
    sweeps: list[int] = []
    background = Background(lambda: sweeps.append(1), Clock())
    background.start()
    until(lambda: len(sweeps) >= 3, "three sweeps")
    background.stop()
    swept = len(sweeps)
    gevent.sleep(0.02)
    assert len(sweeps) <= swept + 1  # one may have been on its way
    background.stop()  # a second time is no fault


@pytest.mark.usefixtures("quick")
def test_starting_twice_sweeps_once() -> None:
    background = Background(lambda: None, Clock())
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

    background = Background(sweep, Clock())
    background.start()
    until(lambda: len(sweeps) >= 2, "a second sweep")
    background.stop()
    assert len(expect_errors()) >= 2


def test_call_soon_from_another_thread_runs_in_that_of_the_server() -> None:
    background = Background(lambda: None, Clock())
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
