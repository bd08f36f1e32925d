"""Methods of values that are no objects of the document: texts, numbers, dates, lists."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

from .conversions import number_text, to_integer, to_text
from .errors import DomError, script_error
from .functions import Function

__all__ = ["call_of_value", "date_of", "milliseconds_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def call_of_value(value: Any, name: str, args: list[Any]) -> Any:
    """Call a method of a text, a number, a date or a list.

    Raises:
        DomError: ``not-a-function``; what it throws.
    """
    if isinstance(value, str):
        found = _of_text(value, name, args)
    elif isinstance(value, datetime):
        found = _of_date(value, name)
    elif isinstance(value, list):
        found = _of_list(value, name, args)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        found = _of_number(value, name, args)
    else:
        found = _NONE
    if found is _NONE:
        if name == "toString":
            return to_text(value)
        raise DomError("not-a-function", f"not a function: {name}")
    return found


_NONE = object()


def _span(args: list[Any], length: int) -> tuple[int, int]:
    """Return where a part begins and ends: what is negative is counted from the end."""
    places = [to_integer(args[0]) if args else 0, length if len(args) < 2 or args[1] is None else to_integer(args[1])]
    start, end = (max(0, length + place) if place < 0 else min(place, length) for place in places)
    return start, max(start, end)


def _of_text(text: str, name: str, args: list[Any]) -> Any:
    first = to_text(args[0]) if args else "undefined"
    match name:
        case "toUpperCase" | "toLocaleUpperCase":
            return text.upper()
        case "toLowerCase" | "toLocaleLowerCase":
            return text.lower()
        case "trim":
            return text.strip()
        case "trimStart":
            return text.lstrip()
        case "trimEnd":
            return text.rstrip()
        case "includes":
            return first in text
        case "startsWith":
            return text.startswith(first)
        case "endsWith":
            return text.endswith(first)
        case "indexOf":
            return text.find(first)
        case "lastIndexOf":
            return text.rfind(first)
        case "slice":
            start, end = _span(args, len(text))
            return text[start:end]
        case "substring":
            places = [min(max(0, to_integer(arg)), len(text)) for arg in (*args, len(text))[:2]]
            return text[min(places) : max(places)]
        case "charAt":
            place = to_integer(args[0]) if args else 0
            return text[place] if 0 <= place < len(text) else ""
        case "split":
            if not args or args[0] is None:
                return [text]
            return text.split(first) if first else list(text)
        case "replace" | "replaceAll" if len(args) > 1 and isinstance(args[0], str):
            return text.replace(first, to_text(args[1]), 1 if name == "replace" else -1)
        case "concat":
            return text + "".join(map(to_text, args))
        case "repeat":
            return text * max(0, to_integer(args[0]) if args else 0)
        case "padStart" | "padEnd":
            missing = max(0, to_integer(args[0]) - len(text)) if args else 0
            filler = to_text(args[1]) if len(args) > 1 else " "
            padding = (filler * missing)[:missing]
            return padding + text if name == "padStart" else text + padding
        case "valueOf" | "toString":
            return text
    return _NONE


def _of_number(number: float, name: str, args: list[Any]) -> Any:
    match name:
        case "toFixed":
            return f"{number:.{to_integer(args[0]) if args else 0}f}"
        case "valueOf":
            return number
        case "toString" if not args:
            return number_text(number)
    return _NONE


def date_of(milliseconds: float) -> datetime:
    """Return the date so many ms since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds_of(date: datetime) -> int:
    """Return how many ms since 1970 a date is."""
    return math.floor((date - _EPOCH) / timedelta(milliseconds=1))


def _of_date(date: datetime, name: str) -> Any:
    moment = date.astimezone(timezone.utc)
    match name:
        case "getTime" | "valueOf":
            return milliseconds_of(date)
        case "toISOString" | "toJSON":
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case "getFullYear" | "getUTCFullYear":
            return moment.year
        case "getMonth" | "getUTCMonth":
            return moment.month - 1
        case "getDate" | "getUTCDate":
            return moment.day
        case "getDay" | "getUTCDay":
            return moment.isoweekday() % 7
        case "getHours" | "getUTCHours":
            return moment.hour
        case "getMinutes" | "getUTCMinutes":
            return moment.minute
        case "getSeconds" | "getUTCSeconds":
            return moment.second
        case "getTimezoneOffset":
            return 0
    return _NONE


def _same(one: Any, other: Any) -> bool:
    simple = (str, int, float, bool)
    return one is other or (isinstance(one, simple) and type(one) is type(other) and one == other)


def _place(items: list[Any], wanted: Any) -> int:
    return next((place for place, item in enumerate(items) if _same(item, wanted)), -1)


def _of_list(items: list[Any], name: str, args: list[Any]) -> Any:
    first = args[0] if args else None
    match name:
        case "item" | "at":
            place = to_integer(first)
            place += len(items) if place < 0 and name == "at" else 0
            return items[place] if 0 <= place < len(items) else None
        case "push":
            items += args
            return len(items)
        case "pop":
            return items.pop() if items else None
        case "shift":
            return items.pop(0) if items else None
        case "unshift":
            items[:0] = args
            return len(items)
        case "slice":
            start, end = _span(args, len(items))
            return items[start:end]
        case "splice":
            start, _ = _span(args[:1], len(items))
            end = start + max(0, to_integer(args[1])) if len(args) > 1 else len(items)
            taken, items[start:end] = items[start:end], args[2:]
            return taken
        case "concat":
            return [*items, *(one for arg in args for one in (arg if isinstance(arg, list) else [arg]))]
        case "includes":
            return _place(items, first) >= 0
        case "indexOf":
            return _place(items, first)
        case "join":
            return (to_text(first) if args else ",").join("" if item is None else to_text(item) for item in items)
        case "reverse":
            items.reverse()
            return items
        case "forEach" | "map" | "filter" | "find" | "some" | "every":
            return _with_each(items, name, first)
    return _NONE


def _with_each(items: list[Any], name: str, function: Any) -> Any:
    if not isinstance(function, Function):
        raise script_error("TypeError", f"{to_text(function)} is not a function")
    found = [function.invoke(None, [item, place, items]) for place, item in enumerate(list(items))]
    match name:
        case "map":
            return found
        case "filter":
            return [item for item, one in zip(items, found, strict=False) if one]
        case "find":
            return next((item for item, one in zip(items, found, strict=False) if one), None)
        case "some":
            return any(found)
        case "every":
            return all(found)
    return None
