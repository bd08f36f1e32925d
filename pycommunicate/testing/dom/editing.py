"""What a user does to text: typing, erasing, marking."""

from __future__ import annotations

import re
from typing import Any

from .choices import options_of, selected_options, set_chosen
from .conversions import parse_integer
from .core import Core
from .event import Event
from .fields import is_text_field
from .focus import is_editable
from .names import SUBMITTABLE
from .owners import input_type, is_disabled, is_no_choice, is_read_only
from .text import inner_text, set_inner_text
from .tree import Node, text_content

__all__ = [
    "caret_of",
    "choose",
    "compose_text",
    "end_composition",
    "erase",
    "insert_text",
    "is_typed_into",
    "mark_all",
    "move_choice",
    "raw_value",
    "set_by_user",
]

_NUMBER = frozenset("0123456789+-.eE")


def is_typed_into(node: Node) -> bool:
    """Return whether what a user types ends up in *node*."""
    if is_text_field(node):
        return not is_disabled(node) and not is_read_only(node)
    return node.tag not in SUBMITTABLE and is_editable(node)


def raw_value(core: Core, node: Node) -> str:
    """Return what stands in a field, as long as it is being typed."""
    if not is_text_field(node):
        return inner_text(core, node)
    state = core.known_state(node)
    if state is not None and state.value is not None:
        return state.value
    return text_content(node) if node.tag == "textarea" else core.attribute(node, "value") or ""


def caret_of(core: Core, node: Node) -> tuple[int, int]:
    """Return where the selection begins and ends."""
    state, length = core.state(node), len(raw_value(core, node))
    start = min(state.start or 0, length)
    end = start if state.end is None else min(state.end, length)
    return min(start, end), max(start, end)


def mark_all(core: Core, node: Node) -> None:
    """Mark all text of a field."""
    state = core.state(node)
    state.start, state.end = 0, len(raw_value(core, node))
    if node.tag in ("input", "textarea"):
        core.fire(node, "select")


def insert_text(core: Core, node: Node, text: str) -> None:
    """Let *text* take the place of what is marked."""
    type = input_type(node) if node.tag == "input" else ""
    if not core.dispatch(node, Event("beforeinput", more=_of_insert(text))):
        return
    text = _that_fits(core, node, type, text.replace("\r\n", "\n").replace("\r", "\n"))
    # Each line comes in by itself.
    pieces = [piece for piece in re.split("(\n)", text) if piece] if node.tag == "textarea" else [text] if text else []
    for piece in pieces:
        value = raw_value(core, node)
        start, end = caret_of(core, node)
        _edit(core, node, value[:start] + piece + value[end:], start + len(piece))
        core.fire(node, "input", more=_of_insert(piece))


def _of_insert(text: str) -> dict[str, Any]:
    """Return what the events of an insertion tell."""
    if text == "\n":
        return {"inputType": "insertLineBreak", "data": None}
    return {"inputType": "insertText", "data": text}


def compose_text(core: Core, node: Node, text: str) -> None:
    """Let *text* take the place of what is composed so far, or of what is marked."""
    if core.composing is None:
        core.composing = (node, caret_of(core, node)[0], "")
        core.fire(node, "compositionstart", more={"data": ""})
    _compose(core, text)


def end_composition(core: Core, text: str) -> None:
    """Let *text* take the place of what was composed, for good."""
    assert core.composing is not None
    node = core.composing[0]
    _compose(core, text)
    core.composing = None
    core.fire(node, "compositionend", more={"data": text})


def _compose(core: Core, text: str) -> None:
    assert core.composing is not None
    node, at, before = core.composing
    told = {"inputType": "insertCompositionText", "data": text, "isComposing": True}
    core.fire(node, "compositionupdate", more={"data": text})
    core.fire(node, "beforeinput", cancelable=False, more=told)
    value = raw_value(core, node)
    start, end = (at, at + len(before)) if before else caret_of(core, node)
    core.composing = (node, start, text)
    _edit(core, node, value[:start] + text + value[end:], start + len(text))
    core.fire(node, "input", more=told)


def _that_fits(core: Core, node: Node, type: str, text: str) -> str:
    """Return what a field takes of *text*."""
    if type:
        text = text.replace("\n", " ")
    if type == "number":
        text = "".join(letter for letter in text if letter in _NUMBER)
    longest = parse_integer(node.get("maxlength")) if is_text_field(node) else None
    if longest is None or longest < 0:
        return text
    start, end = caret_of(core, node)
    return text[: max(0, longest - (len(raw_value(core, node)) - (end - start)))]


def erase(core: Core, node: Node, *, forwards: bool = False) -> None:
    """Take away what is marked, or the character beside the caret."""
    more = {"inputType": f"deleteContent{'Forward' if forwards else 'Backward'}", "data": None}
    if not core.dispatch(node, Event("beforeinput", more=more)):
        return
    value = raw_value(core, node)
    start, end = caret_of(core, node)
    if start == end:
        start, end = (start, min(end + 1, len(value))) if forwards else (max(0, start - 1), end)
    if start == end:
        return
    _edit(core, node, value[:start] + value[end:], start)
    core.fire(node, "input", more=more)


def _edit(core: Core, node: Node, value: str, caret: int) -> None:
    state = core.state(node)
    if is_text_field(node):
        if state.before is None:
            state.before = raw_value(core, node)
        state.value = value
        state.typed = True
    else:
        set_inner_text(core, node, value)
    state.start = state.end = caret


def set_by_user(core: Core, node: Node, value: str) -> None:
    """Let a user choose a value at once, as by a picker: `input` and `change` follow."""
    state = core.state(node)
    state.value, state.typed, state.before = value, True, None
    core.fire(node, "input")
    core.fire(node, "change")


def choose(core: Core, select: Node, chosen: list[Node]) -> None:
    """Let a user choose options: `input` and `change` follow."""
    set_chosen(core, select, chosen)
    core.fire(select, "input")
    core.fire(select, "change")


def move_choice(core: Core, select: Node, by: int) -> None:
    """Let a user go to the next option that can be chosen."""
    options = [option for option in options_of(select) if not is_no_choice(option)]
    chosen = [option for option in selected_options(core, select) if option in options]
    at = (options.index(chosen[0]) if chosen else -1) + by
    if 0 <= at < len(options):
        choose(core, select, [options[at]])
