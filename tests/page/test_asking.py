"""Tests of what a page asks of its browser: the ways to ask, signs of life, and what nobody waits for."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pycommunicate.errors import JSError, ReadTimeout, StaleElement, WaitForbidden
from pycommunicate.page import Registry, waiting_forbidden
from pycommunicate.page.trail import Trail
from pycommunicate.protocol.messages import Ack
from pycommunicate.protocol.ops import GET, SET
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import FastClock, Rig, settle


class Watch:
    """Takes notes of what a page tells who looks on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Trail]] = []
        self.faults: list[Any] = []

    def asks(self, page: object, what: str, trail: Trail) -> None:
        self.asked.append((what, trail))

    def failed(self, page: object, fault: Any) -> None:
        self.faults.append(fault)


# --- signs of life ----------------------------------------------------------------------------------------------------


def test_a_browser_that_says_nothing_while_it_is_waited_for_is_asked_whether_it_is_there(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "x", label="it"))
    [op] = rig.take()
    rig.tick(4.9)
    assert rig.messages == []
    rig.tick(5.1)
    rig.tick(6)  # once is enough
    rig.take()
    assert rig.messages == [Ack(0, True)]

    rig.clock.ahead = 8
    rig.ack()
    rig.clock.ahead = 0
    rig.tick(12)  # the answer is a sign
    assert not outcome.done
    rig.tick(13.5)
    rig.take()
    assert rig.messages == [Ack(0, True), Ack(0, True)]
    rig.reply(op[1], "x")
    assert outcome.get() == "x"


def test_a_browser_that_does_not_answer_is_given_up(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "x", label="it"))
    rig.take()
    rig.tick(6)
    rig.tick(10.1)
    with pytest.raises(ReadTimeout, match="no sign of the browser for 10 seconds, waiting for it"):
        outcome.get()


def test_a_browser_that_nobody_waits_for_may_be_silent(rig: Rig) -> None:
    later = rig.run(lambda: rig.page.ask_later(GET, 1, "x", label="it"))
    rig.take()
    rig.tick(9)
    rig.take()
    assert rig.messages == []
    assert not later.done


# --- together ---------------------------------------------------------------------------------------------------------


def test_what_is_asked_together_fails_each_by_itself(rig: Rig) -> None:
    asks = [(GET, (1, "a"), "a", None), (GET, (2, "b"), "b", lambda value: [value])]
    outcome = rig.start(lambda: rig.page.ask_together(asks, label="both"))
    first, second = rig.take()
    rig.reply(first[1], None, ["js-error", "boom"])
    rig.reply(second[1], "x")

    failed, answered = outcome.get()
    assert answered.get() == ["x"]
    with pytest.raises(JSError, match="a: boom"):
        failed.get()


def test_where_waiting_is_forbidden_nothing_is_asked(rig: Rig) -> None:
    def handler(ask: Any) -> None:
        with waiting_forbidden("inside session.locked()"):
            ask()

    for ask in (
        lambda: rig.page.ask(GET, 1, "x", label="it"),
        lambda: rig.page.ask_together([(GET, (1, "x"), "it", None)], label="it"),
        lambda: rig.page.carry_out((SET, 1, "value", "x", False), label="it"),
    ):
        with pytest.raises(WaitForbidden, match=r"inside session\.locked\(\)"):
            rig.run(lambda ask=ask: handler(ask))
    assert rig.take() == []


def test_a_greenlet_that_is_killed_while_it_asks_together_leaves_nothing_behind(rig: Rig) -> None:
    asks = [(GET, (1, "a"), "a", None), (GET, (2, "b"), "b", None)]
    outcome = rig.start(lambda: rig.page.ask_together(asks, label="both"))
    first, second = rig.take()
    outcome.task.kill()
    settle()
    rig.reply(first[1], "x")
    rig.reply(second[1], "x")
    assert not rig.page.tick()


# --- who looks on -----------------------------------------------------------------------------------------------------


def watched(start_rig: StartRig) -> tuple[Rig, Watch]:
    watch = Watch()
    settings = Settings()
    registry = Registry(settings, 100, FastClock())
    registry.watch = cast(Any, watch)
    return start_rig(settings, registry=registry), watch


def test_each_way_to_wait_is_told_once_with_the_line_of_the_program(start_rig: StartRig) -> None:
    rig, watch = watched(start_rig)
    asks = [(GET, (1, "a"), "a", None), (GET, (2, "b"), "b", None)]

    def handler() -> None:
        rig.page.ask(GET, 1, "x", label="one")
        rig.page.ask_together(asks, label="two")
        rig.page.carry_out((SET, 1, "value", "x", False), label="three")
        later = rig.page.ask_later(GET, 1, "x", label="four")
        later.get()
        later.get()

    outcome = rig.start(handler)
    while not outcome.done:
        for op in rig.take():
            if op[0] == GET:
                rig.reply(op[1], "x")
    outcome.get()

    assert [what for what, _ in watch.asked] == ["one", "two", "three", "four"]
    assert [trail[0][0].co_name for _, trail in watch.asked] == ["handler"] * 4


def test_what_fails_and_nobody_waits_for_is_told_with_the_line_that_asked(
    start_rig: StartRig, expect_errors: ExpectErrors
) -> None:
    rig, watch = watched(start_rig)

    def handler() -> None:
        rig.page.ask_later(GET, 1, "x", label="a piece of HTML")

    rig.run(handler)
    rig.reply(rig.take()[0][1], None, ["stale-ref", "it is gone"])

    [fault] = watch.faults
    assert isinstance(fault.error, StaleElement)
    assert "a piece of HTML" in fault.title
    assert "in handler" in str(fault.error)
    assert len(expect_errors()) == 1


def test_a_write_that_was_kept_is_nothing_for_who_looks_on(start_rig: StartRig) -> None:
    rig, watch = watched(start_rig)
    rig.run(lambda: rig.page.send((SET, 1, "value", "x")))
    rig.take()
    rig.send(rig.channel.failure(rig.batches[-1].number, 0, ["kept", "the user has typed"]))
    assert watch.faults == []
