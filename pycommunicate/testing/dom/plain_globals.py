"""What every script has, in whatever document: `Math`, `JSON`, `Date`, `Map`, `parseInt`, ..."""

from __future__ import annotations

import base64
import json
import math
import random
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, unquote

from .addresses import SearchParams, Url
from .conversions import parse_integer, to_boolean, to_integer, to_number, to_text
from .core import Core
from .errors import DomError, script_error
from .functions import Function
from .host import HostObject
from .keyed import KeyedMap, KeyedSet
from .thrown import ErrorObject
from .value_methods import call_of_value, date_of, milliseconds_of

__all__ = ["PLAIN_GLOBALS"]

_UNESCAPED = "-_.!~*'()"


def _function(name: str, act: Callable[[list[Any]], Any]) -> Function:
    return Function(lambda this, args: act(args), name)


def _with(function: Function, **methods: Callable[[list[Any]], Any]) -> Function:
    for name, act in methods.items():
        function.set(name, _function(name, act))
    return function


class _Prototype(HostObject):
    """The methods of all values of a kind, to be called as those of any of them."""

    def get(self, name: str) -> Any:
        return Function(lambda this, args: call_of_value(this, name, args), name)

    def call(self, name: str, args: list[Any]) -> Any:
        return call_of_value(self, name, args)


class _Group(HostObject):
    """Functions and numbers under one name."""

    def __init__(self, kind: str, functions: dict[str, Callable[[list[Any]], Any]], values: dict[str, Any]) -> None:
        self._kind = kind
        self._functions = {name: _function(name, act) for name, act in functions.items()}
        self._values = values

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return self._kind

    def get(self, name: str) -> Any:
        return self._functions.get(name, self._values.get(name))

    def call(self, name: str, args: list[Any]) -> Any:
        function = self._functions.get(name)
        return function.invoke(self, args) if function is not None else super().call(name, args)


def _first(args: list[Any]) -> Any:
    return args[0] if args else None


def _number(args: list[Any]) -> float:
    return to_number(args[0]) if args else math.nan


def _whole(value: float) -> float:
    return int(value) if math.isfinite(value) and value == int(value) else value


def _rounded(act: Callable[[float], float]) -> Callable[[list[Any]], float]:
    return lambda args: act(number) if math.isfinite(number := _number(args)) else number


def _math(core: Core) -> HostObject:
    def root(args: list[Any]) -> float:
        number = _number(args)
        return _whole(math.sqrt(number)) if number >= 0 else math.nan

    return _Group(
        "Math",
        {
            "abs": lambda args: abs(_number(args)),
            "floor": _rounded(math.floor),
            "ceil": _rounded(math.ceil),
            "trunc": _rounded(math.trunc),
            "round": _rounded(lambda number: math.floor(number + 0.5)),
            "max": lambda args: max(map(to_number, args), default=-math.inf),
            "min": lambda args: min(map(to_number, args), default=math.inf),
            "pow": lambda args: _whole(to_number(args[0]) ** to_number(args[1])),
            "sqrt": root,
            "random": lambda args: random.random(),
            "sign": lambda args: (_number(args) > 0) - (_number(args) < 0),
        },
        {"PI": math.pi, "E": math.e},
    )


def _json(core: Core) -> HostObject:
    def stringify(args: list[Any]) -> str | None:
        indent = args[2] if len(args) > 2 and isinstance(args[2], int) else None
        separators = None if indent else (",", ":")
        if isinstance(_first(args), Function):
            return None
        return json.dumps(_jsonable(_first(args)), ensure_ascii=False, separators=separators, indent=indent or None)

    def parse(args: list[Any]) -> Any:
        try:
            return json.loads(to_text(_first(args)))
        except ValueError:
            raise script_error("SyntaxError", f"{to_text(_first(args))!r} is not valid JSON") from None

    return _Group("JSON", {"stringify": stringify, "parse": parse}, {})


def _jsonable(value: Any) -> Any:
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items() if not isinstance(item, Function)}
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, float):
        return _whole(value) if math.isfinite(value) else None
    return value if isinstance(value, (str, int, type(None))) else {}


def _date(core: Core) -> Function:
    def now() -> int:
        return math.floor(core.surroundings.now() * 1000)

    def make(args: list[Any]) -> Any:
        if not args:
            return date_of(now())
        given = args[0]
        if isinstance(given, datetime):
            return given
        if len(args) > 1:
            year, month, *rest = map(to_integer, args)
            day, hour, minute, second, ms = (*rest, *(1, 0, 0, 0, 0)[len(rest) :])[:5]
            start = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=timezone.utc)
            return date_of(milliseconds_of(start) + ((((day - 1) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms)
        if isinstance(given, str):
            return _parsed(given)
        return date_of(to_number(given))

    return _with(Function(lambda this, args: to_text(make([])), "Date", make), now=lambda args: now())


def _parsed(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise DomError("unsupported", f"value: an invalid Date, of {text!r}") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)


def _object(core: Core) -> Function:
    def fields(args: list[Any]) -> dict[str, Any]:
        value = _first(args)
        value = value.plain() if isinstance(value, HostObject) else value
        return value if isinstance(value, dict) else {}

    def assign(args: list[Any]) -> Any:
        for source in args[1:]:
            args[0].update(fields([source]))
        return args[0]

    return _with(
        Function(lambda this, args: args[0] if args else {}, "Object", lambda args: args[0] if args else {}),
        keys=lambda args: list(fields(args)),
        values=lambda args: list(fields(args).values()),
        entries=lambda args: [[key, value] for key, value in fields(args).items()],
        assign=assign,
    )


def _array(core: Core) -> Function:
    def make(args: list[Any]) -> list[Any]:
        return [None] * args[0] if len(args) == 1 and type(args[0]) is int else list(args)

    def items(args: list[Any]) -> list[Any]:
        value = _first(args)
        value = value.plain() if isinstance(value, HostObject) else value
        return list(value) if isinstance(value, (list, str)) else []

    methods: dict[str, Callable[[list[Any]], Any]] = {
        "isArray": lambda args: isinstance(_first(args), list),
        "from": items,
        "of": list,
    }
    found = _with(Function(lambda this, args: make(args), "Array", make), **methods)
    found.set("prototype", _Prototype())
    return found


def _string(core: Core) -> Function:
    found = _function("String", lambda args: to_text(args[0]) if args else "")
    found.set("prototype", _Prototype())
    return found


def _number_global(core: Core) -> Function:
    def integer(args: list[Any]) -> bool:
        value = _first(args)
        return type(value) in (int, float) and math.isfinite(value) and value == int(value)

    found = _with(
        Function(lambda this, args: to_number(args[0]) if args else 0, "Number"),
        isInteger=integer,
        isFinite=lambda args: type(_first(args)) in (int, float) and math.isfinite(args[0]),
        isNaN=lambda args: type(_first(args)) is float and math.isnan(args[0]),
    )
    found.set("MAX_SAFE_INTEGER", 2**53 - 1)
    return found


def _parse_int(args: list[Any]) -> float:
    text = to_text(_first(args))
    if len(args) > 1 and args[1] not in (None, 10):
        try:
            return int(text, to_integer(args[1]))
        except ValueError:
            return math.nan
    found = parse_integer(text)
    return math.nan if found is None else found


def _parse_float(args: list[Any]) -> float:
    text = to_text(_first(args)).strip()
    for end in range(len(text), 0, -1):
        try:
            return _whole(float(text[:end]))
        except ValueError:
            continue
    return math.nan


def _error(name: str) -> Callable[[Core], Function]:
    def make(args: list[Any]) -> ErrorObject:
        return ErrorObject(name, to_text(args[0]) if args else "")

    return lambda core: Function(lambda this, args: make(args), name, make)


def _simple(name: str, act: Callable[[list[Any]], Any]) -> Callable[[Core], Function]:
    return lambda core: _function(name, act)


def _encode(args: list[Any]) -> str:
    return quote(to_text(_first(args)), safe=_UNESCAPED)


def _encode_all(args: list[Any]) -> str:
    return quote(to_text(_first(args)), safe=f"{_UNESCAPED};/?:@&=+$,#")


def _decode(args: list[Any]) -> str:
    return unquote(to_text(_first(args)))


def _to_base64(args: list[Any]) -> str:
    return base64.b64encode(to_text(_first(args)).encode("latin-1")).decode()


def _from_base64(args: list[Any]) -> str:
    return base64.b64decode(to_text(_first(args))).decode("latin-1")


#: What makes each of them for a document.
PLAIN_GLOBALS: dict[str, Callable[[Core], Any]] = {
    "Math": _math,
    "JSON": _json,
    "Date": _date,
    "Object": _object,
    "Array": _array,
    "Number": _number_global,
    "String": _string,
    "Boolean": _simple("Boolean", lambda args: to_boolean(_first(args))),
    "Map": lambda core: Function(lambda this, args: None, "Map", KeyedMap),
    "URL": lambda core: Function(lambda this, args: None, "URL", Url),
    "URLSearchParams": lambda core: Function(lambda this, args: None, "URLSearchParams", SearchParams),
    "Set": lambda core: Function(lambda this, args: None, "Set", KeyedSet),
    **{name: _error(name) for name in ("Error", "TypeError", "RangeError", "SyntaxError")},
    "parseInt": _simple("parseInt", _parse_int),
    "parseFloat": _simple("parseFloat", _parse_float),
    "isNaN": _simple("isNaN", lambda args: math.isnan(_number(args))),
    "isFinite": _simple("isFinite", lambda args: math.isfinite(_number(args))),
    "encodeURIComponent": _simple("encodeURIComponent", _encode),
    "encodeURI": _simple("encodeURI", _encode_all),
    "decodeURIComponent": _simple("decodeURIComponent", _decode),
    "decodeURI": _simple("decodeURI", _decode),
    "btoa": _simple("btoa", _to_base64),
    "atob": _simple("atob", _from_base64),
    "NaN": lambda core: math.nan,
    "Infinity": lambda core: math.inf,
    "undefined": lambda core: None,
}
