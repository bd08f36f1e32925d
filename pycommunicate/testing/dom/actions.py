"""What a user does, with all that a browser makes of it.

Each action is refused where no user could do it. What only a layout knows, as what covers what, counts as given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from . import keys as _keys
from .activation import click as _click
from .choices import is_checked, is_multiple, options_of
from .conversions import parse_float
from .core import Core
from .editing import choose, compose_text, end_composition, insert_text, mark_all, raw_value, set_by_user
from .errors import ActionError
from .event import Event
from .fields import is_text_field, option_text, option_value, sanitize
from .files import File
from .focus import blur as _blur
from .focus import focus as _focus
from .focus import is_editable, is_focusable, settle
from .forms import submit
from .names import TIME_TYPES, display_name
from .owners import control_of, input_type, is_disabled, is_link, is_read_only
from .render import is_inert, is_visible
from .times import is_time
from .tree import Node, with_ancestors
from .words import words

__all__ = [
    "blur",
    "check",
    "choose_files",
    "click",
    "commit",
    "compose",
    "dblclick",
    "fill",
    "focus",
    "happen_again",
    "hover",
    "press",
    "select",
    "type_text",
    "uncheck",
]

#: What the events of a mouse tell, as a pointer; and which of its buttons is held, by the one that was pressed.
_CLICKING = {"pointerId": 1, "pointerType": "mouse"}
_POINTER = {**_CLICKING, "isPrimary": True}
_BUTTONS = (1, 4, 2)
_NOT_FILLED = words("checkbox radio file submit image reset button hidden")


# --- what stands in the way -------------------------------------------------------------------------------------------


def _why_not(core: Core, node: Node) -> str:
    """Return why no user can reach *node*; empty if one can."""
    if not core.connected(node):
        return "is not in the document"
    if not is_visible(core, node):
        return "is not visible"
    return "is inert, or behind a modal dialog" if is_inert(core, node) else ""


def _check_reachable(core: Core, node: Node, doing: str) -> None:
    why = _why_not(core, node)
    if not why and _disabled_around(node):
        why = "is disabled"
    if why:
        raise ActionError(f"cannot {doing} {display_name(node)}: it {why}")


def _disabled_around(node: Node) -> bool:
    """Return whether *node* is disabled, or in a button that is."""
    return any(is_disabled(one) and one.tag != "fieldset" for one in with_ancestors(node))


def _control(core: Core, node: Node) -> Node:
    """Return what an action on a label is meant for."""
    control = control_of(core, node) if node.tag == "label" else None
    return node if control is None else control


# --- the pointer ------------------------------------------------------------------------------------------------------


def hover(core: Core, node: Node) -> None:
    """Move the pointer onto *node*."""
    why = _why_not(core, node)
    if why:
        raise ActionError(f"cannot hover over {display_name(node)}: it {why}")
    _move_to(core, node)


def _move_to(core: Core, node: Node) -> None:
    old = core.hovered
    if old is not node:
        core.hovered = node
        before = list(with_ancestors(old)) if old is not None else []
        after = list(with_ancestors(node))
        for kind in ("pointer", "mouse"):
            pointer = _POINTER if kind == "pointer" else {}
            given = {"button": -1 if kind == "pointer" else 0, "more": {"relatedTarget": node, **pointer}}
            if old is not None:
                core.fire(old, f"{kind}out", **given)
            for one in before:
                if one not in after:
                    core.fire(one, f"{kind}leave", **given)
            given["more"] = {"relatedTarget": old, **pointer}
            core.fire(node, f"{kind}over", **given)
            for one in reversed(after):
                if one not in before:
                    core.fire(one, f"{kind}enter", **given)
    core.fire(node, "pointermove", button=-1, more=_POINTER)
    core.fire(node, "mousemove")


def click(core: Core, node: Node, *, button: int = 0, modifiers: Collection[str] = ()) -> None:
    """Click on *node*: button 0 is the primary one, 1 the middle one, 2 the secondary one."""
    _check_reachable(core, node, "click")
    held = frozenset(modifiers)
    _move_to(core, node)
    _press_and_release(core, node, button, held)
    settle(core)


def dblclick(core: Core, node: Node, *, modifiers: Collection[str] = ()) -> None:
    """Click twice on *node*, at once."""
    _check_reachable(core, node, "click")
    held = frozenset(modifiers)
    _move_to(core, node)
    for times in (1, 2):
        if core.connected(node):
            _press_and_release(core, node, 0, held, times)
    if core.connected(node):
        core.fire(node, "dblclick", modifiers=held, more={"detail": 2})
    settle(core)


def _press_and_release(core: Core, node: Node, button: int, modifiers: frozenset[str], times: int = 1) -> None:
    given: dict[str, Any] = {"button": button, "modifiers": modifiers}
    held = {"buttons": _BUTTONS[button]}
    # A pointerdown that is prevented keeps the mouse's own events back.
    mouse = core.dispatch(node, Event("pointerdown", **given, more={**_POINTER, **held, "pressure": 0.5}))
    if not core.connected(node):
        return
    if mouse:
        stays = not core.dispatch(node, Event("mousedown", **given, more={**held, "detail": times}))
        if not core.connected(node):
            return
        if not stays:
            _focus_by_pointer(core, node)
    if button == 2:
        core.fire(node, "contextmenu", **given, more={**_CLICKING, **held})
    if core.connected(node):
        core.dispatch(node, Event("pointerup", **given, more=_POINTER))
    if mouse and core.connected(node):
        core.dispatch(node, Event("mouseup", **given, more={"detail": times}))
    if not core.connected(node):
        return
    if button == 0:
        if not _disabled_around(node):
            _click(core, node, trusted=True, modifiers=modifiers, more={**_CLICKING, "detail": times})
    else:
        core.dispatch(node, Event("auxclick", **given, more={**_CLICKING, "detail": times}))


def _focus_by_pointer(core: Core, node: Node) -> None:
    """Give the focus to what takes it when a pointer is pressed on *node*: itself, or the nearest around it."""
    taker = next((one for one in with_ancestors(node) if is_focusable(core, one)), None)
    if taker is None:
        _blur(core)
        return
    _focus(core, taker)
    if is_text_field(taker):
        # Where in the text is for a layout to say; most fields are wider than what is in them.
        state = core.state(taker)
        state.start = state.end = len(raw_value(core, taker))


def happen_again(core: Core, event: Event) -> None:
    """Let a click on a link, or a submit, happen that was prevented when it came."""
    if event.type == "submit":
        submit(core, event.target, event.submitter)
        return
    link = next(filter(is_link, with_ancestors(event.target)), None)
    if link is not None:
        _click(core, link)


# --- the focus --------------------------------------------------------------------------------------------------------


def focus(core: Core, node: Node) -> None:
    """Move the focus to *node*."""
    _check_reachable(core, node, "focus")
    _focus(core, node)
    if core.focused is not node and not is_focusable(core, node):
        raise ActionError(f"cannot focus {display_name(node)}: it takes no focus")


def blur(core: Core, node: Node) -> None:
    """Take the focus from *node*, if it has it."""
    if core.focused is node:
        _blur(core)


# --- the keyboard -----------------------------------------------------------------------------------------------------


def press(core: Core, keys: str) -> None:
    """Press and release a key on what has the focus: ``"Enter"``, ``"Control+a"``, ``"Shift+Tab"``, ``"x"``."""
    modifiers, key = _keys.split_keys(keys)
    unknown = modifiers - _keys.MODIFIERS
    if unknown or (len(key) > 1 and key not in _KEYS):
        raise ActionError(f"expected a key, as 'Enter' or 'Control+a', got {keys!r}")
    _keys.press(core, key, modifiers)


_KEYS = words(
    "Enter Tab Escape Backspace Delete Insert Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight Shift "
    "Control Alt Meta ControlOrMeta CapsLock ContextMenu Dead"
) | {f"F{number}" for number in range(1, 25)}


def type_text(core: Core, node: Node | None, text: str) -> None:
    """Type *text* into *node*, key by key, where the caret is; without one, into what has the focus."""
    if node is not None:
        _check_reachable(core, node, "type into")
        _focus(core, node)
    for letter in text.replace("\r\n", "\n"):
        _keys.press(core, {"\n": "Enter", "\t": "Tab"}.get(letter, letter))


def fill(core: Core, node: Node, text: str) -> None:
    """Let *text* take the place of all that is in a field, as by pasting it."""
    node = _control(core, node)
    _check_reachable(core, node, "fill")
    _check_fillable(node, text)
    _focus(core, node)
    type = input_type(node) if node.tag == "input" else ""
    if type in TIME_TYPES or type in ("range", "color"):
        value = sanitize(node, type, text.strip())
        if type in TIME_TYPES and text and not is_time(type, value):
            raise ActionError(f"cannot fill {display_name(node)}: expected a {type}, got {text!r}")
        set_by_user(core, node, value)
        return
    mark_all(core, node)
    if text:
        insert_text(core, node, text)
    else:
        _keys.press(core, "Delete")
    settle(core)


def _check_fillable(node: Node, text: str) -> None:
    type = input_type(node) if node.tag == "input" else ""
    if type in _NOT_FILLED:
        raise ActionError(f"cannot fill {display_name(node)}: an input of the type {type!r} takes no text")
    if not type and node.tag != "textarea":
        if node.tag == "select" or not is_editable(node):
            raise ActionError(f"cannot fill {display_name(node)}: it is no field")
    elif is_read_only(node):
        raise ActionError(f"cannot fill {display_name(node)}: it is read-only")
    if type == "number" and text.strip() and parse_float(text.strip()) is None:
        raise ActionError(f"cannot fill {display_name(node)}: expected a number, got {text!r}")


def compose(core: Core, node: Node, text: str) -> None:
    """Let *text* be what an input method composes in *node*, where the caret is; it is no text of the field's yet."""
    _check_reachable(core, node, "type into")
    _focus(core, node)
    compose_text(core, node, text)
    settle(core)


def commit(core: Core, text: str) -> None:
    """Let *text* take the place of what is composed, and end that."""
    if core.composing is None:
        raise ActionError("cannot commit what an input method has composed: nothing is composed")
    end_composition(core, text)
    settle(core)


# --- choices ----------------------------------------------------------------------------------------------------------


def check(core: Core, node: Node) -> None:
    """Check a checkbox or radio button, unless it is checked."""
    _set_checked(core, node, True)


def uncheck(core: Core, node: Node) -> None:
    """Uncheck a checkbox, if it is checked."""
    _set_checked(core, node, False)


def _set_checked(core: Core, node: Node, checked: bool) -> None:
    box = _control(core, node)
    doing = "check" if checked else "uncheck"
    if box.tag != "input" or input_type(box) not in ("checkbox", "radio"):
        raise ActionError(f"cannot {doing} {display_name(box)}: it is no checkbox or radio button")
    if is_checked(core, box) == checked:
        return
    if not checked and input_type(box) == "radio":
        raise ActionError(f"cannot uncheck {display_name(box)}: a user checks another radio button instead")
    click(core, box)
    if core.connected(box) and is_checked(core, box) != checked:
        raise ActionError(
            f"cannot {doing} {display_name(box)}: the click did not change it; a handler may have prevented it"
        )


def select(core: Core, node: Node, values: str | Iterable[str]) -> None:
    """Choose options of a select, by their values or by their texts.

    Args:
        core: The document.
        node: The select.
        values: One, or as many as shall be chosen where many can be.
    """
    node = _control(core, node)
    if node.tag != "select":
        raise ActionError(f"cannot select in {display_name(node)}: it is no select")
    _check_reachable(core, node, "select in")
    wanted = [values] if isinstance(values, str) else list(values)
    if len(wanted) > 1 and not is_multiple(node):
        raise ActionError(f"cannot select {len(wanted)} options in {display_name(node)}: it takes one")
    choose(core, node, [_option(core, node, value) for value in wanted])
    settle(core)


def _option(core: Core, node: Node, value: str) -> Node:
    options = options_of(node)
    found = next((one for one in options if option_value(core, one) == value), None)
    if found is None:
        found = next(
            (one for one in options if (core.attribute(one, "label") or option_text(one)) == value.strip()), None
        )
    if found is None:
        there = ", ".join(repr(option_value(core, one)) for one in options) or "none"
        raise ActionError(f"cannot select {value!r} in {display_name(node)}: there are {there}")
    if is_disabled(found):
        raise ActionError(f"cannot select {value!r} in {display_name(node)}: that option is disabled")
    return found


def choose_files(core: Core, node: Node, files: Iterable[tuple[str, bytes, str]]) -> None:
    """Choose files in a field for them: each a name, what is in it, and its media type."""
    node = _control(core, node)
    if node.tag != "input" or input_type(node) != "file":
        raise ActionError(f"cannot choose files in {display_name(node)}: it is no field for files")
    if is_disabled(node):
        raise ActionError(f"cannot choose files in {display_name(node)}: it is disabled")
    chosen = [File(*one) for one in files]
    if len(chosen) > 1 and node.get("multiple") is None:
        raise ActionError(f"cannot choose {len(chosen)} files in {display_name(node)}: it takes one")
    core.state(node).files = chosen
    core.fire(node, "input")
    core.fire(node, "change")
    settle(core)
