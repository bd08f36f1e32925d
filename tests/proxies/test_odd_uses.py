"""Odd uses of elements, as programs have them: each does what one who wrote it would expect."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from pycommunicate import CommunicateApp, ControllerFactory, ElementWrapper, View
from pycommunicate.errors import ConfigurationError, InvalidName, StaleElement, ViewGone
from pycommunicate.testing import TestClient

PAGE = "<button id=b>x</button><button id=s>Start</button><p id=o></p>"


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def logs(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return logs


class Odd(View):
    """A page whose `start` runs in a handler."""

    def render(self) -> str:
        return f"<!doctype html><title>t</title>{self.controller.templater.add_includes()}{PAGE}"

    def load(self) -> None:
        self.button, self.out = self.html_wrapper.element("#b"), self.html_wrapper.element("#o")
        self.html_wrapper.element("#s").add_event_listener("click", self.start)

    def start(self) -> None:
        """What the test is about."""


class Other(Odd):
    pass


def app_of(view: type[View]) -> CommunicateApp:
    app = CommunicateApp()
    app.add_controller("/", ControllerFactory().add_view(view).add_view(Other).set_default_view(view))
    app.set_secret_key("a test's")
    return app


def test_a_decorated_handler_gets_its_event() -> None:
    got: list[str] = []

    class Decorated(Odd):
        @View.on("#b", "click", fields=["detail"])
        @logged
        def pressed(self, event: Any) -> None:
            got.append(event.type)

        def load(self) -> None:
            super().load()
            self.button.add_event_listener("click", logged(lambda event: got.append(f"{event.type} again")))

    with TestClient(app_of(Decorated)) as client:
        client.open("/").find("#b").click()
    assert sorted(got) == ["click", "click again"]


@pytest.mark.parametrize("option", ["busy", "disable_while_running"])
def test_who_has_waited_for_an_event_leaves_no_mark(option: str) -> None:
    class Waits(Odd):
        def start(self) -> None:
            self.button.wait_for("click", **{option: True})  # type: ignore[misc]
            self.out.content = "came"

    with TestClient(app_of(Waits)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.find("#b").click()
        page.wait_for("#o", text="came")
        page.wait_until(lambda: page.find("#b").enabled and not page.find("#b").busy, "the mark to go")


def test_a_queue_with_once_ends_behind_the_one_that_comes() -> None:
    class Once(Odd):
        def start(self) -> None:
            with self.button.events("click", once=True) as clicks:
                self.out.content = f"{len([event.type for event in clicks])} click"

    with TestClient(app_of(Once)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.find("#b").click()
        page.wait_for("#o", text="1 click")


def test_who_waits_for_what_goes_is_told_its_selector() -> None:
    class Goes(Odd):
        def start(self) -> None:
            gevent.spawn(self.button.delete)
            try:
                self.button.wait_for("click")
            except StaleElement as error:
                self.out.content = str(error)

    with TestClient(app_of(Goes)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.wait_for("#o", text="'click' on '#b': what was listened to is gone from the page")


def test_a_search_that_outlives_its_view_is_no_error() -> None:
    came: list[Exception] = []

    class Searches(Odd):
        def start(self) -> None:
            try:
                self.html_wrapper.element("#never", timeout=5)
            except Exception as error:
                came.append(error)
                raise

        @View.on("#b", "click")
        def change(self) -> None:
            self.controller.change_view(1)

    with TestClient(app_of(Searches)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.find("#b").click()
        client.clock.advance(6)
        page.wait_until(lambda: bool(came), "the end of the search")
    assert isinstance(came[0], ViewGone)


def test_an_element_found_as_an_object_and_as_an_element_at_once_is_one() -> None:
    found: list[Any] = []

    class Both(Odd):
        def start(self) -> None:
            window = self.html_wrapper.window
            asked = gevent.spawn(window.call_object, "document.querySelector", "p")
            gevent.sleep(0)
            found.append(self.html_wrapper.element("p"))
            found.append(asked.get())
            del asked
            self.out.content = found[0].get_property("id")

    with TestClient(app_of(Both)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.wait_for("#o", text="o")
        assert found[0] is found[1]
        assert isinstance(found[0], ElementWrapper)
        found.clear()


class Form(Odd):
    """A field that others listen to as well, and a handler that takes its time."""

    def render(self) -> str:
        return super().render() + "<form id=f><input id=i></form>"

    def load(self) -> None:
        super().load()
        self.field = self.html_wrapper.element("#i")
        self.field.add_event_listener("input", self.validate)
        self.html_wrapper.element("#f").add_event_listener("submit", self.add)

    def validate(self, event: Any) -> None:
        self.out.content = f"checked {event.value}"

    def add(self) -> None:
        """Clear the field, a second later."""
        gevent.sleep(0.2)
        self.field.value = ""
        self.out.content = "added"


@pytest.mark.parametrize("reads", [False, True])
def test_what_is_typed_after_the_event_stays_though_another_listener_has_heard_it(reads: bool) -> None:
    class Reads(Form):
        def add(self) -> None:
            if reads:
                assert self.field.value == "milk"
            super().add()

    with TestClient(app_of(Reads)) as client:
        page = client.open("/")
        field = page.find("#i")
        field.type("milk")
        page.wait_for("#o", text="checked milk")
        field.press("Enter")
        field.type("tea")
        page.wait_for("#o", text="checked milktea")
        page.wait_for("#o", text="added")
        assert field.value == "tea"


def test_a_write_by_what_was_read_takes_nothing_away_that_another_listener_has_heard_since() -> None:
    wrote: list[bool] = []

    class Sets(Form):
        def add(self) -> None:
            assert self.field.value == "S-1"
            gevent.sleep(0.2)
            wrote.append(self.field.set_value("S-77"))

    with TestClient(app_of(Sets)) as client:
        page = client.open("/")
        field = page.find("#i")
        field.type("S-1")
        field.press("Enter")
        field.press("Home")
        field.type("qq")
        page.wait_for("#o", text="checked qqS-1")
        page.wait_until(lambda: bool(wrote), "the write")
        assert (wrote, field.value) == ([False], "qqS-1")


def test_a_timer_whose_function_wants_something_is_refused() -> None:
    class Timed(Odd):
        def start(self) -> None:
            try:
                self.add_timer(1, lambda event: None)  # type: ignore[misc, arg-type]
            except ConfigurationError as error:
                self.out.content = str(error)

    with TestClient(app_of(Timed)) as client:
        page = client.open("/")
        page.find("#s").click()
        page.wait_until(lambda: "without a required parameter" in page.find("#o").text, "the error")


def test_a_selector_in_place_of_an_event_is_refused() -> None:
    with pytest.raises(InvalidName, match="looks like a selector"):
        View.on("click", "#b")
