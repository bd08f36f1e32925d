"""What events carry: Python's names for it, and what each type of event carries by itself (spec 6.10, `fields`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ...errors import ConfigurationError

__all__ = ["PATHS", "FieldName", "Path", "Plan", "paths_of", "plan_of"]

#: Where something stands in what happened, as JavaScript has it.
Path: TypeAlias = tuple[str, ...]
#: A field as a program names it: Python's name, JavaScript's path with dots, or the parts of such a path.
FieldName: TypeAlias = "str | tuple[str, ...]"

#: Python's name, and the paths of what it is made of. The client reads `current` and `form` in its own way.
PATHS: dict[str, tuple[Path, ...]] = {
    "target": (("target",),),
    "current_target": (("current",),),
    "related_target": (("relatedTarget",),),
    "submitter": (("submitter",),),
    "key": (("key",),),
    "code": (("code",),),
    "repeat": (("repeat",),),
    "modifiers": (("altKey",), ("ctrlKey",), ("metaKey",), ("shiftKey",)),
    "button": (("button",),),
    "buttons": (("buttons",),),
    "x": (("clientX",),),
    "y": (("clientY",),),
    "offset_x": (("offsetX",),),
    "offset_y": (("offsetY",),),
    "page_x": (("pageX",),),
    "page_y": (("pageY",),),
    "delta_x": (("deltaX",),),
    "delta_y": (("deltaY",),),
    "pointer_id": (("pointerId",),),
    "pointer_type": (("pointerType",),),
    "pressure": (("pressure",),),
    "value": (("target", "value"),),
    "checked": (("target", "checked"),),
    "files": (("target", "files"),),
    "data": (("form",),),
    "detail": (("detail",),),
    "matches": (("matches",),),
    "visible": (("target", "visibilityState"),),
    "is_intersecting": (("isIntersecting",),),
    "ratio": (("intersectionRatio",),),
    "width": (("contentRect", "width"),),
    "height": (("contentRect", "height"),),
    "change": (("type",),),
    "attribute_name": (("attributeName",),),
    "old_value": (("oldValue",),),
    "added": (("addedNodes",),),
    "removed": (("removedNodes",),),
}

#: Other words for the first part of a path.
_FIRST = {"current_target": "current", "currentTarget": "current"}

_KEYS = ("key", "code", "repeat", "modifiers")
_MOUSE = ("button", "buttons", "x", "y", "offset_x", "offset_y", "modifiers")

#: What each type carries by itself. A target stands for a node here, and must be let go there: only what happens now
#: and then, and is commonly asked for it, has it; not what happens many times a second.
_DEFAULTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("keydown", "keyup", "keypress"), _KEYS),
    **dict.fromkeys(("click", "dblclick", "auxclick", "contextmenu"), (*_MOUSE, "target")),
    **dict.fromkeys(("mousedown", "mouseup", "mousemove", "mouseover", "mouseout", "mouseenter", "mouseleave"), _MOUSE),
    **dict.fromkeys(("pointerdown", "pointerup", "pointermove", "pointerover", "pointerout"), _MOUSE),
    **dict.fromkeys(("pointerenter", "pointerleave", "pointercancel"), _MOUSE),
    **dict.fromkeys(("drag", "dragstart", "dragend", "dragenter", "dragleave", "dragover", "drop"), _MOUSE),
    "wheel": (*_MOUSE, "delta_x", "delta_y"),
    "input": ("value", "checked", "target"),
    "change": ("value", "checked", "files", "target"),
    "submit": ("data", "target"),
    **dict.fromkeys(("reset", "focus", "blur", "focusin", "focusout", "toggle"), ("target",)),
    "visibilitychange": ("visible",),
    "IntersectionObserver": ("is_intersecting", "ratio"),
    "ResizeObserver": ("width", "height"),
    "MutationObserver": ("change",),
}
#: What all others carry: those that a page's own scripts make have it.
_OTHERS = ("detail",)


class Plan:
    """What the events of a listener carry.

    Attributes:
        options: The option of a `listen` for it; never changed.
        places: Where the value of each path stands.
        current: Where the element stands that was found by `delegate`; None without.
    """

    __slots__ = ("current", "options", "places")

    def __init__(self, paths: Sequence[Path]) -> None:
        self.places = {path: place for place, path in enumerate(paths)}
        wire = [path[0] if len(path) == 1 else list(path) for path in paths]
        self.options: dict[str, Any] = {"fields": wire} if wire else {}
        self.current = self.places.get(("current",))


def plan_of(event: str, fields: Sequence[FieldName], more: tuple[str, ...], delegated: bool) -> Plan:
    """Return what is carried.

    Args:
        event: What is listened to.
        fields: What the program asks for.
        more: What else the events of what is listened to carry by themselves.
        delegated: Whether the current element is known to the client alone.

    Raises:
        ConfigurationError: if *fields* are no such names.
    """
    if fields == ():
        return _plan(event, (), more, delegated)
    if isinstance(fields, str) or not isinstance(fields, Sequence):
        hint = f"; write fields=[{fields!r}]" if isinstance(fields, str) else ""
        raise ConfigurationError(f"expected a list of names for fields, got {fields!r}{hint}")
    given: Sequence[Any] = fields
    names = tuple(tuple(one) if isinstance(one, list) else one for one in given)
    for name in names:
        paths_of(name)
    return _plan(event, names, more, delegated)


# Thousands of listeners have the same.
@lru_cache(maxsize=1000)
def _plan(event: str, fields: tuple[FieldName, ...], more: tuple[str, ...], delegated: bool) -> Plan:
    names = (*(("current_target",) if delegated else ()), *_DEFAULTS.get(event, _OTHERS), *more, *fields)
    return Plan(list(dict.fromkeys(path for name in names for path in paths_of(name))))


def paths_of(name: FieldName) -> tuple[Path, ...]:
    """Return the paths of what a field is made of.

    Raises:
        ConfigurationError: if it is no field.
    """
    if isinstance(name, str) and name in PATHS:
        return PATHS[name]
    parts = name if isinstance(name, tuple) else tuple(name.split(".")) if isinstance(name, str) else ()
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise ConfigurationError(f'expected a field of an event, as "key" or "target.dataset.id", got {name!r}')
    return ((_FIRST.get(parts[0], parts[0]), *parts[1:]),)
