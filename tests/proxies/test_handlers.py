"""Tests of how event handlers are called: with nothing, or with the event."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError
from pycommunicate.proxies.dom import Event
from pycommunicate.proxies.dom.event_fields import Plan
from pycommunicate.proxies.dom.handlers import takes_event


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


def without_self() -> None: ...


def call(handler: Callable[..., Any]) -> Any:
    """Call *handler* as a page does for an event."""
    return handler(EVENT) if takes_event(handler, "click") else handler()


EVENT = Event("click", "the element", Plan([]))


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
        takes_event(handler, "click")


@pytest.mark.parametrize("handler", [two, Methods().two, lambda a, b: None, Methods.one])
def test_too_many_required_parameters_are_refused_with_their_number(handler: Callable[..., Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"no required parameter, or one for the event, got .* with 2"):
        takes_event(handler, "click")


@pytest.mark.parametrize("handler", [named, one_and_named, functools.partial(one_and_named)])
def test_a_required_keyword_is_refused_by_its_name(handler: Callable[..., Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"needs no keyword, got .* with option"):
        takes_event(handler, "click")


def test_a_coroutine_function_is_refused_with_what_to_write_instead() -> None:
    async def handler() -> None:
        """Never runs."""

    with pytest.raises(ConfigurationError, match="write def instead of async def"):
        takes_event(handler, "click")


def test_a_method_without_self_is_refused_with_what_to_write() -> None:
    class Page:
        def toggle() -> None:  # type: ignore[misc]
            """Is what beginners write."""

        def stars(*args: Any) -> Any:
            return args

    page = Page()
    with pytest.raises(ConfigurationError, match=r"got .*Page\.toggle\(\): write def toggle\(self\)$"):
        takes_event(page.toggle, "click")
    assert not takes_event(page.stars, "click")


def test_what_is_given_before_does_not_count() -> None:
    assert takes_event(Methods.one, "click", given=1)
    assert not takes_event(Methods.none, "click", given=1)
    assert not takes_event(stars, "click", given=1)
    with pytest.raises(ConfigurationError, match=r"got .*without_self\(\): write def without_self\(self\)"):
        takes_event(without_self, "click", given=1)
