"""What may be said to a fault proxy, one line each: the name of a method or attribute, then its arguments."""

from __future__ import annotations

import inspect
import json
import shlex
from collections import deque
from typing import Any

__all__ = ["COMMANDS", "answer", "command", "result"]

#: The methods and attributes of `proxy.FaultProxy` that can be named.
COMMANDS = (
    *("cut_all", "cut_after", "cut_every", "hold", "release", "delay", "swallow", "refuse", "accept"),
    *("port", "connections", "counts", "log", "stop"),
)


def command(name: str, *args: Any, **options: Any) -> str:
    """Return the line that says it."""
    words = [name, *map(_word, args), *(f"{key}={_word(value)}" for key, value in options.items())]
    return shlex.join(words)


def answer(proxy: object, line: str) -> str:
    """Do what *line* says; return the line to answer: ``ok`` and the result as JSON, or ``error`` and why."""
    try:
        name, *words = shlex.split(line)
        if name not in COMMANDS:
            raise ValueError(f"expected one of {', '.join(COMMANDS)}, got {name!r}")
        value = getattr(proxy, name)
        if callable(value):
            args = [_value(word) for word in words if "=" not in word]
            options = {key: _value(word) for key, _, word in (word.partition("=") for word in words if "=" in word)}
            inspect.signature(value).bind(*args, **options)
            value = value(*args, **options)
    except (ValueError, TypeError, OSError) as error:
        return f"error {error}"
    return f"ok {json.dumps(list(value) if isinstance(value, deque) else value)}"


def result(line: str) -> Any:
    """Return what an answer says.

    Raises:
        ValueError: if it is an error.
    """
    kind, _, rest = line.partition(" ")
    if kind != "ok":
        raise ValueError(rest)
    return json.loads(rest)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _value(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError:
        return word
