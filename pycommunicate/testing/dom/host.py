"""Objects of a document that are no nodes: they are read by a path, and leave it as plain values."""

from __future__ import annotations

from typing import Any, ClassVar

from .errors import DomError, script_error

__all__ = ["HostObject", "only_getter"]


class HostObject:
    """An object of the browser.

    Attributes:
        kind: The name of its class.
        methods: The names of what can be called of it.
    """

    kind = "Object"
    methods: ClassVar[frozenset[str]] = frozenset()

    def identity(self) -> tuple[Any, ...] | None:
        """Return what it is known by, where it is made anew each time that it is read; None for itself."""
        return None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        own = self.identity()
        return own is not None and type(other) is type(self) and own == other.identity()

    def __hash__(self) -> int:
        own = self.identity()
        return object.__hash__(self) if own is None else hash((type(self), own))

    def get(self, name: str) -> Any:
        """Return a property: a value, a node, or another object; None where there is none."""
        raise NotImplementedError

    def set(self, name: str, value: Any) -> None:
        """Write a property."""
        raise only_getter(name, self.kind)

    def call(self, name: str, args: list[Any]) -> Any:
        """Call a method."""
        raise DomError("not-a-function", f"not a function: {name}")

    def plain(self) -> Any:
        """Return the value that it travels as."""
        raise DomError("unsupported", f"value: a {self.kind}")


def only_getter(name: str, kind: str) -> DomError:
    """Return the error for a write to what is only to be read."""
    return script_error("TypeError", f"Cannot set property {name} of #<{kind}> which has only a getter")
