"""Values both ways: as the document has them, and as they travel (spec 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..errors import UnsupportedValue
from ..protocol.codec import Callback, Ref, to_wire
from .dom import Document, DomError, HostObject, Node
from .references import References

__all__ = ["Values"]

_OBJECTS = (list, dict, datetime, bytes, HostObject)


class Values:
    """Values of one document.

    Args:
        document: The document.
        references: What its refs name.
        function_of: Returns the function that stands for a callback of that number.
    """

    def __init__(self, document: Document, references: References, function_of: Callable[[int], HostObject]) -> None:
        self._document = document
        self._references = references
        self._function_of = function_of

    def of_server(self, value: Any) -> Any:
        """Return what a value of the server is here.

        Raises:
            DomError: ``stale-ref``.
        """
        if isinstance(value, Ref):
            return self.named_by(value)
        if isinstance(value, Callback):
            return self._function_of(int(value))
        if isinstance(value, list):
            return [self.of_server(item) for item in value]
        if isinstance(value, dict):
            return {key: self.of_server(item) for key, item in value.items()}
        return value

    def named_by(self, ref: int) -> Any:
        """Return what a ref names.

        Raises:
            DomError: ``stale-ref``.
        """
        found = self._references.get(ref)
        if found is None:
            raise DomError("stale-ref", f"nothing has the ref {ref} any more")
        return found

    def taken_down(self, value: Any) -> Any:
        """Return what is in a value now, its nodes as they are.

        Raises:
            DomError: ``unsupported``.
        """
        return _as_here(self._document.plain(value))

    def to_server(self, value: Any, *, itself: bool = False) -> tuple[Any, list[Ref]]:
        """Return a value as it travels, and the refs that are told by it.

        Args:
            value: The value.
            itself: Whether an object travels as a ref of itself.

        Raises:
            DomError: if it cannot travel; then nothing is told.
        """
        told: list[Ref] = []
        if itself and isinstance(value, _OBJECTS):
            return to_wire([self._references.tell(value, told)])[0], told

        def ref_of(node: Any) -> Ref | None:
            return self._references.tell(node, told) if isinstance(node, (Document, Node)) else None

        try:
            return to_wire(self.taken_down(value), ref_of), told
        except UnsupportedValue as error:
            self._references.take_back(told)
            raise DomError("unsupported", str(error)) from None


def _as_here(value: Any) -> Any:
    """Return a value as it comes from a browser: a whole float is an integer, a date has milliseconds (spec 7.1)."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0" else value
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, list):
        return [_as_here(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_here(item) for key, item in value.items()}
    return value
