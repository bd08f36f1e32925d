"""Conditions in XPath, as selectors need them."""

from __future__ import annotations

import re

from .letters import inside

__all__ = ["LOWER", "UPPER", "any_of", "compare", "has_word", "literal", "nth"]

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def literal(text: str) -> str:
    text = inside(text)
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = [f'"{part}"' if "'" in part else f"'{part}'" for part in re.split("('+)", text) if part]
    return f"concat({','.join(parts)})"


def any_of(conditions: list[str]) -> str:
    return " or ".join(f"({condition})" for condition in conditions) or "false()"


def has_word(test: str, word: str) -> str:
    # Most have no such word at all, and that is found out soonest.
    whole = f"contains(concat(' ',normalize-space({test}),' '),{literal(f' {word} ')})"
    return f"contains({test},{literal(word)}) and {whole}"


def compare(test: str, operator: str, value: str) -> str:
    text = literal(value)
    match operator:
        case "=":
            return f"{test}={text}"
        case "|=":
            return f"({test}={text} or starts-with({test},{literal(value + '-')}))"
        case "~=":
            return has_word(test, value) if value and not re.search(r"\s", value) else "false()"
    if not value:
        return "false()"
    match operator:
        case "^=":
            return f"starts-with({test},{text})"
        case "*=":
            return f"contains({test},{text})"
        case _:
            length = len(value) - 1
            return f"substring({test},string-length({test})-{length})={text}"


def nth(before: str, step: int, offset: int) -> str:
    """Return the condition that one more than *before* is `step * n + offset` for some n from 0 up."""
    place = f"({before}+1)"
    if step == 0:
        return f"{place}={offset}"
    distance = f"({place}-({offset}))"
    return f"({distance} mod {abs(step)}=0 and {distance}{'>=' if step > 0 else '<='}0)"
