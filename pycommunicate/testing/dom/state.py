"""What a node has besides its attributes: what a user entered, what a program set."""

from __future__ import annotations

from typing import Any

from .files import File
from .tree import Node

__all__ = ["NodeState"]


class NodeState:
    """The state of one node; None means that it follows from the attributes.

    Attributes:
        value: Of a field: what was entered or set.
        checked: Of a checkbox or radio button.
        indeterminate: Of a checkbox.
        selected: Of an option.
        blank: Of a select that shows nothing: the options that it had by then.
        start: Of a text field: where the selection begins.
        end: Where it ends.
        error: What `setCustomValidity` was told.
        typed: Whether the value is the user's own.
        before: The value when the user's edit began, for `change`.
        opened_by: Of a dialog: what had the focus when it was opened.
        return_value: Of a dialog.
        expandos: Properties that no browser knows.
        files: Of a field for files: those that were chosen.
    """

    __slots__ = (
        *("before", "blank", "checked", "end", "error", "expandos", "files", "indeterminate", "opened_by"),
        *("return_value", "selected", "start", "typed", "value"),
    )

    def __init__(self) -> None:
        self.value: str | None = None
        self.checked: bool | None = None
        self.indeterminate = False
        self.selected: bool | None = None
        self.blank: list[Node] | None = None
        self.start: int | None = None
        self.end: int | None = None
        self.error = ""
        self.typed = False
        self.before: str | None = None
        self.opened_by: Node | None = None
        self.return_value = ""
        self.expandos: dict[str, Any] = {}
        self.files: list[File] = []
