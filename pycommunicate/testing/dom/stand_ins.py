"""Objects of Python that stand in for what scripts of the app's own would have made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .core import Core
from .errors import DomError, script_error
from .functions import Function
from .host import HostObject
from .tree import Node

__all__ = ["StandIn", "in_script", "out_of_script"]


class StandIn(HostObject):
    """What a script sees of an object of Python: its public attributes, and its methods."""

    def __init__(self, of: Any) -> None:
        self.of = of

    def identity(self) -> tuple[Any, ...]:
        return (id(self.of),)

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return type(self.of).__name__

    def get(self, name: str) -> Any:
        return None if name.startswith("_") else in_script(getattr(self.of, name, None))

    def set(self, name: str, value: Any) -> None:
        setattr(self.of, name, out_of_script(value))

    def call(self, name: str, args: list[Any]) -> Any:
        found = self.get(name)
        if not isinstance(found, Function):
            raise DomError("not-a-function", f"not a function: {name}")
        return found.invoke(self, args)


def in_script(value: Any) -> Any:
    """Return what an object of Python is for a script."""
    if value is None or isinstance(value, (str, bool, int, float, bytes, datetime, Node, Core, HostObject)):
        return value
    if isinstance(value, (list, tuple)):
        return [in_script(item) for item in value]
    if isinstance(value, dict):
        return {str(key): in_script(item) for key, item in value.items()}
    if callable(value):
        return _function_of(value)
    return StandIn(value)


def _function_of(value: Any) -> Function:
    def call(args: list[Any]) -> Any:
        try:
            return in_script(value(*map(out_of_script, args)))
        except DomError:
            raise
        except Exception as error:
            raise script_error(type(error).__name__, str(error)) from error

    name = getattr(value, "__name__", "")
    return Function(lambda this, args: call(args), name, call, known_by=(value,))


def out_of_script(value: Any) -> Any:
    """Return what a value of a script is in Python: a function can be called."""
    if isinstance(value, StandIn):
        return value.of
    if isinstance(value, Function):
        return lambda *args: out_of_script(value.invoke(None, [in_script(arg) for arg in args]))
    if isinstance(value, list):
        return [out_of_script(item) for item in value]
    if isinstance(value, dict):
        return {key: out_of_script(item) for key, item in value.items()}
    return value
