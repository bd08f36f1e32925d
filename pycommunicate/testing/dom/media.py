"""Media queries: what a window of that size answers, on a light screen with a mouse."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from .core import Core
from .event import Event
from .event_targets import EventTarget
from .surroundings import Surroundings
from .words import words

__all__ = ["MediaQueryList", "answer_media"]

_feature = re.compile(r"\(([^()]*)\)")
_range = re.compile(r"(?:([\d.]+\w*)\s*(<=?|>=?)\s*)?(width|height)(?:\s*(<=?|>=?|=)\s*([\d.]+\w*))?\Z")
_SIZES = {"px": 1.0, "em": 16.0, "rem": 16.0, "": 1.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "in": 96.0, "pt": 96 / 72}
_KNOWN = {
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference",
    "display-mode": "browser",
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "scripting": "enabled",
    "update": "fast",
}


def answer_media(text: str, around: Surroundings) -> bool:
    """Return whether a list of media queries matches."""
    return any(_matches(" ".join(query.split()).lower(), around) for query in text.split(","))


def _matches(query: str, around: Surroundings) -> bool:
    negated = query.startswith("not ") and not query.startswith("not (")
    query = re.sub(r"\A(not|only) (?!\()", "", query)
    head, *rest = re.split(r" and (?=\(|not \()", query)
    conditions = rest if not head.startswith(("(", "not (")) else [head, *rest]
    found = head in ("", "all", "screen") or conditions[:1] == [head]
    for condition in conditions:
        wanted = not condition.startswith("not ")
        found = found and _condition(condition.removeprefix("not "), around) is wanted
    return found is not negated


def _condition(text: str, around: Surroundings) -> bool:
    inner = _feature.fullmatch(text.strip())
    if inner is None:
        return False
    name, colon, value = (part.strip() for part in inner[1].partition(":"))
    if not colon:
        found = _range.match(name)
        if found is not None and (found[2] or found[4]):
            return _in_range(found, around)
        return name in ("width", "height", "color", "orientation", "aspect-ratio", "hover", "pointer")
    if name == "orientation":
        return value == ("landscape" if around.width > around.height else "portrait")
    least, _, side = name.partition("-")
    if least in ("min", "max") and side in ("width", "height"):
        size, wanted = getattr(around, side), _pixels(value)
        return wanted is not None and (size >= wanted if least == "min" else size <= wanted)
    if name in ("width", "height"):
        return _pixels(value) == float(getattr(around, name))
    return _KNOWN.get(name) == value


def _in_range(found: re.Match[str], around: Surroundings) -> bool:
    size = getattr(around, found[3])
    low, sign, _, other, high = found.groups()
    return (low is None or _compare(_pixels(low), sign, size)) and (
        high is None or _compare(size, other, _pixels(high))
    )


def _compare(one: float | None, sign: str, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other, "=": one == other}[sign]


def _pixels(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)([a-z]*)", text)
    if found is None or found[2] not in _SIZES:
        return None
    return float(found[1]) * _SIZES[found[2]]


class MediaQueryList(EventTarget):
    """What `matchMedia` returns: hears of it when the answer becomes another one."""

    kind = "MediaQueryList"
    methods: ClassVar[frozenset[str]] = words("addEventListener removeEventListener addListener removeListener")

    def __init__(self, core: Core, text: str) -> None:
        super().__init__(core)
        self.text = text
        self.matches = answer_media(text, core.surroundings)

    def get(self, name: str) -> Any:
        match name:
            case "matches":
                return answer_media(self.text, self._core.surroundings)
            case "media":
                return self.text
        return super().get(name)

    def look(self) -> None:
        """Tell if the answer has become another one."""
        before, self.matches = self.matches, answer_media(self.text, self._core.surroundings)
        if before != self.matches:
            more = {"matches": self.matches, "media": self.text}
            self._core.dispatch(self, Event("change", bubbles=False, cancelable=False, more=more))
