"""All pages of one process: made by a request, claimed by a browser, dropped when nobody comes.

A page that nobody claims costs memory that anyone could make us spend: such pages are capped in all, per user and per
address (the oldest goes), and expire.
"""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from time import monotonic

from ..settings import Settings
from .listeners import HandlerPool
from .page import Page

__all__ = ["Registry"]

_log = logging.getLogger("pycommunicate.page")


class _Unclaimed:
    __slots__ = ("address", "expires", "user_id")

    def __init__(self, user_id: str, address: str, expires: float) -> None:
        self.user_id = user_id
        self.address = address
        self.expires = expires


class Registry:
    """The pages of one process.

    Args:
        settings: Caps and times.
        handlers: How many handlers may run at a time.

    Attributes:
        node: Names this process in URLs, so that any proxy can route by it.
    """

    def __init__(self, settings: Settings, handlers: int) -> None:
        self.node = secrets.token_hex(4)
        self._settings = settings
        self._pool = HandlerPool(handlers)
        self._pages: dict[str, Page] = {}
        self._owners: dict[str, str] = {}
        self._unclaimed: OrderedDict[str, _Unclaimed] = OrderedDict()
        self._attention: set[Page] = set()

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Page]:
        return iter(list(self._pages.values()))

    def get(self, page_id: str) -> Page | None:
        """Return a page that lives, claimed or not."""
        return self._pages.get(page_id)

    def owner(self, page: Page) -> str:
        """Return the id of the user whose page it is."""
        return self._owners.get(page.id, "")

    def new_page(self, run_job: Callable[..., None]) -> Page:
        """Return a page that nobody knows of yet; `expect` makes it attachable."""
        page = Page(secrets.token_urlsafe(16), self._settings, self._pool, run_job)
        page.attention = self._attention.add
        return page

    def expect(self, page: Page, user_id: str, address: str) -> None:
        """Keep *page* for the browser of *user_id* to claim."""
        lifetime = self._settings.unclaimed_lifetime
        self._pages[page.id] = page
        self._owners[page.id] = user_id
        self._unclaimed[page.id] = _Unclaimed(user_id, address, monotonic() + lifetime)
        self._keep_caps(user_id, address)

    def claimed(self, page: Page) -> None:
        """Take note that a browser has attached to *page*."""
        self._unclaimed.pop(page.id, None)

    def drop(self, page: Page) -> None:
        """Forget *page*."""
        self._pages.pop(page.id, None)
        self._owners.pop(page.id, None)
        self._unclaimed.pop(page.id, None)
        self._attention.discard(page)

    def sweep(self, now: float) -> None:
        """Look after everything that waits for time to pass; called about once a second."""
        while self._unclaimed and (oldest := next(iter(self._unclaimed.items())))[1].expires <= now:
            self._expire(oldest[0], "no browser came for it")
        for page in list(self._attention):
            if not page.tick(now):
                self._attention.discard(page)

    def _keep_caps(self, user_id: str, address: str) -> None:
        settings = self._settings
        mine = [page_id for page_id, one in self._unclaimed.items() if one.user_id == user_id]
        if len(mine) > settings.max_unclaimed_pages_per_user:
            self._expire(mine[0], "too many unclaimed pages of one user")
        near = [page_id for page_id, one in self._unclaimed.items() if one.address == address]
        if len(near) > settings.max_unclaimed_pages_per_address:
            self._expire(near[0], "too many unclaimed pages of one address")
        if len(self._unclaimed) > settings.max_unclaimed_pages or len(self._pages) > settings.max_pages:
            self._expire(next(iter(self._unclaimed)), "too many unclaimed pages")

    def _expire(self, page_id: str, why: str) -> None:
        page = self._pages[page_id]
        _log.debug("page %s is dropped: %s", page_id, why)
        page.end(why, "", "")
