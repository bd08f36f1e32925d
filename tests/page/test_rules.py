"""The rules of the channel, one test each: what is written, in which frames, and who waits."""

from __future__ import annotations

from functools import partial

import pytest

from pycommunicate.errors import PageGone
from pycommunicate.page import current_task
from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import GET, SET
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig, settle, until

ONE_FRAME = Settings(limits=Limits(window_frames=1))


def write(rig: Rig, value: str, name: str = "value") -> None:
    rig.page.send((SET, 1, name, value))


# --- flows ------------------------------------------------------------------------------------------------------------


def test_what_a_greenlet_writes_without_giving_up_control_leaves_as_one_frame(rig: Rig) -> None:
    def handler() -> None:
        write(rig, "a")
        write(rig, "b", "id")
        write(rig, "c")

    rig.run(handler)

    assert rig.take() == [[SET, 1, "value", "a"], [SET, 1, "id", "b"], [SET, 1, "value", "c"]]
    assert rig.carrier.sent == 2  # the welcome and one batch


def test_writing_never_waits_and_sends_nothing_before_the_turn_ends(rig: Rig) -> None:
    seen: list[int] = []

    def handler() -> None:
        for i in range(100):
            write(rig, str(i))
        seen.append(len(rig.carrier.frames))

    rig.run(handler)

    assert seen == [0]


def test_a_read_travels_behind_the_writes_before_it_in_the_same_frame(rig: Rig) -> None:
    def handler() -> object:
        write(rig, "new")
        return rig.page.ask(GET, 1, "value", label="a value")

    outcome = rig.start(handler)

    assert rig.take() == [[SET, 1, "value", "new"], [GET, 1, 1, "value"]]
    assert len(rig.batches) == 1
    rig.reply(1, "what the browser holds")
    assert outcome.get() == "what the browser holds"


def test_a_write_after_a_read_leaves_in_a_frame_of_its_own_behind_it(rig: Rig) -> None:
    def handler() -> None:
        rig.page.ask(GET, 1, "value", label="a value")
        write(rig, "after")

    outcome = rig.start(handler)
    rig.answer("before")
    outcome.get()

    assert rig.take() == [[SET, 1, "value", "after"]]
    assert [batch.number for batch in rig.batches] == [1, 2]


# --- ack means applied ------------------------------------------------------------------------------------------------


def test_a_frame_that_was_received_but_not_applied_keeps_the_window_closed(start_rig: StartRig) -> None:
    rig = start_rig(ONE_FRAME)
    rig.run(lambda: write(rig, "first"))
    rig.take(apply=False)
    rig.run(lambda: write(rig, "second"))

    rig.ack()
    assert rig.take(apply=False) == []

    rig.channel.applied(1)
    rig.ack()
    assert rig.take() == [[SET, 1, "value", "second"]]


def test_an_acknowledgement_that_comes_with_an_event_opens_the_window_too(start_rig: StartRig) -> None:
    rig = start_rig(ONE_FRAME)
    rig.listen()
    rig.run(lambda: write(rig, "second"))
    assert [op[0] for op in rig.take()] != []

    rig.event(1)

    assert rig.take() == [[SET, 1, "value", "second"]]


# --- numbers are given at send time -----------------------------------------------------------------------------------


def test_ops_behind_a_closed_window_have_no_number_yet_and_leave_as_one_frame(start_rig: StartRig) -> None:
    rig = start_rig(ONE_FRAME)
    rig.run(lambda: write(rig, "first"))
    rig.take()
    for name in ("a", "b", "c"):
        rig.run(partial(write, rig, name, name))
    assert rig.take() == []

    rig.ack()

    assert rig.take() == [[SET, 1, name, name] for name in ("a", "b", "c")]
    assert [batch.number for batch in rig.batches] == [1, 2]


def test_a_later_write_of_the_same_property_replaces_an_earlier_one_in_the_backlog(start_rig: StartRig) -> None:
    rig = start_rig(ONE_FRAME)
    rig.run(lambda: write(rig, "first"))
    rig.take()
    for i in range(1000):
        rig.run(partial(write, rig, str(i)))

    rig.ack()
    ops = rig.take()

    # What the turn wrote in which the window was found closed stays.
    assert len(ops) <= 2
    assert ops[-1] == [SET, 1, "value", "999"]


def test_nothing_is_replaced_across_an_op_that_is_no_plain_write(start_rig: StartRig) -> None:
    rig = start_rig(ONE_FRAME)
    rig.run(lambda: write(rig, "first"))
    rig.take()
    rig.run(lambda: write(rig, "second"))
    reading = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    settle()
    rig.run(lambda: write(rig, "third"))

    rig.ack()

    assert rig.take() == [[SET, 1, "value", "second"], [GET, 1, 1, "value"], [SET, 1, "value", "third"]]
    rig.reply(1, "second")
    assert reading.get() == "second"


# --- a browser's silence slows only its own page ----------------------------------------------------------------------

SMALL = Settings(limits=Limits(window_frames=1), high_water=1000, overflow=4000)


def fill_window(rig: Rig) -> None:
    rig.run(lambda: write(rig, "first"))
    rig.take()


def test_the_pages_own_handlers_wait_at_high_water_until_the_browser_takes_something(start_rig: StartRig) -> None:
    rig = start_rig(SMALL)
    fill_window(rig)
    written: list[int] = []

    def handler() -> None:
        for i in range(3):
            write(rig, "x" * 900, f"property{i}")
            written.append(i)

    outcome = rig.start(handler)
    settle()
    assert written == [0]
    assert not outcome.done

    rig.ack()
    outcome.get()

    assert written == [0, 1, 2]


def test_a_writer_from_outside_never_waits(start_rig: StartRig) -> None:
    rig, other = start_rig(SMALL), start_rig(SMALL)
    fill_window(rig)
    turns: list[str] = []

    def outside() -> None:
        assert current_task() is not None
        for name in ("a", "b", "c"):
            write(rig, "x" * 900, name)
            turns.append(name)

    outcome = other.start(outside)
    other.start(lambda: turns.append("somebody else's turn"))
    outcome.get()

    assert turns == ["a", "b", "c", "somebody else's turn"]
    for name in ("d", "e"):  # this test's greenlet is no task of any page
        before = len(turns)
        write(rig, "x" * 100, name)
        assert len(turns) == before


def test_overflow_ends_that_page_alone_and_its_browser_is_told(start_rig: StartRig) -> None:
    rig = start_rig(SMALL)
    other = start_rig(SMALL, registry=rig.registry)
    fill_window(rig)

    for i in range(6):
        write(rig, "x" * 900, f"property{i}")
    settle()

    assert rig.ended == ["its browser took nothing for too long"]
    assert (rig.bye.code, rig.bye.action) == ("overflow", "reload")
    other.run(lambda: write(other, "alive"))
    assert other.take() == [[SET, 1, "value", "alive"]]


def test_a_handler_that_waits_at_high_water_gets_page_gone_when_the_page_ends(start_rig: StartRig) -> None:
    rig = start_rig(SMALL)
    fill_window(rig)
    outcome = rig.start(lambda: write(rig, "x" * 2000))
    settle()

    rig.page.end("a test", "", "")

    with pytest.raises(PageGone, match="a test"):
        outcome.get()


def test_a_handler_that_waits_at_high_water_holds_no_slot(start_rig: StartRig) -> None:
    rig = start_rig(SMALL, pool=1)
    ran: list[str] = []
    rig.listen(lambda: write(rig, "x" * 2000))
    rig.listen(lambda: ran.append("input"), "input")
    rig.take(apply=False)
    rig.event(1)
    settle()

    rig.event(2)

    until(lambda: ran == ["input"])


# --- dead is not forged -----------------------------------------------------------------------------------------------


def test_an_event_of_a_listener_that_has_ended_is_ignored_and_counted(rig: Rig) -> None:
    number = rig.listen()
    rig.send(rig.channel.gone([], [number]))

    rig.event(number)

    assert rig.page.dead_events == 1
    assert not rig.page.gone


@pytest.mark.parametrize("number", [0, 2, 2**40])
def test_an_event_of_a_listener_that_never_was_ends_the_page(rig: Rig, number: int) -> None:
    rig.listen()

    rig.event(number)

    assert (rig.bye.code, rig.bye.action) == ("violation", "stop")


def test_a_reply_to_an_abandoned_read_is_dropped(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.take()
    outcome.task.kill()
    later = rig.start(lambda: rig.page.ask(GET, 1, "id", label="an id"))
    rig.take()

    rig.reply(1, "late")
    settle()
    assert not later.done

    rig.reply(2, "in time")
    assert later.get() == "in time"


@pytest.mark.parametrize("number", [0, 2, 2**40])
def test_a_reply_to_a_read_that_was_never_made_ends_the_page(rig: Rig, number: int) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.take()

    rig.reply(number, "forged")

    assert rig.bye.code == "violation"
    with pytest.raises(PageGone):
        outcome.get()


def test_a_second_reply_to_an_answered_read_ends_the_page(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.answer("first")
    assert outcome.get() == "first"

    rig.reply(1, "second")

    assert rig.page.gone == "its browser broke the protocol"


def test_a_second_reply_to_an_abandoned_read_ends_the_page(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.take()
    rig.tick(rig.settings.read_timeout + 1)
    assert outcome.done
    rig.reply(1, "late")
    assert not rig.page.gone

    rig.reply(1, "later still")

    assert rig.page.gone == "its browser broke the protocol"
