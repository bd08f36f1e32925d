"""Whether fields hold what their attributes ask for."""

from __future__ import annotations

import re

from .choices import group_of, is_checked, is_multiple, options_of, selected_options
from .conversions import parse_float, parse_integer
from .core import Core
from .fields import field_value, option_value
from .letters import length_of
from .names import NUMBER_TYPES, TIME_TYPES
from .owners import elements_of, input_type, is_disabled, is_read_only
from .times import time_number
from .tree import Node
from .words import words

__all__ = [
    "FLAWS",
    "check_form",
    "check_validity",
    "flaws_of",
    "limits_of",
    "number_of",
    "step_base",
    "step_of",
    "takes_required",
    "will_validate",
]

#: What can be wrong, as `validity` names it, in the order in which messages are chosen.
FLAWS = (
    *("customError", "valueMissing", "typeMismatch", "patternMismatch", "tooLong", "tooShort", "rangeUnderflow"),
    *("rangeOverflow", "stepMismatch", "badInput"),
)
_email = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
).fullmatch
_url = re.compile(r"[a-zA-Z][-+.a-zA-Z0-9]*:(?://[^\s/]+.*|(?!//)\S+.*)", re.S).fullmatch
_TEXTS = words("text search tel url email password")
_STEPS = {
    "number": 1,
    "range": 1,
    "date": 86_400_000,
    "week": 604_800_000,
    "month": 1,
    "time": 60_000,
    "datetime-local": 60_000,
}
_SCALES = {"date": 86_400_000, "week": 604_800_000, "time": 1000, "datetime-local": 1000}
_NO_REQUIRED = words("hidden range color submit image reset button")


def will_validate(node: Node) -> bool:
    """Return whether *node* is looked at when its form is submitted."""
    tag = node.tag
    if tag not in ("input", "textarea", "select", "button") or is_disabled(node):
        return False
    if tag == "button":
        return node.get("type", "submit").lower() not in ("button", "reset")
    if tag == "input" and input_type(node) in ("hidden", "reset", "button"):
        return False
    if tag != "select" and is_read_only(node):
        return False
    return next(node.iterancestors("datalist"), None) is None


def flaws_of(core: Core, node: Node) -> list[str]:
    """Return what is wrong with a field, in the order of `FLAWS`."""
    state = core.known_state(node)
    found = ["customError"] if state is not None and state.error else []
    match node.tag:
        case "select":
            found += ["valueMissing"] if _select_misses(core, node) else []
        case "textarea":
            value = field_value(core, node)
            found += ["valueMissing"] if _is_required(node) and not value else []
            found += _length_flaws(core, node, value)
        case "input":
            found += _input_flaws(core, node)
    return found


def _select_misses(core: Core, node: Node) -> bool:
    if not _is_required(node):
        return False
    chosen = selected_options(core, node)
    if not chosen:
        return True
    if is_multiple(node):
        return False
    first = options_of(node)[0]
    placeholder = first.getparent() is node and not option_value(core, first) and not node.get("size", "").strip("01")
    return (placeholder and chosen[0] is first) or not option_value(core, chosen[0])


def _input_flaws(core: Core, node: Node) -> list[str]:
    type = input_type(node)
    value = field_value(core, node)
    found = []
    if _misses(core, node, type, value):
        found.append("valueMissing")
    if not value:
        return found
    if type == "email" and not _is_email(node, value):
        found.append("typeMismatch")
    if type == "url" and not _url(value):
        found.append("typeMismatch")
    pattern = node.get("pattern")
    if pattern and type in _TEXTS and not _fits(node, type, pattern, value):
        found.append("patternMismatch")
    if type in _TEXTS:
        found += _length_flaws(core, node, value)
    if type in NUMBER_TYPES:
        found += _range_flaws(node, type, value)
    return found


def _is_email(node: Node, value: str) -> bool:
    return all(_email(part) for part in (value.split(",") if node.get("multiple") is not None else [value]))


def _fits(node: Node, type: str, pattern: str, value: str) -> bool:
    try:
        fits = re.compile(f"(?:{pattern})").fullmatch
    except re.error:
        return True  # what is no pattern asks for nothing
    parts = value.split(",") if type == "email" and node.get("multiple") is not None else [value]
    return all(fits(part) for part in parts)


def takes_required(node: Node) -> bool:
    """Return whether the attribute `required` means anything on *node*."""
    return node.tag in ("select", "textarea") or (node.tag == "input" and input_type(node) not in _NO_REQUIRED)


def _is_required(node: Node) -> bool:
    """Return whether the user must enter something, and can."""
    if not takes_required(node) or node.get("required") is None or is_disabled(node):
        return False
    return node.tag == "select" or not is_read_only(node)


def _misses(core: Core, node: Node, type: str, value: str) -> bool:
    if type == "radio":
        group = group_of(core, node)
        return any(one.get("required") is not None for one in group) and not any(is_checked(core, one) for one in group)
    if not _is_required(node):
        return False
    return not is_checked(core, node) if type == "checkbox" else not value


def _length_flaws(core: Core, node: Node, value: str) -> list[str]:
    # What a program has set may have any length.
    state = core.known_state(node)
    if state is None or not state.typed:
        return []
    longest, shortest = parse_integer(node.get("maxlength")), parse_integer(node.get("minlength"))
    if longest is not None and 0 <= longest < length_of(value):
        return ["tooLong"]
    return ["tooShort"] if shortest is not None and value and length_of(value) < shortest else []


def number_of(type: str, value: str) -> float | None:
    """Return the number that stands for a value of that type."""
    return time_number(type, value) if type in TIME_TYPES else parse_float(value)


def limits_of(node: Node, type: str) -> tuple[float | None, float | None]:
    """Return the least and the greatest number that the field takes."""
    low, high = number_of(type, node.get("min", "")), number_of(type, node.get("max", ""))
    if type == "range":
        low = 0.0 if low is None else low
        high = 100.0 if high is None else high
    return low, high


def step_of(node: Node, type: str) -> float | None:
    """Return the distance between values that the field takes; None for any."""
    text = node.get("step", "")
    if text.lower() == "any":
        return None
    step = parse_float(text)
    return _STEPS[type] if step is None or step <= 0 else step * _SCALES.get(type, 1)


def _range_flaws(node: Node, type: str, value: str) -> list[str]:
    number = number_of(type, value)
    if number is None:
        return []
    low, high = limits_of(node, type)
    found = []
    if low is not None and number < low:
        found.append("rangeUnderflow")
    if high is not None and number > high:
        found.append("rangeOverflow")
    step = step_of(node, type)
    if step is not None:
        rest = (number - step_base(node, type)) / step
        if abs(rest - round(rest)) > 1e-7:
            found.append("stepMismatch")
    return found


def step_base(node: Node, type: str) -> float:
    """Return the number that steps are counted from."""
    for attribute in ("min", "value"):
        number = number_of(type, node.get(attribute, ""))
        if number is not None:
            return number
    return -259_200_000 if type == "week" else 0


def check_validity(core: Core, node: Node) -> bool:
    """Return whether a field is valid; one that is not hears `invalid`."""
    if not will_validate(node) or not flaws_of(core, node):
        return True
    core.fire(node, "invalid")
    return False


def check_form(core: Core, form: Node) -> list[Node]:
    """Return the fields of a form that are not valid; each hears `invalid`."""
    return [node for node in elements_of(core, form) if not check_validity(core, node)]
