"""Stand-ins for a document and its nodes."""

from __future__ import annotations

from .element import ElementWrapper as ElementWrapper
from .handlers import Event as Event
from .html import HTMLWrapper as HTMLWrapper

__all__ = ["ElementWrapper", "Event", "HTMLWrapper"]
