"""Sessions in the memory of this process."""

from __future__ import annotations

from collections.abc import Mapping

from .base import Store

__all__ = ["MemoryStore"]


class MemoryStore(Store):
    """Keeps sessions until the process ends or the user is forgotten."""

    def __init__(self) -> None:
        self._users: dict[str, dict[str, bytes]] = {}

    def load(self, user_id: str) -> Mapping[str, bytes]:
        """Return a copy of what is kept for a user."""
        return dict(self._users.get(user_id, {}))

    def save(self, user_id: str, changes: Mapping[str, bytes | None]) -> None:
        """Keep *changes*."""
        kept = self._users.setdefault(user_id, {})
        for key, value in changes.items():
            if value is None:
                kept.pop(key, None)
            else:
                kept[key] = value
        if not kept:
            del self._users[user_id]

    def forget(self, user_id: str) -> None:
        """Forget a user."""
        self._users.pop(user_id, None)
