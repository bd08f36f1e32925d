"""The values of fields, as they are read, set and made clean."""

from __future__ import annotations

import math
import re

from .choices import options_of, selected_options, set_chosen
from .conversions import number_text, parse_float
from .core import Core
from .files import File
from .letters import outside
from .names import TEXT_TYPES, TIME_TYPES
from .owners import input_type
from .times import time_number, time_text
from .tree import Node, text_content
from .words import words

__all__ = [
    "default_value",
    "field_value",
    "files_of",
    "has_text_selection",
    "is_text_field",
    "option_text",
    "option_value",
    "sanitize",
    "set_field_value",
    "value_mode",
]

_DEFAULT = words("hidden submit image reset button")
_SELECTABLE = words("text search tel url password")
_newlines = re.compile("[\r\n]").sub
_color = re.compile("#[0-9a-fA-F]{6}").fullmatch
_COLORS = {
    "black": "#000000",
    "silver": "#c0c0c0",
    "gray": "#808080",
    "white": "#ffffff",
    "maroon": "#800000",
    "red": "#ff0000",
    "purple": "#800080",
    "fuchsia": "#ff00ff",
    "green": "#008000",
    "lime": "#00ff00",
    "olive": "#808000",
    "yellow": "#ffff00",
    "navy": "#000080",
    "blue": "#0000ff",
    "teal": "#008080",
    "aqua": "#00ffff",
    "orange": "#ffa500",
}
_SPACE = " \t\n\f\r"


def value_mode(type: str) -> str:
    """Return what `value` of an input means: ``value``, ``default``, ``default/on`` or ``filename``."""
    if type in _DEFAULT:
        return "default"
    if type in ("checkbox", "radio"):
        return "default/on"
    return "filename" if type == "file" else "value"


def is_text_field(node: Node) -> bool:
    """Return whether a user types into *node*: a text area, or an input that takes text."""
    return node.tag == "textarea" or (node.tag == "input" and input_type(node) in TEXT_TYPES)


def has_text_selection(node: Node) -> bool:
    """Return whether `selectionStart` is there."""
    return node.tag == "textarea" or (node.tag == "input" and input_type(node) in _SELECTABLE)


def field_value(core: Core, node: Node) -> str:
    """Return `value` of an input, text area, select, option, button, or output."""
    match node.tag:
        case "input":
            return _input_value(core, node)
        case "textarea":
            state = core.known_state(node)
            return state.value if state is not None and state.value is not None else _lines(text_content(node))
        case "select":
            chosen = selected_options(core, node)
            return option_value(core, chosen[0]) if chosen else ""
        case "option":
            return option_value(core, node)
        case "output":
            return text_content(node)
    return core.attribute(node, "value") or ""


def _input_value(core: Core, node: Node) -> str:
    type = input_type(node)
    mode = value_mode(type)
    if mode == "value":
        state = core.known_state(node)
        value = state.value if state is not None and state.value is not None else core.attribute(node, "value") or ""
        return sanitize(node, type, value)
    if mode == "filename":
        files = files_of(core, node)
        return f"C:\\fakepath\\{files[0].name}" if files else ""
    value_set = core.attribute(node, "value")
    if value_set is None:
        return "on" if mode == "default/on" else ""
    return value_set


def files_of(core: Core, node: Node) -> list[File]:
    """Return the files that were chosen in a field for files."""
    state = core.known_state(node)
    return state.files if state is not None else []


def default_value(core: Core, node: Node) -> str:
    """Return what the value is before anybody changes it."""
    return text_content(node) if node.tag in ("textarea", "output") else core.attribute(node, "value") or ""


def set_field_value(core: Core, node: Node, value: str) -> None:
    """Set `value`, as a program does."""
    match node.tag:
        case "input":
            mode = value_mode(input_type(node))
            if mode == "value":
                _set_text(core, node, sanitize(node, input_type(node), value))
            elif mode != "filename":
                core.set_attribute(node, "value", value)
        case "textarea":
            _set_text(core, node, _lines(value))
        case "select":
            matching = (option for option in options_of(node) if option_value(core, option) == value)
            set_chosen(core, node, [first for first in [next(matching, None)] if first is not None])
        case "output":
            core.set_text(node, value)
        case _:
            core.set_attribute(node, "value", value)


def _set_text(core: Core, node: Node, value: str) -> None:
    state = core.state(node)
    if field_value(core, node) != value:
        state.start = state.end = len(value)
    state.value = value
    state.typed = False


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def option_text(option: Node) -> str:
    """Return the text of an option, its spaces made one."""
    return " ".join(part for part in re.split("[ \t\n\f\r]+", text_content(option)) if part)


def option_value(core: Core, option: Node) -> str:
    value = option.get("value")
    return option_text(option) if value is None else outside(value)


# --- what a type makes of a value -------------------------------------------------------------------------------------


def sanitize(node: Node, type: str, value: str) -> str:
    """Return what is left of *value* in an input of that type."""
    if not value:
        return value if type not in ("range", "color") else _of_number_or_color(node, type, value)
    if type in ("text", "search", "tel", "password"):
        return _newlines("", value) if "\n" in value or "\r" in value else value
    if type == "url":
        return _newlines("", value).strip(_SPACE)
    if type == "email":
        value = _newlines("", value)
        if node.get("multiple") is not None:
            return ",".join(part.strip(_SPACE) for part in value.split(","))
        return value.strip(_SPACE)
    if type in TIME_TYPES:
        number = time_number(type, value)
        return "" if number is None else time_text(type, number) if type == "datetime-local" else value
    return _of_number_or_color(node, type, value)


def _of_number_or_color(node: Node, type: str, value: str) -> str:
    if type == "number":
        return value if parse_float(value) is not None else ""
    if type == "color":
        return value.lower() if _color(value) else _COLORS.get(value.strip().lower(), "#000000")
    return _in_range(node, value) if type == "range" else value


def _in_range(node: Node, value: str) -> str:
    low = parse_float(node.get("min", "")) or 0.0
    high = parse_float(node.get("max", ""))
    high = 100.0 if high is None else high
    number = parse_float(value)
    if number is None:
        number = low if high < low else low + (high - low) / 2
    number = max(low, min(high, number))
    step_text = node.get("step", "")
    if step_text.lower() != "any":
        step = parse_float(step_text)
        step = step if step is not None and step > 0 else 1.0
        number = low + math.floor((number - low) / step + 0.5) * step
        if number > high >= low:
            number -= step
        number = round(number, 10)
    return number_text(number)
