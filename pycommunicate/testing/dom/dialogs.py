"""What opens and closes: dialogs and details."""

from __future__ import annotations

from functools import partial

from .core import Core
from .errors import script_error
from .focus import first_focusable, focus
from .tree import Node

__all__ = ["close_dialog", "close_others", "show_dialog", "toggle_details"]


def show_dialog(core: Core, dialog: Node, *, modal: bool) -> None:
    """Open a dialog: `show` or `showModal`.

    Raises:
        DomError: if it cannot be opened as a modal one.
    """
    state = core.state(dialog)
    if dialog.get("open") is not None:
        if state.modal == modal:
            return
        method = "showModal" if modal else "show"
        raise script_error(
            "InvalidStateError",
            f"Failed to execute '{method}' on 'HTMLDialogElement': The dialog is already open"
            f"{' as non-modal, and therefore cannot be opened modally' if modal else ' as modal'}.",
        )
    if modal and not core.connected(dialog):
        raise script_error(
            "InvalidStateError",
            "Failed to execute 'showModal' on 'HTMLDialogElement': The element is not in a Document.",
        )
    core.set_attribute(dialog, "open", "")
    state.modal = modal
    if modal:
        core.modals.append(dialog)
    core.fire(dialog, "beforetoggle", bubbles=False)
    core.opened_by[dialog] = core.focused
    first = first_focusable(core, dialog)
    focus(core, dialog if first is None else first, forced=True)
    core.later(lambda: core.fire(dialog, "toggle"))


def close_dialog(core: Core, dialog: Node, value: str | None = None) -> None:
    """Close a dialog that is open; *value* is its return value from now on."""
    if dialog.get("open") is None:
        return
    core.fire(dialog, "beforetoggle", bubbles=False, cancelable=False)
    core.remove_attribute(dialog, "open")
    if value is not None:
        core.state(dialog).return_value = value
    core.state(dialog).modal = False
    core.modals[:] = [modal for modal in core.modals if modal is not dialog]
    before = core.opened_by.pop(dialog, None)
    if before is not None and core.connected(before):
        focus(core, before)
    core.later(lambda: core.fire(dialog, "close"))
    core.later(lambda: core.fire(dialog, "toggle"))


def toggle_details(core: Core, details: Node) -> None:
    """Open or close, as a click on the summary does; others of the same name close."""
    if details.get("open") is not None:
        core.remove_attribute(details, "open")
    else:
        core.set_attribute(details, "open", "")
        close_others(core, details)
    core.later(lambda: core.fire(details, "toggle"))


def close_others(core: Core, details: Node) -> None:
    """Close the other details of the same name."""
    name = details.get("name")
    for other in core.root.iter("details") if name else ():
        if other is not details and other.get("name") == name and other.get("open") is not None:
            core.remove_attribute(other, "open")
            core.later(partial(core.fire, other, "toggle"))
