"""Tests of reads that wait: matching answers, and both deadlines."""

from __future__ import annotations

from time import monotonic
from typing import Any

import gevent
import pytest

from pycommunicate.errors import JSError, PageGone, ReadTimeout, RemoteProtocolError
from pycommunicate.page.asks import Asks
from tests.support.rig import settle


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
    asks = Asks()
    first, second = waiting(asks), waiting(asks)

    asks.answer(second[0], "second")
    asks.answer(first[0], "first")

    assert [one[1].get(timeout=1) for one in (first, second)] == ["first", "second"]
    assert len(asks) == 0


def test_an_answer_that_comes_before_its_greenlet_waits_is_kept() -> None:
    asks = Asks()
    number = asks.open("it")
    labels = [asks.label(number)]
    greenlet = gevent.spawn(asks.wait, number)
    gevent.sleep(0)
    asks.answer(number, "quick")

    assert greenlet.get(timeout=1) == "quick"
    assert labels == ["it"]


def test_an_error_is_raised_where_the_answer_is_waited_for() -> None:
    asks = Asks()
    number, greenlet = waiting(asks)

    asks.fail(number, JSError("boom"))

    assert repr(greenlet.get(timeout=1)) == "JSError('boom')"


def test_the_greenlet_that_reads_the_answer_is_not_switched_away_from() -> None:
    asks = Asks()
    number, greenlet = waiting(asks)

    asks.answer(number, "x")

    assert not greenlet.dead
    assert greenlet.get(timeout=1) == "x"


def test_a_late_answer_does_not_wake_the_next_wait_of_the_same_greenlet() -> None:
    asks = Asks()

    def read_twice() -> Any:
        first = asks.open("first")
        try:
            asks.wait(first)
        except ReadTimeout:
            return asks.wait(asks.open("second"))

    greenlet = gevent.spawn(read_twice)
    settle()
    asks.expire(monotonic() + 100, 0, 10, 20)
    settle()
    asks.answer(1, "late")
    settle()
    assert not greenlet.ready()

    asks.answer(2, "in time")
    assert greenlet.get(timeout=1) == "in time"


def test_a_killed_greenlet_leaves_no_ask_and_its_answer_is_dropped() -> None:
    asks = Asks()
    number, greenlet = waiting(asks)

    greenlet.kill()

    assert len(asks) == 0
    assert asks.label(number) is None
    asks.answer(number, "late")
    settle()


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_an_ask_that_was_never_made_is_a_fault_of_the_browser(number: int) -> None:
    asks = Asks()
    asks.open("it")

    with pytest.raises(RemoteProtocolError, match=f"ask {number}"):
        asks.label(number)


def test_only_asks_whose_time_is_up_expire() -> None:
    asks = Asks()
    waits = [waiting(asks, "the old one")]
    since = monotonic()
    # Silence counts from the last frame, or from the ask if that came later.
    asks.expire(since + 9.9, since, 10, 120)
    asks.expire(since + 100, since + 95, 10, 120)
    settle()
    assert not waits[0][1].ready()

    asks.expire(since + 110, since + 95, 10, 120)

    assert "no sign of the browser for 10 seconds" in str(waits[0][1].get(timeout=1))


def test_the_total_time_counts_whatever_the_browser_sends() -> None:
    asks = Asks()
    _, greenlet = waiting(asks, "property 'value'")
    since = monotonic()

    asks.expire(since + 119, since + 119, 10, 120)
    settle()
    assert not greenlet.ready()
    asks.expire(since + 121, since + 121, 10, 120)

    assert str(greenlet.get(timeout=1)) == "no answer within 120 seconds to property 'value'"


def test_all_fail_together_and_each_error_names_its_own() -> None:
    asks = Asks()
    waits = [waiting(asks, label) for label in ("one", "two")]

    asks.fail_all(PageGone, "the page is gone: x")

    assert [str(greenlet.get(timeout=1)) for _, greenlet in waits] == [
        "the page is gone: x, while waiting for one",
        "the page is gone: x, while waiting for two",
    ]
    assert len(asks) == 0
