"""Event handlers as users write them: with no parameter, or with one for the event."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from ...errors import ConfigurationError

__all__ = ["takes_event"]


def takes_event(handler: Callable[..., Any], event_type: str, *, given: int = 0) -> bool:
    """Return whether *handler* is to be called with what happened, because it has one required positional parameter.

    Args:
        handler: A function, a method, or whatever else can be called.
        event_type: What it is for, for messages.
        given: How many of its parameters will be given to it before: 1 to a method that has no ``self`` yet.

    Raises:
        ConfigurationError: if it cannot be called with so much.
    """
    if not callable(handler):
        raise ConfigurationError(
            f"expected a function as the handler of {event_type!r}, got {handler!r}; "
            "pass the function itself, without calling it"
        )
    # Plain functions and methods without a look at a signature, which costs more than the whole listen.
    function = handler.__func__ if isinstance(handler, MethodType) else handler
    if isinstance(function, FunctionType) and not (function.__code__.co_kwonlyargcount or function.__dict__):
        coroutine = function.__code__.co_flags & inspect.CO_COROUTINE
        required = _required_of_code(function, given if function is handler else given + 1)
    else:
        coroutine = inspect.iscoroutinefunction(handler)
        required = 0 if coroutine else _required_of_signature(handler, given)
    if coroutine:
        raise ConfigurationError(
            f"expected a plain function as the handler of {event_type!r}, got the coroutine function {handler!r}; "
            "write def instead of async def"
        )
    if required > 1:
        raise ConfigurationError(
            f"expected a handler of {event_type!r} with no required parameter, or one for the event, "
            f"got {handler!r} with {required}"
        )
    return required == 1


def _required_of_code(function: FunctionType, given: int) -> int:
    code = function.__code__
    if given > code.co_argcount and not code.co_flags & inspect.CO_VARARGS:
        raise ConfigurationError(
            f"expected a method with self, got {function.__qualname__}(): write def {function.__name__}(self)"
        )
    return max(0, code.co_argcount - len(function.__defaults__ or ()) - given)


def _required_of_signature(handler: Callable[..., Any], given: int) -> int:
    try:
        parameters = inspect.signature(handler).parameters.values()
    except ValueError:  # some built-in functions tell nothing: they are called without anything
        return 0
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
    if named:
        raise ConfigurationError(f"expected a handler that needs no keyword, got {handler!r} with {', '.join(named)}")
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return max(0, sum(one.kind in positional and one.default is one.empty for one in parameters) - given)
