"""What events are asked for, by their class; a pointer is always at 0, 0, as nothing is laid out here."""

from __future__ import annotations

from typing import Any, Protocol

from .words import words

__all__ = ["class_of", "code_of", "own_properties"]

_CLASSES = {
    **dict.fromkeys(words("mousedown mouseup mousemove mouseover mouseout mouseenter mouseleave dblclick"), "Mouse"),
    **dict.fromkeys(words("click auxclick contextmenu"), "Pointer"),
    **dict.fromkeys(
        (f"pointer{what}" for what in ("down", "up", "move", "over", "out", "enter", "leave", "cancel")), "Pointer"
    ),
    **dict.fromkeys(words("keydown keyup keypress"), "Keyboard"),
    **dict.fromkeys(words("focus blur focusin focusout"), "Focus"),
    **dict.fromkeys(words("toggle beforetoggle"), "Toggle"),
    **dict.fromkeys(words("compositionstart compositionupdate compositionend"), "Composition"),
    "beforeinput": "Input",
    "submit": "Submit",
    "wheel": "Wheel",
}
_HELD = {"altKey": "Alt", "ctrlKey": "Control", "metaKey": "Meta", "shiftKey": "Shift"}
_PLACES = (
    *("clientX", "clientY", "pageX", "pageY", "offsetX", "offsetY", "screenX", "screenY", "x", "y"),
    *("movementX", "movementY", "layerX", "layerY"),
)
_MOUSE: dict[str, Any] = {**dict.fromkeys(_PLACES, 0), "buttons": 0, "detail": 0, "relatedTarget": None}
_POINTER = {
    **_MOUSE,
    "pointerId": -1,
    "pointerType": "",
    "isPrimary": False,
    "pressure": 0,
    "tangentialPressure": 0,
    "width": 1,
    "height": 1,
    "tiltX": 0,
    "tiltY": 0,
    "twist": 0,
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "Mouse": _MOUSE,
    "Pointer": _POINTER,
    "Wheel": {**_MOUSE, "deltaX": 0, "deltaY": 0, "deltaZ": 0, "deltaMode": 0},
    "Keyboard": {"repeat": False, "isComposing": False, "detail": 0},
    "Focus": {"relatedTarget": None, "detail": 0},
    "Input": {"data": None, "inputType": "", "isComposing": False, "detail": 0},
    "Composition": {"data": "", "detail": 0},
}
_WITH_MODIFIERS = words("Mouse Pointer Wheel Keyboard")


class _Event(Protocol):
    type: str
    button: int
    key: str
    modifiers: frozenset[str]
    submitter: Any
    more: dict[str, Any]


def class_of(type: str, more: dict[str, Any]) -> str:
    """Return the name of the class of events of that type with those further properties."""
    return f"{_kind_of(type, more)}Event"


def _kind_of(type: str, more: dict[str, Any]) -> str:
    if type in _CLASSES:
        return _CLASSES[type]
    if "inputType" in more:
        return "Input"
    if "matches" in more:
        return "MediaQueryList"
    return "Custom" if "detail" in more else ""


def own_properties(event: _Event) -> dict[str, Any]:
    """Return the properties that an event has by its class."""
    kind = _kind_of(event.type, event.more)
    found: dict[str, Any] = {"eventPhase": 0, "timeStamp": 0, "returnValue": True, "composed": kind != ""}
    found |= _DEFAULTS.get(kind, {})
    if kind in ("Mouse", "Pointer", "Wheel"):
        found["button"] = event.button
    if kind == "Keyboard":
        location = int(event.key in ("Shift", "Control", "Alt", "Meta"))
        found |= {"key": event.key, "code": code_of(event.key), "location": location}
    if kind == "Submit":
        found["submitter"] = event.submitter
    if kind in _WITH_MODIFIERS:
        found |= {name: key in event.modifiers for name, key in _HELD.items()}
    return found | event.more


# --- keys -------------------------------------------------------------------------------------------------------------

_PLACES_OF_SIGNS = {
    **{sign: f"Digit{place}" for place, sign in enumerate(")!@#$%^&*(")},
    **dict.fromkeys("`~", "Backquote"),
    **dict.fromkeys("-_", "Minus"),
    **dict.fromkeys("=+", "Equal"),
    **dict.fromkeys("[{", "BracketLeft"),
    **dict.fromkeys("]}", "BracketRight"),
    **dict.fromkeys("\\|", "Backslash"),
    **dict.fromkeys(";:", "Semicolon"),
    **dict.fromkeys("'\"", "Quote"),
    **dict.fromkeys(",<", "Comma"),
    **dict.fromkeys(".>", "Period"),
    **dict.fromkeys("/?", "Slash"),
    " ": "Space",
}


def code_of(key: str) -> str:
    """Return the name of the place where a key is on an American keyboard; empty where it has none."""
    if len(key) > 1:
        return f"{key}Left" if key in ("Shift", "Control", "Alt", "Meta") else key
    if key.isascii() and key.isalpha():
        return f"Key{key.upper()}"
    return f"Digit{key}" if key.isascii() and key.isdigit() else _PLACES_OF_SIGNS.get(key, "")
