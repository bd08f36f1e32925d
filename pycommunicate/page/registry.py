"""All pages of one process: made by a request, claimed by a browser, dropped when nobody comes.

A page that nobody claims costs memory that anyone could make us spend: such pages are capped in all, per user and per
address (the oldest goes), and expire. Claimed pages are capped per user: one whose browser is away makes room, and if
there is none the newest is refused, since a page in use is never ended for another. Sockets that have not said yet
whose they are are capped as well (the oldest goes).

A page whose browser is away waits for it to come back: for long if its connection was lost, for a short time if the
document was left. What all pages hold back for their browsers is bounded; then pages end, first the
one that is alone for longest.
"""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import gevent

from ..settings import Settings
from .budget import Budget
from .clock import Clock
from .faults import exc_info_of
from .finish import finish
from .link import Ending
from .listeners import HandlerPool
from .page import Page
from .scope import Job
from .watch import Watch

__all__ = ["Registry", "Waiting"]

_log = logging.getLogger("pycommunicate.page")


#: Of how many pages it is remembered why they have ended.
_MOST_REASONS = 1_000


class _Unclaimed:
    __slots__ = ("address", "expires", "user_id")

    def __init__(self, user_id: str, address: str, expires: float) -> None:
        self.user_id = user_id
        self.address = address
        self.expires = expires


class Waiting(Protocol):
    """A socket that has not said hello."""

    def give_up(self) -> None:
        """Wait no longer: too many others do."""


class _Groups:
    """Pages by what they have in common, each group in order of age."""

    __slots__ = ("_groups",)

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, None]] = {}

    def add(self, group: str, page_id: str) -> None:
        self._groups.setdefault(group, {})[page_id] = None

    def discard(self, group: str, page_id: str) -> None:
        pages = self._groups.get(group)
        if pages is not None:
            pages.pop(page_id, None)
            if not pages:
                del self._groups[group]

    def size(self, group: str) -> int:
        return len(self._groups.get(group, ()))

    def oldest(self, group: str) -> str:
        return next(iter(self._groups[group]))


class Registry:
    """The pages of one process.

    Args:
        settings: Caps and times.
        handlers: How many handlers may run at a time.
        clock: What all times are counted by.

    Attributes:
        asking: The sockets that wait for what the app says of their users, by page; one for each page.
        clock: The same.
        settings: Those of new pages.
        node: Names this process in URLs, so that any proxy can route by it.
        watch: Who looks on new pages, or None.
    """

    def __init__(self, settings: Settings, handlers: int, clock: Clock | None = None) -> None:
        self.node = secrets.token_hex(4)
        self.clock = clock or Clock()
        self.asking: dict[Page, Waiting] = {}
        self.watch: Watch | None = None
        self.settings = settings
        self._pool = HandlerPool(handlers)
        self._pages: dict[str, Page] = {}
        self._owners: dict[str, str] = {}
        self._unclaimed: OrderedDict[str, _Unclaimed] = OrderedDict()
        self._unclaimed_of_user = _Groups()
        self._unclaimed_of_address = _Groups()
        self._claimed_of_user: dict[str, int] = {}
        # Pages whose browser is away, and when they end; the one that is away longest first.
        self._away: dict[Page, float] = {}
        self._budget = Budget(settings.backlog_memory, self._relieve)
        # Why pages have ended whose browsers were away, for when these come back; the oldest first.
        self._reasons: OrderedDict[str, str] = OrderedDict()
        self._waiting: dict[Waiting, None] = {}
        self._attention: set[Page] = set()

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[Page]:
        return iter(list(self._pages.values()))

    def get(self, page_id: str) -> Page | None:
        """Return a page that lives, claimed or not."""
        return self._pages.get(page_id)

    def reason(self, page_id: str) -> str:
        """Return why a page is not here, for its user."""
        return self._reasons.get(page_id, "the page is not here any more")

    def owner(self, page: Page) -> str:
        """Return the id of the user whose page it is."""
        return self._owners.get(page.id, "")

    def new_page(self, run_job: Callable[..., None]) -> Page:
        """Return a page that nobody knows of yet; `expect` makes it attachable."""
        page = Page(secrets.token_urlsafe(16), self.settings, self._pool, run_job, self.clock, self._budget, self.watch)
        page.attention = self._attention.add
        page.away, page.back = self._gone_away, self._come_back
        return page

    def expect(self, page: Page, user_id: str, address: str) -> None:
        """Keep *page* for the browser of *user_id* to claim.

        An empty *address* is nobody's: all peers of a unix socket have it.
        """
        lifetime = self.settings.unclaimed_lifetime
        self._pages[page.id] = page
        self._owners[page.id] = user_id
        self._unclaimed[page.id] = _Unclaimed(user_id, address, self.clock.now() + lifetime)
        self._unclaimed_of_user.add(user_id, page.id)
        self._unclaimed_of_address.add(address, page.id)
        self._keep_caps(user_id, address)

    def has_room(self, user_id: str) -> bool:
        """Return whether a user may have one more claimed page; one whose browser is away makes room if it must."""
        if self._claimed_of_user.get(user_id, 0) < self.settings.max_pages_per_user:
            return True
        oldest = next((page for page in self._away if self.owner(page) == user_id), None)
        if oldest is not None:
            oldest.end("its user opened too many others", "", "")
        return oldest is not None

    def claimed(self, page: Page) -> None:
        """Take note that a browser has attached to *page*."""
        self._forget_unclaimed(page.id)
        user_id = self.owner(page)
        self._claimed_of_user[user_id] = self._claimed_of_user.get(user_id, 0) + 1

    def drop(self, page: Page) -> None:
        """Forget *page*."""
        if page.id in self._pages and page.id not in self._unclaimed:
            self._one_less_claimed(self.owner(page))
        self._forget_unclaimed(page.id)
        self._pages.pop(page.id, None)
        self._owners.pop(page.id, None)
        self._attention.discard(page)
        self.asking.pop(page, None)
        if self._away.pop(page, None) is not None:
            self._reasons[page.id] = f"the page is gone: {page.gone}"
            if len(self._reasons) > _MOST_REASONS:
                self._reasons.popitem(last=False)

    def wait(self, socket: Waiting) -> None:
        """Take note that *socket* has not said hello; if too many have not, the oldest is given up."""
        self._waiting[socket] = None
        if len(self._waiting) > self.settings.max_waiting_sockets:
            next(iter(self._waiting)).give_up()

    def waits_no_more(self, socket: Waiting) -> None:
        """Take note that *socket* has said hello, or gone."""
        self._waiting.pop(socket, None)

    def sweep(self) -> None:
        """Look after everything that waits for time to pass; called about once a second."""
        now = self.clock.now()
        while self._unclaimed and (oldest := next(iter(self._unclaimed.items())))[1].expires <= now:
            self._expire(oldest[0], "no browser came for it")
        for page in [page for page, ends in self._away.items() if ends <= now]:
            page.end("its browser did not come back", "", "")
        for page in list(self._attention):
            if not page.tick():
                self._attention.discard(page)

    @property
    def stopping(self) -> bool:
        """Whether `finish` has begun, and no browser is let in any more."""
        return self._pool.closed

    def spawn_job(self, label: object, run: Callable[..., None], *args: Any) -> None:
        """Run a piece of the app's code that belongs to no page, in a greenlet of its own; a stop waits for it."""
        if self._pool.closed:
            _log.warning("%s is not run: the server stops", label)
            return
        job = Job(label, self._run_job, label, run, args)
        self._pool.running.add(job)
        job.rawlink(self._pool.running.discard)
        job.start()

    def _run_job(self, label: object, run: Callable[..., None], args: tuple[Any, ...]) -> None:
        try:
            run(*args)
        except Exception as error:
            _log.error("%s failed", label, exc_info=exc_info_of(error))
            if self.watch is not None:
                self.watch.crashed(label, error)

    def finish(self, seconds: float) -> None:
        """**Blocks**: let what runs end within *seconds*, then end all pages; see `finish.finish`."""
        finish(self, self._pool, seconds)

    def _keep_caps(self, user_id: str, address: str) -> None:
        settings = self.settings
        mine, near = self._unclaimed_of_user, self._unclaimed_of_address
        if mine.size(user_id) > settings.max_unclaimed_pages_per_user:
            self._expire(mine.oldest(user_id), "too many unclaimed pages of one user")
        if address and near.size(address) > settings.max_unclaimed_pages_per_address:
            self._expire(near.oldest(address), "too many unclaimed pages of one address")
        if len(self._unclaimed) > settings.max_unclaimed_pages:
            self._expire(next(iter(self._unclaimed)), "too many unclaimed pages")
        if len(self._pages) > settings.max_pages:
            if self._away:
                next(iter(self._away)).end("too many pages are open", "", "")
            else:
                self._expire(next(iter(self._unclaimed)), "too many pages are open")

    def _gone_away(self, page: Page, ending: Ending) -> None:
        if self.stopping:
            page.end("the server stops", "", "")
            return
        settings = self.settings
        lifetime = settings.left_lifetime if ending is Ending.LEFT else settings.detached_lifetime
        self._away[page] = self.clock.now() + lifetime

    def _come_back(self, page: Page) -> None:
        self._away.pop(page, None)

    def _relieve(self) -> None:
        """End pages until what they hold back is within bounds: first those whose browser is away."""
        while self._budget.exceeded:
            page = next(iter(self._away), None) or max(self._pages.values(), key=lambda page: page.held)
            gevent.spawn(_log.warning, "page %s ends: all pages together hold back too much", page.id)
            page.end("all pages together hold back too much", "overflow", "reload")

    def _one_less_claimed(self, user_id: str) -> None:
        left = self._claimed_of_user[user_id] - 1
        if left:
            self._claimed_of_user[user_id] = left
        else:
            del self._claimed_of_user[user_id]

    def _forget_unclaimed(self, page_id: str) -> None:
        one = self._unclaimed.pop(page_id, None)
        if one is not None:
            self._unclaimed_of_user.discard(one.user_id, page_id)
            self._unclaimed_of_address.discard(one.address, page_id)

    def _expire(self, page_id: str, why: str) -> None:
        page = self._pages[page_id]
        _log.debug("page %s is dropped: %s", page_id, why)
        page.end(why, "", "")
