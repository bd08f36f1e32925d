"""What a user types into the fields of a small client, and what the server writes to them (spec 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Fields", "Kept", "fields_of", "is_field"]

_TEXTS = ("text", "search", "url", "tel", "email", "password", "textarea")
_NO_FIELDS = ("checkbox", "radio", "file", "hidden", "button", "submit", "reset", "image")


class Kept(Exception):
    """A write is not carried out, as the user has typed."""


def _type(node: Any) -> str:
    return str(node.get("type", "text") if node.tag == "input" else node.tag)


def is_field(node: Any) -> bool:
    """Return whether a user enters what it holds as its value."""
    return getattr(node, "tag", "") in ("input", "textarea") and _type(node) not in _NO_FIELDS


def fields_of(form: Any) -> list[Any]:
    """Return the fields of a form, in their order."""
    return [node for node in form.iter() if node.tag in ("input", "textarea")]


class Fields:
    """What fields hold, and what the server has seen of it.

    Args:
        read: Reads the value of one.
        assign: Writes it.
    """

    def __init__(self, read: Callable[[Any], str], assign: Callable[[Any, Any], None]) -> None:
        self._read, self._assign = read, assign
        self._changed: set[Any] = set()
        #: Values, and the numbers of the frames that have told them.
        self._seen: dict[Any, list[tuple[int, str]]] = {}

    def type(self, node: Any, text: str) -> None:
        """Let the user type, in place of what is there."""
        self._seen.setdefault(node, [(0, self._read(node))])
        self._changed.add(node)
        self._assign(node, text)

    def see(self, values: Iterable[tuple[Any, str]], frame: int) -> None:
        """Take note of what the frame of that number tells."""
        for node, value in values:
            self._seen.setdefault(node, []).append((frame, value))

    def write(self, node: Any, value: Any, force: bool, after: int) -> None:
        """Write what the server says, unless the user has typed.

        Raises:
            Kept: if that is so.
        """
        held, told = self._read(node), self._seen.get(node, [])
        seen = next((text for frame, text in reversed(told) if frame <= after), held)
        rest, later = "", []
        if not force and node in self._changed and held not in (seen, value):
            rest = self.rest(node, held, seen)
            # What is on its way counts with the new beginning.
            later = [
                (frame, value + text[len(seen) :])
                for frame, text in told
                if frame > after and text[: len(seen)] == seen
            ]
        if not rest:
            self._changed.discard(node)
        self._assign(node, value + rest)
        self._seen[node] = [(0, value), *later]

    def forget(self, node: Any) -> None:
        """Forget what was told of it and is on its way."""
        del self._seen.get(node, [])[1:]

    def rest(self, node: Any, held: str, seen: str) -> str:
        """Return what the user has typed behind what was seen."""
        if _type(node) not in _TEXTS or not seen or not held.startswith(seen):
            raise Kept
        return held[len(seen) :]
