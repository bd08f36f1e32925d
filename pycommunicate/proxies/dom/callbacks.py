"""Python functions that the page's scripts call (spec 7.3): each has a listener, whose events are the calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ...errors import ConfigurationError
from ...page import Page
from ...protocol.codec import Callback
from ...protocol.ops import DOCUMENT
from .carried import problem_of, take_in
from .event_options import when_busy_of, wire_options
from .listening import Listener

__all__ = ["CallbackHandle", "callback_of", "make_callback"]

#: What a function that takes any number of arguments gets.
_ALL = [["args"]]


class CallbackHandle(Listener):
    """A function of this program as the page's scripts have it: what `HTMLWrapper.callback` returns.

    It travels as a value, like the function itself. It lasts until its ``remove()`` is called, its view ends, or, made
    with ``once=True``, the page's scripts have called it: the server is not told when they have dropped it.
    """

    __slots__ = ()


def callback_of(page: Page, value: Any) -> Callback | None:
    """Return what stands on the wire for a function or `CallbackHandle`; None for anything else.

    The same function has the same one, as long as its view lasts. Each other one, so each new lambda, is one more
    listener until then; `make_callback` makes those that go earlier.

    Raises:
        ConfigurationError: if the handle is another page's, or the function cannot be called by position.
        LimitReached: if the page has as many listeners as it may.
    """
    if isinstance(value, CallbackHandle):
        if value._page is not page:
            raise ConfigurationError(f"expected a callback of the same page, got {value!r} of another one")
        return Callback(value._number)
    if not callable(value) or isinstance(value, type):
        return None
    label = _SharedLabel(value)
    known = page.listening.find(label)
    return Callback(known[0] if known else _listen(page, value, label, {}, "serial"))


def make_callback(
    page: Page,
    function: Callable[..., Any],
    *,
    once: bool = False,
    debounce: float | None = None,
    throttle: float | None = None,
    when_busy: str = "serial",
) -> CallbackHandle:
    """Make a function of the page's scripts of *function*; never waits.

    It is a listener until it is removed, its view ends, or it was called *once*. Each call runs it in a greenlet of its
    own, with as many arguments as it takes; what it returns goes nowhere. An argument that cannot travel, as an event
    of the browser, is the error that says so.

    Args:
        page: Whose scripts.
        function: What they call.
        once: Whether the first call is the last one.
        debounce: See `ElementWrapper.add_event_listener`, as for the others.
        throttle: See there.
        when_busy: See there.
    """
    options = wire_options("", once=once, debounce=debounce, throttle=throttle)
    return CallbackHandle(page, _listen(page, function, _Label(function), options, when_busy))


def _listen(page: Page, function: Callable[..., Any], label: _Label, options: dict[str, Any], when_busy: str) -> int:
    """Return the number of a new listener that has *function* called."""
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise ConfigurationError(f"expected a plain function for a callback, got {function!r}")
    fields = _fields_of(function)
    if not fields:
        return page.listen(DOCUMENT, "", options, function, None, label, when_busy_of(when_busy))

    def snapshot(carried: list[Any] | None, errors: dict[str, list[Any]] | None) -> tuple[Any, ...]:
        assert carried is not None  # it has fields
        return _arguments(page, carried, errors, fields is _ALL, str(label))

    def call(arguments: tuple[Any, ...]) -> None:
        function(*arguments)

    return page.listen(DOCUMENT, "", {**options, "fields": fields}, call, snapshot, label, when_busy_of(when_busy))


def _fields_of(function: Callable[..., Any]) -> list[list[str]]:
    """Return what a call carries: how many arguments there were, and each that *function* takes."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # some built-in functions tell nothing
        return _ALL
    if any(one.kind is one.KEYWORD_ONLY and one.default is one.empty for one in parameters):
        raise ConfigurationError(f"expected a callback that needs no keyword, got {function!r}")
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return _ALL
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    count = sum(one.kind in positional for one in parameters)
    return [["args", "length"], *(["args", str(place)] for place in range(count))] if count else []


def _arguments(
    page: Page, carried: list[Any], errors: dict[str, list[Any]] | None, whole: bool, name: str
) -> tuple[Any, ...]:
    what = f"what {name} is called with"
    for place, problem in (take_in(page, carried, errors, lambda: (what, ())) or {}).items():
        carried[place] = problem_of(what, problem)
    first, *others = carried
    if whole:
        return tuple(first) if isinstance(first, list) else (first,)
    return tuple(others[: first if isinstance(first, int) and first > 0 else 0])


class _Label:
    """Says what a callback is."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __str__(self) -> str:
        return f"callback {getattr(self._function, '__qualname__', repr(self._function))}"


class _SharedLabel(_Label):
    """That of a function that travelled as a value; two are equal if the same function is meant."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _SharedLabel):
            return NotImplemented
        return bool(self._function == other._function)

    def __hash__(self) -> int:
        try:
            return hash(self._function)
        except TypeError:  # found all the same, among others like it
            return 0
