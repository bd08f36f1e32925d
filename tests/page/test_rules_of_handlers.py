"""The rules of the channel, one test each: handlers, events by credit, and slots."""

from __future__ import annotations

from functools import partial
from typing import Any

import gevent
import pytest

from pycommunicate.protocol.ops import GET
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Rig, settle, until


class KeyboardInterruptLike(BaseException):
    """What is no Exception."""


def read(rig: Rig) -> Any:
    return rig.page.ask(GET, 1, "value", label="a value")


def asks(ops: list[list[Any]]) -> list[int]:
    return [op[1] for op in ops if op[0] == GET]


# --- serial per listener, parallel across -----------------------------------------------------------------------------


def test_handlers_of_one_listener_run_one_after_the_other_in_the_order_of_events(rig: Rig) -> None:
    steps: list[Any] = []

    def handler() -> None:
        steps.append("begins")
        steps.append(read(rig))

    rig.listen(handler)
    for _ in range(3):
        rig.event(1)

    for answer in (1, 2, 3):
        rig.answer(answer)
    settle()

    assert steps == ["begins", 1, "begins", 2, "begins", 3]


def test_handlers_of_different_listeners_run_side_by_side(rig: Rig) -> None:
    steps: list[str] = []

    def slow() -> None:
        read(rig)
        steps.append("slow")

    rig.listen(slow)
    rig.listen(lambda: steps.append("cancel"))

    rig.event(1)
    rig.event(2)
    settle()
    assert steps == ["cancel"]

    rig.answer()
    settle()
    assert steps == ["cancel", "slow"]


def test_the_receiver_never_waits_with_a_small_pool_whose_handlers_all_read(start_rig: StartRig) -> None:
    rig = start_rig(pool=4)
    answers: list[Any] = []
    for _ in range(20):
        rig.listen(lambda: answers.append(read(rig)))
    rig.take()
    for number in range(1, 21):
        rig.event(number)

    answered = 0
    while answered < 20:
        numbers = asks(rig.take())
        assert numbers, f"deadlock after {answered} reads"
        for number in numbers:
            rig.reply(number, number)
        answered += len(numbers)
    settle()

    assert sorted(answers) == list(range(1, 21))


def test_no_more_handlers_run_at_a_time_than_the_app_allows(start_rig: StartRig) -> None:
    rig = start_rig(pool=2)
    running, most = [0], [0]

    def handler() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        gevent.sleep(0.001)
        running[0] -= 1

    for _ in range(8):
        rig.listen(handler)
    for number in range(1, 9):
        rig.event(number)
    until(lambda: most[0] and not running[0] and not rig.page.foreground.tasks)

    assert most == [2]


def test_the_pages_of_one_app_share_the_slots(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    other = start_rig(registry=rig.registry)
    order: list[str] = []

    def first() -> None:
        gevent.sleep(0.005)
        order.append("first")

    rig.listen(first)
    other.listen(lambda: order.append("second"))

    rig.event(1)
    other.event(1)
    until(lambda: len(order) == 2)

    assert order == ["first", "second"]


def test_a_handler_that_waits_for_the_browser_holds_no_slot(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    steps: list[str] = []
    rig.listen(lambda: read(rig))
    rig.listen(lambda: steps.append("second"))

    rig.event(1)
    rig.event(2)
    settle()

    assert steps == ["second"]


def test_slots_are_whole_again_after_reads_errors_and_ends(start_rig: StartRig, expect_errors: ExpectErrors) -> None:
    rig = start_rig(pool=2)
    left = start_rig(registry=rig.registry)

    def failing() -> None:
        read(left)
        raise ValueError

    for page in (left, left, left):
        page.listen(failing)
    for number in (1, 2, 3):
        left.event(number)
    left.reply(asks(left.take())[0])
    settle()
    left.page.end("a test", "", "")
    settle()
    assert len(expect_errors()) == 1

    running: list[int] = []

    def handler(i: int) -> None:
        running.append(i)
        gevent.sleep(0.005)

    for i in range(3):
        rig.listen(partial(handler, i))
    for number in (1, 2, 3):
        rig.event(number)
    settle()
    assert running == [0, 1]
    until(lambda: running == [0, 1, 2])


def test_a_page_that_ends_with_many_events_in_wait_leaves_the_slots_to_others(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    other = start_rig(registry=rig.registry)
    ran: list[str] = []
    rig.listen(lambda: gevent.sleep(0.005))
    for _ in range(2000):
        rig.page.listen(1, "click", {}, lambda: ran.append("of the ended page"), None, "a click")
    other.listen(lambda: ran.append("of another page"))
    for number in range(1, 2002):
        rig.event(number)
    other.event(1)
    settle()

    rig.page.end("a test", "", "")
    until(lambda: ran)
    settle()

    assert ran == ["of another page"]


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(3), KeyboardInterruptLike("stop")])
def test_a_handler_that_raises_is_logged_with_what_it_is_for_and_hurts_nobody(
    rig: Rig, expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    def broken() -> None:
        raise error

    ran: list[int] = []
    rig.listen(broken, "submit")
    rig.listen(lambda: ran.append(1))

    rig.event(1)
    rig.event(1)
    rig.event(2)

    assert expect_errors() == ["handler of 'submit' failed"] * 2
    logged = next(record for record in caplog.records if record.exc_info)
    assert logged.exc_info is not None
    assert logged.exc_info[1] is error
    assert ran == [1]
    assert not rig.page.gone


def test_a_timer_whose_function_raises_goes_on(rig: Rig, expect_errors: ExpectErrors) -> None:
    ticks: list[int] = []

    def broken() -> None:
        ticks.append(1)
        raise SystemExit

    rig.page.add_timer(rig.page.foreground, 0.001, "the timer", broken)
    until(lambda: len(ticks) >= 3)

    assert set(expect_errors()) == {"the timer failed"}


def test_a_timer_does_not_start_a_second_run_while_one_goes_on(rig: Rig) -> None:
    ticks: list[int] = []

    def slow() -> None:
        ticks.append(1)
        read(rig)

    rig.page.add_timer(rig.page.foreground, 0.001, "the timer", slow)
    until(lambda: ticks)
    gevent.sleep(0.01)
    assert ticks == [1]

    rig.answer()
    until(lambda: len(ticks) == 2)
