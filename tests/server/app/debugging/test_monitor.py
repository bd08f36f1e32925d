"""The handler that holds the server up is named, once, with its line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator
from time import monotonic

import gevent
import pytest
from gevent import config, events, get_hub

from pycommunicate.page.scope import Scope, Task
from pycommunicate.server.app.debugging.monitor import Monitor
from tests.support.house import ExpectErrors
from tests.support.house import rig as rig
from tests.support.house import start_rig as start_rig
from tests.support.rig import Rig, until

_LINE = re.compile(r"(.*) has held the server up for (\d+\.\d) s( and still does| in all)?, at (\S+) in (\S+): (.*)")


@pytest.fixture
def monitor(expect_errors: ExpectErrors) -> Iterator[Monitor]:
    one = Monitor()
    with one.running():
        yield one


def hog(seconds: float) -> None:
    until = monotonic() + seconds
    while monotonic() < until:
        re.match("a", "b")


HOGGED = hog.__code__.co_firstlineno


def lines(caplog: pytest.LogCaptureFixture) -> list[re.Match[str]]:
    found = [_LINE.fullmatch(record.getMessage()) for record in caplog.records if record.levelno == logging.WARNING]
    return [line for line in found if line is not None]


def wait_for_lines(caplog: pytest.LogCaptureFixture, count: int) -> list[re.Match[str]]:
    until(lambda: len(lines(caplog)) >= count, f"{count} lines")
    return lines(caplog)


def test_hogging_handler_is_named_in_one_line_with_its_place(
    monitor: Monitor, rig: Rig, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    rig.page.spawn(rig.page.foreground, "handler Main.go of 'click'", hog, 1.5)
    (line,) = wait_for_lines(caplog, 1)
    name, seconds, more, place, function, advice = line.groups()
    assert name == "handler Main.go of 'click'"
    assert 1.5 <= float(seconds) <= 2.5
    assert more is None
    assert re.fullmatch(rf"\S*test_monitor\.py:({HOGGED + 2}|{HOGGED + 3})", place)
    assert function == "hog"
    assert "gevent.sleep(0)" in advice
    assert "threadpool.apply" in advice
    out, err = capfd.readouterr()
    assert "blocked" not in err + out  # gevent's own report


def test_request_is_named_by_its_path(monitor: Monitor, caplog: pytest.LogCaptureFixture) -> None:
    def answer() -> None:
        monitor.greenlet_serves("/slow")
        hog(1.5)

    gevent.spawn(answer)
    assert wait_for_lines(caplog, 1)[0][1] == "the page at /slow"


def test_short_work_is_not_named(monitor: Monitor, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(4):
        gevent.spawn(hog, 0.3).join()
    gevent.spawn(hog, 1.5)
    wait_for_lines(caplog, 1)  # of the last one
    assert len(lines(caplog)) == 1


def test_very_long_work_is_named_while_it_goes_on_and_at_its_end(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    named: list[bool] = []

    def work() -> None:
        while not lines(caplog):
            hog(0.05)
        named.append(True)

    gevent.spawn(work)
    first, last = wait_for_lines(caplog, 2)
    assert named == [True]
    assert first[3] == " and still does"
    assert float(first[2]) >= 3
    assert last[3] == " in all"
    assert float(last[2]) >= float(first[2])


def test_program_that_is_being_debugged_may_stand_still(monitor: Monitor, caplog: pytest.LogCaptureFixture) -> None:
    namespace: dict[str, Callable[[], None]] = {"__name__": "pdb", "hog": hog}  # type: ignore[dict-item]
    exec("def interaction():\n    hog(1.5)", namespace)
    gevent.spawn(namespace["interaction"]).join()
    gevent.sleep(0.3)
    assert lines(caplog) == []


def test_everything_is_as_before_when_it_has_ended() -> None:
    before = config.max_blocking_time, config.monitor_thread, list(events.subscribers), sys.gettrace()
    with Monitor().running():
        thread = get_hub().periodic_monitoring_thread
        assert thread is not None
        assert config.monitor_thread is False  # no other hub gets one
    assert (config.max_blocking_time, config.monitor_thread, list(events.subscribers), sys.gettrace()) == before
    assert get_hub().periodic_monitoring_thread is None
    assert not thread.should_run


def test_monitor_that_is_there_already_is_left_alone(monitor: Monitor, caplog: pytest.LogCaptureFixture) -> None:
    thread = get_hub().periodic_monitoring_thread
    with Monitor().running():
        assert get_hub().periodic_monitoring_thread is thread
    assert get_hub().periodic_monitoring_thread is thread
    assert thread.should_run


def test_task_says_what_it_runs() -> None:
    task = Task(print, "what it runs", None)
    task.scope = Scope("a scope", None)
    assert task.label == "what it runs"
