"""The rules of the channel, one test each: scopes, attachment, threads, and the end of a page."""

from __future__ import annotations

import threading
from typing import Any

import gevent
import pytest

from pycommunicate.errors import NotAttached, ViewGone, WrongThread
from pycommunicate.page import Scope, current_task
from pycommunicate.protocol.ops import GET, LISTEN, SET, UNLISTEN
from tests.support.house import StartRig
from tests.support.rig import Rig, settle, until


def write(rig: Rig) -> None:
    rig.page.send((SET, 1, "id", "x"))


def show(rig: Rig, name: str = "a view") -> Scope:
    """Put a scope of a new view into the foreground, as a change of view does."""
    scope = Scope(name, rig.page)
    rig.page.change_scope(scope)
    return scope


# --- scopes -----------------------------------------------------------------------------------------------------------


def test_a_change_of_scope_stops_its_listeners_and_says_so_to_the_browser(rig: Rig) -> None:
    ran: list[str] = []
    rig.listen(lambda: ran.append("of the page"))
    view = show(rig)
    rig.listen(lambda: ran.append("of the first view"))
    rig.listen(lambda: ran.append("of the first view"), "input")
    rig.take()

    show(rig)

    assert rig.take() == [[UNLISTEN, [2, 3]]]
    for number in (1, 2, 3):
        rig.event(number)
    settle()
    assert ran == ["of the page"]
    assert rig.page.dead_events == 2
    assert not view.listeners


def test_a_change_of_scope_drops_the_events_that_waited_for_its_handlers(rig: Rig) -> None:
    show(rig)
    started: list[int] = []

    def handler() -> None:
        started.append(1)
        rig.page.ask(GET, 1, "value", label="a value")

    rig.listen(handler)
    rig.event(1)
    rig.event(1)
    settle()

    show(rig)
    rig.answer()
    settle()

    assert started == [1]


def test_a_change_of_scope_stops_its_timers(rig: Rig) -> None:
    view = show(rig)
    ticks: list[str] = []
    rig.page.add_timer(view, 0.001, "a timer", lambda: ticks.append("old"))
    until(lambda: ticks)

    successor = show(rig)
    settle()
    ticks.clear()
    rig.page.add_timer(successor, 0.005, "a timer", lambda: ticks.append("new"))

    until(lambda: ticks.count("new") == 2)
    assert "old" not in ticks


def test_tasks_of_the_old_scope_get_view_gone_at_their_next_op_and_not_before(rig: Rig) -> None:
    show(rig, "the view Home")
    steps: list[str] = []

    def task() -> None:
        gevent.sleep(0)
        steps.append("ran on")
        write(rig)

    outcome = rig.start(task)
    show(rig)

    with pytest.raises(ViewGone, match="the view Home is gone"):
        outcome.get()
    assert steps == ["ran on"]


def test_a_read_that_waits_during_a_change_of_scope_gets_its_answer(rig: Rig) -> None:
    show(rig)
    steps: list[Any] = []

    def task() -> None:
        steps.append(rig.page.ask(GET, 1, "value", label="a value"))
        write(rig)

    outcome = rig.start(task)
    rig.take()
    show(rig)
    rig.reply(1, "answer")

    with pytest.raises(ViewGone):
        outcome.get()
    assert steps == ["answer"]


def test_the_task_that_changes_the_scope_goes_on_in_the_new_one(rig: Rig) -> None:
    view = show(rig)
    seen: list[Scope | None] = []

    def task() -> None:
        successor = show(rig)
        write(rig)
        rig.page.listen(1, "click", {}, lambda: None, None, "a click")
        seen.extend([successor, getattr(current_task(), "scope", None)])

    rig.run(task)

    assert seen[0] is seen[1]
    assert [op[0] for op in rig.take()] == [SET, LISTEN]
    assert not view.tasks
    assert seen[0] is not None
    assert seen[0].listeners == {1}


def test_a_view_gone_that_a_handler_does_not_catch_is_no_error(rig: Rig) -> None:
    show(rig)

    def task() -> None:
        gevent.sleep(0)
        write(rig)

    rig.page.spawn(rig.page.foreground, "a task", task)
    show(rig)
    settle()  # the fixture fails if anything is logged as an error


# --- attachment -------------------------------------------------------------------------------------------------------


def test_a_page_without_a_browser_cannot_be_used(start_rig: StartRig) -> None:
    rig = start_rig(attached=False)

    with pytest.raises(NotAttached, match=r"load\(\)"):
        write(rig)
    with pytest.raises(NotAttached):
        rig.page.add_timer(rig.page.scope, 1, "a timer", lambda: None)


def test_a_page_cannot_be_used_inside_render_but_by_others_meanwhile(rig: Rig) -> None:
    with rig.page.rendering():
        with pytest.raises(NotAttached, match=r"inside render\(\)"):
            write(rig)
        rig.run(lambda: write(rig))

    write(rig)


# --- threads ----------------------------------------------------------------------------------------------------------


def test_a_foreign_thread_is_told_the_way_in(rig: Rig) -> None:
    errors: list[BaseException] = []

    def foreign() -> None:
        for call in (
            lambda: write(rig),
            lambda: rig.page.ask(GET, 1, "value", label="a value"),
            lambda: rig.page.listen(1, "click", {}, lambda: None, None, "a click"),
        ):
            try:
                call()
            except WrongThread as error:
                errors.append(error)

    thread = threading.Thread(target=foreign)
    thread.start()
    thread.join()

    assert ["app.call_soon" in str(error) for error in errors] == [True] * 3
    assert rig.take() == []
