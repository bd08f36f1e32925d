"""`localStorage` and `sessionStorage`."""

from __future__ import annotations

from typing import Any, ClassVar

from .conversions import to_integer, to_text
from .errors import script_error
from .host import HostObject
from .words import words

__all__ = ["Storage"]


class Storage(HostObject):
    """Texts by name.

    Args:
        held: What there is, kept by whoever has handed it in.
    """

    kind = "Storage"
    methods: ClassVar[frozenset[str]] = words("getItem setItem removeItem clear key")

    def __init__(self, held: dict[str, str]) -> None:
        self._held = held

    def identity(self) -> tuple[Any, ...]:
        return (id(self._held),)

    def get(self, name: str) -> Any:
        return len(self._held) if name == "length" else self._held.get(name)

    def set(self, name: str, value: Any) -> None:
        self._held[name] = to_text(value)

    def call(self, name: str, args: list[Any]) -> Any:
        match name, args:
            case "getItem", [key, *_]:
                return self._held.get(to_text(key))
            case "setItem", [key, value, *_]:
                self._held[to_text(key)] = to_text(value)
            case "removeItem", [key, *_]:
                self._held.pop(to_text(key), None)
            case "clear", _:
                self._held.clear()
            case "key", [place, *_]:
                return dict(enumerate(self._held)).get(to_integer(place))
            case (("getItem" | "setItem" | "removeItem" | "key"), _):
                raise script_error(
                    "TypeError", f"Failed to execute '{name}' on 'Storage': not enough arguments present."
                )
            case _:
                return super().call(name, args)
        return None
