"""What goes wrong in the browser, as Python has it (spec 10)."""

from __future__ import annotations

from typing import Any

from ..errors import (
    BrowserError,
    InvalidName,
    InvalidSelector,
    JSError,
    NotAFunction,
    PageGone,
    ReadTimeout,
    StaleElement,
    UnsupportedValue,
    ValueTooLarge,
)
from ..protocol.ops import OPS

__all__ = ["describe", "error_of"]

_ERRORS: dict[str, type[Exception]] = {
    "invalid-selector": InvalidSelector,
    "invalid-name": InvalidName,
    "stale-ref": StaleElement,
    "not-a-function": NotAFunction,
    "js-error": JSError,
    "unsupported": UnsupportedValue,
    "too-large": ValueTooLarge,
    "timeout": ReadTimeout,
    "gone": PageGone,
}


def error_of(code: str, text: str) -> Exception:
    """Return the exception that an error of the closed list is."""
    return _ERRORS.get(code, BrowserError)(text)


def describe(op: Any) -> str:
    """Put an op into words, for messages."""
    if not op:
        return "an op that is not known any more"
    name, fields = OPS.get(op[0], (f"op {op[0]}", ()))
    return f"{name} " + ", ".join(f"{field}={value!r:.60}" for (field, _), value in zip(fields, op[1:], strict=False))
