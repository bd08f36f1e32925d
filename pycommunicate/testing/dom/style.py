"""Inline styles: declarations in an attribute.

Values are kept as they are written. A browser knows what each property takes, and drops what it does not; here that is
so for lengths without a unit alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from .conversions import to_text
from .core import Core
from .css_names import CSS_NAMES
from .errors import DomError
from .host import HostObject
from .tree import Node
from .words import words

__all__ = ["Style", "declarations", "normalize"]

_piece = re.compile(r"""[^;:'"(\[{\\]+|'(?:\\.|[^'])*'|"(?:\\.|[^"])*"|\((?:[^()]|\([^()]*\))*\)|\\.|.""", re.S)
_comment = re.compile(r"/\*.*?\*/", re.S)
_important = re.compile(r"\s*!\s*important\s*\Z", re.I)
_hex = re.compile(r"#([0-9a-fA-F]{3,8})\b")
_word = re.compile(r"-?[a-zA-Z][-a-zA-Z]*\Z").match
_number = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)\Z").match
_capital = re.compile("[A-Z]")
_bare_point = re.compile(r"(?<![\w.])\.(\d)")
_zero = re.compile(r"(?<![\w.#-])0(?![\w.%])")

_LENGTHS = words(
    "width height min-width min-height max-width max-height top right bottom left margin-top margin-right "
    "margin-bottom margin-left padding-top padding-right padding-bottom padding-left margin padding font-size gap "
    "row-gap column-gap letter-spacing word-spacing text-indent border-radius outline-offset inset"
)
#: What may be written as it likes: names of the user's own.
_FREE = words("font-family animation-name content font animation will-change counter-reset counter-increment")


@lru_cache(1024)
def declarations(text: str) -> dict[str, tuple[str, bool]]:
    """Return what a style says: by property its value, with whether it is important."""
    found: dict[str, tuple[str, bool]] = {}
    name = ""
    value: list[str] = []
    colon = False
    for piece in [*_piece.findall(_comment.sub("", text)), ";"]:
        if piece == ";":
            if colon and name.strip():
                _declare(found, name.strip(), "".join(value))
            name, value, colon = "", [], False
        elif piece == ":" and not colon:
            colon = True
        elif colon:
            value.append(piece)
        else:
            name += piece
    return found


def _declare(found: dict[str, tuple[str, bool]], name: str, value: str) -> None:
    important = _important.search(value)
    value = value[: important.start()] if important else value
    name = name if name.startswith("--") else name.lower()
    normal = normalize(name, value)
    if normal and (name.startswith(("--", "-webkit-")) or _script_name(name) in CSS_NAMES):
        found.pop(name, None)
        found[name] = (normal, important is not None)


def normalize(name: str, value: str) -> str:
    """Return a value as a browser would write it; empty if the property does not take it."""
    value = value.strip()
    if name.startswith("--") or name in _FREE or not value:
        return value
    value = " ".join(value.split()) if not re.search("['\"]", value) else value
    if name in _LENGTHS:
        value = _zero.sub("0px", value)
        if any(_number(part) for part in value.split()):
            return ""
    value = _bare_point.sub(r"0.\1", value)
    if "#" in value:
        value = _hex.sub(_rgb, value)
    return value.lower() if _word(value) else value


def _rgb(found: re.Match[str]) -> str:
    digits = found[1]
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8):
        return found[0]
    red, green, blue, *alpha = (int(digits[at : at + 2], 16) for at in range(0, len(digits), 2))
    if not alpha or alpha[0] == 255:
        return f"rgb({red}, {green}, {blue})"
    return f"rgba({red}, {green}, {blue}, {round(alpha[0] / 255, 3):g})"


def _css_name(name: str) -> str:
    """Return `backgroundColor` as `background-color`."""
    if name == "cssFloat":
        return "float"
    css = _capital.sub(lambda found: f"-{found[0].lower()}", name)
    return f"-{css}" if css.startswith("webkit-") else css


def _script_name(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(part.capitalize() for part in rest)


class Style(HostObject):
    """The style of one element."""

    kind = "CSSStyleDeclaration"
    methods: ClassVar[frozenset[str]] = words("getPropertyValue getPropertyPriority setProperty removeProperty item")

    def __init__(self, core: Core, node: Node) -> None:
        self._core = core
        self._node = node

    def identity(self) -> tuple[Any, ...]:
        return (self._node,)

    def _read(self) -> dict[str, tuple[str, bool]]:
        return declarations(self._core.attribute(self._node, "style") or "")

    def _write(self, found: dict[str, tuple[str, bool]]) -> None:
        if found or self._node.get("style") is not None:
            self._core.set_attribute(self._node, "style", _text(found))

    def get(self, name: str) -> Any:
        if "-" in name:
            return self.value(name)
        if name in CSS_NAMES or name == "cssFloat" or name.startswith("webkit"):
            return self.value(_css_name(name))
        if name == "cssText":
            return _text(self._read())
        if name == "length":
            return len(self._read())
        if name.isdecimal():
            names = list(self._read())
            return names[int(name)] if int(name) < len(names) else ""
        return None

    def value(self, name: str) -> str:
        """Return the value of a property, empty for none: `getPropertyValue`."""
        return self._read().get(name if name.startswith("--") else name.lower(), ("", False))[0]

    def set(self, name: str, value: Any) -> None:
        if "-" in name:
            self.put(name, "" if value is None else to_text(value))
        elif name in CSS_NAMES or name == "cssFloat" or name.startswith("webkit"):
            self.put(_css_name(name), "" if value is None else to_text(value))
        elif name == "cssText":
            self._core.set_attribute(self._node, "style", _text(declarations("" if value is None else to_text(value))))
        elif name in ("length", "parentRule"):
            super().set(name, value)

    def put(self, name: str, value: str, *, important: bool = False) -> None:
        """Set a property, or take it away by an empty value: `setProperty`."""
        name = name if name.startswith("--") else name.lower()
        if not name.startswith(("--", "-webkit-")) and _script_name(name) not in CSS_NAMES:
            return
        found = dict(self._read())
        if not value.strip():
            if found.pop(name, None) is not None:
                self._write(found)
            return
        normal = normalize(name, value)
        if normal and "!important" not in normal:
            found[name] = (normal, important)
            self._write(found)

    def call(self, name: str, args: list[Any]) -> Any:
        texts = ["" if arg is None else to_text(arg) for arg in args]
        match name, texts:
            case "getPropertyValue", [css]:
                return self.value(css)
            case "getPropertyPriority", [css]:
                return "important" if self._read().get(css.lower(), ("", False))[1] else ""
            case "setProperty", [css, value, *priority]:
                self.put(css, value, important=priority[:1] == ["important"])
                return None
            case "removeProperty", [css]:
                old = self.value(css)
                self.put(css, "")
                return old
            case "item", [index]:
                return self.get(index)
        raise DomError("not-a-function", f"not a function: style.{name}")

    def plain(self) -> Any:
        return {name: value for name, (value, _) in self._read().items()}


def _text(found: dict[str, tuple[str, bool]]) -> str:
    return " ".join(
        f"{name}: {value}{' !important' if important else ''};" for name, (value, important) in found.items()
    )
