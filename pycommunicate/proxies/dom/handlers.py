"""Event handlers as users write them: with no parameter, or with one for the event."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any

from ...errors import ConfigurationError
from ...page import WhenBusy

__all__ = ["Event", "bind", "when_busy_of"]

_WHEN_BUSY = {one.value: one for one in WhenBusy}

#: Names of HTML attributes that are written where those of events are meant.
_ATTRIBUTES = {
    f"on{name}"
    for name in (
        *("click", "dblclick", "input", "change", "submit", "reset", "focus", "blur", "scroll", "load", "select"),
        *("keydown", "keyup", "keypress", "mousedown", "mouseup", "mousemove", "mouseover", "mouseout", "wheel"),
        *("pointerdown", "pointerup", "pointermove", "touchstart", "touchend", "drag", "drop", "paste", "toggle"),
    )
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the browser.

    Attributes:
        type: Its name, as ``click``.
        current_target: The element whose listener this is.
    """

    type: str
    current_target: Any


def when_busy_of(word: str) -> WhenBusy:
    """Return what *word* stands for; raise ConfigurationError if it is none of its values."""
    try:
        return _WHEN_BUSY[word]
    except (KeyError, TypeError):
        words = ", ".join(repr(one) for one in _WHEN_BUSY)
        raise ConfigurationError(f"expected when_busy to be one of {words}, got {word!r}") from None


def bind(handler: Callable[..., Any], event_type: str, element: Any) -> tuple[Callable[..., Any], bool]:
    """Return what is to be called for an event, and whether with what the event carries.

    A handler gets the `Event` only if it has a required positional parameter: ``lambda i=i: ...`` takes none.

    Raises:
        ConfigurationError: if *handler* cannot be called that way.
    """
    if not callable(handler):
        raise ConfigurationError(
            f"expected a function as the handler of {event_type!r}, got {handler!r}; "
            "pass the function itself, without calling it"
        )
    if inspect.iscoroutinefunction(handler):
        raise ConfigurationError(
            f"expected a plain function as the handler of {event_type!r}, got the coroutine function {handler!r}; "
            "write def instead of async def"
        )
    if event_type in _ATTRIBUTES:
        raise ConfigurationError(f"expected the name of an event, as {event_type[2:]!r}, got {event_type!r}")
    required = _required_parameters(handler)
    if required == 0:
        return handler, False
    if required == 1:
        return lambda carried: handler(Event(event_type, element)), True
    raise ConfigurationError(
        f"expected a handler of {event_type!r} with no required parameter, or one for the event, "
        f"got {handler!r} with {required}"
    )


def _required_parameters(handler: Callable[..., Any]) -> int:
    # Plain functions and methods without a look at a signature, which costs more than the whole listen.
    function = handler.__func__ if isinstance(handler, MethodType) else handler
    if isinstance(function, FunctionType) and not function.__code__.co_kwonlyargcount:
        bound = 1 if function is not handler else 0
        if bound > function.__code__.co_argcount and not function.__code__.co_flags & inspect.CO_VARARGS:
            raise ConfigurationError(
                f"expected a method with self, got {function.__qualname__}(): write def {function.__name__}(self)"
            )
        return max(0, function.__code__.co_argcount - len(function.__defaults__ or ()) - bound)
    try:
        parameters = inspect.signature(handler).parameters.values()
    except ValueError:  # some built-in functions tell nothing: they are called without anything
        return 0
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
    if named:
        raise ConfigurationError(f"expected a handler that needs no keyword, got {handler!r} with {', '.join(named)}")
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in positional and one.default is one.empty for one in parameters)
