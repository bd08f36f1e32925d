"""Tests of scopes and tasks: timers, and where waiting is forbidden."""

from __future__ import annotations

from functools import partial

import gevent
import pytest

from pycommunicate.errors import PageGone, ViewGone, WaitForbidden
from pycommunicate.page import Clock, Scope, current_task, waiting_forbidden
from pycommunicate.page.greenlets import PerGreenlet
from pycommunicate.page.scope import check_may_wait
from pycommunicate.protocol.ops import SET
from tests.support.rig import Rig, until


def test_a_scope_that_has_ended_raises_what_it_ended_with() -> None:
    scope = Scope("the view Home", None)
    scope.check()

    scope.end(ViewGone)

    with pytest.raises(ViewGone, match="the view Home is gone"):
        scope.check()


def test_timers_tick_until_they_are_cancelled() -> None:
    scope = Scope("a view", None)
    ticks: list[int] = []
    for i in (1, 2):
        scope.add_timer(i, Clock().timer(0.001, 0.001), partial(ticks.append, i))
    until(lambda: {1, 2} <= set(ticks))

    scope.cancel_timer(1)
    scope.cancel_timer(1)
    scope.cancel_timer(77)
    ticks.clear()
    until(lambda: ticks.count(2) >= 2)
    assert 1 not in ticks

    scope.end(PageGone)
    ticks.clear()
    gevent.sleep(0.005)
    assert ticks == []


def test_there_is_no_current_task_outside_of_one(rig: Rig) -> None:
    assert current_task() is None
    assert gevent.spawn(current_task).get(timeout=1) is None
    assert rig.run(lambda: current_task() is not None)


def test_waiting_is_forbidden_to_the_task_that_said_so_and_to_no_other(rig: Rig) -> None:
    def forbids() -> None:
        with waiting_forbidden("inside session.locked()"):
            with waiting_forbidden("inside another"), pytest.raises(WaitForbidden, match="inside another"):
                check_may_wait()
            gevent.sleep(0.002)
            with pytest.raises(WaitForbidden, match=r"waited for inside session\.locked\(\)"):
                check_may_wait()
        check_may_wait()

    outcome = rig.start(forbids)
    gevent.sleep(0)
    rig.run(check_may_wait)
    outcome.get()


def test_a_task_that_may_not_wait_does_not_wait_at_high_water_either(rig: Rig) -> None:
    def writes() -> None:
        with waiting_forbidden("inside session.locked()"):
            rig.page.send((SET, 1, "value", "x" * (rig.settings.high_water + 1)))
            assert not rig.carrier.frames

    rig.run(writes)


def test_waiting_outside_of_tasks_is_nobodys_business() -> None:
    with waiting_forbidden("here"):
        check_may_wait()


def test_a_value_per_greenlet_is_seen_by_that_greenlet_only() -> None:
    values = PerGreenlet()
    values.set("mine")

    def other() -> list[object]:
        seen = [values.get()]
        values.set("yours")
        gevent.sleep(0)
        seen.append(values.get())
        values.clear()
        return [*seen, values.get()]

    greenlets = [gevent.spawn(other) for _ in range(2)]
    gevent.joinall(greenlets, timeout=1, raise_error=True)

    assert [one.value for one in greenlets] == [[None, "yours", None]] * 2
    assert values.get() == "mine"
    values.clear()
    assert values.get() is None
