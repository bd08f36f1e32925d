"""No browser makes the app's code run faster than a rate, or the log grow faster than one."""

from __future__ import annotations

from time import monotonic

from pycommunicate.page import Scope
from pycommunicate.protocol.ops import CREDIT, GET, SET
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Rig, settle, until


def test_handlers_beyond_the_burst_start_at_the_rate_and_none_is_lost(start_rig: StartRig) -> None:
    rig = start_rig(Settings(event_rate=200, event_burst=10))
    ran: list[float] = []
    listeners = [rig.listen(lambda: ran.append(monotonic())) for _ in range(4)]

    began = monotonic()
    for number in listeners:
        for _ in range(10):
            rig.event(number)
    settle()
    assert len(ran) <= 10 + (monotonic() - began) * 200 + 1
    until(lambda: len(ran) == 40)

    assert monotonic() - began >= 30 / 200 * 0.9


def test_events_that_wait_for_the_rate_are_not_granted_again(start_rig: StartRig) -> None:
    rig = start_rig(Settings(event_rate=0.001, event_burst=3))
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))
    for _ in range(16):
        rig.event(1)
    settle()

    assert len(ran) == 3
    assert [op for op in rig.take() if op[0] == CREDIT] == []
    rig.event(1)
    assert rig.page.gone == "its browser broke the protocol"


def test_a_page_that_is_slowed_down_holds_no_other_up(start_rig: StartRig) -> None:
    hostile = start_rig(Settings(event_rate=0.001, event_burst=3), pool=2)
    other = start_rig(hostile.settings, registry=hostile.registry)
    hostile.listen()
    for _ in range(16):
        hostile.event(1)
    settle()
    ran: list[int] = []
    other.listen(lambda: ran.append(1))

    other.event(1)
    settle()

    assert ran == [1]


def test_a_hundred_and_twenty_events_a_second_are_never_slowed_down(start_rig: StartRig) -> None:
    rig = start_rig()
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))
    rate, burst = rig.settings.event_rate, rig.settings.event_burst
    assert rate > 4 * 120
    for sent in range(burst - 1):  # more than eight seconds of them at once
        rig.event(1)
        settle()
        assert len(ran) == sent + 1


def test_the_end_of_a_page_leaves_no_timer_and_starts_nothing_more(start_rig: StartRig) -> None:
    rig = start_rig(Settings(event_rate=0.001, event_burst=1))
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))
    for _ in range(5):
        rig.event(1)
    settle()
    timer = rig.page._pace._timer
    assert timer.active

    rig.page.end("a test", "", "")
    settle()

    assert not timer.active
    assert ran == [1]


def test_events_of_a_view_that_has_ended_do_not_wait_for_the_rate(start_rig: StartRig) -> None:
    rig = start_rig(Settings(event_rate=20, event_burst=1))
    ran: list[str] = []
    rig.page.change_scope(Scope("first", rig.page))
    for _ in range(50):
        rig.event(rig.listen(lambda: ran.append("old")))
    rig.page.change_scope(Scope("second", rig.page))

    rig.event(rig.listen(lambda: ran.append("new")))
    began = monotonic()
    until(lambda: "new" in ran)

    assert monotonic() - began < 1  # 50 handlers would take 2.5 seconds


# --- lines of the log -------------------------------------------------------------------------------------------------


def test_failures_are_logged_up_to_a_bound(rig: Rig, expect_errors: ExpectErrors) -> None:
    rig.run(lambda: [rig.page.send((SET, 1, "id", "x")) for _ in range(1000)])
    rig.take()

    for index in range(1000):
        rig.send(rig.channel.failure(1, index, ["js-error", "no"]))
    lines = expect_errors()

    assert len(lines) == 101
    assert sum("is not logged any more" in line for line in lines) == 1
    assert not rig.page.gone


def test_tracebacks_that_a_browser_causes_are_logged_up_to_a_bound(
    start_rig: StartRig, expect_errors: ExpectErrors
) -> None:
    rig = start_rig()

    def handler() -> None:
        rig.page.ask(GET, 1, "value", label="a value")

    rig.listen(handler)
    for _ in range(300):
        rig.event(1)
        rig.answer(error=["js-error", "boom"])
    lines = expect_errors()

    assert sum("failed" in line for line in lines) == 100
    assert sum("is not logged any more" in line for line in lines) == 1


def test_what_a_page_says_as_it_leaves_is_put_in_our_words(rig: Rig) -> None:
    rig.send(rig.channel.bye("x" * 1000 + "\nERROR forged", "stop", ""))

    assert rig.page.gone == "its browser left (for a reason of its own)"
