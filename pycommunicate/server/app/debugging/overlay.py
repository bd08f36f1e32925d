"""Shows in the page what went wrong in it: hands faults to the overlay of client/debug.js.

There is no message of its own for this: a fault is a property of the document's root element, which that script
watches. Where it does not run, the property is set all the same, and nobody minds.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from ....page import Page
from ....page.faults import Fault
from ....protocol.ops import DOCUMENT, SET

__all__ = ["Overlay"]

#: A path, so that a later fault never replaces an earlier one that waits to be sent.
_NAME = ["documentElement", "pycommunicateError"]
#: Faults that one page is told of; the log goes on telling.
_MOST = 100
#: Characters of a text; what is longer loses its middle.
_LONGEST = 20_000


class Overlay:
    """Tells pages of their faults."""

    def __init__(self) -> None:
        self._told: WeakKeyDictionary[Page, int] = WeakKeyDictionary()

    def show(self, page: Page, fault: Fault) -> None:
        """Let *page* show *fault*, if its browser is connected; never waits."""
        op = fault.op
        if op and op[0] == SET and op[2] == _NAME:
            return  # our own: to tell of it would fail once more, and so on
        told = self._told.get(page, 0)
        if told >= _MOST:
            return
        self._told[page] = told + 1
        value = {"title": fault.title, "message": fault.message, "trace": fault.trace}
        page.tell((SET, DOCUMENT, _NAME, {key: _sendable(text) for key, text in value.items()}))


def _sendable(text: str) -> Any:
    """Return *text* as it can travel: without surrogates, and not endless."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}\n...\n{text[-_LONGEST // 2 :]}"
    return text.encode(errors="replace").decode()
