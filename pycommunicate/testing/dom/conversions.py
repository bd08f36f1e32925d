"""Values to text, numbers and booleans, as JavaScript turns them."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from .core import Core
from .names import interface
from .tree import Node, is_element

__all__ = ["number_text", "parse_float", "parse_integer", "to_boolean", "to_integer", "to_number", "to_text"]

_float = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?\Z").match
_integer = re.compile(r"[ \t\n\f\r]*([-+]?\d+)").match


def to_text(value: Any) -> str:
    """Return what a browser makes of *value* where it wants text."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, list):
        return ",".join("" if item is None else to_text(item) for item in value)
    if isinstance(value, bytes):
        return ",".join(map(str, value))
    if isinstance(value, datetime):
        # A browser's own time zone has no say in tests.
        return value.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")
    if isinstance(value, Node) and is_element(value):
        # A link is written as its address.
        return f"[object {interface(value)}]" if value.tag not in ("a", "area") else value.get("href", "")
    return "[object HTMLDocument]" if isinstance(value, Core) else "[object Object]"


def number_text(value: float) -> str:
    """Return a number as JavaScript writes it."""
    if isinstance(value, int):
        if abs(value) < 10**21:
            return str(value)
        value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    digits, _, exponent = repr(value).partition("e")
    if not exponent:
        if 0 < abs(value) < 1e-6:
            digits, exponent = f"{value:e}".split("e")
        else:
            return digits
    power = int(exponent)
    if -7 < power < 0:
        return f"{value:.{len(digits.replace('-', '').replace('.', '')) - power - 1}f}"
    digits = digits.removesuffix(".0")
    return f"{digits}e{'+' if power > 0 else '-'}{abs(power)}"


def to_number(value: Any) -> float:
    """Return what a browser makes of *value* where it wants a number; NaN of what is none."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if value is None:
        return 0
    if isinstance(value, datetime):
        return value.timestamp() * 1000
    text = to_text(value).strip()
    if not text:
        return 0
    try:
        return int(text, 0) if text[:2].lower() in ("0x", "0o", "0b") else float(text.replace("Infinity", "inf"))
    except ValueError:
        return math.nan


def to_integer(value: Any) -> int:
    """Return *value* as a 32-bit integer."""
    number = to_number(value)
    if math.isnan(number) or math.isinf(number):
        return 0
    return (int(number) + 2**31) % 2**32 - 2**31


def to_boolean(value: Any) -> bool:
    """Return whether *value* counts as true: an empty list does."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return True if isinstance(value, (list, dict, bytes, Node)) else bool(value)


def parse_float(text: str) -> float | None:
    """Return the number that *text* is by the rules of HTML, or None."""
    if _float(text) is None:
        return None
    number = float(text)
    return None if math.isinf(number) else number


def parse_integer(text: str | None) -> int | None:
    """Return the integer that *text* begins with, or None."""
    found = _integer(text) if text else None
    return int(found[1]) if found else None
