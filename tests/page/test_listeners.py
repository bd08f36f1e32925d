"""Tests of listeners and their pool, without a page."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import gevent.event
import pytest

from pycommunicate.errors import RemoteProtocolError, ViewGone
from pycommunicate.page import HandlerPool, Page, Scope
from pycommunicate.page.listeners import Listener
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


class Started:
    """Collects handlers that were started, and ends them when it is told to."""

    def __init__(self, pool: int = 1, credit: int = 16) -> None:
        self.pool = HandlerPool(pool)
        self.credit = credit
        self.scope = Scope("a view", self)
        self.running: list[tuple[int, dict[str, Any]]] = []
        self.listeners: dict[int, Listener] = {}

    def listener(self, number: int) -> Listener:
        self.listeners[number] = Listener(
            number, self.scope, lambda: None, None, {}, "it", self.credit, self.pool, self._start
        )
        return self.listeners[number]

    def _start(self, listener: Listener, carried: dict[str, Any]) -> None:
        self.running.append((listener.number, carried))

    def end(self, number: int) -> None:
        ended = next(one for one in self.running if one[0] == number)
        self.running.remove(ended)
        self.listeners[number].handler_ended(ended[1])

    @property
    def numbers(self) -> list[int]:
        return [number for number, _ in self.running]


def test_an_event_starts_its_handler_at_once_if_there_is_a_slot() -> None:
    started = Started()

    started.listener(1).take({"value": "x"})

    assert started.running == [(1, {"value": "x"})]


def test_events_of_a_busy_listener_wait_behind_each_other() -> None:
    started = Started(pool=5)
    one = started.listener(1)
    for i in range(3):
        one.take({"i": i})

    assert started.running == [(1, {"i": 0})]
    started.end(1)
    assert started.running == [(1, {"i": 1})]
    started.end(1)
    assert started.running == [(1, {"i": 2})]


def test_listeners_get_slots_in_the_order_of_their_events() -> None:
    started = Started(pool=1)
    for number in (1, 2, 3):
        started.listener(number).take({})
    started.listeners[1].take({})

    order = []
    while started.running:
        order += started.numbers
        started.end(started.numbers[0])

    # A listener with more events goes to the end of the queue.
    assert order == [1, 2, 3, 1]


def test_a_slot_that_is_given_back_starts_who_waits_and_may_be_taken_again() -> None:
    started = Started(pool=1)
    for number in (1, 2, 3):
        started.listener(number).take({})
    assert started.numbers == [1]

    started.pool.change(1)
    assert started.numbers == [1, 2]
    started.pool.change(-1)
    started.end(1)
    assert started.numbers == [2]  # one slot only again
    started.end(2)
    assert started.numbers == [3]


def test_listeners_of_an_ended_scope_start_nothing_and_keep_no_slot() -> None:
    started = Started(pool=1)
    busy = started.listener(1)
    busy.take({})
    busy.take({})
    for number in range(2, 3000):
        started.listener(number).take({})
    living = Scope("another view", started)

    started.scope.end(ViewGone)
    started.scope = living
    started.listener(9000).take({})
    started.end(1)

    assert started.numbers == [9000]
    started.end(9000)
    started.listener(9001).take({})
    assert started.numbers == [9001]


def test_an_event_without_credit_is_a_fault_of_the_browser() -> None:
    one = Started(credit=2).listener(1)
    one.take({})
    one.take({})

    with pytest.raises(RemoteProtocolError, match="at most 2 events of listener 1"):
        one.take({})


def test_credit_counts_events_in_all_and_comes_by_half_windows() -> None:
    started = Started(credit=4)
    one = started.listener(1)
    announced = []
    for _ in range(6):
        one.take({})
        started.end(1)
        announced.append(one.credit_due(4))

    assert announced == [0, 6, 0, 8, 0, 10]


def test_waiting_and_running_events_are_not_granted_again() -> None:
    started = Started(credit=4)
    one = started.listener(1)
    for _ in range(4):
        one.take({})
    assert one.credit_due(4) == 0

    started.end(1)
    assert one.credit_due(4) == 0  # three are still there
    started.end(1)
    assert one.credit_due(4) == 6


def test_pages_that_end_while_their_events_wait_for_a_slot_are_freed(start_rig: StartRig) -> None:
    busy = start_rig(pool=1)
    go_on = gevent.event.Event()
    busy.event(busy.listen(go_on.wait))
    settle()

    def come_and_go() -> weakref.ref[Page]:
        rig = Rig(registry=busy.registry)
        rig.event(rig.listen())
        rig.leave()
        settle()
        return weakref.ref(rig.page)

    pages = [come_and_go() for _ in range(500)]
    gc.collect()

    assert sum(page() is not None for page in pages) <= 64  # the last few
    go_on.set()
    settle()
    gc.collect()
    assert [page for page in pages if page() is not None] == []
