"""What fields and forms are asked for, and told, by name."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from typing import Any

from .choices import (
    chosen_index,
    is_checked,
    is_multiple,
    is_selected,
    options_of,
    select_of,
    selected_options,
    set_checked,
    set_chosen,
    set_selected,
)
from .conversions import number_text, to_boolean, to_integer, to_number, to_text
from .core import Core
from .errors import script_error
from .fields import default_value, field_value, files_of, has_text_selection, option_text, set_field_value, value_mode
from .letters import length_of
from .names import NUMBER_TYPES, interface
from .objects import Validity
from .owners import control_of, elements_of, form_of, input_type, is_labelable, labels_of
from .tables import getter, setter
from .times import time_text
from .tree import Node
from .validation import number_of, will_validate
from .validation_messages import validation_message
from .words import words

__all__: list[str] = []

_BUTTONS = "input button select textarea"


@getter("value", "input textarea select option output")
def _value(core: Core, node: Node) -> str:
    return field_value(core, node)


@setter("value", "input textarea select option output")
def _set_value(core: Core, node: Node, value: Any) -> None:
    if value is None and node.tag in ("input", "textarea"):
        value = ""
    if node.tag == "input" and input_type(node) == "file":
        if to_text(value):
            raise script_error(
                "InvalidStateError",
                "Failed to set the 'value' property on 'HTMLInputElement': This input element accepts a filename, "
                "which may only "
                "be programmatically set to the empty string.",
            )
        core.state(node).files = []
        return
    set_field_value(core, node, to_text(value))


@getter("defaultValue", "input textarea output")
def _default_value(core: Core, node: Node) -> str:
    return default_value(core, node)


@setter("defaultValue", "input")
def _set_default_value(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "value", to_text(value))


@setter("defaultValue", "textarea output")
def _set_default_text(core: Core, node: Node, value: Any) -> None:
    core.set_text(node, to_text(value))


@setter("type", "input")
def _set_type(core: Core, node: Node, value: Any) -> None:
    old, current = value_mode(input_type(node)), field_value(core, node)
    core.set_attribute(node, "type", to_text(value))
    new = value_mode(input_type(node))
    state = core.known_state(node)
    if old == "value" and new.startswith("default") and current:
        core.set_attribute(node, "value", current)
    if state is None:
        return
    if old != new:
        state.value = None
    elif new == "value" and state.value is not None:
        state.value = field_value(core, node)


@getter("type", "select")
def _select_type(core: Core, node: Node) -> str:
    return "select-multiple" if is_multiple(node) else "select-one"


@getter("type", "textarea fieldset output")
def _own_type(core: Core, node: Node) -> str:
    return str(node.tag)


@getter("textLength", "textarea")
def _text_length(core: Core, node: Node) -> int:
    return length_of(field_value(core, node))


@getter("checked", "input")
def _checked(core: Core, node: Node) -> bool:
    return is_checked(core, node)


@setter("checked", "input")
def _set_checked(core: Core, node: Node, value: Any) -> None:
    set_checked(core, node, to_boolean(value))


@getter("indeterminate", "input")
def _indeterminate(core: Core, node: Node) -> bool:
    state = core.known_state(node)
    return state is not None and state.indeterminate


@setter("indeterminate", "input")
def _set_indeterminate(core: Core, node: Node, value: Any) -> None:
    core.state(node).indeterminate = to_boolean(value)


@getter("files", "input")
def _files(core: Core, node: Node) -> list[Any] | None:
    return list(files_of(core, node)) if input_type(node) == "file" else None


@getter("list", "input")
def _list(core: Core, node: Node) -> Node | None:
    found = core.first_with_id(core.attribute(node, "list") or "")
    return found if found is not None and found.tag == "datalist" else None


@getter("options", "select datalist")
def _options(core: Core, node: Node) -> list[Node]:
    return options_of(node)


@getter("length", "select")
def _length(core: Core, node: Node) -> int:
    return len(options_of(node))


@getter("selectedOptions", "select")
def _selected_options(core: Core, node: Node) -> list[Node]:
    return selected_options(core, node)


@getter("selectedIndex", "select")
def _selected_index(core: Core, node: Node) -> int:
    return chosen_index(core, node)


@setter("selectedIndex", "select")
def _set_selected_index(core: Core, node: Node, value: Any) -> None:
    options, index = options_of(node), to_integer(value)
    set_chosen(core, node, [options[index]] if 0 <= index < len(options) else [])


@getter("selected", "option")
def _selected(core: Core, node: Node) -> bool:
    return is_selected(core, node)


@setter("selected", "option")
def _set_selected(core: Core, node: Node, value: Any) -> None:
    set_selected(core, node, to_boolean(value))


@getter("index", "option")
def _index(core: Core, node: Node) -> int:
    select = select_of(node)
    return options_of(select).index(node) if select is not None else 0


@getter("text", "option")
def _option_text(core: Core, node: Node) -> str:
    return option_text(node)


@getter("label", "option")
def _option_label(core: Core, node: Node) -> str:
    return core.attribute(node, "label") or option_text(node)


@setter("label", "option")
def _set_option_label(core: Core, node: Node, value: Any) -> None:
    core.set_attribute(node, "label", to_text(value))


@getter("form", f"{_BUTTONS} fieldset output object")
def _form(core: Core, node: Node) -> Node | None:
    return form_of(core, node)


@getter("form", "option label")
def _form_of_part(core: Core, node: Node) -> Node | None:
    control = select_of(node) if node.tag == "option" else control_of(core, node)
    return form_of(core, control) if control is not None else None


@getter("labels", f"{_BUTTONS} meter output progress")
def _labels(core: Core, node: Node) -> list[Node] | None:
    return list(labels_of(core, node)) if is_labelable(node) else None


@getter("control", "label")
def _control(core: Core, node: Node) -> Node | None:
    return control_of(core, node)


@getter("elements", "form fieldset")
def _elements(core: Core, node: Node) -> list[Node]:
    return elements_of(core, node)


@getter("length", "form")
def _form_length(core: Core, node: Node) -> int:
    return len(elements_of(core, node))


def _selection(which: str) -> None:
    @getter(which, "input textarea")
    def get(core: Core, node: Node) -> Any:
        if not has_text_selection(node):
            return None
        if which == "selectionDirection":
            return "forward"
        state = core.known_state(node)
        length = len(field_value(core, node))
        place = (state.start if which == "selectionStart" else state.end) if state is not None else None
        return min(place, length) if place is not None else 0

    @setter(which, "input textarea")
    def set(core: Core, node: Node, value: Any) -> None:
        if not has_text_selection(node):
            raise script_error(
                "InvalidStateError",
                f"Failed to set the '{which}' property on '{interface(node)}': The input element's type "
                f"('{input_type(node)}') does not support selection.",
            )
        if which == "selectionDirection":
            return
        state, place = core.state(node), min(max(0, to_integer(value)), len(field_value(core, node)))
        start, end = state.start or 0, state.end or 0
        if which == "selectionStart":
            state.start, state.end = place, max(place, end)
        else:
            state.start, state.end = min(start, place), place


for one in ("selectionStart", "selectionEnd", "selectionDirection"):
    _selection(one)


@getter("willValidate", f"{_BUTTONS} fieldset output object")
def _will_validate(core: Core, node: Node) -> bool:
    return will_validate(node)


@getter("validationMessage", f"{_BUTTONS} fieldset output object")
def _validation_message(core: Core, node: Node) -> str:
    return validation_message(core, node)


@getter("validity", f"{_BUTTONS} fieldset output object")
def _validity(core: Core, node: Node) -> Validity:
    return Validity(core, node)


@getter("valueAsDate", "input")
def _value_as_date(core: Core, node: Node) -> datetime | None:
    type = input_type(node)
    number = number_of(type, field_value(core, node)) if type in _DATES else None
    if number is None:
        return None
    if type == "month":
        return datetime(1970 + int(number) // 12, int(number) % 12 + 1, 1, tzinfo=timezone.utc)
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=number)


@setter("valueAsDate", "input")
def _set_value_as_date(core: Core, node: Node, value: Any) -> None:
    type = input_type(node)
    if type not in _DATES:
        raise script_error(
            "InvalidStateError",
            "Failed to set the 'valueAsDate' property on 'HTMLInputElement': This input element does not support Date "
            "values.",
        )
    if not isinstance(value, datetime):
        set_field_value(core, node, "")
        return
    moment = value.astimezone(timezone.utc)
    months = (moment.year - 1970) * 12 + moment.month - 1
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    set_field_value(core, node, time_text(type, months if type == "month" else since / timedelta(milliseconds=1)))


@getter("valueAsNumber", "input")
def _value_as_number(core: Core, node: Node) -> float:
    number = number_of(input_type(node), field_value(core, node)) if input_type(node) in NUMBER_TYPES else None
    if number is None:
        return math.nan
    return int(number) if number == int(number) else number


@setter("valueAsNumber", "input")
def _set_value_as_number(core: Core, node: Node, value: Any) -> None:
    type, number = input_type(node), to_number(value)
    if type not in NUMBER_TYPES:
        raise script_error(
            "InvalidStateError",
            "Failed to set the 'valueAsNumber' property on 'HTMLInputElement': This input element does not support "
            "Number values.",
        )
    if math.isnan(number):
        set_field_value(core, node, "")
    else:
        set_field_value(core, node, number_text(number) if type in ("number", "range") else time_text(type, number))


_DATES = words("date month week time")
