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
        bubbles: Whether it reaches the ancestors of its target; by its type, if not given.
        cancelable: Whether its default action can be prevented; by its type, if not given.

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
    data: str | None = None
    input_type: str = ""
    modifiers: frozenset[str] = frozenset()
    submitter: Any = None
    related_target: Any = None
    trusted: bool = True
    target: Any = field(default=None, init=False)
    current_target: Any = field(default=None, init=False)
    default_prevented: bool = field(default=False, init=False)
    stopped: bool = field(default=False, init=False)
    stopped_at_once: bool = field(default=False, init=False)

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

    def stop_propagation(self) -> None:
        """Let no further node hear it."""
        self.stopped = True

    def stop_immediate_propagation(self) -> None:
        """Let no further listener hear it."""
        self.stopped = self.stopped_at_once = True

    @property
    def ctrl(self) -> bool:
        return "Control" in self.modifiers

    @property
    def shift(self) -> bool:
        return "Shift" in self.modifiers

    @property
    def alt(self) -> bool:
        return "Alt" in self.modifiers

    @property
    def meta(self) -> bool:
        return "Meta" in self.modifiers
