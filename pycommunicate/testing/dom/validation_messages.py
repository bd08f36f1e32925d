"""What Chromium tells the user, in English, of what is wrong with a field."""

from __future__ import annotations

from .conversions import number_text
from .core import Core
from .fields import field_value
from .letters import length_of
from .names import TIME_TYPES
from .owners import input_type
from .tree import Node
from .validation import flaws_of, number_of, step_base, step_of, will_validate

__all__ = ["validation_message"]


def validation_message(core: Core, node: Node) -> str:
    """Return what the browser would tell the user."""
    found = flaws_of(core, node) if will_validate(node) else []
    if not found:
        return ""
    value, type = field_value(core, node), input_type(node)
    match found[0]:
        case "customError":
            return core.state(node).error
        case "valueMissing":
            return _missing_message(node, type)
        case "typeMismatch":
            return _email_message(value) if type == "email" else "Please enter a URL."
        case "patternMismatch":
            return "Please match the requested format."
        case "tooLong":
            return (
                f"Please shorten this text to {node.get('maxlength')} characters or less "
                f"(you are currently using {_characters(value)})."
            )
        case "tooShort":
            return (
                f"Please lengthen this text to {node.get('minlength')} characters or more "
                f"(you are currently using {_characters(value)})."
            )
        case "rangeUnderflow":
            return f"Value must be {_shown(type, node.get('min'))} or later." if type in TIME_TYPES else (
                f"Value must be greater than or equal to {node.get('min', '0')}."
            )  # fmt: skip
        case "rangeOverflow":
            return f"Value must be {_shown(type, node.get('max'))} or earlier." if type in TIME_TYPES else (
                f"Value must be less than or equal to {node.get('max', '100')}."
            )  # fmt: skip
        case _:
            return _step_message(node, type, value)


def _shown(type: str, text: str | None) -> str:
    """Return a limit as the user is told of it."""
    if type != "date" or text is None:
        return text or ""
    year, month, day = text.split("-")
    return f"{month}/{day}/{year}"


def _characters(value: str) -> str:
    length = length_of(value)
    return f"{length} character{'s' if length != 1 else ''}"


def _missing_message(node: Node, type: str) -> str:
    if node.tag == "select":
        return "Please select an item in the list."
    special = {
        "checkbox": "Please check this box if you want to proceed.",
        "radio": "Please select one of these options.",
        "file": "Please select a file.",
    }
    return special.get(type if node.tag == "input" else "", "Please fill out this field.")


def _email_message(value: str) -> str:
    if "@" not in value:
        return f"Please include an '@' in the email address. '{value}' is missing an '@'."
    before, _, behind = value.partition("@")
    if not before:
        return f"Please enter a part followed by '@'. '{value}' is incomplete."
    if not behind:
        return f"Please enter a part following '@'. '{value}' is incomplete."
    return "Please enter an email address."


def _step_message(node: Node, type: str, value: str) -> str:
    number, step = number_of(type, value), step_of(node, type)
    if number is None or step is None or type in TIME_TYPES:
        return "Please enter a valid value."
    base = step_base(node, type)
    low = base + (number - base) // step * step
    return (
        "Please enter a valid value. The two nearest valid values are "
        f"{number_text(round(low, 10))} and {number_text(round(low + step, 10))}."
    )
