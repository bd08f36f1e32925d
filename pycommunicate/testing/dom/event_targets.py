"""Objects that can be listened to by scripts: `addEventListener`, and properties as `onclick`."""

from __future__ import annotations

from typing import Any, ClassVar

from .conversions import to_boolean, to_text
from .core import Core
from .errors import script_error
from .event import Event
from .functions import Function
from .host import HostObject
from .tree import Node
from .words import words

__all__ = ["EventTarget", "add_listener", "dispatch", "handler_of", "is_target", "remove_listener", "set_handler"]


class EventTarget(HostObject):
    """An object, no node, that events happen on."""

    kind = "EventTarget"
    methods: ClassVar[frozenset[str]] = words("addEventListener removeEventListener dispatchEvent")

    def __init__(self, core: Core) -> None:
        self._core = core

    def get(self, name: str) -> Any:
        return handler_of(self._core, self, name[2:]) if name.startswith("on") else None

    def set(self, name: str, value: Any) -> None:
        if name.startswith("on"):
            set_handler(self._core, self, name[2:], value)
        else:
            super().set(name, value)

    def call(self, name: str, args: list[Any]) -> Any:
        match name:
            case "addEventListener" | "addListener":
                return add_listener(self._core, self, args if name[3] == "E" else ["change", *args])
            case "removeEventListener" | "removeListener":
                return remove_listener(self._core, self, args if name[6] == "E" else ["change", *args])
            case "dispatchEvent":
                return dispatch(self._core, self, args)
        return super().call(name, args)


def is_target(value: Any) -> bool:
    """Return whether things can be listened to on that."""
    return isinstance(value, (Node, Core, EventTarget))


def _options(args: list[Any]) -> dict[str, Any]:
    given = args[2] if len(args) > 2 else None
    return given if isinstance(given, dict) else {"capture": to_boolean(given)}


def _key(target: Any, args: list[Any]) -> tuple[Any, ...]:
    return (target, to_text(args[0]), args[1], to_boolean(_options(args).get("capture")))


def add_listener(core: Core, target: Any, args: list[Any]) -> None:
    """Do what `addEventListener` does."""
    if len(args) < 2:
        raise script_error(
            "TypeError",
            f"Failed to execute 'addEventListener' on 'EventTarget': 2 arguments required, got {len(args)}.",
        )
    function, options = args[1], _options(args)
    if function is not None and not isinstance(function, (Function, dict)):
        raise script_error(
            "TypeError", "Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'Object'."
        )
    key = _key(target, args)
    if not isinstance(function, Function) or key in core.script_listeners:
        return
    once = to_boolean(options.get("once"))

    def hear(event: Event) -> None:
        if once:
            core.unlisten(core.script_listeners.pop(key))
        function.invoke(event.current_target, [event])

    core.script_listeners[key] = core.listen(
        target, key[1], hear, capture=key[3], passive=to_boolean(options.get("passive"))
    )


def remove_listener(core: Core, target: Any, args: list[Any]) -> None:
    """Do what `removeEventListener` does."""
    token = core.script_listeners.pop(_key(target, args), None) if len(args) > 1 else None
    if token is not None:
        core.unlisten(token)


def dispatch(core: Core, target: Any, args: list[Any]) -> bool:
    """Do what `dispatchEvent` does."""
    event = args[0] if args else None
    if not isinstance(event, Event):
        raise script_error(
            "TypeError", "Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'."
        )
    event.trusted = False
    return core.dispatch(target, event)


def handler_of(core: Core, target: Any, type: str) -> Function | None:
    """Return what a property as `onclick` holds."""
    found = core.handlers.get((target, type))
    return found[0] if found is not None else None


def set_handler(core: Core, target: Any, type: str, value: Any) -> None:
    """Set such a property; what is no function handles nothing."""
    before = core.handlers.pop((target, type), None)
    if before is not None:
        core.unlisten(before[1])
    if isinstance(value, Function):
        token = core.listen(target, type, lambda event: value.invoke(event.current_target, [event]))
        core.handlers[target, type] = (value, token)
