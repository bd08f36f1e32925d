"""Tests of listeners whose browser is told which of their events have been handled."""

from __future__ import annotations

from typing import Any

from gevent.event import Event as Signal

from pycommunicate.page import Scope, WhenBusy
from pycommunicate.protocol.ops import DONE
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


class Busy:
    """Handlers that run until they are let go on."""

    def __init__(self, rig: Rig, when_busy: WhenBusy = WhenBusy.SERIAL, **options: Any) -> None:
        self.rig = rig
        self.go_on: list[Signal] = []
        self.got: list[Any] = []
        given = {"busy": 1, **options}
        rig.run(lambda: rig.page.listen(1, "click", given, self.handle, self.snapshot, "a click", when_busy))

    def snapshot(self, carried: Any, errors: Any) -> str:
        return "what happened"

    def handle(self, event: Any) -> None:
        self.got.append(event)
        self.go_on.append(Signal())
        self.go_on[-1].wait()

    def click(self, times: int = 1) -> None:
        for _ in range(times):
            self.rig.event(1)
        settle()

    def end(self, number: int) -> list[int]:
        """End a handler; return what the browser is told of."""
        self.go_on[number].set()
        return self.done

    @property
    def done(self) -> list[int]:
        return [op[2] for op in self.rig.take() if op[:2] == [DONE, 1]]


def test_each_event_is_told_of_when_its_handler_has_ended(rig: Rig) -> None:
    busy = Busy(rig)
    busy.click(3)
    assert busy.done == []
    assert [busy.end(number) for number in range(3)] == [[1], [2], [3]]
    assert busy.got == ["what happened"] * 3


def test_what_ends_out_of_order_is_told_of_in_order(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.PARALLEL)
    busy.click(4)
    assert [busy.end(number) for number in (1, 0, 3, 2)] == [[], [2], [], [4]]


def test_what_is_dropped_is_over_once_those_before_it_are(rig: Rig) -> None:
    busy = Busy(rig, WhenBusy.DROP)
    busy.click(3)
    assert busy.done == []
    assert busy.end(0) == [3]
    busy.click()
    assert busy.end(1) == [4]


def test_what_is_skipped_is_over_once_those_before_it_are(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    busy = Busy(rig, WhenBusy.LATEST)
    busy.click(4)
    assert len(busy.go_on) == 1
    assert busy.end(0) == [3]
    assert busy.end(1) == [4]


def test_one_that_raises_has_ended(rig: Rig) -> None:
    busy = Busy(rig)
    busy.click()
    rig.page.foreground.tasks.copy().pop().kill(block=False)
    settle()
    assert busy.done == [1]


def test_nothing_is_told_of_a_listener_that_did_not_ask(rig: Rig) -> None:
    rig.listen()
    rig.event(1)
    assert [op for op in rig.take() if op[0] == DONE] == []


def test_a_listener_that_has_ended_by_its_first_event_is_told_of_still(rig: Rig) -> None:
    busy = Busy(rig, once=True)
    busy.click()
    assert busy.end(0) == [1]


def test_nothing_is_told_of_a_listener_that_has_ended_otherwise(rig: Rig) -> None:
    rig.page.change_scope(Scope("a view", rig.page))
    busy = Busy(rig)
    busy.click()
    rig.page.listening.remove([1])
    assert busy.end(0) == []

    once = Busy(rig, once=True)
    rig.event(2)
    settle()
    rig.page.change_scope(Scope("another view", rig.page))
    once.go_on[0].set()
    assert [op for op in rig.take() if op[0] == DONE] == []


def test_a_listener_that_is_removed_handles_nothing_more(rig: Rig) -> None:
    busy = Busy(rig)
    busy.click(3)
    rig.page.listening.remove([1])
    busy.end(0)
    assert len(busy.got) == 1
    assert rig.registry._pool._free == 100
