"""What a user does to a document, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dom import Document, actions

__all__ = ["act"]

_BUTTONS = ("left", "middle", "right")
_ACTIONS: dict[str, Callable[..., None]] = {
    "dblclick": actions.dblclick,
    "fill": actions.fill,
    "type": actions.type_text,
    "check": actions.check,
    "uncheck": actions.uncheck,
    "focus": actions.focus,
    "blur": actions.blur,
    "hover": actions.hover,
    "compose": actions.compose,
    "choose_files": actions.choose_files,
}


def act(document: Document, action: str, node: Any, *args: Any, **options: Any) -> None:
    """Do what a user does.

    Args:
        document: Where.
        action: What: a name of `element.Element`'s.
        node: To which element; None where the focus is.
        args: Of the action.
        options: The same.

    Raises:
        ActionError: if a user could not do it.
    """
    if action == "press":
        if node is not None:
            actions.focus(document, node)
        actions.press(document, *args)
    elif action == "commit":
        actions.commit(document, *args)
    elif action == "click":
        button = _BUTTONS.index(options.get("button", "left"))
        actions.click(document, node, button=button, modifiers=options.get("modifiers", ()))
    elif action == "select":
        actions.select(document, node, args)
    else:
        _ACTIONS[action](document, node, *args)
