"""What a node has besides its attributes: what a user entered, what a program set."""

from __future__ import annotations

from typing import Any

__all__ = ["NodeState"]


class NodeState:
    """The state of one node; None means that it follows from the attributes.

    Attributes:
        value: Of a field: what was entered or set.
        checked: Of a checkbox or radio button.
        indeterminate: Of a checkbox.
        selected: Of an option.
        selected_dirty: Whether the option's attribute has no say any more.
        blank: Of a select that shows nothing: the options that it had by then.
        start: Of a text field: where the selection begins.
        end: Where it ends.
        files: Of a file input.
        error: What `setCustomValidity` was told.
        typed: Whether the value is the user's own.
        before: The value when the user's edit began, for `change`.
        modal: Whether a dialog was opened as a modal one.
        return_value: Of a dialog.
        expandos: Properties that no browser knows.
    """

    __slots__ = (
        *("before", "blank", "checked", "end", "error", "expandos", "files", "indeterminate", "modal", "return_value"),
        *("selected", "selected_dirty", "start", "typed", "value"),
    )

    def __init__(self) -> None:
        self.value: str | None = None
        self.checked: bool | None = None
        self.indeterminate = False
        self.selected: bool | None = None
        self.selected_dirty = False
        self.blank: list[Any] | None = None
        self.start: int | None = None
        self.end: int | None = None
        self.files: list[dict[str, Any]] = []
        self.error = ""
        self.typed = False
        self.before: str | None = None
        self.modal = False
        self.return_value = ""
        self.expandos: dict[str, Any] = {}
