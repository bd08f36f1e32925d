"""Which nodes of a page's document are stood for on the server, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import ref as weak_reference

from ..errors import LimitReached, RemoteProtocolError
from ..protocol.codec import Ref

__all__ = ["Refs", "refs_in"]


class Refs:
    """Refs and the objects that stand for their nodes; holds those weakly.

    Args:
        limit: How many nodes may be stood for at a time.
    """

    # Weak references without callbacks, swept when releases leave: a WeakValueDictionary costs three times as much.
    __slots__ = ("_last", "_limit", "_released", "_wrappers")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._last = 0
        self._wrappers: dict[int, weak_reference[Any]] = {}
        self._released: list[tuple[int, int]] = []  # a deque takes ten times as much, and most pages have nothing

    def __len__(self) -> int:
        return sum(reference() is not None for reference in self._wrappers.values())

    def new(self) -> int:
        """Return the ref of a node that the server is about to create."""
        self._last += 1
        return self._last

    def get(self, ref: int) -> Any:
        """Return what stands for *ref*, or None."""
        reference = self._wrappers.get(ref)
        return reference() if reference is not None else None

    def adopt(self, ref: int, wrapper: Any) -> None:
        """Let *wrapper* stand for *ref*.

        Raises:
            LimitReached: if as many nodes as may be are stood for.
            RemoteProtocolError: if the ref is one of ours, and was never allotted.
        """
        if ref > self._last:
            raise RemoteProtocolError(f"expected a ref of at most {self._last}, got {ref}")
        if len(self._wrappers) >= self._limit and len(self) >= self._limit:
            raise LimitReached(f"expected at most {self._limit} elements of one page in use (settings.limits.refs)")
        self._wrappers[ref] = weak_reference(wrapper)

    def known(self, refs: list[int]) -> list[Any]:
        """Return what stands for those of *refs* that are stood for.

        Raises:
            RemoteProtocolError: if one of them is ours, and was never allotted.
        """
        if refs and max(refs) > self._last:
            raise RemoteProtocolError(f"expected refs of at most {self._last}, got {max(refs)}")
        wrappers = self._wrappers
        return [wrapper for ref in refs if ref in wrappers and (wrapper := wrappers[ref]()) is not None]

    def forget(self, ref: int) -> None:
        """Take note that the browser has forgotten the node."""
        self._wrappers.pop(ref, None)

    def release(self, ref: int, times: int) -> None:
        """Leave word that nothing stands for *ref* any more, which was received (or created) so many times.

        Called by finalizers, in whatever thread collects garbage: it may only append.
        """
        self._released.append((ref, times))

    @property
    def releasing(self) -> int:
        """How much word there is for the browser."""
        return len(self._released)

    def take_released(self) -> list[int]:
        """Return ref, times, ref, times, ... of all that was released."""
        pairs: list[int] = []
        released = self._released
        count = len(released)  # more may be appended meanwhile, by another thread
        taken = released[:count]
        del released[:count]
        for ref, times in taken:
            pairs += ref, times
            reference = self._wrappers.get(ref)
            if reference is not None and reference() is None:  # else it stands for the node anew
                del self._wrappers[ref]
        return pairs


def refs_in(value: Any) -> Iterator[int]:
    """Return all refs that stand in a value."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from refs_in(item)
