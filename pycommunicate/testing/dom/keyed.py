"""`Map` and `Set`."""

from __future__ import annotations

from typing import Any, ClassVar

from .errors import DomError
from .functions import Function
from .host import HostObject
from .words import words

__all__ = ["KeyedMap", "KeyedSet"]


class _Key:
    """A value as a key: numbers and texts by what they are, other objects by themselves."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def _by(self) -> Any:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return value if isinstance(value, HostObject) else id(value)
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and type(self.value) is type(other.value) and self._by() == other._by()

    def __hash__(self) -> int:
        return hash(self._by())


class KeyedMap(HostObject):
    """A map."""

    kind = "Map"
    methods: ClassVar[frozenset[str]] = words("get set has delete clear forEach keys values entries")

    def __init__(self, args: list[Any]) -> None:
        self._held: dict[_Key, Any] = {}
        for entry in args[0] if args and args[0] is not None else []:
            self._held[_Key(entry[0])] = entry[1]

    def get(self, name: str) -> Any:
        return len(self._held) if name == "size" else None

    def call(self, name: str, args: list[Any]) -> Any:
        key = _Key(args[0] if args else None)
        match name:
            case "get":
                return self._held.get(key)
            case "set":
                self._held[key] = args[1] if len(args) > 1 else None
                return self
            case "has":
                return key in self._held
            case "delete":
                return self._held.pop(key, self) is not self
            case "clear":
                return self._held.clear()
            case "keys":
                return [one.value for one in self._held]
            case "values":
                return list(self._held.values())
            case "entries":
                return [[one.value, value] for one, value in self._held.items()]
            case "forEach" if args and isinstance(args[0], Function):
                for one, value in list(self._held.items()):
                    args[0].invoke(None, [value, one.value, self])
                return None
        return super().call(name, args)

    def plain(self) -> Any:
        if not all(isinstance(key.value, str) for key in self._held):
            raise DomError("unsupported", "value: a Map with keys that are no text")
        return {key.value: value for key, value in self._held.items()}


class KeyedSet(HostObject):
    """A set."""

    kind = "Set"
    methods: ClassVar[frozenset[str]] = words("add has delete clear forEach keys values entries")

    def __init__(self, args: list[Any]) -> None:
        self._held = dict.fromkeys(map(_Key, args[0] if args and args[0] is not None else []))

    def get(self, name: str) -> Any:
        return len(self._held) if name == "size" else None

    def call(self, name: str, args: list[Any]) -> Any:
        key = _Key(args[0] if args else None)
        match name:
            case "add":
                self._held[key] = None
                return self
            case "has":
                return key in self._held
            case "delete":
                return self._held.pop(key, self) is not self
            case "clear":
                return self._held.clear()
            case "keys" | "values":
                return self.plain()
            case "entries":
                return [[value, value] for value in self.plain()]
            case "forEach" if args and isinstance(args[0], Function):
                for value in self.plain():
                    args[0].invoke(None, [value, value, self])
                return None
        return super().call(name, args)

    def plain(self) -> Any:
        return [key.value for key in self._held]
