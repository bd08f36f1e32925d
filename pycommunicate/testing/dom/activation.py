"""Clicks, and what the browser does when nobody prevents them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Any

from .choices import group_of, is_checked, set_checked
from .core import Core
from .dialogs import toggle_details
from .event import Event
from .focus import focus
from .forms import reset, submit
from .owners import control_of, form_of, input_type, is_disabled, is_link, is_submit_button, is_summary
from .request import Request
from .tree import Node, with_ancestors
from .urls import resolve
from .words import words

__all__ = ["click"]

_INTERACTIVE = words("button input select textarea label details summary iframe")


def click(
    core: Core,
    node: Node,
    *,
    trusted: bool = False,
    modifiers: frozenset[str] = frozenset(),
    more: dict[str, Any] | None = None,
) -> bool:
    """Let a click happen on *node*, with what follows from it; what is disabled hears none.

    Returns:
        Whether nobody prevented it.
    """
    if is_disabled(node):
        return True
    event = Event("click", modifiers=modifiers, trusted=trusted, more=more or {})
    active = _activated_by(node)
    undo = _before(core, active) if active is not None else None
    if not core.dispatch(node, event):
        if undo is not None:
            undo()
        return False
    if active is not None:
        _after(core, active, event, changed=undo is not None)
    return True


def _activated_by(node: Node) -> Node | None:
    """Return what does something when *node* is clicked: itself or the nearest around it."""
    return next((one for one in with_ancestors(node) if _does_something(one)), None)


def _does_something(node: Node) -> bool:
    """Return whether a click on *node* does something by itself."""
    return node.tag in ("button", "input", "label") or is_link(node) or is_summary(node)


def _before(core: Core, node: Node) -> Callable[[], None] | None:
    """Do what happens before a click is heard; return what undoes it, None where nothing has changed."""
    type = input_type(node) if node.tag == "input" else ""
    state = core.state(node) if type in ("checkbox", "radio") else None
    if state is None:
        return None
    if type == "checkbox":
        own, indeterminate = state.checked, state.indeterminate
        set_checked(core, node, not is_checked(core, node))
        state.indeterminate = False

        def uncheck() -> None:
            state.checked, state.indeterminate = own, indeterminate

        return uncheck
    if is_checked(core, node):
        return None
    before = next((one for one in group_of(core, node) if is_checked(core, one)), None)
    set_checked(core, node, True)

    def give_back() -> None:
        if before is not None:
            set_checked(core, before, True)
        else:
            set_checked(core, node, False)

    return give_back


def _after(core: Core, node: Node, event: Event, *, changed: bool) -> None:
    match node.tag:
        case "a" | "area":
            _follow_link(core, node, event)
        case "button":
            _press_button(core, node)
        case "label":
            _hand_on(core, node, event)
        case "summary":
            details = node.getparent()
            assert details is not None
            if not _is_in_interactive(event.target, node):
                toggle_details(core, details)
        case "input":
            if input_type(node) in ("checkbox", "radio"):
                if changed and core.connected(node):
                    core.fire(node, "input")
                    core.fire(node, "change")
            else:
                _press_button(core, node)


def _press_button(core: Core, node: Node) -> None:
    form = form_of(core, node)
    if form is None or is_disabled(node):
        return
    if is_submit_button(node):
        submit(core, form, node)
    elif (node.get("type") or "").lower() == "reset":
        reset(core, form)


def _is_in_interactive(node: Node, outer: Node) -> bool:
    """Return whether *node* is something inside of *outer* that a click means by itself."""
    inner = takewhile(lambda one: one is not outer, with_ancestors(node))
    return any(one.tag in _INTERACTIVE or is_link(one) for one in inner)


def _hand_on(core: Core, label: Node, event: Event) -> None:
    control = control_of(core, label)
    if control is None or is_disabled(control) or _is_in_interactive(event.target, label):
        return
    if control in with_ancestors(event.target):
        return
    if event.trusted:
        focus(core, control)
    click(core, control, trusted=event.trusted, modifiers=event.modifiers)


def _follow_link(core: Core, link: Node, event: Event) -> None:
    """Go where a link leads; within the document that only scrolls."""
    url = resolve(core.base_url, core.attribute(link, "href") or "")
    if url.lower().startswith("javascript:"):
        return
    target = "_blank" if event.modifiers & {"Control", "Meta", "Shift"} else core.target_of(link.get("target"))
    core.go(Request(url, target=target, download=link.get("download") is not None))
