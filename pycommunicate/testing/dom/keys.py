"""What keys do."""

from __future__ import annotations

from .activation import click
from .choices import group_of
from .conversions import parse_float
from .core import Core
from .dialogs import close_dialog
from .editing import caret_of, erase, insert_text, is_typed_into, mark_all, move_choice, raw_value, set_by_user
from .event import Event
from .fields import field_value, is_text_field, sanitize
from .focus import blur, commit, focus, is_focusable, next_in_order, settle
from .forms import default_button, submit
from .owners import elements_of, form_of, input_type, is_disabled, is_link, is_read_only
from .tree import Node
from .words import words

__all__ = ["MODIFIERS", "press", "split_keys"]

MODIFIERS = frozenset(("Shift", "Control", "Alt", "Meta", "ControlOrMeta"))
_NAMES = {"Space": " ", "Return": "Enter", "Esc": "Escape"}
_CLICKED_BY_ENTER = words("button a area summary")
_CLICKED_BY_SPACE = words("button summary")
_BUTTONS = words("submit reset button image file color")


def split_keys(keys: str) -> tuple[frozenset[str], str]:
    """Return the modifiers and the key of a text as ``"Control+a"``."""
    *before, key = keys.split("+") if not keys.endswith("+") else [*filter(None, keys[:-1].split("+")), "+"]
    modifiers = {"Control" if name == "ControlOrMeta" else name for name in before}
    return frozenset(modifiers), _NAMES.get(key, key)


def press(core: Core, key: str, modifiers: frozenset[str] = frozenset()) -> None:
    """Press and release a key, with others held."""
    held = frozenset[str]()
    order = [name for name in ("Control", "Alt", "Shift", "Meta") if name in modifiers]
    for name in order:
        held |= {name}
        core.fire(core.active, "keydown", key=name, modifiers=held)
    _press_one(core, key, modifiers)
    for name in reversed(order):
        held -= {name}
        core.fire(core.active, "keyup", key=name, modifiers=held)
    settle(core)


def _press_one(core: Core, key: str, modifiers: frozenset[str]) -> None:
    target = core.active
    clicks_later = False
    if core.dispatch(target, Event("keydown", key=key, modifiers=modifiers)):
        plain = not modifiers & {"Control", "Alt", "Meta"}
        target = core.active
        if key == "Enter" and plain and is_link(target):
            click(core, target, trusted=True, modifiers=modifiers)
        elif plain and (len(key) == 1 or key == "Enter"):
            if core.dispatch(target, Event("keypress", key=key, modifiers=modifiers)):
                clicks_later = _type(core, target, key)
        else:
            _do(core, target, key, modifiers)
    target = core.active
    if core.dispatch(target, Event("keyup", key=key, modifiers=modifiers)) and clicks_later and core.connected(target):
        click(core, target, trusted=True)


def _type(core: Core, node: Node, key: str) -> bool:
    """Do what a key does that stands for a character; return whether a click follows when it is let go."""
    if key == "Enter":
        _enter(core, node)
        return False
    if is_typed_into(node):
        insert_text(core, node, key)
        return False
    if is_text_field(node):
        core.fire(node, "beforeinput")  # a read-only field hears of it
        return False
    if key != " " or is_disabled(node):
        return False
    type = input_type(node) if node.tag == "input" else ""
    return node.tag in _CLICKED_BY_SPACE or type in ("checkbox", "radio") or type in _BUTTONS


def _enter(core: Core, node: Node) -> None:
    if node.tag == "textarea" or (not is_text_field(node) and is_typed_into(node)):
        if is_typed_into(node):
            insert_text(core, node, "\n")
        return
    type = input_type(node) if node.tag == "input" else ""
    if node.tag in _CLICKED_BY_ENTER or type in _BUTTONS:
        click(core, node, trusted=True)
    elif type:
        if is_text_field(node):
            core.fire(node, "beforeinput")
        commit(core, node)
        if core.connected(node):
            _submit_by_enter(core, node)


def _submit_by_enter(core: Core, node: Node) -> None:
    form = form_of(core, node)
    if form is None:
        return
    button = default_button(core, form)
    if button is not None:
        if not is_disabled(button):
            click(core, button, trusted=True)
        return
    # Without a button, two fields that a user types into keep the form from being submitted.
    if sum(one.tag == "input" and is_text_field(one) for one in elements_of(core, form)) < 2:
        submit(core, form)


def _do(core: Core, node: Node, key: str, modifiers: frozenset[str]) -> None:
    """Do what a key does that stands for no character."""
    if key.lower() == "a" and "Control" in modifiers:
        if is_text_field(node):
            mark_all(core, node)
        return
    if key == "Tab":
        _tab(core, backwards="Shift" in modifiers)
    elif key == "Escape":
        _escape(core)
    elif key in ("Backspace", "Delete"):
        if is_typed_into(node):
            erase(core, node, forwards=key == "Delete")
    elif key in _ARROWS:
        _move(core, node, key, _ARROWS[key], marking="Shift" in modifiers)


_ARROWS = {"ArrowUp": -1, "ArrowDown": 1, "ArrowLeft": -1, "ArrowRight": 1, "Home": -(10**9), "End": 10**9}


def _tab(core: Core, *, backwards: bool) -> None:
    after = next_in_order(core, backwards=backwards)
    if after is None:
        blur(core)
    else:
        focus(core, after, select=True)


def _escape(core: Core) -> None:
    modal = next((one for one in reversed(core.modals) if core.connected(one)), None)
    if modal is not None and core.fire(modal, "cancel", bubbles=False):
        close_dialog(core, modal)


def _move(core: Core, node: Node, key: str, by: int, *, marking: bool) -> None:
    type = input_type(node) if node.tag == "input" else ""
    if node.tag == "select":
        if node.get("multiple") is None:
            move_choice(core, node, by)
    elif type == "radio":
        _next_radio(core, node, by)
    elif (
        type in ("number", "range") and key.startswith("Arrow") and (type == "range" or key in ("ArrowUp", "ArrowDown"))
    ):
        up = key in ("ArrowUp", "ArrowRight")
        if not is_read_only(node):
            _step(core, node, type, 1 if up else -1)
    elif is_text_field(node):
        _move_caret(core, node, key, by, marking=marking)


def _move_caret(core: Core, node: Node, key: str, by: int, *, marking: bool) -> None:
    start, end = caret_of(core, node)
    length = len(raw_value(core, node))
    if key in ("ArrowUp", "ArrowDown") and node.tag != "textarea":
        by = -(10**9) if key == "ArrowUp" else 10**9
    at = start if by < 0 else end
    if marking or start == end:
        at = max(0, min(length, at + by))
    state = core.state(node)
    if marking:
        state.start, state.end = (at, end) if by < 0 else (start, at)
    else:
        state.start = state.end = at


def _next_radio(core: Core, node: Node, by: int) -> None:
    group = [one for one in group_of(core, node) if not is_disabled(one) and is_focusable(core, one)]
    if len(group) < 2:
        return
    at = group.index(node)
    after = group[(at + (1 if by > 0 else -1)) % len(group)]
    focus(core, after)
    click(core, after, trusted=True)


def _step(core: Core, node: Node, type: str, by: int) -> None:
    step = parse_float(node.get("step", "")) or 1.0
    number = parse_float(field_value(core, node)) or 0.0
    low, high = parse_float(node.get("min", "")), parse_float(node.get("max", ""))
    number = round(number + by * step, 10)
    if (low is not None and number < low) or (high is not None and number > high):
        return
    text = f"{number:g}" if number != int(number) else str(int(number))
    value = sanitize(node, type, text)
    if value == field_value(core, node):
        return
    if type == "range" or core.dispatch(node, Event("beforeinput")):
        set_by_user(core, node, value)
