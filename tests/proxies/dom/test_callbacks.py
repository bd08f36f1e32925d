"""Tests of Python functions as values: their listeners, what they are called with, and how they end."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError, UnsupportedValue
from pycommunicate.page import Scope
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.protocol.ops import LISTEN, UNLISTEN
from pycommunicate.proxies.dom import ElementWrapper
from pycommunicate.proxies.dom.callbacks import CallbackHandle, callback_of, make_callback
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Rig, settle


def call(rig: Rig, number: int, *arguments: Any, errors: dict[int, Any] | None = None) -> None:
    """Let a script call callback *number*."""
    fields = next(op[4].get("fields") for op in rig.ops if op[:2] == [LISTEN, number])
    if fields is None:
        rig.send(rig.channel.event(number))
    elif fields == [["args"]]:
        rig.send(rig.channel.event(number, [list(arguments)]))
    else:
        places = {str(1 + place): error for place, error in (errors or {}).items()}
        carried = [len(arguments), *arguments, *[None] * len(fields)][: len(fields)]
        rig.send(rig.channel.event(number, carried, places or None))
    settle()


def made(rig: Rig, function: Any) -> int:
    callback: Callback = rig.run(lambda: callback_of(rig.page, function))
    rig.take()
    return int(callback)


LENGTH = ["args", "length"]


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (lambda: None, {}),
        (lambda a: None, {"fields": [LENGTH, ["args", "0"]]}),
        (lambda a, b=3: None, {"fields": [LENGTH, ["args", "0"], ["args", "1"]]}),
        (lambda *all: None, {"fields": [["args"]]}),
        (functools.partial(lambda a, b: None, 1), {"fields": [LENGTH, ["args", "0"]]}),
        ([].append, {"fields": [LENGTH, ["args", "0"]]}),
        (min, {"fields": [["args"]]}),
    ],
)
def test_a_callback_is_a_listener_of_calls_that_carry_what_is_taken(
    rig: Rig, function: Any, options: dict[str, Any]
) -> None:
    assert made(rig, function) == 1
    assert rig.ops == [[LISTEN, 1, 0, "", options]]


def test_a_function_is_called_with_as_many_arguments_as_it_takes_and_were_given(rig: Rig) -> None:
    got: list[Any] = []

    def two(a: Any, b: Any = "default") -> None:
        got.append((a, b))

    number = made(rig, two)
    call(rig, number, 1, 2)
    call(rig, number, 1)
    call(rig, number, None, None)
    rig.send(rig.channel.event(number, [3, "x", "y"]))
    settle()
    assert got == [(1, 2), (1, "default"), (None, None), ("x", "y")]


def test_a_function_of_any_number_of_arguments_gets_all(rig: Rig) -> None:
    got: list[Any] = []
    number = made(rig, lambda *arguments: got.append(arguments))
    call(rig, number, 1, "a", [])
    call(rig, number)
    assert got == [(1, "a", []), ()]


def test_nodes_are_elements(rig: Rig) -> None:
    got: list[Any] = []
    number = made(rig, got.append)
    call(rig, number, {"node": to_wire(Ref(-5))})
    assert isinstance(got[0]["node"], ElementWrapper)


def test_an_argument_that_cannot_travel_is_the_error_and_hurts_no_other(rig: Rig) -> None:
    got: list[Any] = []

    def listen(event: Any, value: Any) -> None:
        got.append((event, value))

    call(rig, made(rig, listen), None, 3, errors={0: ["unsupported", "an Event"]})
    error, value = got[0]
    assert isinstance(error, UnsupportedValue)
    assert str(error).endswith("listen is called with: an Event")
    assert value == 3


def test_too_few_arguments_are_logged_with_what_is_called(rig: Rig, expect_errors: ExpectErrors) -> None:
    def wants(a: Any) -> None: ...

    call(rig, made(rig, wants))
    (text,) = expect_errors()
    assert "callback test_too_few_arguments_are_logged_with_what_is_called.<locals>.wants failed" in text


class Methods:
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other

    def method(self) -> None: ...

    def __call__(self) -> None: ...


@pytest.mark.parametrize("function", [lambda: None, Methods().method, Methods()])
def test_the_same_function_is_the_same_callback(rig: Rig, function: Callable[[], None]) -> None:
    assert [made(rig, function) for _ in range(3)] == [1, 1, 1]
    assert made(rig, lambda: None) == 2


def test_a_callback_ends_with_its_view(rig: Rig) -> None:
    rig.page.change_scope(Scope("a view", rig.page))
    ran: list[int] = []

    def function() -> None:
        ran.append(1)

    first = made(rig, function)
    rig.page.change_scope(Scope("another view", rig.page))
    assert [UNLISTEN, [first]] in rig.take()
    call(rig, first)
    assert ran == []
    assert made(rig, function) == first + 1


@pytest.mark.parametrize("value", [3, "x", None, [print], dict, Methods])
def test_what_is_no_function_is_no_callback(rig: Rig, value: Any) -> None:
    assert rig.run(lambda: callback_of(rig.page, value)) is None
    assert rig.take() == []


async def coroutine() -> None: ...


def keyword(*, needed: int) -> None: ...


@pytest.mark.parametrize("function", [coroutine, keyword])
def test_a_function_that_cannot_be_called_so_is_refused(rig: Rig, function: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"expected a (plain function for a )?callback"):
        rig.run(lambda: callback_of(rig.page, function))


def test_a_handle_travels_like_the_function_and_can_be_removed(rig: Rig) -> None:
    ran: list[int] = []

    def function() -> None:
        ran.append(1)

    handle: CallbackHandle = rig.run(lambda: make_callback(rig.page, function, debounce=0.1, once=True))
    assert rig.take() == [[LISTEN, 1, 0, "", {"once": True, "debounce": 100}]]
    assert callback_of(rig.page, handle) == Callback(1)
    assert made(rig, function) == 2  # not the one that ends with its first call

    rig.run(handle.remove)

    assert rig.take() == [[UNLISTEN, [1]]]
    call(rig, 2)
    assert ran == [1]


def test_a_handle_of_another_page_is_refused(start_rig: StartRig) -> None:
    mine, other = start_rig(), start_rig()
    handle = mine.run(lambda: make_callback(mine.page, print))
    with pytest.raises(ConfigurationError, match="expected a callback of the same page"):
        other.run(lambda: callback_of(other.page, handle))
