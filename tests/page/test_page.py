"""Tests of a page: errors of the browser, failed writes, limits, and what it asks of its carrier."""

from __future__ import annotations

import gevent
import pytest

from pycommunicate import errors
from pycommunicate.protocol import Limits
from pycommunicate.protocol.messages import ERRORS
from pycommunicate.protocol.ops import CREATE, GET, SET, VIEW
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import HeldCarrier, Rig, settle


def write(rig: Rig) -> None:
    rig.page.send((SET, 1, "id", "x"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid-selector", errors.InvalidSelector),
        ("invalid-name", errors.InvalidName),
        ("stale-ref", errors.StaleElement),
        ("not-a-function", errors.NotAFunction),
        ("js-error", errors.JSError),
        ("unsupported", errors.UnsupportedValue),
        ("too-large", errors.ValueTooLarge),
        ("timeout", errors.ReadTimeout),
        ("gone", errors.PageGone),
    ],
)
def test_an_error_of_the_browser_is_raised_as_its_own_class(rig: Rig, code: str, kind: type[Exception]) -> None:
    assert code in ERRORS
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="property 'value' of '#name'"))
    rig.answer(error=[code, "what the browser says"])

    with pytest.raises(kind, match="property 'value' of '#name': what the browser says") as caught:
        outcome.get()
    assert type(caught.value) is kind
    assert not rig.page.gone


def test_the_text_of_an_error_can_forge_no_line_and_no_command_of_a_terminal(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))

    rig.answer(error=["js-error", "größer\nERROR:root:forged\x1b[2J\u202e"])

    with pytest.raises(errors.JSError) as raised:
        outcome.get()
    assert str(raised.value) == r"a value: größer\nERROR:root:forged\x1b[2J\u202e"


def test_a_page_gone_that_comes_from_the_browser_of_a_living_page_is_logged(
    rig: Rig, expect_errors: ExpectErrors
) -> None:
    rig.page.spawn(rig.page.scope, "the task", lambda: rig.page.ask(GET, 1, "value", label="it"))
    rig.answer(error=["gone", "the document goes"])

    assert expect_errors() == ["the task failed"]


def test_a_logged_traceback_begins_with_the_program(
    rig: Rig, expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture
) -> None:
    def crash() -> None:
        raise LookupError("lost")

    rig.page.spawn(rig.page.scope, "the task", crash)
    settle()
    assert expect_errors() == ["the task failed"]
    assert "in crash" in caplog.text
    assert 'pycommunicate/page/page.py"' not in caplog.text


def test_a_failed_write_is_logged_with_its_op_and_the_page_lives_on(rig: Rig, expect_errors: ExpectErrors) -> None:
    def handler() -> None:
        write(rig)
        rig.page.send((SET, -7, "innerText", "some text"))

    rig.run(handler)
    rig.take()

    rig.send(rig.channel.failure(1, 1, ["js-error", "the setter threw"]))

    (text,) = expect_errors()
    assert "js-error: 'the setter threw' (set ref=-7, name='innerText', value='some text')" in text
    rig.run(lambda: write(rig))
    assert rig.take() == [[SET, 1, "id", "x"]]


@pytest.mark.parametrize(("batch", "index"), [(1, 77), (0, 0)])
def test_a_failure_of_an_op_that_is_not_known_is_logged_too(
    rig: Rig, expect_errors: ExpectErrors, batch: int, index: int
) -> None:
    rig.run(lambda: write(rig))
    rig.take()

    rig.send(rig.channel.failure(batch, index, ["js-error", "boom"]))

    assert [text for text in expect_errors() if "js-error: 'boom' (an op that is not known any more)" in text]
    assert not rig.page.gone


def test_a_failure_of_a_batch_that_was_never_sent_ends_the_page(rig: Rig, expect_errors: ExpectErrors) -> None:
    rig.run(lambda: write(rig))
    rig.take()

    rig.send(rig.channel.failure(5, 0, ["js-error", "boom"]))

    assert rig.page.gone == "its browser broke the protocol"


def test_the_text_of_a_failure_is_one_short_line_of_the_log(rig: Rig, expect_errors: ExpectErrors) -> None:
    rig.run(lambda: write(rig))
    rig.take()

    rig.send(rig.channel.failure(1, 0, ["js-error", "first\nERROR:root:forged" + "x" * 5000]))

    (text,) = expect_errors()
    assert "\n" not in text
    assert len(text) < 1200


def test_a_listener_that_could_not_be_added_is_forgotten(rig: Rig, expect_errors: ExpectErrors) -> None:
    number = rig.listen()
    rig.take()

    rig.send(rig.channel.failure(rig.channel.received, 0, ["stale-ref", "no such node"]))
    expect_errors()
    rig.event(number)

    assert rig.page.dead_events == 1


def test_a_view_that_could_not_be_shown_ends_the_page_and_its_browser_loads_it_anew(
    rig: Rig, expect_errors: ExpectErrors
) -> None:
    rig.run(lambda: rig.page.send((VIEW, "<p>")))
    rig.take()

    rig.send(rig.channel.failure(rig.channel.received, 0, ["js-error", "no"]))
    expect_errors()

    assert rig.bye.action == "reload"


def test_much_that_is_written_in_one_turn_leaves_without_a_wait_while_the_browser_keeps_up(start_rig: StartRig) -> None:
    rig = start_rig(Settings(high_water=1000))
    turns: list[str] = []

    def handler() -> None:
        for _ in range(3):
            rig.page.send((SET, 0, "title", "x" * 2000))
        turns.append("handler")

    outcome = rig.start(handler)
    gevent.spawn(turns.append, "another greenlet")
    outcome.get()

    assert turns[0] == "handler"
    assert len(rig.take()) == 3


def test_an_element_that_could_not_be_made_is_stale(rig: Rig, expect_errors: ExpectErrors) -> None:
    class Wrapper:
        gone = False

        def mark_gone(self) -> None:
            self.gone = True

    wrapper = Wrapper()
    rig.page.refs.adopt(rig.page.refs.new(), wrapper)
    rig.run(lambda: rig.page.send((CREATE, 1, 0, 0, "no tag")))
    rig.take()

    rig.send(rig.channel.failure(1, 0, ["invalid-name", "no tag"]))

    assert wrapper.gone
    assert len(expect_errors()) == 1


def test_no_more_listeners_than_may_be_are_added(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(listeners=2)))
    rig.listen()
    rig.listen()

    with pytest.raises(errors.LimitReached, match=r"at most 2 listeners.*settings\.limits\.listeners"):
        rig.listen()
    assert len(rig.take()) == 2


def test_what_was_taken_in_is_acknowledged_with_the_next_batch(rig: Rig) -> None:
    rig.listen(lambda: write(rig))
    rig.take()

    rig.event(1)
    rig.take()

    assert rig.batches[-1].ack == 1
    assert rig.acks == []


def test_many_frames_without_a_batch_are_acknowledged_before_the_clock_comes(rig: Rig) -> None:
    rig.listen()
    rig.take()
    rig.send(rig.channel.gone([], [1]))
    for _ in range(40):
        rig.event(1)
    rig.take()

    assert len(rig.acks) >= 1
    assert rig.acks[0] >= 32


@pytest.mark.parametrize("frame", [b"", b"\xc1", b"\x93\x07\x01", b"\xff" * 100])
def test_nonsense_ends_the_page_and_nothing_else(start_rig: StartRig, frame: bytes) -> None:
    rig = start_rig()
    other = start_rig(registry=rig.registry)

    rig.send(frame)

    assert (rig.bye.code, rig.bye.action) == ("violation", "stop")
    assert rig.ended == ["its browser broke the protocol"]
    other.run(lambda: write(other))
    assert len(other.take()) == 1


def test_a_gap_in_the_numbers_ends_the_page(rig: Rig) -> None:
    rig.listen()
    rig.channel.event(1)

    rig.event(1)

    assert rig.bye.code == "violation"


def test_a_frame_that_comes_twice_is_taken_once(rig: Rig) -> None:
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))
    frame = rig.channel.event(1)

    rig.send(frame)
    rig.send(frame)
    rig.take()

    assert ran == [1]
    assert not rig.page.gone


def test_frames_that_come_after_the_end_are_ignored(rig: Rig) -> None:
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))
    rig.page.end("a test", "", "")

    rig.event(1)
    rig.send(b"nonsense")
    rig.take()

    assert ran == []
    assert rig.ended == ["a test"]


def test_another_carrier_that_is_lost_does_not_end_the_page(rig: Rig) -> None:
    rig.page.lost(HeldCarrier())

    assert rig.page.attached


def test_a_page_that_stops_closes_with_going_away(rig: Rig) -> None:
    rig.page.end("the server stops", "stopping", "reload")

    assert rig.carrier.closed == (1001, "stopping")


def test_a_frame_that_cannot_be_packed_ends_the_page_and_is_logged(rig: Rig, expect_errors: ExpectErrors) -> None:
    rig.run(lambda: rig.page.send((SET, 1, "id", object())))

    assert len(expect_errors()) == 1
    assert (rig.bye.code, rig.bye.action) == ("ended", "reload")


def test_handlers_run_by_the_apps_own_way_of_running_jobs(start_rig: StartRig) -> None:
    rig = start_rig(attached=False)
    jobs: list[str] = []

    def run_job(call: object, *args: object) -> None:
        jobs.append("job")
        call(*args)  # type: ignore[operator]

    rig.page._run_job = run_job
    rig.attach()
    rig.listen()
    rig.event(1)
    rig.take()

    assert jobs == ["job", "job"]  # the task that listens, and the handler
