"""The rules of the channel, one test each: the end of a page, and how long reads wait."""

from __future__ import annotations

import gevent
import pytest

from pycommunicate.errors import PageGone, ReadTimeout
from pycommunicate.page import Page, Scope
from pycommunicate.page.scope import Task
from pycommunicate.protocol.ops import GET, SET
from tests.support.house import ExpectErrors, StartRig, living
from tests.support.rig import Rig, settle, until


def write(rig: Rig) -> None:
    rig.page.send((SET, 1, "id", "x"))


def show(rig: Rig, name: str = "a view") -> Scope:
    """Put a scope of a new view into the foreground, as a change of view does."""
    scope = Scope(name, rig.page)
    rig.page.change_scope(scope)
    return scope


def test_the_end_of_a_page_wakes_its_reads_which_unwind(rig: Rig, expect_errors: ExpectErrors) -> None:
    steps: list[str] = []

    def task() -> None:
        try:
            rig.page.ask(GET, 1, "value", label="property 'value' of '#name'")
        except PageGone as error:
            steps.append(str(error))
            raise
        finally:
            steps.append("finally")

    tasks = [rig.page.spawn(rig.page.scope, "a task", task) for _ in range(2)]
    rig.take()

    rig.page.end("its browser disconnected", "", "")
    gevent.joinall(tasks, timeout=5)

    text = "the page is gone: its browser disconnected, while waiting for property 'value' of '#name'"
    assert sorted(steps) == ["finally", "finally", text, text]
    assert expect_errors() == []  # unwinding is no failure


def test_the_end_of_a_page_is_told_once_and_leaves_it_unusable(rig: Rig) -> None:
    rig.page.end("a test", "ended", "reload")
    rig.page.end("another reason", "ended", "reload")

    assert rig.ended == ["a test"]
    assert rig.carrier.closed == (1000, "ended")
    assert (rig.bye.code, rig.bye.action, rig.bye.text) == ("ended", "reload", "a test")
    with pytest.raises(PageGone, match="a test"):
        rig.run(lambda: write(rig))


def test_a_browser_that_leaves_for_good_ends_the_page(rig: Rig) -> None:
    rig.leave()

    assert rig.ended == ["its browser left (left)"]
    assert not rig.page.attached


def test_a_page_that_ended_leaves_no_timer_and_no_task(rig: Rig) -> None:
    ticks: list[int] = []
    for scope in (rig.page.scope, show(rig)):
        rig.page.add_timer(scope, 0.001, "a timer", lambda: ticks.append(1))
    until(lambda: len(ticks) >= 2)

    rig.page.end("a test", "", "")
    settle()
    ticks.clear()
    gevent.sleep(0.01)

    assert ticks == []
    assert not rig.page.scope.tasks
    assert not rig.page.foreground.tasks


def test_an_ended_page_is_forgotten_with_all_that_was_its_own(start_rig: StartRig) -> None:
    class Thing:
        """What a handler holds on to."""

    def use() -> None:
        rig = Rig()
        thing = Thing()
        show(rig)
        rig.listen(lambda: str(thing))
        rig.page.add_timer(rig.page.foreground, 10, "a timer", lambda: str(thing))
        rig.page.spawn(rig.page.foreground, "a task", lambda: (rig.page.ask(GET, 1, "value", label="it"), thing))
        rig.event(1)
        rig.take()
        rig.leave()
        settle()

    before = len(living(Page)), len(living(Task)), len(living(Scope))
    use()

    assert living(Thing) == []
    assert (len(living(Page)), len(living(Task)), len(living(Scope))) == before


def test_an_ended_page_that_somebody_still_holds_lets_its_handlers_go(rig: Rig) -> None:
    class Thing:
        """What a handler holds on to."""

    def use() -> None:
        thing = Thing()
        rig.listen(lambda: str(thing))

    use()
    assert len(living(Thing)) == 1

    rig.page.end("a test", "", "")

    assert living(Thing) == []


def test_a_read_after_the_end_of_another_page_is_not_touched(start_rig: StartRig) -> None:
    rig = start_rig()
    other = start_rig(registry=rig.registry)
    outcome = other.start(lambda: other.page.ask(GET, 1, "value", label="a value"))
    rig.page.end("a test", "", "")

    other.answer("answer")

    assert outcome.get() == "answer"


# --- time-outs --------------------------------------------------------------------------------------------------------


def test_a_read_fails_after_silence_and_its_error_names_what_was_read(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="property 'value' of '#name'"))
    rig.take()

    rig.tick(rig.settings.read_silence - 1)
    assert not outcome.done
    rig.tick(rig.settings.read_silence + 1)

    with pytest.raises(ReadTimeout, match=r"no sign of the browser for 10 seconds.*property 'value' of '#name'"):
        outcome.get()
    assert not rig.page.gone


def test_a_read_fails_in_any_case_after_its_total_time(rig: Rig) -> None:
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="property 'value' of '#name'"))
    rig.take()

    rig.tick(rig.settings.read_timeout + 1)

    with pytest.raises(ReadTimeout, match="no answer within 120 seconds to property 'value' of '#name'"):
        outcome.get()
