"""What opens and closes: dialogs and details."""

from __future__ import annotations

from functools import partial

from .core import Core
from .errors import script_error
from .focus import first_focusable, focus
from .tree import Node

__all__ = ["close_dialog", "show_dialog", "toggle_details"]


def show_dialog(core: Core, dialog: Node, *, modal: bool) -> None:
    """Open a dialog: `show` or `showModal`.

    Raises:
        DomError: if it cannot be opened as a modal one.
    """
    if dialog.get("open") is not None:
        if (dialog in core.modals) == modal:
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
    _forget_modal(core, dialog)
    if modal:
        core.modals.append(dialog)
    core.fire(dialog, "beforetoggle", bubbles=False)
    core.state(dialog).opened_by = core.focused
    first = first_focusable(core, dialog)
    focus(core, dialog if first is None else first, forced=True)
    core.later(lambda: core.fire(dialog, "toggle"))


def close_dialog(core: Core, dialog: Node, value: str | None = None) -> None:
    """Close a dialog that is open; *value* is its return value from now on."""
    if dialog.get("open") is None:
        return
    core.fire(dialog, "beforetoggle", bubbles=False, cancelable=False)
    core.remove_attribute(dialog, "open")
    _forget_modal(core, dialog)
    state = core.state(dialog)
    if value is not None:
        state.return_value = value
    before, state.opened_by = state.opened_by, None
    if before is not None and core.connected(before):
        focus(core, before)
    core.later(lambda: core.fire(dialog, "close"))
    core.later(lambda: core.fire(dialog, "toggle"))


def _forget_modal(core: Core, dialog: Node) -> None:
    if dialog in core.modals:
        core.modals.remove(dialog)


def toggle_details(core: Core, details: Node) -> None:
    """Open or close, as a click on the summary does; others of the same name close."""
    if details.get("open") is not None:
        core.remove_attribute(details, "open")
    else:
        core.set_attribute(details, "open", "")
        _close_others(core, details)
    core.later(lambda: core.fire(details, "toggle"))


def _close_others(core: Core, details: Node) -> None:
    """Close the other details of the same name."""
    name = details.get("name")
    for other in core.root.iter("details") if name else ():
        if other is not details and other.get("name") == name and other.get("open") is not None:
            core.remove_attribute(other, "open")
            core.later(partial(core.fire, other, "toggle"))
