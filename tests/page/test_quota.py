"""Tests of quotas, with a clock in the test's hands."""

from __future__ import annotations

import pytest

from pycommunicate.page.quota import Quota
from tests.support.rig import FastClock


class Still(FastClock):
    """Moves only when a test says so."""

    def now(self) -> float:
        return 1000.0 + self.ahead


@pytest.fixture
def clock() -> Still:
    return Still()


def taken(one: Quota) -> int:
    """Take as often as may be; return how often that was."""
    count = 0
    while one.take():
        count += 1
    return count


def test_a_burst_may_happen_at_once_and_then_no_more(clock: Still) -> None:
    assert taken(Quota(rate=10, burst=5, clock=clock)) == 5


def test_what_may_happen_comes_back_at_the_rate(clock: Still) -> None:
    one = Quota(rate=10, burst=5, clock=clock)
    taken(one)

    clock.ahead += 0.25
    assert taken(one) == 2
    clock.ahead += 0.06
    assert taken(one) == 1  # no part of a time is lost


def test_no_more_than_a_burst_is_saved_up(clock: Still) -> None:
    one = Quota(rate=10, burst=5, clock=clock)
    clock.ahead += 1000
    assert taken(one) == 5
    clock.ahead += 1000
    assert taken(one) == 5


def test_it_says_how_long_to_wait_and_never_for_more_than_a_burst(clock: Still) -> None:
    one = Quota(rate=10, burst=5, clock=clock)
    assert one.seconds_until(5) == 0
    taken(one)
    assert one.seconds_until(2) == pytest.approx(0.2)
    assert one.seconds_until(1000) == pytest.approx(0.5)
    clock.ahead += one.seconds_until(2)
    assert taken(one) == 2
