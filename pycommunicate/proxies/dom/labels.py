"""What listeners are for, in words for messages; most are never shown."""

from __future__ import annotations

from typing import Protocol

from .values import Origin, describe

__all__ = ["EventLabel", "HandlerLabel"]


class _Node(Protocol):
    _origin: Origin
    _ref: int


class HandlerLabel:
    """Says what a handler is for.

    Two are equal if the same handler is meant, on the same event of the same element. The element is kept as long as
    the label: were it let go, the browser would know the node by another ref when it is found again, and nobody would
    find the listener by it.
    """

    __slots__ = ("_event", "_handler", "_node")

    def __init__(self, event: str, node: _Node, handler: object) -> None:
        self._event = event
        self._node = node
        self._handler = handler

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HandlerLabel):
            return NotImplemented
        mine, its = self._node, other._node
        same = mine._ref == its._ref and type(mine) is type(its)  # the window has the document's ref
        return same and self._event == other._event and bool(self._handler == other._handler)

    def __hash__(self) -> int:
        return hash((self._node._ref, self._event))

    def __str__(self) -> str:
        name = getattr(self._handler, "__qualname__", repr(self._handler))
        return f"handler {name} of {self._event!r} on {describe(self._node._origin)}"


class EventLabel:
    """Says what is waited for."""

    __slots__ = ("_event", "_origin")

    def __init__(self, event: str, origin: Origin) -> None:
        self._event = event
        self._origin = origin

    def __str__(self) -> str:
        return f"{self._event!r} on {describe(self._origin)}"
