"""Lists of nodes that change with the document: `children`, `options`, `forms`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .host import HostObject

__all__ = ["LiveList"]


class LiveList(HostObject):
    """A list as it is when it is looked at.

    Args:
        owner: Whose it is, and its name: what it is known by.
        read: Returns what is in it now.
        get: Returns a property of such a list.
    """

    kind = "HTMLCollection"

    def __init__(
        self, owner: tuple[Any, str], read: Callable[[], list[Any]], get: Callable[[list[Any], str], Any]
    ) -> None:
        self._owner = owner
        self._read = read
        self._get = get

    def identity(self) -> tuple[Any, ...]:
        return self._owner

    def get(self, name: str) -> Any:
        return self._get(self._read(), name)

    def call(self, name: str, args: list[Any]) -> Any:
        if name in ("item", "namedItem") and args:
            return self._get(self._read(), str(args[0]))
        return super().call(name, args)

    def plain(self) -> Any:
        return self._read()
