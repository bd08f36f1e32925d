"""Whether a user may have a page, still: the app says so, and may take its time."""

from __future__ import annotations

from collections.abc import Callable

from .page import Page

__all__ = ["NOT_ALLOWED", "ask", "may_stay"]

#: Why a page ends whose user may not have it.
NOT_ALLOWED = "the app does not let this user have it"


def ask(page: Page, answered: Callable[[bool], None]) -> None:
    """Ask the app in a task of *page*, and tell *answered*, which must not wait. What the app raises stands for no."""
    page.spawn(page.scope, "the authorize of a page", _ask, page, answered)


def may_stay(page: Page) -> bool:
    """**Blocks** while the app says whether its user may have *page*; end it if not."""
    allowed = _allows(page)
    if not allowed:
        page.end(NOT_ALLOWED, "forbidden", "reload")
    return allowed


def _ask(page: Page, answered: Callable[[bool], None]) -> None:
    allowed = False
    try:
        allowed = _allows(page)
    finally:
        answered(allowed)


def _allows(page: Page) -> bool:
    if page.authorize is None:
        return True
    with page.rendering():  # its browser may not be there
        return page.authorize()
