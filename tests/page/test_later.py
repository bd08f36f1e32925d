"""Tests of answers that somebody may want later."""

from __future__ import annotations

import gc
from typing import Any

import gevent
import pytest

from pycommunicate.errors import JSError, ReadTimeout
from pycommunicate.page.asks import Asks
from pycommunicate.page.later import Later
from tests.support.rig import FastClock, settle


@pytest.fixture
def clock() -> FastClock:
    return FastClock()


@pytest.fixture
def asks(clock: FastClock) -> Asks:
    return Asks(clock)


def later(clock: FastClock, **options: Any) -> Later:
    return Later("it", options.pop("convert", None), clock, Later.wait, **options)


def error_of(wanted: Later) -> Exception | None:
    try:
        wanted.get()
    except Exception as error:
        return error
    return None


def test_an_answer_is_there_for_all_who_want_it_then_and_later(clock: FastClock, asks: Asks) -> None:
    wanted = later(clock, convert=lambda value: [value])
    number = asks.open_later(wanted)
    waiting = [gevent.spawn(wanted.get) for _ in range(2)]
    settle()
    assert asks.waiting
    assert asks.answer(number, "x")

    assert [one.get(timeout=1) for one in waiting] == [["x"], ["x"]]
    assert wanted.get() == ["x"]
    assert wanted.done
    assert not wanted.failed
    assert not asks.waiting
    assert len(asks) == 0


def test_an_error_is_raised_each_time(clock: FastClock, asks: Asks) -> None:
    wanted = later(clock)
    assert not asks.fail(asks.open_later(wanted), JSError("boom"))  # nobody waited

    for _ in range(2):
        with pytest.raises(JSError, match="boom") as caught:
            wanted.get()
        assert len(caught.traceback) == 2  # and not longer each time
    assert wanted.failed


@pytest.mark.parametrize("how", ["waiting", "wanted"])
def test_an_error_that_somebody_will_hear_of_is_known_to_be(clock: FastClock, asks: Asks, how: str) -> None:
    wanted = later(clock, wanted=how == "wanted")
    number = asks.open_later(wanted)
    waiting = [gevent.spawn(error_of, wanted)] if how == "waiting" else []
    settle()

    assert asks.fail(number, JSError("boom"))
    assert [str(one.get(timeout=1)) for one in waiting] == ["boom"] * len(waiting)


def test_an_answer_that_nobody_has_is_not_converted(clock: FastClock, asks: Asks) -> None:
    converted: list[Any] = []
    number = asks.open_later(later(clock, convert=converted.append), trail=())
    gc.collect()

    assert asks.label(number) == "it"
    assert not asks.answer(number, "x")
    assert converted == []
    assert len(asks) == 0


def test_an_error_that_nobody_has_is_told_to_nobody(clock: FastClock, asks: Asks) -> None:
    number = asks.open_later(later(clock))
    gc.collect()
    assert not asks.waiting
    asks.expire(None, 10, 120)
    assert not asks.fail(number, JSError("boom"))


def test_deadlines_begin_when_somebody_waits_and_leave_the_answer_to_others(clock: FastClock, asks: Asks) -> None:
    wanted = later(clock)
    number = asks.open_later(wanted)
    clock.ahead = 200
    asks.expire(None, 10, 120)
    first = gevent.spawn(error_of, wanted)
    settle()
    clock.ahead = 300
    second = gevent.spawn(wanted.get)
    settle()
    clock.ahead = 321
    asks.expire(None, 10, 120)

    error = first.get(timeout=1)
    assert isinstance(error, ReadTimeout)
    assert "no answer within 120 seconds to it" in str(error)
    assert asks.answer(number, "x")
    assert second.get(timeout=1) == "x"


def test_who_was_killed_does_not_wait(clock: FastClock, asks: Asks) -> None:
    wanted = later(clock)
    asks.open_later(wanted)
    greenlet = gevent.spawn(wanted.get)
    settle()
    greenlet.kill()
    assert not asks.waiting


def test_what_cannot_be_converted_is_an_error(clock: FastClock, asks: Asks) -> None:
    def convert(value: Any) -> Any:
        raise JSError(f"not {value}")

    wanted = later(clock, convert=convert)
    assert asks.answer(asks.open_later(wanted), "x")
    with pytest.raises(JSError, match="not x"):
        wanted.get()
