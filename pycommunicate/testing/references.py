"""What the refs of one document name: nodes, and other objects of its scripts (spec 7.2)."""

from __future__ import annotations

from typing import Any

from ..protocol import Nodes
from ..protocol.codec import Ref
from .dom import Document, HostObject, Node

__all__ = ["References"]


class _Thing:
    """An object that is no node, as the key of a dict: lists and maps have no hash of their own."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Thing):
            return False
        return self.value is other.value or (isinstance(self.value, HostObject) and self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value) if isinstance(self.value, HostObject) else id(self.value)


class References:
    """The refs of one document.

    Args:
        document: What ref 0 names.
    """

    def __init__(self, document: Document) -> None:
        # Holds the elements, whose identity lasts only as long as somebody does.
        self._nodes = Nodes(document)

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, ref: int) -> Any:
        """Return what a ref names; None if that is nothing any more."""
        found = self._nodes.get(ref)
        return found.value if isinstance(found, _Thing) else found

    def create(self, ref: int, node: Node) -> None:
        """Let a ref of the server's name a new node."""
        self._nodes.create(ref, node)

    def tell(self, value: Any, told: list[Ref]) -> Ref:
        """Return the ref of a node or an object, and note in *told* that it is told."""
        ref = self._nodes.tell(value if isinstance(value, (Node, Document)) else _Thing(value))
        told.append(ref)
        return ref

    def take_back(self, told: list[Ref]) -> None:
        """Take note that what these refs were told by was not sent."""
        for ref in told:
            self._nodes.release(ref)

    def release(self, ref: int, times: int) -> None:
        """Take note that the server has received a ref so often, and has no use for it."""
        self._nodes.release(ref, times)

    def forget(self, node: Node) -> int | None:
        """Let a node have no ref any more; return the one that it had."""
        return self._nodes.forget(node)
