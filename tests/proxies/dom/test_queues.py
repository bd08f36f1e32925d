"""Tests of waiting for events: queues, and `wait_for`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent.event
import pytest

from pycommunicate.errors import (
    ConfigurationError,
    InvalidSelector,
    PageGone,
    StaleElement,
    Superseded,
    ViewGone,
    WaitForbidden,
    WaitTimeout,
)
from pycommunicate.page import Scope, waiting_forbidden
from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import CREDIT, DONE, LISTEN, UNLISTEN
from pycommunicate.proxies.dom import ElementWrapper, Event, EventQueue
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Outcome, Rig, settle, until


class Waiter:
    """A task that listens for an event `note` of an element, and fetches what comes when it is told to."""

    def __init__(self, rig: Rig, ref: int = -1, **options: Any) -> None:
        self.rig = rig
        self.element = ElementWrapper(rig.page, ref, ("#here", None))
        self.got: list[Any] = []
        self.wanted = gevent.event.Event()
        self.timeout: float | None = None
        self.over = False
        self.outcome = rig.start(lambda: self.run(options))
        settle()
        rig.take()

    def run(self, options: dict[str, Any]) -> None:
        with self.element.events("note", **options) as notes:
            self.notes = notes
            while True:
                self.wanted.wait()
                if self.over:
                    return
                self.wanted.clear()
                self.got.append(notes.get(self.timeout).detail)

    def happen(self, *details: Any) -> None:
        for detail in details:
            self.rig.send(self.rig.channel.event(1, [detail]))
        settle()

    def want(self) -> None:
        self.wanted.set()
        settle()

    def end(self) -> None:
        self.over = True
        self.want()
        self.outcome.get()


def test_a_queue_listens_from_when_its_block_is_entered_until_it_is_left(rig: Rig) -> None:
    waiter = Waiter(rig)
    assert rig.ops == [[LISTEN, 1, -1, "note", {"fields": ["detail"]}]]

    waiter.end()

    assert rig.take() == [[UNLISTEN, [1]]]
    assert not rig.page.foreground.listeners


def test_what_comes_between_two_looks_is_not_lost(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.happen("a", "b", "c")
    assert waiter.got == []

    for _ in range(3):
        waiter.want()

    assert waiter.got == ["a", "b", "c"]


def test_who_waits_gets_what_comes(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.want()
    waiter.happen("a")
    waiter.want()
    waiter.want()
    waiter.happen("b", "c")
    waiter.want()
    assert waiter.got == ["a", "b", "c"]


def test_the_browser_sends_no_more_ahead_than_its_credit_and_gets_more_as_events_are_fetched(
    start_rig: StartRig,
) -> None:
    rig = start_rig(Settings(limits=Limits(events=4)))
    waiter = Waiter(rig)
    waiter.happen(1, 2, 3, 4)
    assert [op for op in rig.take() if op[0] == CREDIT] == []

    granted = 4
    for number in range(5, 40):
        while granted < number:
            waiter.want()  # counts as handled when the next one is asked for
            granted = max([granted, *(op[2] for op in rig.take() if op[0] == CREDIT)])
        waiter.happen(number)
    while len(waiter.got) < 39:
        waiter.want()

    assert waiter.got == list(range(1, 40))
    assert not rig.page.gone
    assert granted <= 39 + 4


def test_events_beyond_the_credit_end_the_page(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(events=4)))
    Waiter(rig).happen(1, 2, 3, 4, 5)
    assert rig.page.gone == "its browser broke the protocol"


def test_a_wait_that_lasts_too_long_ends_with_what_was_waited_for(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.timeout = 0.01
    waiter.want()

    with pytest.raises(WaitTimeout, match=r"^'note' on '#here' did not come within 0\.01 seconds$"):
        waiter.outcome.get()
    assert rig.take() == [[UNLISTEN, [1]]]


def test_a_wait_of_no_time_gets_what_is_there(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.timeout = 0
    waiter.happen("a")
    waiter.want()
    assert waiter.got == ["a"]
    waiter.want()
    with pytest.raises(WaitTimeout):
        waiter.outcome.get()


def test_a_wait_ends_with_its_page(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.want()
    rig.leave()

    with pytest.raises(PageGone):
        waiter.outcome.get()
    assert not rig.page.scope.tasks


def test_a_wait_ends_with_its_view(rig: Rig) -> None:
    rig.page.change_scope(Scope("a view", rig.page))
    waiter = Waiter(rig)
    waiter.want()
    rig.page.change_scope(Scope("another view", rig.page))

    with pytest.raises(ViewGone):
        waiter.outcome.get()


def test_a_wait_for_another_page_ends_with_the_own_view_and_with_that_page(start_rig: StartRig) -> None:
    mine, its = start_rig(), start_rig()
    mine.page.change_scope(Scope("a view", mine.page))
    element = ElementWrapper(its.page, -1, ("#its", None))
    first, second = (mine.start(lambda: element.wait_for("note")) for _ in range(2))
    settle()
    assert len(its.take()) == 2

    mine.page.change_scope(Scope("another view", mine.page))
    settle()

    # A task of a view that has ended may use other pages still; it has looked, and waits on.
    assert not first.done
    its.leave()
    for one in (first, second):
        with pytest.raises(PageGone):
            one.get()


def test_a_wait_ends_with_its_element_once_what_came_is_fetched(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.happen("a")
    rig.send(rig.channel.gone([-1], [1]))
    waiter.want()
    assert waiter.got == ["a"]

    waiter.want()

    with pytest.raises(StaleElement, match="what was listened to is gone from the page"):
        waiter.outcome.get()


def test_a_wait_ends_if_the_browser_could_not_listen(rig: Rig, expect_errors: ExpectErrors) -> None:
    waiter = Waiter(rig, delegate=":::")
    waiter.want()
    rig.send(rig.channel.failure(1, 0, ["invalid-selector", "':::' is no selector"]))

    with pytest.raises(InvalidSelector, match="is no selector"):
        waiter.outcome.get()
    assert len(expect_errors()) == 1


def test_a_handler_that_waits_holds_no_slot_and_one_that_is_superseded_ends(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    element = ElementWrapper(rig.page, -1, ("#here", None))
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            element.wait_for("note")
        except BaseException as error:
            ended.append(error)
            raise

    rig.run(lambda: element.add_event_listener("click", wait, when_busy="latest"))
    for _ in range(3):
        rig.event(1)
        settle()

    assert len(rig.page.foreground.tasks) == 1
    assert [type(error) for error in ended] == [Superseded] * 2
    rig.take()
    rig.send(rig.channel.event(4, [None]))
    settle()
    assert not rig.page.foreground.tasks
    assert rig.registry._pool._free == 1


def test_where_nothing_may_wait_it_raises(rig: Rig) -> None:
    element = ElementWrapper(rig.page, -1, ("#here", None))

    def wait() -> None:
        with waiting_forbidden("inside this"):
            element.wait_for("note", 5)

    with pytest.raises(WaitForbidden, match="inside this"):
        rig.run(wait)


def test_events_come_out_at_the_pace_of_handlers(start_rig: StartRig) -> None:
    rig = start_rig(Settings(event_rate=1000, event_burst=2))
    waiter = Waiter(rig)
    waiter.happen(1, 2, 3)
    waiter.timeout = 0
    for _ in range(2):
        waiter.want()
    waiter.timeout = 5
    waiter.want()
    until(lambda: len(waiter.got) == 3, "the third")
    assert waiter.got == [1, 2, 3]


def test_with_latest_only_the_newest_waits(rig: Rig) -> None:
    waiter = Waiter(rig, when_busy="latest")
    waiter.happen(1, 2, 3)
    waiter.want()
    waiter.happen(4, 5)
    waiter.want()
    assert waiter.got == [3, 5]


def test_with_drop_what_comes_meanwhile_is_ignored(rig: Rig) -> None:
    waiter = Waiter(rig, when_busy="drop")
    waiter.happen(1, 2)  # nobody waits for it yet
    waiter.want()
    waiter.happen(3)
    waiter.happen(4)
    waiter.want()
    waiter.happen(5)
    assert waiter.got == [3, 5]


def test_with_drop_what_comes_after_a_wait_that_was_too_long_is_ignored(rig: Rig) -> None:
    waiter = Waiter(rig, when_busy="drop")
    with pytest.raises(WaitTimeout):
        rig.start(lambda: waiter.notes.get(0.01)).get()
    waiter.happen(1)
    waiter.want()
    waiter.happen(2)
    assert waiter.got == [2]


def test_with_drop_the_browser_knows_that_what_was_ignored_is_over(rig: Rig) -> None:
    waiter = Waiter(rig, busy=True, when_busy="drop")
    waiter.happen(1, 2)
    assert [op for op in rig.take() if op[0] == DONE][-1] == [DONE, 1, 2]
    waiter.want()
    waiter.happen(3)
    assert [op for op in rig.take() if op[0] == DONE] == []  # it is in hand
    waiter.want()
    assert [op for op in rig.take() if op[0] == DONE][-1] == [DONE, 1, 3]


def test_with_latest_as_many_as_come_are_taken_and_the_newest_is_had(rig: Rig) -> None:
    waiter = Waiter(rig, when_busy="latest")
    for number in range(1, 41):  # more than the credit: it is given anew
        waiter.happen(number)
    waiter.want()
    assert waiter.got == [40]


@pytest.mark.parametrize("when_busy", ["serial", "latest"])
def test_the_browser_knows_what_has_been_handled_if_it_shows_that(rig: Rig, when_busy: str) -> None:
    waiter = Waiter(rig, busy=True, when_busy=when_busy)
    waiter.happen(1, 2, 3)
    waiter.want()
    known = [] if when_busy == "serial" else [[DONE, 1, 1], [DONE, 1, 2]]  # for which newer ones have come
    assert [op for op in rig.take() if op[0] == DONE] == known  # one is in hand

    for _ in range(3):
        waiter.want()

    assert [op for op in rig.take() if op[0] == DONE][-1] == [DONE, 1, 3]


def test_a_queue_is_iterated_until_its_block_is_left_elsewhere(rig: Rig) -> None:
    waiter = Waiter(rig)
    got: list[Any] = []

    def iterate() -> None:
        got.extend(event.detail for event in waiter.notes)

    outcome = rig.start(iterate)
    waiter.happen(1, 2)
    assert not outcome.done
    waiter.end()
    outcome.get()
    assert got == [1, 2]


@pytest.mark.parametrize("use", [EventQueue.get, next])
def test_a_queue_is_of_no_use_outside_of_its_block(rig: Rig, use: Callable[[EventQueue], Any]) -> None:
    element = ElementWrapper(rig.page, -1, ("#here", None))
    queue = element.events("note")
    with pytest.raises(ConfigurationError, match=r"inside of its block: with events\('note'\) as events:"):
        use(queue)
    rig.run(lambda: queue.__enter__().__exit__(None, None, None))
    with pytest.raises(ConfigurationError if use is EventQueue.get else StopIteration):
        use(queue)
    with pytest.raises(ConfigurationError, match="entered once"):
        rig.run(queue.__enter__)


def test_wait_for_is_a_queue_of_one_event(rig: Rig) -> None:
    element = ElementWrapper(rig.page, -1, ("#here", None))
    outcome = rig.start(lambda: element.wait_for("note", 5, prevent_default=True, fields=["key"]))
    settle()

    assert rig.take() == [[LISTEN, 1, -1, "note", {"prevent": True, "once": True, "fields": ["detail", "key"]}]]
    rig.send(rig.channel.event(1, ["x", "Enter"]))
    event = outcome.get()
    assert isinstance(event, Event)
    assert (event.type, event.detail, event.key, event.current_target) == ("note", "x", "Enter", element)
    assert rig.take() == []  # it has ended by itself


def test_a_page_whose_handlers_only_wait_for_a_user_is_at_rest(rig: Rig) -> None:
    waiter = Waiter(rig)
    rig.ack()
    assert not rig.page.at_rest  # it waits for what its test says

    waiter.want()

    assert rig.page.at_rest
    assert waiter.outcome.task not in rig.registry._pool.running
    rig.send(rig.channel.event(1, [None]))
    assert not rig.page.at_rest
    settle()
    assert waiter.outcome.task in rig.registry._pool.running


def test_a_killed_waiter_loses_nothing(rig: Rig) -> None:
    waiter = Waiter(rig)
    first: Outcome = rig.start(lambda: waiter.notes.get())
    second: Outcome = rig.start(lambda: waiter.notes.get().detail)
    settle()
    first.task.kill(block=False)  # in the turn in which it would have got it
    rig.send(rig.channel.event(1, ["a"]))
    assert second.get() == "a"


def test_the_server_stops_without_waiting_for_who_waits_for_a_user(rig: Rig) -> None:
    waiter = Waiter(rig)
    waiter.want()
    rig.registry.finish(10.0)
    assert isinstance(waiter.outcome.error, PageGone)
