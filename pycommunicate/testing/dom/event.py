"""What happens in a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from .event_properties import class_of, own_properties
from .host import HostObject
from .words import words

__all__ = ["Event"]

_QUIET = words("focus blur mouseenter mouseleave pointerenter pointerleave invalid scroll load error toggle close")
_FIXED = words(
    "input change focus blur focusin focusout mouseenter mouseleave pointerenter pointerleave select load error "
    "scroll toggle close"
)


@dataclass(slots=True, eq=False)
class Event(HostObject):
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
        more: Further properties, by their names in JavaScript.

    Attributes:
        target: The node that it happens on, or the document.
        current_target: The node whose listener hears it just now.
        default_prevented: Whether its default action is prevented.
        stopped: Whether it goes no further.
        passive: Whether who hears it just now can prevent nothing.
    """

    methods: ClassVar[frozenset[str]] = words(
        "preventDefault stopPropagation stopImmediatePropagation composedPath getModifierState"
    )

    type: str
    bubbles: bool = True
    cancelable: bool = True
    button: int = 0
    key: str = ""
    modifiers: frozenset[str] = frozenset()
    submitter: Any = None
    trusted: bool = True
    more: dict[str, Any] = field(default_factory=dict)
    target: Any = field(default=None, init=False)
    current_target: Any = field(default=None, init=False)
    default_prevented: bool = field(default=False, init=False)
    stopped: bool = field(default=False, init=False)
    passive: bool = field(default=False, init=False)

    @classmethod
    def of(cls, type: str, **options: Any) -> Event:
        """Return an event that bubbles and can be prevented as those of its type do."""
        options.setdefault("bubbles", type not in _QUIET)
        options.setdefault("cancelable", type not in _FIXED)
        return cls(type, **options)

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return class_of(self.type, self.more)

    def prevent_default(self) -> None:
        """Keep the browser from doing what it does after such an event."""
        if self.cancelable and not self.passive:
            self.default_prevented = True

    def get(self, name: str) -> Any:
        match name:
            case "type" | "bubbles" | "cancelable" | "target":
                return getattr(self, name)
            case "srcElement":
                return self.target
            case "currentTarget":
                return self.current_target
            case "defaultPrevented":
                return self.default_prevented
            case "isTrusted":
                return self.trusted
            case "cancelBubble":
                return self.stopped
        return own_properties(self).get(name)

    def call(self, name: str, args: list[Any]) -> Any:
        match name:
            case "preventDefault":
                self.prevent_default()
            case "stopPropagation" | "stopImmediatePropagation":
                self.stopped = True
            case "getModifierState":
                return bool(args) and args[0] in self.modifiers
            case _:
                return HostObject.call(self, name, args)
        return None
