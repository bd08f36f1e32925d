"""The sections for a client, in the order in which they are gone through."""

from __future__ import annotations

from ..report import Level, Sections
from .peer import Peer

__all__ = ["CLIENT", "INTERACTIVE", "READER", "RESUMING"]

READER, INTERACTIVE, RESUMING = Level

CLIENT: Sections[Peer] = Sections()
