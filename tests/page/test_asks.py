"""Tests of reads that wait: matching answers, and both deadlines."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import gevent
import pytest

from pycommunicate.errors import JSError, PageGone, ReadTimeout, RemoteProtocolError
from pycommunicate.page import Clock
from pycommunicate.page.asks import Asks
from tests.support.rig import FastClock, settle


def waiting(asks: Asks, label: str = "it") -> tuple[int, gevent.Greenlet[..., Any]]:
    """Return the number of a new ask and the greenlet that waits for it."""
    number = asks.open(label)

    def wait() -> Any:
        try:
            return asks.wait(number)
        except Exception as error:
            return error

    greenlet = gevent.spawn(wait)
    settle()
    return number, greenlet


def test_each_ask_gets_its_own_answer_in_any_order() -> None:
    asks = Asks(Clock())
    first, second = waiting(asks), waiting(asks)

    asks.answer(second[0], "second")
    asks.answer(first[0], "first")

    assert [one[1].get(timeout=1) for one in (first, second)] == ["first", "second"]
    assert len(asks) == 0


def test_an_answer_that_comes_before_its_greenlet_waits_is_kept() -> None:
    asks = Asks(Clock())
    number = asks.open("it")
    labels = [asks.label(number)]
    greenlet = gevent.spawn(asks.wait, number)
    gevent.sleep(0)
    asks.answer(number, "quick")

    assert greenlet.get(timeout=1) == "quick"
    assert labels == ["it"]


def test_an_error_is_raised_where_the_answer_is_waited_for() -> None:
    asks = Asks(Clock())
    number, greenlet = waiting(asks)

    asks.fail(number, JSError("boom"))

    assert repr(greenlet.get(timeout=1)) == "JSError('boom')"


def test_the_greenlet_that_reads_the_answer_is_not_switched_away_from() -> None:
    asks = Asks(Clock())
    number, greenlet = waiting(asks)

    asks.answer(number, "x")

    assert not greenlet.dead
    assert greenlet.get(timeout=1) == "x"


def test_a_late_answer_does_not_wake_the_next_wait_of_the_same_greenlet() -> None:
    asks, expire = timed()

    def read_twice() -> Any:
        first = asks.open("first")
        try:
            asks.wait(first)
        except ReadTimeout:
            return asks.wait(asks.open("second"))

    greenlet = gevent.spawn(read_twice)
    settle()
    expire(130, None)
    settle()
    asks.answer(1, "late")
    settle()
    assert not greenlet.ready()

    asks.answer(2, "in time")
    assert greenlet.get(timeout=1) == "in time"


def test_a_killed_greenlet_leaves_no_ask_and_its_answer_is_dropped() -> None:
    asks = Asks(Clock())
    number, greenlet = waiting(asks)

    greenlet.kill()

    assert len(asks) == 0
    assert asks.label(number) is None
    asks.answer(number, "late")
    settle()


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_an_ask_that_was_never_made_is_a_fault_of_the_browser(number: int) -> None:
    asks = Asks(Clock())
    asks.open("it")

    with pytest.raises(RemoteProtocolError, match=f"ask {number}"):
        asks.label(number)


def test_silence_says_nothing_while_no_browser_is_attached() -> None:
    asks, expire = timed()
    _, greenlet = waiting(asks)

    expire(119, None)
    settle()
    assert not greenlet.ready()
    expire(121, None)

    assert "no answer within 120 seconds" in str(greenlet.get(timeout=1))


def timed() -> tuple[Asks, Callable[[float, float | None], None]]:
    """Return asks, and a function that lets them expire so many seconds from now, given when a frame came last."""
    clock = FastClock()
    asks = Asks(clock)

    def expire(ahead: float, heard: float | None) -> None:
        clock.ahead = ahead
        asks.expire(heard, 10, 120)

    return asks, expire


def test_only_asks_whose_time_is_up_expire() -> None:
    asks, expire = timed()
    waits = [waiting(asks, "the old one")]
    since = monotonic()
    # Silence counts from the last frame, or from the ask if that came later.
    expire(9.9, since)
    expire(100, since + 95)
    settle()
    assert not waits[0][1].ready()

    expire(110, since + 95)

    assert "no sign of the browser for 10 seconds" in str(waits[0][1].get(timeout=1))


def test_the_total_time_counts_whatever_the_browser_sends() -> None:
    asks, expire = timed()
    _, greenlet = waiting(asks, "property 'value'")
    since = monotonic()

    expire(119, since + 119)
    settle()
    assert not greenlet.ready()
    expire(121, since + 121)

    assert str(greenlet.get(timeout=1)) == "no answer within 120 seconds to property 'value'"


def test_all_fail_together_and_each_error_names_its_own() -> None:
    asks = Asks(Clock())
    waits = [waiting(asks, label) for label in ("one", "two")]

    asks.fail_all(PageGone, "the page is gone: x")

    assert [str(greenlet.get(timeout=1)) for _, greenlet in waits] == [
        "the page is gone: x, while waiting for one",
        "the page is gone: x, while waiting for two",
    ]
    assert len(asks) == 0
