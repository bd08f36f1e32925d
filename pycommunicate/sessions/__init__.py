"""Sessions: what a user's browser comes back to."""

from __future__ import annotations

from .base import Store as Store
from .memory import MemoryStore as MemoryStore
from .session import Session as Session

__all__ = ["MemoryStore", "Session", "Store"]
