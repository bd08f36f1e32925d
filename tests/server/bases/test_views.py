"""Views: one object per class and page, however it is subclassed; load, teardown and timers."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate import Controller, View
from pycommunicate.errors import ConfigurationError, NotAttached
from pycommunicate.protocol.messages import Batch, Welcome
from pycommunicate.protocol.ops import LOADED
from tests.support.house import ExpectErrors
from tests.support.rig import settle, until
from tests.support.site import Visitor, live, make_app, shows


def test_view_with_an_init_that_hands_nothing_up_has_its_controller() -> None:
    class Own(View):
        def __init__(self, controller: Controller) -> None:
            self.word = f"made with {controller.route_data}"
            assert self.controller is controller

        def render(self) -> str:
            return f"{self.word}, {self.controller.route_data}"

    assert Visitor(make_app(Own)).get().text == "made with {}, {}"


def test_view_with_an_init_that_hands_up_has_its_controller() -> None:
    class Own(View):
        def __init__(self, controller: Controller) -> None:
            super().__init__(controller)
            self.count = 5

        def render(self) -> str:
            return f"{self.count} {self.html_wrapper is self.controller.html_wrapper}"

    assert Visitor(make_app(Own)).get().text == "5 True"


def test_init_that_fails_is_a_500(expect_errors: ExpectErrors) -> None:
    class Own(View):
        def __init__(self, controller: Controller) -> None:
            raise LookupError

        def render(self) -> str:
            return "never"

    assert Visitor(make_app(Own)).get().status_code == 500
    assert len(expect_errors()) == 1


def test_render_of_the_base_says_what_is_missing() -> None:
    view = object.__new__(View)
    with pytest.raises(NotImplementedError, match=r"expected View to have a render\(\)"):
        view.render()


def test_load_and_teardown_of_the_base_do_nothing() -> None:
    app = make_app(live)
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    welcome, batch = attached.messages
    assert isinstance(welcome, Welcome)
    assert isinstance(batch, Batch)
    assert batch.ops == [[LOADED]]
    attached.leave()
    assert len(app._registry) == 0


def test_view_that_comes_back_is_the_same_object() -> None:
    seen: list[View] = []

    def load(view: View) -> None:
        seen.append(view)
        if len(seen) < 3:
            view.controller.change_view(len(seen) % 2)

    visitor = Visitor(make_app(shows(live, load), shows("x", load)))
    visitor.attach(visitor.get())
    until(lambda: len(seen) == 3, "three loads")
    assert seen[0] is seen[2]
    assert seen[0] is not seen[1]


def test_load_runs_once_and_teardown_once_when_the_page_has_ended() -> None:
    steps: list[str] = []

    class Own(View):
        def render(self) -> str:
            return live(self)

        def load(self) -> None:
            steps.append("load")

        def teardown(self) -> None:
            steps.append("teardown")

    visitor = Visitor(make_app(Own))
    visitor.attach(visitor.get()).leave()
    assert steps == ["load", "teardown"]


def test_teardown_is_not_called_for_a_page_that_nobody_claimed() -> None:
    steps: list[str] = []

    class Own(View):
        def render(self) -> str:
            return live(self)

        def teardown(self) -> None:
            steps.append("teardown")

    app = make_app(Own)
    Visitor(app).get()
    app.finish(0.1)
    settle()
    assert steps == []


def test_load_that_fails_is_logged_and_the_page_lives_on(expect_errors: ExpectErrors) -> None:
    def load(view: View) -> None:
        raise LookupError

    app = make_app(shows(live, load))
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    assert expect_errors() == ["load of Shown failed"]
    assert attached.carrier.closed is None
    assert len(app._registry) == 1


@pytest.mark.parametrize("use", ["element", "exists"])
def test_page_cannot_be_read_inside_render(use: str) -> None:
    def render(view: View) -> str:
        with pytest.raises(NotAttached):
            getattr(view.html_wrapper, use)("#x")
        return "not attached"

    assert Visitor(make_app(render)).get().text == "not attached"


def test_timer_inside_render_raises_not_attached() -> None:
    def render(view: View) -> str:
        with pytest.raises(NotAttached):
            view.add_timer(1, print)
        return "not attached"

    assert Visitor(make_app(render)).get().text == "not attached"


@pytest.mark.parametrize("seconds", [0, -1, "1", None])
def test_timer_needs_a_number_of_seconds_above_nothing(seconds: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"seconds above 0 for a timer, got {seconds!r}"):
        object.__new__(View).add_timer(seconds, print)


@pytest.mark.parametrize("function", [None, "print", 5])
def test_timer_needs_a_function(function: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"expected a function for a timer, got {function!r}"):
        object.__new__(View).add_timer(1, function)


def test_timer_ticks_until_it_is_cancelled_and_cancelling_again_is_no_fault() -> None:
    ticks: list[int] = []

    def load(view: View) -> None:
        def tick() -> None:
            ticks.append(number)
            if len(ticks) == 3:
                view.cancel_timer(number)
                view.cancel_timer(number)

        number = view.add_timer(0.001, tick)

    visitor = Visitor(make_app(shows(live, load)))
    visitor.attach(visitor.get())
    until(lambda: len(ticks) == 3, "three ticks")
    settle()
    assert len(set(ticks)) == 1
    assert len(ticks) == 3


def test_timer_ends_with_its_view() -> None:
    ticks: list[str] = []

    def load(view: View) -> None:
        view.add_timer(0.001, lambda: ticks.append("first"))
        until(lambda: ticks, "a tick")
        view.controller.change_view(1)
        ticks.clear()

    def load_second(view: View) -> None:
        view.add_timer(0.001, lambda: ticks.append("second"))

    visitor = Visitor(make_app(shows(live, load), shows("x", load_second)))
    visitor.attach(visitor.get())
    until(lambda: ticks.count("second") >= 5, "ticks of the second view")
    assert "first" not in ticks
