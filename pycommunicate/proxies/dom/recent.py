"""What was just read of a collection in the browser.

`list` asks a collection for its length, and `dict` for each value by itself, right after they have gone through all
names. Each question would be a round trip. So what was read answers them too, as long as the program has neither
written anything nor let anything else happen in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sized
from typing import Any, TypeVar

__all__ = ["Recent"]

_Read = TypeVar("_Read", bound=Sized)


class Recent:
    """A collection of texts that remembers what was just read of it.

    Whoever inherits it has slots ``_node`` and ``_seen``.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self._remember(self._read_names()))

    def __len__(self) -> int:
        recent = self._recent()
        return len(self._read_names() if recent is None else recent)

    def _read_names(self) -> Collection[str]:
        """**Blocks**: return all that iterating gives."""
        raise NotImplementedError

    def _remember(self, read: _Read) -> _Read:
        object.__setattr__(self, "_seen", (self._moment(), read))
        return read

    def _recent(self) -> Any:
        """Return what was just read, or None."""
        seen = getattr(self, "_seen", None)
        if seen is None or seen[0] is None or seen[0] != self._moment():
            return None
        return seen[1]

    def _moment(self) -> Any:
        node: Any = self._node  # type: ignore[attr-defined]
        return node.moment_wire()
