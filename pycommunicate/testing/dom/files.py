"""Files that a user has chosen."""

from __future__ import annotations

from typing import Any

from .host import HostObject

__all__ = ["File"]


class File(HostObject):
    """A file.

    Args:
        name: Its name, without a folder.
        content: What is in it.
        type: Its media type.
    """

    kind = "File"

    def __init__(self, name: str, content: bytes = b"", type: str = "") -> None:
        self.name = name
        self.content = content
        self.type = type

    def get(self, name: str) -> Any:
        if name == "size":
            return len(self.content)
        if name == "lastModified":
            return 0
        return getattr(self, name) if name in ("name", "type") else None

    def plain(self) -> Any:
        return {"name": self.name, "size": len(self.content), "type": self.type, "last_modified": 0}
