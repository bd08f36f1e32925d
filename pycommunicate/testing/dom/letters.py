"""Characters that a browser's document may hold and lxml's may not.

The tree holds others in their place, from the end of a plane that is for private use.
"""

from __future__ import annotations

import re

__all__ = ["inside", "length_of", "outside"]

_FORBIDDEN = [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF]
_BASE = 0x10F700
_INSIDE = {code: chr(_BASE + code % 0x100) for code in _FORBIDDEN}
_OUTSIDE = {ord(letter): chr(code) for code, letter in _INSIDE.items()}
_find_forbidden = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").search
_find_replaced = re.compile(f"[{chr(_BASE)}-{chr(_BASE + 0xFF)}]").search


def length_of(text: str) -> int:
    """Return the length of *text* as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def inside(text: str) -> str:
    """Return *text* as the tree holds it."""
    if _find_forbidden(text) is None:
        return text
    # A surrogate that stands alone can come from no server: it becomes what a sender makes of it (spec 7.1).
    return re.sub("[\ud800-\udfff]", "\ufffd", text).translate(_INSIDE)


def outside(text: str | None) -> str:
    """Return the text that the tree holds as *text*."""
    if text is None:
        return ""
    if text.isascii() or _find_replaced(text) is None:
        return text
    return text.translate(_OUTSIDE)
