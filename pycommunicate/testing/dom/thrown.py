"""What scripts throw: errors as values."""

from __future__ import annotations

from typing import Any

from .conversions import to_text
from .errors import DomError, script_error
from .host import HostObject

__all__ = ["ErrorObject", "error_of", "value_of"]


class ErrorObject(HostObject):
    """An error of JavaScript."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        self.message = message

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The name of its class."""
        return self.name

    def get(self, name: str) -> Any:
        if name == "stack":
            return f"{self.name}: {self.message}"
        return getattr(self, name) if name in ("name", "message") else None


def error_of(value: Any) -> DomError:
    """Return the error that stands for a value that was thrown."""
    if isinstance(value, DomError):
        return value
    if isinstance(value, ErrorObject):
        return script_error(value.name, value.message)
    return DomError("js-error", to_text(value))


def value_of(error: DomError) -> Any:
    """Return what was thrown, as a value."""
    thrown = error.thrown or {"name": "Error", "message": error.text}
    return ErrorObject(thrown["name"], thrown["message"])
