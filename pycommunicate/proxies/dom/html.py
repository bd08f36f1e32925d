"""The document of a page, as a handler sees it."""

from __future__ import annotations

from typing import Any

from ...errors import InvalidSelector
from ...page import Page
from ...protocol.ops import DOCUMENT, EXISTS, FIND
from .element import ElementWrapper, from_wire

__all__ = ["HTMLWrapper"]


class HTMLWrapper:
    """Finds elements of a page; every controller and view has one as ``html_wrapper``.

    All methods raise:
        InvalidSelector: if the text is no CSS selector.
        ReadTimeout: if the browser does not answer in time.
        PageGone, ViewGone: if the page or the view is gone.
        NotAttached: inside ``render`` and ``before_connect``.
    """

    __slots__ = ("_page",)

    def __init__(self, page: Page) -> None:
        self._page = page

    def exists(self, selector: str) -> bool:
        """**Blocks** until the browser has answered; return whether an element matches *selector*.

        Args:
            selector: A CSS selector, as ``"#name"``.
        """
        label = f"whether {_selector(selector)!r} exists"
        return bool(self._page.ask(EXISTS, DOCUMENT, selector, label=label))

    def element(self, selector: str) -> ElementWrapper | Any:
        """**Blocks** until the browser has answered; return the first element that matches *selector*, or None.

        The wrapper stays with the node that was found, wherever it moves.

        Args:
            selector: A CSS selector, as ``"#name"``.
        """
        # Typed so that straight-line code needs no check for None that it knows cannot be.
        return self._page.ask(
            FIND,
            DOCUMENT,
            _selector(selector),
            label=f"element {selector!r}",
            convert=lambda value: from_wire(self._page, value, (selector, None)),
        )


def _selector(selector: str) -> str:
    if not isinstance(selector, str) or not selector.strip():
        raise InvalidSelector(f'expected a CSS selector, as "#name", got {selector!r}')
    return selector
