"""What happens in a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .words import words

__all__ = ["Event"]

_QUIET = words("focus blur mouseenter mouseleave pointerenter pointerleave invalid scroll load error toggle close")
_FIXED = words(
    "input change focus blur focusin focusout mouseenter mouseleave pointerenter pointerleave select load error "
    "scroll toggle close"
)


@dataclass(slots=True)
class Event:
    """One event.

    Args:
        type: Its type, as ``"click"``.
        bubbles: Whether it reaches the ancestors of its target.
        cancelable: Whether its default action can be prevented.
        button: Of the pointer: 0 is the primary one, 1 the middle one, 2 the secondary one.
        key: What was pressed, as ``"Enter"`` or ``"a"``.
        modifiers: The keys that are held: ``"Alt"``, ``"Control"``, ``"Meta"``, ``"Shift"``.
        submitter: The button by which a form is submitted, or None.
        trusted: Whether a user's doing it is, no program's.

    Attributes:
        target: The node that it happens on, or the document.
        current_target: The node whose listener hears it just now.
        default_prevented: Whether its default action is prevented.
    """

    type: str
    bubbles: bool = True
    cancelable: bool = True
    button: int = 0
    key: str = ""
    modifiers: frozenset[str] = frozenset()
    submitter: Any = None
    trusted: bool = True
    target: Any = field(default=None, init=False)
    current_target: Any = field(default=None, init=False)
    default_prevented: bool = field(default=False, init=False)

    @classmethod
    def of(cls, type: str, **options: Any) -> Event:
        """Return an event that bubbles and can be prevented as those of its type do."""
        options.setdefault("bubbles", type not in _QUIET)
        options.setdefault("cancelable", type not in _FIXED)
        return cls(type, **options)

    def prevent_default(self) -> None:
        """Keep the browser from doing what it does after such an event."""
        if self.cancelable:
            self.default_prevented = True
