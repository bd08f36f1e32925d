"""Tests of how event handlers are called: with nothing, or with the event."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError
from pycommunicate.page import WhenBusy
from pycommunicate.proxies.dom.handlers import Event, bind, when_busy_of


class Methods:
    """Handlers as methods."""

    def none(self) -> str:
        return "none"

    def one(self, event: Event) -> Event:
        return event

    def two(self, event: Event, more: int) -> None: ...

    @classmethod
    def of_class(cls) -> str:
        return "none"

    @staticmethod
    def static(event: Event) -> Event:
        return event

    def __call__(self, event: Event) -> Event:
        return event


def defaults(a: int = 1, b: int = 2) -> str:
    return "none"


def one_and_default(event: Event, b: int = 2) -> Event:
    return event


def stars(*args: Any, **options: Any) -> Any:
    return args or "none"


def named_default(*, option: int = 1) -> str:
    return "none"


def named(*, option: int) -> None: ...


def one_and_named(event: Event, *, option: int) -> None: ...


def positional_only(event: Event, /) -> Event:
    return event


def two(a: int, b: int) -> None: ...


def call(handler: Callable[..., Any]) -> Any:
    """Call *handler* as a page does for an event."""
    bound, carries = bind(handler, "click", "the element")
    return bound({}) if carries else bound()


EVENT = Event("click", "the element")


@pytest.mark.parametrize(
    "handler",
    [
        lambda: "none",
        lambda i=3: "none",
        defaults,
        stars,
        named_default,
        Methods().none,
        Methods.of_class,
        Methods().of_class,
        functools.partial(stars, "none"),
        functools.partial(two, 1, 2),
    ],
)
def test_a_handler_without_a_required_parameter_gets_nothing(handler: Callable[..., Any]) -> None:
    assert call(handler) in ("none", ("none",), None)


@pytest.mark.parametrize(
    "handler",
    [
        lambda event: event,
        lambda event, i=3: event,
        one_and_default,
        positional_only,
        Methods().one,
        Methods.static,
        Methods(),
        functools.partial(one_and_default, b=3),
    ],
)
def test_a_handler_with_one_required_parameter_gets_the_event(handler: Callable[..., Any]) -> None:
    assert call(handler) == EVENT


def test_handlers_in_a_loop_keep_their_own_defaults() -> None:
    assert [call(lambda i=i: i) for i in range(3)] == [0, 1, 2]


def test_a_built_in_function_with_one_parameter_gets_the_event() -> None:
    events: list[Event] = []

    call(events.append)

    assert events == [EVENT]


@pytest.mark.parametrize("handler", [None, 3, "click", Methods().none()])
def test_what_cannot_be_called_is_refused_with_a_hint(handler: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"expected a function as the handler of 'click', got .* without call"):
        bind(handler, "click", None)


@pytest.mark.parametrize("handler", [two, Methods().two, lambda a, b: None, Methods.one])
def test_too_many_required_parameters_are_refused_with_their_number(handler: Callable[..., Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"no required parameter, or one for the event, got .* with 2"):
        bind(handler, "click", None)


@pytest.mark.parametrize("handler", [named, one_and_named, functools.partial(one_and_named)])
def test_a_required_keyword_is_refused_by_its_name(handler: Callable[..., Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"needs no keyword, got .* with option"):
        bind(handler, "click", None)


def test_a_coroutine_function_is_refused_with_what_to_write_instead() -> None:
    async def handler() -> None:
        """Never runs."""

    with pytest.raises(ConfigurationError, match="write def instead of async def"):
        bind(handler, "click", None)


@pytest.mark.parametrize("name", ["click", "input", "keydown", "pointerup", "toggle"])
def test_the_name_of_an_attribute_is_refused_with_that_of_the_event(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"name of an event, as '{name}', got 'on{name}'"):
        bind(defaults, f"on{name}", None)


@pytest.mark.parametrize("name", ["online", "onward", "on", "once"])
def test_names_of_events_that_only_begin_like_one_are_taken(name: str) -> None:
    assert bind(defaults, name, None) == (defaults, False)


def test_a_method_without_self_is_refused_with_what_to_write() -> None:
    class Page:
        def toggle() -> None:  # type: ignore[misc]
            """Is what beginners write."""

        def stars(*args: Any) -> Any:
            return args

    page = Page()
    with pytest.raises(ConfigurationError, match=r"got .*Page\.toggle\(\): write def toggle\(self\)$"):
        bind(page.toggle, "click", None)
    assert bind(page.stars, "click", None)[1] is False


@pytest.mark.parametrize("word", ["Serial", "", None, ["serial"]])
def test_when_busy_is_one_of_four_words(word: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected when_busy to be one of 'serial', 'parallel', 'latest', 'dr"):
        when_busy_of(word)
    assert [when_busy_of(one) for one in ("serial", "parallel", "latest", "drop")] == list(WhenBusy)
