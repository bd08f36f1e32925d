"""Tests of the end of all pages: what runs is waited for, what it wrote arrives, and nobody is waited for too long."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

import gevent
import pytest
from gevent.event import Event

from pycommunicate.errors import PageGone
from pycommunicate.page import Registry
from pycommunicate.protocol import Limits
from pycommunicate.protocol.messages import Bye
from pycommunicate.protocol.ops import GET, SET
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import FastClock, Rig, settle, until

MODULE = "pycommunicate.page.finish"
NARROW = Settings(limits=Limits(window_frames=2))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times that a test can wait for."""
    for name in ("_UNWINDING", "_QUIET", "_FLUSHING"):
        monkeypatch.setattr(f"{MODULE}.{name}", 0.05)


def fill(rig: Rig, batches: int) -> None:
    """Write so many batches, of which the browser acknowledges none."""
    for i in range(batches):
        rig.run(lambda i=i: rig.page.send((SET, i + 1, "title", "x")))
        settle()


def said(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == level]


# --- what browsers get ------------------------------------------------------------------------------------------------


def test_what_a_handler_writes_in_the_turn_of_the_stop_arrives_before_the_bye(rig: Rig) -> None:
    number = rig.listen(lambda: rig.page.send((SET, 1, "title", "last words")))
    rig.take()
    rig.event(number)

    rig.registry.finish(5.0)

    assert [op[3] for op in rig.take() if op[0] == SET] == ["last words"]
    assert rig.bye.code == "stopping"


def test_what_waits_behind_a_closed_window_arrives_at_a_slow_browser_before_the_bye(start_rig: StartRig) -> None:
    rig = start_rig(NARROW)
    fill(rig, 10)
    rig.take()
    assert len(rig.ops) == 2

    stopping, began = gevent.spawn(rig.registry.finish, 5.0), monotonic()
    while not stopping.ready():
        gevent.sleep(0.05)
        rig.take()
        if not any(isinstance(message, Bye) for message in rig.messages):
            rig.ack()

    assert [op[1] for op in rig.ops] == list(range(1, 11))
    assert rig.bye.code == "stopping"
    assert monotonic() - began < 2.0


@pytest.mark.usefixtures("short")
def test_a_browser_that_takes_nothing_holds_the_stop_for_a_moment_only(start_rig: StartRig) -> None:
    rig = start_rig(NARROW)
    fill(rig, 10)
    began = monotonic()

    rig.registry.finish(60.0)

    assert 0.04 < monotonic() - began < 2.0
    assert rig.bye.code == "stopping"


@pytest.mark.usefixtures("short")
def test_browsers_are_waited_for_no_longer_than_the_stop_may_take(
    start_rig: StartRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{MODULE}._FLUSHING", 60.0)
    rig = start_rig(NARROW)
    fill(rig, 10)
    began = monotonic()

    rig.registry.finish(0.1)

    assert monotonic() - began < 2.0
    assert rig.bye.code == "stopping"


# --- what is said of what runs ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short")
def test_a_stop_that_takes_longer_says_once_what_it_waits_for(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    go_on = Event()
    rig.event(rig.listen(go_on.wait))
    settle()

    stopping = gevent.spawn(rig.registry.finish, 5.0)
    until(lambda: said(caplog, logging.INFO), "a line of the log")
    gevent.sleep(0.1)
    assert not stopping.ready()
    go_on.set()
    stopping.get(timeout=5)

    assert said(caplog, logging.INFO) == [
        "the server stops, and waits for what runs, for up to 5 s: handler of 'click'; a second signal ends it at once"
    ]


def test_a_stop_that_waits_for_little_says_nothing(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.event(rig.listen(lambda: gevent.sleep(0.02)))

    rig.registry.finish(5.0)

    assert said(caplog, logging.INFO) == []


@pytest.mark.usefixtures("short")
def test_of_many_that_run_some_are_named(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    for i in range(10):
        rig.page.spawn(rig.page.scope, f"task {i}", lambda: gevent.sleep(0.2))

    rig.registry.finish(5.0)

    [line] = said(caplog, logging.INFO)
    assert line.count("task ") == 3


# --- jobs: what runs for no page --------------------------------------------------------------------------------------


def test_a_job_that_runs_is_waited_for() -> None:
    registry = Registry(Settings(), 10, FastClock())
    done: list[str] = []

    def job(word: str) -> None:
        gevent.sleep(0.2)
        done.append(word)

    registry.spawn_job("a job", job, "done")
    registry.finish(5.0)

    assert done == ["done"]


@pytest.mark.usefixtures("short")
def test_a_job_that_hangs_is_killed_and_named(caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry(Settings(), 10, FastClock())
    ended: list[str] = []

    def job() -> None:
        try:
            Event().wait()
        finally:
            ended.append("killed")

    registry.spawn_job("the job", job)
    registry.finish(0.05)
    settle()

    assert ended == ["killed"]
    assert said(caplog, logging.WARNING) == ["the job still runs as the server stops, and is killed"]


def test_a_job_that_comes_after_the_stop_is_named_and_not_run(caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry(Settings(), 10, FastClock())
    registry.finish(0.0)
    ran: list[Any] = []

    registry.spawn_job("the job", ran.append, 1)
    settle()

    assert ran == []
    assert said(caplog, logging.WARNING) == ["the job is not run: the server stops"]


def test_a_job_that_raises_is_logged_and_forgotten(
    caplog: pytest.LogCaptureFixture, expect_errors: ExpectErrors
) -> None:
    def job() -> None:
        raise LookupError("nothing here")

    registry = Registry(Settings(), 10, FastClock())
    registry.spawn_job("the job", job)
    settle()

    assert expect_errors() == ["the job failed"]
    assert "nothing here" in caplog.text
    assert not registry._pool.running


def test_a_page_whose_browser_is_away_or_goes_is_not_waited_for(start_rig: StartRig) -> None:
    away = start_rig()
    going = start_rig(registry=away.registry)
    reads = [rig.start(lambda rig=rig: rig.page.ask(GET, 1, "value", label="it")) for rig in (away, going)]
    settle()
    away.lose()
    stop = gevent.spawn(away.registry.finish, 30.0)
    until(lambda: away.page.gone)
    assert not going.page.gone
    going.lose()

    stop.get(timeout=5)

    for outcome in reads:
        with pytest.raises(PageGone, match="the server stops"):
            outcome.get()
