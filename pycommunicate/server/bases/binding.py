"""Methods that handle events of whatever a selector matches: marked where they are written, bound when a view loads."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple, TypeVar

from ...errors import ConfigurationError
from ...proxies.dom import HTMLWrapper
from ...proxies.dom.event_fields import plan_of
from ...proxies.dom.event_options import check_event_name, when_busy_of, wire_options
from ...proxies.dom.handlers import takes_event
from ...proxies.dom.values import check_selector

__all__ = ["Mark", "bind", "mark", "marks_of"]

_Method = TypeVar("_Method", bound=Callable[..., Any])

#: Where the marks of a method stand. Decorators that use `functools.wraps` take it along.
_NAME = "__pycommunicate_on__"


class Mark(NamedTuple):
    """What a method is for.

    Attributes:
        selector: Whose events.
        event: Which event.
        options: Those of the listener.
    """

    selector: str
    event: str
    options: dict[str, Any]


def mark(selector: str, event: str, options: dict[str, Any]) -> Callable[[_Method], _Method]:
    """Return a decorator for methods; see `View.on`.

    Raises:
        InvalidSelector, InvalidName, ConfigurationError: if one of these is not what it must be.
    """
    check_selector(selector)
    check_event_name(event)
    if "delegate" in options:
        raise ConfigurationError(f"expected no delegate beside the selector {selector!r}, got {options['delegate']!r}")
    rest = dict(options)
    when_busy_of(rest.pop("when_busy", "serial"))
    fields = rest.pop("fields", ())
    plan_of(event, fields, (), True)
    wire_options(event, delegate=selector, **rest)

    def decorate(method: _Method) -> _Method:
        function: Any = method
        given = 1
        if isinstance(method, (staticmethod, classmethod)):
            function, given = method.__func__, int(isinstance(method, classmethod))
        if not isinstance(function, FunctionType):
            raise ConfigurationError(f"expected a method for {event!r} on {selector!r}, got {method!r}")
        if not takes_event(function, event, given=given) and fields:
            raise ConfigurationError(
                f"expected {function.__qualname__}() to have a parameter for the event that carries {fields!r}"
            )
        marked: _Method = _copy_of(method)
        # Those that stand above it come later, and first.
        setattr(marked, _NAME, (Mark(selector, event, options), *vars(method).get(_NAME, ())))
        return marked

    return decorate


def marks_of(view_class: type) -> dict[str, tuple[Mark, ...]]:
    """Return what the methods of a class are for, by their names, in the order in which they are written.

    A method that takes the place of one of a base class has its marks, unless it has some of its own.
    """
    found: dict[str, tuple[Mark, ...]] = {}
    for one in reversed(view_class.__mro__):
        for name, value in vars(one).items():
            if isinstance(value, (FunctionType, staticmethod, classmethod)):
                marks = vars(value).get(_NAME)
                if marks:
                    found[name] = marks
            else:
                found.pop(name, None)
    return found


def _copy_of(method: Any) -> Any:
    """Return the same method as an object of its own: the one that was given may be another class's as well."""
    if isinstance(method, (staticmethod, classmethod)):
        copied: Any = type(method)(method.__func__)
    else:
        parts = (method.__code__, method.__globals__, method.__name__, method.__defaults__, method.__closure__)
        copied = FunctionType(*parts)
        copied.__kwdefaults__ = method.__kwdefaults__
        functools.update_wrapper(copied, method)
        del copied.__wrapped__  # it is no wrapper; if the other is one, this comes with what is in it
    vars(copied).update(vars(method))
    return copied


def bind(view: object, page: HTMLWrapper) -> None:
    """Have the marked methods of *view* called for events in the document of *page*."""
    for name, marks in marks_of(type(view)).items():
        for one in marks:
            page.document.add_event_listener(one.event, getattr(view, name), delegate=one.selector, **one.options)
