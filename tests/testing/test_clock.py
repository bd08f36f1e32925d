"""The virtual clock: timers in the order of their times, whatever they do."""

from __future__ import annotations

import gevent
import pytest

from pycommunicate.testing.clock import VirtualClock
from tests.support.rig import settle


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def test_time_passes_only_as_told(clock: VirtualClock) -> None:
    assert clock.now() == 0
    clock.advance(0)
    clock.advance(1.5)
    assert clock.now() == 1.5
    with pytest.raises(ValueError, match="expected seconds of at least 0, got -1"):
        clock.advance(-1)
    assert VirtualClock(now=100.0).now() == 100


def test_timers_fire_by_their_times_and_at_them(clock: VirtualClock) -> None:
    fired: list[tuple[str, float]] = []

    def fire(name: str) -> None:
        fired.append((name, clock.now()))

    for name, seconds in (("late", 3.0), ("first", 1.0), ("second", 1.0), ("never", 10.0), ("now", 0.0)):
        clock.timer(seconds).start(fire, name)
    clock.advance(5)
    assert fired == [("now", 0.0), ("first", 1.0), ("second", 1.0), ("late", 3.0)]
    assert (clock.now(), clock.active, clock.next_due) == (5.0, 1, 10.0)


def test_ties_go_by_making_not_by_starting(clock: VirtualClock) -> None:
    fired: list[str] = []
    first, second = clock.timer(1), clock.timer(1)
    second.start(fired.append, "second")
    first.start(fired.append, "first")
    clock.advance(1)
    assert fired == ["first", "second"]


def test_a_repeating_timer_fires_each_time_within_one_advance(clock: VirtualClock) -> None:
    times: list[float] = []
    clock.timer(1, repeat=10).start(lambda: times.append(clock.now()))
    clock.advance(900)
    assert times == [1 + 10 * n for n in range(90)]
    assert clock.active == 1


def test_a_timer_that_is_stopped_does_not_fire(clock: VirtualClock) -> None:
    fired: list[int] = []
    stopped, repeating = clock.timer(1), clock.timer(1, repeat=1)
    stopped.start(fired.append, 1)
    stopped.stop()
    repeating.start(lambda: (fired.append(2), repeating.close()))
    clock.advance(10)
    assert fired == [2]
    assert (clock.active, clock.next_due) == (0, None)


def test_a_timer_may_be_started_again(clock: VirtualClock) -> None:
    fired: list[float] = []
    timer = clock.timer(2)
    timer.start(lambda: fired.append(clock.now()))
    clock.advance(1)
    timer.stop()
    timer.start(lambda: fired.append(clock.now()))
    assert timer.active
    clock.advance(10)
    assert not timer.active
    timer.start(lambda: fired.append(clock.now()))
    clock.advance(10)
    assert fired == [3.0, 13.0]


def test_starting_a_timer_that_waits_changes_only_what_it_calls(clock: VirtualClock) -> None:
    fired: list[str] = []
    timer = clock.timer(2)
    timer.start(fired.append, "old")
    clock.advance(1)
    timer.start(fired.append, "new")
    clock.advance(1)
    assert fired == ["new"]
    assert clock.active == 0


def test_a_timer_made_by_a_timer_fires_in_the_same_advance(clock: VirtualClock) -> None:
    fired: list[float] = []

    def fire() -> None:
        fired.append(clock.now())
        if len(fired) < 4:
            clock.timer(0 if len(fired) == 2 else 1).start(fire)

    clock.timer(1).start(fire)
    clock.advance(3)
    assert fired == [1.0, 2.0, 2.0, 3.0]


def test_greenlets_have_their_turns_before_time_goes_on() -> None:
    clock = VirtualClock(settle)
    seen: list[float] = []

    def work() -> None:
        seen.append(clock.now())
        clock.timer(0).start(lambda: seen.append(clock.now()))

    clock.timer(1, repeat=1).start(lambda: gevent.spawn(work))
    gevent.spawn(lambda: clock.timer(0.5).start(lambda: seen.append(clock.now())))
    clock.advance(2)
    assert seen == [0.5, 1.0, 1.0, 2.0, 2.0]


def test_only_one_lets_time_pass(clock: VirtualClock) -> None:
    clock.timer(1).start(lambda: clock.advance(1))
    with pytest.raises(RuntimeError, match="expected one that lets time pass"):
        clock.advance(5)
    assert clock.now() == 1
    clock.advance(1)
    assert clock.now() == 2


def test_a_circle_of_timers_is_found(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.testing.clock._MOST_AT_ONCE", 100)
    clock.timer(1, repeat=1e-300).start(lambda: None)
    with pytest.raises(RuntimeError, match="expected time to go on, got more than 100 timers at 1 s"):
        clock.advance(1)
