"""Elements that show that a handler of theirs runs: marked from an event on until it is done (spec 6.10 and 6.16)."""

from __future__ import annotations

from collections import deque
from typing import Any

from .dom import Document, Node

__all__ = ["Busy"]

_CLASS = "pycommunicate-busy"
#: What `busy` is where it is disabled besides.
_DISABLED = 2


class _Mark:
    """What is put on one element, and for how many events."""

    __slots__ = ("events", "put_aria", "put_class", "put_disabled")

    def __init__(self) -> None:
        self.events = 0
        self.put_aria = self.put_class = self.put_disabled = False


class Busy:
    """The elements of one document that are busy.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._marks: dict[Node, _Mark] = {}
        # By listener: how many of its events are done, and the elements of those that are not.
        self._done: dict[int, int] = {}
        self._open: dict[int, deque[Any]] = {}

    def begin(self, listener: int, element: Any, way: int) -> None:
        """Take note that an event of a listener is sent, or waits."""
        self._open.setdefault(listener, deque()).append(element)
        self._done.setdefault(listener, 0)
        if isinstance(element, Node):
            self._put_on(element, way)

    def done(self, listener: int, events: int) -> None:
        """Take note that so many events of a listener have been handled, in all."""
        waiting = self._open.get(listener)
        while waiting and self._done[listener] < events:
            self._done[listener] += 1
            self._take_off(waiting.popleft())

    def end(self, listener: int) -> None:
        """Take note that a listener has ended."""
        self._done.pop(listener, None)
        for element in self._open.pop(listener, ()):
            self._take_off(element)

    def leave_disabled(self, element: Any) -> None:
        """Take note that the server says itself from now on whether an element is disabled."""
        if element in self._marks:
            self._marks[element].put_disabled = False

    def _put_on(self, element: Node, way: int) -> None:
        document = self._document
        mark = self._marks.setdefault(element, _Mark())
        mark.events += 1
        if mark.events == 1:
            mark.put_aria = document.attribute(element, "aria-busy") != "true"
            mark.put_class = not document.call(element, ["classList", "contains"], [_CLASS])
            if mark.put_aria:
                document.set_attribute(element, "aria-busy", "true")
            if mark.put_class:
                document.call(element, ["classList", "add"], [_CLASS])
        if way == _DISABLED and document.read(element, "disabled") is False:
            mark.put_disabled = True
            document.write(element, "disabled", True)

    def _take_off(self, element: Any) -> None:
        mark = self._marks.get(element)
        if mark is None:
            return
        document = self._document
        mark.events -= 1
        if mark.events:
            return
        del self._marks[element]
        if mark.put_disabled:
            document.write(element, "disabled", False)
        if mark.put_aria:
            document.remove_attribute(element, "aria-busy")
        if mark.put_class:
            document.call(element, ["classList", "remove"], [_CLASS])
            if not document.attribute(element, "class"):
                document.remove_attribute(element, "class")
