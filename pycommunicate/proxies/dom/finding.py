"""Asking the browser for what a selector matches, in the whole document or inside of one node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import ConfigurationError, InvalidSelector, JSError, NoSuchElement, RemoteProtocolError
from ...page import Page
from ...protocol.codec import Ref
from ...protocol.ops import CALL, EXISTS, FIND
from .event_options import check_timeout
from .values import Origin, at, check_selector, describe, from_wire

__all__ = ["ask_of_selector", "exists", "find", "find_all"]


def exists(page: Page, scope: int, selector: str, origin: Origin | None) -> bool:
    """**Blocks**: return whether an element inside of *scope* matches.

    Args:
        page: Whose document.
        scope: The ref of a node, or 0 for the document.
        selector: A CSS selector.
        origin: Where the scope came from; None for the document.
    """
    label = f"whether {check_selector(selector)!r} exists{_inside(origin)}"
    return bool(page.ask(EXISTS, scope, selector, label=label))


def find(page: Page, scope: int, selector: str, origin: Origin | None, timeout: float | None) -> Any:
    """**Blocks**: return the first element inside of *scope* that matches; see `exists` for the arguments.

    Without *timeout* None if there is none; with it the search goes on for so many seconds.

    Raises:
        NoSuchElement: if the time is up.
    """
    label = f"element {check_selector(selector)!r}{_inside(origin)}"
    found_at = _at_selector(selector, origin)

    def convert(value: Any) -> Any:
        if value is not None and type(value) is not Ref:
            raise RemoteProtocolError(f"expected a node or nil for {label}, got {type(value).__name__}")
        return from_wire(page, value, found_at)

    if timeout is None:
        return page.ask(FIND, scope, selector, label=label, convert=convert)
    check_timeout(timeout)
    if timeout > _MOST_SECONDS:
        raise ConfigurationError(f"expected timeout to be at most {_MOST_SECONDS} seconds, got {timeout!r}")
    found = page.ask(
        *(FIND, scope, selector, round(timeout * 1000)), label=label, convert=convert, patience=float(timeout)
    )
    if found is None:
        page.check()  # of a view that is gone nobody wants to know
        raise NoSuchElement(f"expected {label} within {timeout:g} seconds, found none")
    return found


def find_all(page: Page, scope: int, selector: str, origin: Origin | None) -> list[Any]:
    """**Blocks**: return all elements inside of *scope* that match, in order; see `exists` for the arguments."""
    label = f"elements {check_selector(selector)!r}{_inside(origin)}"
    found_at = _at_selector(selector, origin)

    def convert(value: Any) -> Any:
        if type(value) is not list or any(type(item) is not Ref for item in value):
            raise RemoteProtocolError(f"expected a list of nodes for {label}, got something else")
        return from_wire(page, value, found_at)

    found: list[Any] = ask_of_selector(page, scope, "querySelectorAll", selector, label, convert)
    return found


def ask_of_selector(
    page: Page, ref: int, method: str, selector: str, label: str, convert: Callable[[Any], Any] | None = None
) -> Any:
    """**Blocks**: call a method of a node that takes nothing but a selector.

    Args:
        page: Whose document.
        ref: Of the node.
        method: Its name in JavaScript.
        selector: A CSS selector.
        label: What is asked, for messages.
        convert: Makes of the answer what is returned.

    Raises:
        InvalidSelector: if it is none.
    """
    try:
        return page.ask(CALL, ref, method, [selector], label=label, convert=convert)
    except JSError as error:
        # What these methods throw for a text that is no selector; there is nothing else in them to throw that.
        if error.name == "SyntaxError" or "SyntaxError" in str(error):
            raise InvalidSelector(str(error)) from None
        raise


#: The longest time that is waited for an element: a day.
_MOST_SECONDS = 86400


def _inside(origin: Origin | None) -> str:
    return "" if origin is None else f" in {describe(origin)}"


def _at_selector(selector: str, origin: Origin | None) -> Origin:
    return (selector, None) if origin is None else at(repr(selector), origin)
