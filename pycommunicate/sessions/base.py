"""What every session store offers: packed values by user and key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

__all__ = ["Store"]


class Store(ABC):
    """Keeps sessions: for each user a mapping of text keys to packed values.

    Changes are written key by key, so that two tabs that change different keys never lose one.
    """

    @abstractmethod
    def load(self, user_id: str) -> Mapping[str, bytes]:
        """Return all that is kept for a user; an empty mapping for one that is not known."""

    @abstractmethod
    def save(self, user_id: str, changes: Mapping[str, bytes | None]) -> None:
        """Keep *changes*; None as a value means that the key goes."""

    @abstractmethod
    def forget(self, user_id: str) -> None:
        """Forget all that is kept for a user."""
