"""Clicks, and what the browser does when nobody prevents them."""

from __future__ import annotations

from collections.abc import Callable

from .choices import group_of, is_checked, set_checked
from .core import Core
from .dialogs import toggle_details
from .event import Event
from .focus import focus
from .forms import reset, submit
from .owners import control_of, form_of, input_type, is_disabled, is_submit_button
from .request import Request
from .tree import Node
from .urls import resolve, same_but_fragment
from .words import words

__all__ = ["click", "follow_link"]

_INTERACTIVE = words("a button input select textarea label details summary iframe")


def click(
    core: Core,
    node: Node,
    *,
    trusted: bool = False,
    modifiers: frozenset[str] = frozenset(),
) -> bool:
    """Let a click happen on *node*, with what follows from it; what is disabled hears none.

    Returns:
        Whether nobody prevented it.
    """
    if is_disabled(node):
        return True
    event = Event("click", modifiers=modifiers, trusted=trusted)
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
    ancestor: Node | None = node
    while ancestor is not None:
        match ancestor.tag:
            case "a" | "area":
                if ancestor.get("href") is not None:
                    return ancestor
            case "button" | "label":
                return ancestor
            case "input":
                return ancestor
            case "summary":
                parent = ancestor.getparent()
                if (
                    parent is not None
                    and parent.tag == "details"
                    and next(parent.iterchildren("summary"), None) is ancestor
                ):
                    return ancestor
        ancestor = ancestor.getparent()
    return None


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
            follow_link(core, node, event)
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


def _is_in_interactive(node: Node | None, outer: Node) -> bool:
    """Return whether *node* is something inside of *outer* that a click means by itself."""
    while node is not None and node is not outer:
        if node.tag in _INTERACTIVE and not (node.tag == "a" and node.get("href") is None):
            return True
        node = node.getparent()
    return False


def _hand_on(core: Core, label: Node, event: Event) -> None:
    control = control_of(core, label)
    if control is None or is_disabled(control) or _is_in_interactive(event.target, label):
        return
    if event.target is control or any(one is control for one in event.target.iterancestors()):
        return
    if event.trusted:
        focus(core, control)
    click(core, control, trusted=event.trusted, modifiers=event.modifiers)


def follow_link(core: Core, link: Node, event: Event) -> None:
    """Go where a link leads; within the document that only scrolls."""
    url = resolve(core.base_url, core.attribute(link, "href") or "")
    if url.lower().startswith("javascript:"):
        return
    base = next((one for one in core.root.iter("base") if one.get("target")), None)
    target: str = link.get("target") or (str(base.get("target", "")) if base is not None else "")
    target = "" if target.lower() == "_self" else target
    if event.ctrl or event.meta or event.shift:
        target = "_blank"
    download = link.get("download") is not None
    if "#" in url and not target and not download and same_but_fragment(url, core.url):
        core.url = url
        return
    core.navigate(Request(url, target=target, download=download))
