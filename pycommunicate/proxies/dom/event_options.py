"""Options of listeners, as programs write them and as the wire has them (spec 6.10)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypedDict

from ...errors import ConfigurationError, InvalidName, InvalidSelector
from ...page import WhenBusy
from .event_fields import FieldName

__all__ = [
    "ListenOptions",
    "ObserveOptions",
    "OnOptions",
    "check_event_name",
    "check_timeout",
    "ms_of",
    "when_busy_of",
    "wire_options",
]

#: Names of HTML attributes that are written where those of events are meant.
_ATTRIBUTES = {
    f"on{name}"
    for name in (
        *("click", "dblclick", "input", "change", "submit", "reset", "focus", "blur", "scroll", "load", "select"),
        *("keydown", "keyup", "keypress", "mousedown", "mouseup", "mousemove", "mouseover", "mouseout", "wheel"),
        *("pointerdown", "pointerup", "pointermove", "touchstart", "touchend", "drag", "drop", "paste", "toggle"),
    )
}

#: Types of events that happen on each element anew as the pointer goes in and out of what is inside of it.
_ON_EACH = ("mouseenter", "mouseleave", "pointerenter", "pointerleave")

#: Types of events that only their target hears, unless one listens in the capture phase.
_BUBBLE_NOT = frozenset(
    (
        *("focus", "blur", "load", "error", "abort", "scroll", "scrollend", "toggle", "beforetoggle", "invalid"),
        *("cancel", "close", "play", "playing", "pause", "ended", "timeupdate", "volumechange", "waiting", "seeked"),
        *("seeking", "canplay", "canplaythrough", "durationchange", "loadeddata", "loadedmetadata", "loadstart"),
        *("progress", "ratechange", "stalled", "suspend", "emptied", "cuechange"),
    )
)

_WHEN_BUSY = {one.value: one for one in WhenBusy}


class ObserveOptions(TypedDict, total=False):
    """Options of observers; see `ElementWrapper.add_event_listener` for what they mean."""

    once: bool
    debounce: float | None
    throttle: float | None
    fields: Sequence[FieldName]
    when_busy: str


class OnOptions(ObserveOptions, total=False):
    """Options of `View.on`; see `ElementWrapper.add_event_listener` for what they mean."""

    prevent_default: bool | None
    stop_propagation: bool
    capture: bool
    passive: bool | None
    busy: bool
    disable_while_running: bool


class ListenOptions(OnOptions, total=False):
    """Options of listeners; see `ElementWrapper.add_event_listener` for what they mean."""

    delegate: str | None


def wire_options(
    event: str,
    *,
    prevent_default: bool | None = None,
    stop_propagation: bool = False,
    once: bool = False,
    capture: bool = False,
    passive: bool | None = None,
    debounce: float | None = None,
    throttle: float | None = None,
    delegate: str | None = None,
    busy: bool = False,
    disable_while_running: bool = False,
) -> dict[str, Any]:
    """Return the options of a `listen` for *event*.

    Raises:
        ConfigurationError: if one is not what it must be, or two exclude each other.
        InvalidSelector: if *delegate* is no text, or empty.
    """
    options = {
        "prevent": _bool_or_none("prevent_default", prevent_default),
        "stop": _bool("stop_propagation", stop_propagation) or None,
        "once": _bool("once", once) or None,
        "capture": _bool("capture", capture) or None,
        "passive": _bool_or_none("passive", passive),
        "debounce": ms_of("debounce", debounce),
        "throttle": ms_of("throttle", throttle),
        "delegate": _selector(event, delegate),
        "busy": 2 if _bool("disable_while_running", disable_while_running) else int(_bool("busy", busy)) or None,
    }
    if passive and prevent_default:
        raise ConfigurationError(
            "expected either passive=True or prevent_default=True, got both: passive prevents nothing"
        )
    if debounce is not None and throttle is not None:
        raise ConfigurationError(f"expected either debounce or throttle, got both: {debounce!r} and {throttle!r}")
    if delegate is not None and event in _BUBBLE_NOT:
        options["capture"] = True  # else it would never be heard
    return {name: value for name, value in options.items() if value is not None}


def check_event_name(event: Any) -> None:
    """Raise if *event* cannot be the name of an event.

    Raises:
        InvalidName: if it is no text, or empty.
        ConfigurationError: if it is the name of an attribute that has handlers.
    """
    if not isinstance(event, str) or not event:
        raise InvalidName(f'expected the name of an event, as "click", got {event!r}')
    if event[0] in "#.[*" or any(map(str.isspace, event)):
        raise InvalidName(f'expected the name of an event, as "click", got {event!r}, which looks like a selector')
    if event in _ATTRIBUTES:
        raise ConfigurationError(f"expected the name of an event, as {event[2:]!r}, got {event!r}")


def check_timeout(timeout: Any) -> None:
    """Raise ConfigurationError if *timeout* is neither None nor a number of seconds."""
    if timeout is not None and (not _is_number(timeout) or timeout < 0):
        raise ConfigurationError(f"expected timeout to be a number of seconds, or None for no end, got {timeout!r}")


def when_busy_of(word: str) -> WhenBusy:
    """Return what *word* stands for; raise ConfigurationError if it is none of its values."""
    try:
        return _WHEN_BUSY[word]
    except (KeyError, TypeError):
        words = ", ".join(repr(one) for one in _WHEN_BUSY)
        raise ConfigurationError(f"expected when_busy to be one of {words}, got {word!r}") from None


def ms_of(name: str, seconds: Any) -> int | None:
    """Return a time in the wire's ms, at least one; None if there is none.

    Raises:
        ConfigurationError: if it is no number of seconds above 0.
    """
    if seconds is None:
        return None
    if not _is_number(seconds) or seconds <= 0:
        raise ConfigurationError(f"expected {name} to be a number of seconds above 0, got {seconds!r}")
    return max(1, round(float(seconds) * 1000))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _bool(name: str, value: Any) -> bool:
    if value is not True and value is not False:
        raise ConfigurationError(f"expected {name} to be True or False, got {value!r}")
    return value


def _bool_or_none(name: str, value: Any) -> bool | None:
    if value is not None and value is not True and value is not False:
        raise ConfigurationError(f"expected {name} to be True, False or None, got {value!r}")
    return value


def _selector(event: str, delegate: Any) -> str | None:
    if delegate is None:
        return None
    if not isinstance(delegate, str) or not delegate.strip():
        raise InvalidSelector(f'expected a CSS selector for delegate, as "li", got {delegate!r}')
    if event in _ON_EACH:
        raise ConfigurationError(
            f"expected an event that can be delegated, got {event!r}, which happens on each element by itself; "
            f"use {event.replace('enter', 'over').replace('leave', 'out')!r}, or listen to the element itself"
        )
    return delegate
