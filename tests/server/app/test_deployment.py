"""What an app finds out about its server at a request. tests/deployment has the servers themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from pycommunicate.errors import ServeError
from pycommunicate.server.app.deployment import Deployment, is_on_loopback
from tests.support.local_app import LocalApp
from tests.support.rig import until
from tests.support.site import shows


class Ours:
    def __init__(self, *, loopback: bool = False) -> None:
        self.loopback = loopback

    def on_stop(self, finish: Callable[[float], None]) -> None:
        raise AssertionError("this is the app's own business")


class Found:
    """A deployment, in a thread that the test names.

    Attributes:
        met: What its `start` was called with.
    """

    def __init__(self, *, greenlets: bool = False) -> None:
        self.met: list[Any] = []
        self.thread = 1
        self.deployment = Deployment(self.met.append, lambda: self.thread, lambda: greenlets)

    def check(self, **environ: Any) -> None:
        self.deployment.check({name.replace("_", ".", 1): value for name, value in environ.items()})


def test_our_own_server_is_met_once_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    found, server = Found(), Ours()
    found.check(pycommunicate_server=server)
    found.check(pycommunicate_server=server)
    assert found.met == [server]
    assert caplog.text == ""


def test_each_server_of_a_process_that_listens_in_several_places_is_met() -> None:
    found, one, two = Found(), Ours(), Ours()
    for server in (one, two, one, two):
        found.check(pycommunicate_server=server)
    assert found.met == [one, two]


def test_another_server_is_told_of_once_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    found = Found()
    for _ in range(2):
        found.deployment.check({"SERVER_SOFTWARE": "Other/1.0"})
    assert found.met == [None]
    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "(Other/1.0)" in line
    assert "python -m pycommunicate serve" in line
    assert "gunicorn -k pycommunicate.transport.gunicorn.Worker -w 1" in line


def test_several_processes_are_refused_at_every_request_even_under_our_own_server() -> None:
    found = Found()
    for server in (None, Ours(), Ours()):
        with pytest.raises(ServeError, match=r"several processes.*one process.*-w 1"):
            found.check(wsgi_multiprocess=True, pycommunicate_server=server)
    assert found.met == []


def test_several_threads_are_refused_from_the_first_request_on() -> None:
    found = Found()
    for _ in range(2):
        with pytest.raises(ServeError, match="several threads"):
            found.check(wsgi_multithread=True)
    assert found.met == []


def test_threads_that_are_greenlets_are_one_thread() -> None:
    found = Found(greenlets=True)
    found.check(wsgi_multithread=True)
    assert found.met == [None]


def test_request_in_another_thread_is_refused_whatever_the_server_says() -> None:
    found = Found()
    found.check()
    found.thread = 2
    with pytest.raises(ServeError, match="several threads"):
        found.check()
    found.thread = 1
    found.check()


def test_loopback_is_that_of_the_server_by_which_a_request_came_in() -> None:
    assert is_on_loopback({"pycommunicate.server": Ours(loopback=True)})
    assert not is_on_loopback({"pycommunicate.server": Ours()})
    assert not is_on_loopback({})


def test_request_that_takes_too_long_is_cut_as_the_server_stops_and_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pycommunicate.transport.server._LAST_WORDS", 0.05)
    began: list[bool] = []

    def render(view: object) -> None:
        began.append(True)
        gevent.sleep(60)

    served = LocalApp(shows(render))
    asking = gevent.spawn(served.client().get)
    until(lambda: began, "the request")
    served.server.stop_gracefully(0.05)
    assert "1 connections are cut as the server stops" in caplog.text
    assert asking.get(timeout=5).status == 503
    served.close()
