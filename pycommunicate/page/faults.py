"""What goes wrong in a page, as Python has it (spec 10), and as whoever writes the program wants to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
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
from .trail import Trail, is_ours, place_of, text_of, traceback_text

__all__ = ["KEPT", "Fault", "describe", "error_of", "exc_info_of", "fault_of_code", "fault_of_write"]

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

#: The error of a write that would have taken away what the user has typed: nobody's fault, and no exception.
KEPT = "kept"


def error_of(code: str, text: str, details: dict[str, str] | None = None) -> Exception:
    """Return the exception that an error of the closed list is.

    Args:
        code: Which one.
        text: What it says.
        details: The name, message and stack of what was thrown, as far as they are known.
    """
    kind = _ERRORS.get(code, BrowserError)
    if kind is not JSError or not details:
        return kind(_harmless(text))
    told = {name: _harmless(details.get(name, "")) for name in ("name", "message")}
    return JSError(_harmless(text), **told, stack=_harmless(details.get("stack", ""), "\n"))


def _harmless(text: str, besides: str = "") -> str:
    # It comes from anybody and ends up in logs and terminals: there it can begin no line, and be no command.
    return "".join(c if c.isprintable() or c in besides else repr(c)[1:-1] for c in text)


def describe(op: Any, stand_for: Callable[[int], Any] = lambda ref: None) -> str:
    """Put an op into words, for messages.

    Args:
        op: It, or None.
        stand_for: Returns what stands for a ref in the program, or None.
    """
    if not op:
        return "an op that is not known any more"
    name, fields = OPS.get(op[0], (f"op {op[0]}", ()))
    words = []
    for (name_of_field, _), value in zip(fields, op[1:], strict=False):
        if name_of_field == "ask":
            continue
        wrapper = stand_for(value) if name_of_field in ("ref", "target") else None
        shown = repr(value if wrapper is None else wrapper)
        words.append(f"{name_of_field}={shown:.60}")
    return f"{name} " + ", ".join(words)


def exc_info_of(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """Return *error* for a log, its traceback from the first line of the program on; all of it if none is there."""
    trace = error.__traceback__
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return type(error), error, trace or error.__traceback__


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong in a page; made only where somebody looks on.

    Attributes:
        title: What failed.
        message: Why, in one line.
        trace: The lines of the program that led there, as a traceback has them.
        op: The op that failed, or None if code did.
        error: The same as an exception.
    """

    title: str
    message: str
    trace: str
    op: Any = None
    error: BaseException | None = field(default=None, compare=False)


def fault_of_code(label: object, error: BaseException) -> Fault:
    """Return the fault of a piece of the app's code that raised."""
    text = str(error).strip()
    kind = type(error).__name__
    return Fault(f"{label} failed", f"{kind}: {text}" if text else kind, traceback_text(error), error=error)


def fault_of_write(code: str, text: str, op: Any, what: str, trail: Trail) -> Fault:
    """Return the fault of a write that failed in the browser with an error of the closed list."""
    where = f", written at {place_of(trail)}" if trail else ""
    error = error_of(code, f"a write to the page failed: {text} ({what}{where})")
    return Fault(f"a write to the page failed: {what}", f"{code}: {text}", text_of(trail), op, error)
