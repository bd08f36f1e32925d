"""Documents of the test kit, for tests of them."""

from __future__ import annotations

from typing import Any

from pycommunicate.testing.dom import Document, Event, Node, Request

__all__ = ["ADDRESS", "Heard", "element", "show"]

ADDRESS = "http://app.test/dir/page?q=1"


class Heard:
    """Remembers what happens on a document, as ``type:id``, and where it leads."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.requests: list[Request] = []

    def listen(self, document: Document, *types: str) -> None:
        """Hear of events of these types, wherever they happen, as far as they bubble."""
        for type_ in types:
            document.listen(None, type_, self._hear)

    def hear(self, document: Document, selector: str, *types: str) -> None:
        """Hear of events on one element."""
        for type_ in types:
            document.listen(element(document, selector), type_, self._hear)

    def _hear(self, event: Event) -> None:
        target: Any = event.target
        name = target.get("id") or target.tag if isinstance(target, Node) else "document"
        self.events.append(f"{event.type}:{name}")


def show(body: str, heard: Heard | None = None) -> Document:
    """Return a document with that body."""
    navigate = heard.requests.append if heard is not None else lambda request: None
    return Document(f"<!doctype html><body>{body}", ADDRESS, navigate=navigate)


def element(document: Document, selector: str) -> Node:
    """Return the first element that matches; there must be one."""
    found = document.query(None, selector)
    assert found is not None, f"there is no {selector}"
    return found
