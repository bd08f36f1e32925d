"""What refs stand for on a client's side, and how often each was told (spec 7.2)."""

from __future__ import annotations

from typing import Any

from .codec import Ref
from .ops import DOCUMENT

__all__ = ["Nodes"]


class Nodes:
    """The nodes of one document that its server may name. A node is anything that can be the key of a dict.

    Args:
        document: What ref 0 stands for.
    """

    __slots__ = ("_counts", "_last", "_nodes", "_refs")

    def __init__(self, document: Any) -> None:
        self._nodes: dict[int, Any] = {DOCUMENT: document}
        self._refs: dict[Any, int] = {document: DOCUMENT}
        self._counts: dict[int, int] = {}
        self._last = 0

    def __len__(self) -> int:
        """Return how many nodes have a ref, the document aside."""
        return len(self._nodes) - 1

    def get(self, ref: int) -> Any:
        """Return what a ref stands for; None if that is nothing any more."""
        return self._nodes.get(ref)

    def create(self, ref: int, node: Any) -> None:
        """Let *ref*, which the server has allotted, stand for a new node. That counts as one telling."""
        self._nodes[ref], self._refs[node], self._counts[ref] = node, ref, 1

    def tell(self, node: Any) -> Ref:
        """Return the ref of a node, allotted from -1 down if it has none, and count that it is told."""
        ref = self._refs.get(node)
        if ref is None:
            self._last -= 1
            ref = self._refs[node] = self._last
            self._nodes[ref] = node
        self._counts[ref] = self._counts.get(ref, 0) + 1
        return Ref(ref)

    def release(self, ref: int, times: int = 1) -> None:
        """Take back that a ref was told so often; forget it when none is left."""
        if ref == DOCUMENT or ref not in self._nodes:
            return
        self._counts[ref] -= times
        if self._counts[ref] <= 0:
            self.forget(self._nodes[ref])

    def forget(self, node: Any) -> int | None:
        """Let a node have no ref any more; return the one that it had, or None."""
        ref = self._refs.pop(node, None)
        if ref is not None:
            del self._nodes[ref], self._counts[ref]
        return ref
