"""Functions as values: methods that are read, callbacks of the server, what tests put in place of scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .errors import DomError, script_error
from .host import HostObject
from .words import words

__all__ = ["Function", "as_function"]


class Function(HostObject):
    """A function.

    Args:
        act: What it does: called with ``this``, which may be None, and the arguments.
        name: Its name.
        make: What ``new`` makes of it: called with the arguments; None if it cannot be constructed.
        known_by: What it is known by, where it is made anew each time that it is read.
    """

    kind = "Function"
    methods: ClassVar[frozenset[str]] = words("call apply bind toString")

    def __init__(
        self,
        act: Callable[[Any, list[Any]], Any],
        name: str = "",
        make: Callable[[list[Any]], Any] | None = None,
        known_by: tuple[Any, ...] | None = None,
    ) -> None:
        self._act = act
        self._name = name
        self._make = make
        self._known_by = known_by
        self._own: dict[str, Any] = {}

    def identity(self) -> tuple[Any, ...] | None:
        return self._known_by

    def invoke(self, this: Any, args: list[Any]) -> Any:
        """Call it."""
        return self._act(this, args)

    def construct(self, args: list[Any]) -> Any:
        """Construct what it stands for."""
        if self._make is None:
            raise script_error("TypeError", f"{self._name or 'function'} is not a constructor")
        return self._make(args)

    def get(self, name: str) -> Any:
        return {"name": self._name, "length": 0, **self._own}.get(name)

    def set(self, name: str, value: Any) -> None:
        if name not in ("name", "length"):
            self._own[name] = value

    def call(self, name: str, args: list[Any]) -> Any:
        match name, args:
            case "call", _:
                return self.invoke(args[0] if args else None, args[1:])
            case "apply", _:
                given = args[1] if len(args) > 1 and args[1] is not None else []
                return self.invoke(args[0] if args else None, list(given))
            case "bind", _:
                this, first = (args[0] if args else None), args[1:]
                return Function(lambda _, rest: self.invoke(this, [*first, *rest]), f"bound {self._name}")
            case "toString", _:
                return f"function {self._name}() {{ [native code] }}"
        own = self._own.get(name)
        if isinstance(own, Function):
            return own.invoke(self, args)
        raise DomError("not-a-function", f"not a function: {name}")

    def plain(self) -> Any:
        raise DomError("unsupported", "value: a function")


def as_function(value: Any, method: str, place: int = 1) -> Function:
    """Return an argument that is to be a function.

    Raises:
        DomError: if it is none.
    """
    if not isinstance(value, Function):
        raise script_error("TypeError", f"Failed to execute '{method}': parameter {place} is not of type 'Function'.")
    return value
