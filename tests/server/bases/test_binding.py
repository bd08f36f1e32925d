"""Tests of methods that handle events of what a selector matches."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate import View
from pycommunicate.errors import ConfigurationError, InvalidName, InvalidSelector
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import LISTEN, LOADED, SET, UNLISTEN, VIEW
from pycommunicate.proxies.dom import Event
from pycommunicate.server.bases.binding import marks_of
from tests.support.rig import settle
from tests.support.site import Attached, Visitor, live, make_app


class Page(View):
    """A page with a method of each kind."""

    def render(self) -> str:
        return live(self)

    def load(self) -> None:
        self.html_wrapper.title = "loaded"

    @View.on("#add", "click")
    @View.on("form", "submit", prevent_default=True)
    def add(self) -> None:
        self.html_wrapper.title = "added"

    @View.on("li", "click", fields=["key"], when_busy="drop")
    def choose(self, event: Event) -> None:
        self.html_wrapper.title = f"{event.type} {event.key}"

    @View.on("#static", "click")
    @staticmethod
    def static() -> None: ...

    @View.on("#class", "click")
    @classmethod
    def of_class(cls, event: Event) -> None: ...


def attach(*views: type[View]) -> tuple[Visitor, Attached]:
    visitor = Visitor(make_app(*views))
    return visitor, visitor.attach(visitor.get())


def ops_of(attached: Attached) -> list[list[Any]]:
    return [op for message in attached.messages if isinstance(message, Batch) for op in message.ops]


def send(attached: Attached, frame: bytes) -> list[list[Any]]:
    """Let *frame* come from the browser; return the ops that follow."""
    attached.messages.clear()
    assert attached.carrier.receiver is not None
    attached.carrier.receiver.receive(frame)
    attached.take()
    return ops_of(attached)


def test_methods_are_bound_before_load_in_the_order_in_which_they_are_written() -> None:
    _, attached = attach(Page)
    ops = ops_of(attached)

    assert [(op[2], op[3], op[4]["delegate"], "fields" in op[4]) for op in ops[:5]] == [
        (0, "click", "#add", False),
        (0, "submit", "form", False),
        (0, "click", "li", True),
        (0, "click", "#static", False),
        (0, "click", "#class", True),
    ]
    assert ops[1][4] == {"prevent": True, "delegate": "form"}
    assert ops[2][4]["fields"][0] == "current"
    assert [op[0] for op in ops[5:]] == [SET, LOADED]


def test_methods_are_called_on_their_view() -> None:
    _, attached = attach(Page)
    fields = ops_of(attached)[2][4]["fields"]

    assert [op[:4] for op in send(attached, attached.channel.event(1)) if op[0] == SET] == [[SET, 0, "title", "added"]]
    carried = ["Enter" if name == "key" else None for name in fields]
    ops = send(attached, attached.channel.event(3, carried))
    assert [op[:4] for op in ops if op[0] == SET] == [[SET, 0, "title", "click Enter"]]


def test_what_does_not_bubble_is_heard_on_its_way_down() -> None:
    class Own(Page):
        @View.on("input", "focus")
        def focused(self) -> None: ...

    _, attached = attach(Own)
    assert ops_of(attached)[5][4] == {"capture": True, "delegate": "input"}


def test_methods_are_bound_anew_for_each_view_and_end_with_it() -> None:
    class Second(View):
        def render(self) -> str:
            return live(self)

        @View.on("b", "click")
        def back(self) -> None:
            self.controller.change_view(0)

    class First(View):
        def render(self) -> str:
            return live(self)

        @View.on("a", "click")
        def forth(self) -> None:
            self.controller.change_view(1)

    _, attached = attach(First, Second)
    ops = send(attached, attached.channel.event(1))
    assert [op[0] for op in ops][:3] == [UNLISTEN, VIEW, LISTEN]
    assert ops[0][1] == [1]
    assert ops[2] == [LISTEN, 2, 0, "click", {"delegate": "b"}]
    ops = send(attached, attached.channel.event(2))
    assert [op for op in ops if op[0] == LISTEN] == [[LISTEN, 3, 0, "click", {"delegate": "a"}]]


def names(view: type[View]) -> dict[str, list[str]]:
    return {name: [f"{mark.event} {mark.selector}" for mark in marks] for name, marks in marks_of(view).items()}


def test_a_method_of_a_subclass_takes_the_place_of_the_one_it_overrides() -> None:
    class Same(Page):
        def add(self) -> None: ...

    class Other(Page):
        @View.on("#other", "input")
        def add(self) -> None: ...

    class No(Page):
        add = None  # type: ignore[assignment]

    assert names(Page)["add"] == names(Same)["add"] == ["click #add", "submit form"]
    assert names(Other)["add"] == ["input #other"]
    assert "add" not in names(No)
    assert names(View) == {}


def test_an_overriding_method_is_the_one_that_is_called() -> None:
    class Own(Page):
        def add(self) -> None:
            super().add()
            self.html_wrapper.title = "added by the subclass"

    _, attached = attach(Own)
    ops = send(attached, attached.channel.event(1))
    assert [op[3] for op in ops if op[0] == SET] == ["added", "added by the subclass"]


def test_methods_of_a_mixin_are_bound_too() -> None:
    class Mixin:
        @View.on("#mixed", "click")
        def mixed(self) -> None: ...

    class Own(Mixin, View): ...

    assert names(Own) == {"mixed": ["click #mixed"]}


def test_decorators_that_wrap_as_they_should_keep_what_a_method_is_for() -> None:
    def logged(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(self: Any) -> Any:
            return method(self)

        return call

    class Own(View):
        @logged
        @View.on("a", "click")
        def go(self) -> None: ...

        @View.on("b", "click")
        @logged
        def come(self) -> None: ...

    assert names(Own) == {"go": ["click a"], "come": ["click b"]}


def test_a_method_that_is_marked_for_another_class_is_not_marked_in_its_own() -> None:
    class First(View):
        def go(self, event: Event, *, loud: bool = True) -> str:
            """Go."""
            return f"{__class__.__name__} {event} {loud}"  # type: ignore[name-defined]

        @staticmethod
        def static() -> None: ...

        @classmethod
        def of_class(cls) -> None: ...

        @View.on("a", "click")
        def marked(self) -> None: ...

    class Second(First):
        go = View.on("b", "click")(First.go)
        static = View.on("c", "click")(vars(First)["static"])
        of_class = View.on("d", "click")(vars(First)["of_class"])
        marked = View.on("e", "click")(First.marked)

    assert names(First) == {"marked": ["click a"]}
    assert names(Second) == {
        "go": ["click b"],
        "static": ["click c"],
        "of_class": ["click d"],
        "marked": ["click e", "click a"],
    }
    own, given = vars(Second)["go"], First.go
    assert (own.__qualname__, own.__doc__, inspect.signature(own)) == (
        given.__qualname__,
        "Go.",
        inspect.signature(given),
    )
    assert own(None, "x") == "First x True"
    assert not hasattr(own, "__wrapped__")
    assert Second.of_class.__self__ is Second


def one(self: Any, event: Any) -> None: ...


def two(self: Any, a: Any, b: Any) -> None: ...


def without_self() -> None: ...


async def coroutine(self: Any) -> None: ...


@pytest.mark.parametrize(
    ("selector", "event", "options", "method", "error", "text"),
    [
        ("", "click", {}, one, InvalidSelector, "expected a CSS selector, as \"#name\", got ''"),
        (None, "click", {}, one, InvalidSelector, "got None"),
        (one, "click", {}, one, InvalidSelector, "got <function one"),
        ("a", "", {}, one, InvalidName, "expected the name of an event, as \"click\", got ''"),
        ("a", "onclick", {}, one, ConfigurationError, "as 'click', got 'onclick'"),
        ("a", "mouseenter", {}, one, ConfigurationError, "use 'mouseover'"),
        (
            "a",
            "click",
            {"delegate": "b"},
            one,
            ConfigurationError,
            "expected no delegate beside the selector 'a', got 'b'",
        ),
        ("a", "click", {"debounce": -1}, one, ConfigurationError, "expected debounce to be"),
        ("a", "click", {"when_busy": "never"}, one, ConfigurationError, "expected when_busy to be"),
        ("a", "click", {"fields": "key"}, one, ConfigurationError, "expected a list of names for fields"),
        ("a", "click", {"fields": ["key"]}, lambda self: None, ConfigurationError, "to have a parameter for the event"),
        ("a", "click", {"colour": "red"}, one, TypeError, "colour"),
        ("a", "click", {}, two, ConfigurationError, "no required parameter, or one for the event, got .* with 2"),
        ("a", "click", {}, without_self, ConfigurationError, r"write def without_self\(self\)"),
        ("a", "click", {}, coroutine, ConfigurationError, "write def instead of async def"),
        ("a", "click", {}, "method", ConfigurationError, "expected a method for 'click' on 'a', got 'method'"),
        ("a", "click", {}, print, ConfigurationError, "expected a method for 'click' on 'a', got <built-in"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_written(
    selector: Any, event: Any, options: dict[str, Any], method: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        View.on(selector, event, **options)(method)


def test_a_view_whose_page_is_static_waits_in_vain_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    class Static(View):
        def render(self) -> str:
            return "no client here"

        @View.on("a", "click")
        def go(self) -> None: ...

    Visitor(make_app(Static)).get()
    settle()
    assert "its page does not load the client" in caplog.text
