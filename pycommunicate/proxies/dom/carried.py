"""What events carry, taken in as they come: the browser has counted each ref in it, whatever becomes of the event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ...errors import LimitReached
from ...page import Page, error_of
from ...protocol.codec import Ref
from .values import Origin, from_wire

__all__ = ["Problem", "problem_of", "take_in"]

#: Why a value is not there: an error of the wire, or of this side.
Problem: TypeAlias = "list[Any] | Exception"


def take_in(
    page: Page, values: list[Any], errors: dict[str, list[Any]] | None, origin: Callable[[], Origin]
) -> dict[int, Problem] | None:
    """Put what stands for nodes in the place of refs in *values*.

    Args:
        page: Whose nodes.
        values: What was carried; changed in place.
        errors: Why some could not be, by their places as texts.
        origin: Tells where nodes in it come from.

    Returns:
        Why values are not there, by their places; None if all are.
    """
    problems: dict[int, Problem] | None = None if errors is None else {int(place): errors[place] for place in errors}
    for place, value in enumerate(values):
        kind = value.__class__
        if kind is Ref or kind is list or kind is dict:
            failed: list[Exception] = []
            values[place] = _converted(page, value, origin, failed)
            if failed:
                problems = {**(problems or {}), place: failed[0]}
    return problems


def _converted(page: Page, value: Any, origin: Callable[[], Origin], failed: list[Exception]) -> Any:
    if isinstance(value, Ref):
        try:
            return from_wire(page, value, origin())
        except LimitReached as error:  # it is let go; so are those behind it
            failed.append(error)
            return None
    if isinstance(value, list):
        return [_converted(page, item, origin, failed) for item in value]
    if isinstance(value, dict):
        return {key: _converted(page, item, origin, failed) for key, item in value.items()}
    return value


def problem_of(what: str, problem: Problem) -> Exception:
    """Return the exception that *what* could not be read for."""
    if isinstance(problem, Exception):
        return problem.with_traceback(None)
    code, text, *details = problem
    return error_of(code, f"{what}: {text}", *details)
