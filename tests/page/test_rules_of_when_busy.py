"""The rules of a busy listener: what becomes of an event while the handler of an earlier one still runs."""

from __future__ import annotations

from typing import Any

import gevent
from gevent.event import Event

from pycommunicate.errors import Superseded
from pycommunicate.page import WhenBusy
from pycommunicate.page.listeners import HandlerPool, Listener
from pycommunicate.page.scope import Scope, Task
from pycommunicate.protocol.ops import CREDIT, SET
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


class Busy:
    """Handlers that run until they are let go on, by a page op each."""

    def __init__(self, rig: Rig, when_busy: WhenBusy) -> None:
        self.rig = rig
        self.go_on: list[Event] = []
        self.ended: list[int] = []
        self.superseded: list[int] = []
        self.number: int = rig.run(
            lambda: rig.page.listen(1, "click", {}, self.handle, None, "handler of 'click'", when_busy)
        )

    def handle(self) -> None:
        number = len(self.go_on)
        self.go_on.append(Event())
        self.go_on[number].wait()
        try:
            self.rig.page.send((SET, 1, "title", number))
        except Superseded:
            self.superseded.append(number)
            raise
        self.ended.append(number)

    def click(self, times: int = 1) -> None:
        for _ in range(times):
            self.rig.event(self.number)
            settle()

    def end(self, number: int) -> None:
        self.go_on[number].set()
        settle()

    @property
    def credit(self) -> int:
        """What was granted last."""
        self.rig.take()
        return max((op[2] for op in self.rig.ops if op[:2] == [CREDIT, self.number]), default=16)


def test_serial_handles_one_after_the_other(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.SERIAL)
    busy.click(3)
    assert len(busy.go_on) == 1
    for number in range(3):
        busy.end(number)
    assert busy.ended == [0, 1, 2]


def test_parallel_handles_all_at_once(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.PARALLEL)
    busy.click(3)
    assert len(busy.go_on) == 3
    for number in (2, 0, 1):
        busy.end(number)
    assert busy.ended == [2, 0, 1]


def test_parallel_keeps_to_the_slots_of_the_app(start_rig: StartRig) -> None:
    busy = Busy(start_rig(pool=2), WhenBusy.PARALLEL)
    busy.click(5)
    assert len(busy.go_on) == 2
    busy.end(1)
    assert len(busy.go_on) == 3
    for number in (0, 2, 3, 4):
        busy.end(number)
    assert sorted(busy.ended) == [0, 1, 2, 3, 4]


def test_latest_ends_the_older_handler_at_its_next_page_op(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.LATEST)
    busy.click(3)
    assert len(busy.go_on) == 3  # it does not wait for the older to notice
    for number in range(3):
        busy.end(number)
    assert busy.superseded == [0, 1]
    assert busy.ended == [2]
    rig.take()
    assert [op[3] for op in rig.ops if op[0] == SET] == [2]  # and nothing is logged: the fixture looks


def test_latest_skips_what_has_not_begun(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    busy = Busy(rig, WhenBusy.LATEST)
    busy.click(5)
    assert len(busy.go_on) == 1
    busy.end(0)
    assert busy.superseded == [0]
    assert len(busy.go_on) == 2  # only the last of the five
    busy.end(1)
    assert busy.ended == [1]
    assert len(busy.go_on) == 2


def test_latest_that_is_over_is_not_touched_by_the_next(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.LATEST)
    busy.click()
    busy.end(0)
    busy.click()
    busy.end(1)
    assert busy.ended == [0, 1]


def test_drop_ignores_what_comes_meanwhile_and_takes_the_next(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.DROP)
    busy.click(4)
    assert len(busy.go_on) == 1
    busy.end(0)
    busy.click()
    busy.end(1)
    assert busy.ended == [0, 1]


def test_what_is_dropped_or_superseded_gives_its_credit_back(start_rig: StartRig) -> None:
    dropping = Busy(start_rig(), WhenBusy.DROP)
    dropping.click(15)
    assert dropping.credit >= 23  # 16, and the 14 that were dropped, as far as it is worth telling

    latest = Busy(start_rig(pool=1), WhenBusy.LATEST)
    latest.click(15)
    assert latest.credit >= 23


def test_sixty_clicks_go_through_each_of_them(start_rig: StartRig) -> None:
    for when_busy in WhenBusy:
        rig = start_rig(Settings(event_rate=1e6))
        handled: list[int] = []
        number: int = rig.run(
            lambda rig=rig, handled=handled, when_busy=when_busy: rig.page.listen(
                1, "click", {}, lambda: handled.append(1), None, "it", when_busy
            )
        )
        for _ in range(60):
            rig.event(number)
            settle()  # each is over before the next
        assert len(handled) == 60, when_busy


def test_a_view_that_ends_ends_the_queue_whatever_the_way() -> None:
    for when_busy in WhenBusy:
        pool = HandlerPool(1)
        scope = Scope("a view", None)
        running: list[Any] = []

        def start(listener: Listener, carried: dict[str, Any], running: list[Any] = running) -> Task:
            running.append(carried)
            return Task(gevent.sleep)

        listener = Listener(1, scope, lambda: None, None, {}, "it", 16, pool, start, when_busy)
        for number in range(3):
            listener.take({"number": number})
        scope.end(Superseded)
        listener.handler_ended({"number": 0})
        assert running == [{"number": 0}], when_busy
