"""Users: browsers with our cookie, and what is known of them."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from weakref import WeakValueDictionary

from ...page import Clock, Page, waiting_forbidden
from ...page.greenlets import Lock, PerGreenlet
from ...sessions import Session, Store

__all__ = ["User", "UserTracker"]


class User:
    """A browser with our cookie; not to be made by hand.

    Attributes:
        id_: Names the user; whoever knows it and the secret key can be taken for them.
        request_id: Names the newest page of the user.
    """

    def __init__(self, id_: str, tracker: UserTracker) -> None:
        self.id_ = id_
        self.request_id = ""
        #: The user's pages and their controllers, the newest last.
        self.pages: dict[Page, Any] = {}
        self.seen = tracker.clock.now()
        #: Whether there may be a session of theirs; else nothing is lost if they are made anew from their cookie.
        self.has_session = False
        self._tracker = tracker

    def __repr__(self) -> str:
        return f"<User with {len(self.pages)} pages>"

    @property
    def session(self) -> Session:
        """The user's session, a mapping of text keys that is kept between requests."""
        return self._tracker.session(self)

    @property
    def active_controller(self) -> Any:
        """The controller of the user's newest page, or None."""
        return next(reversed(self.pages.values()), None)

    @property
    def socket_connected(self) -> bool:
        """Whether the browser of the user's newest page is connected."""
        newest = next(reversed(self.pages), None)
        return newest is not None and newest.attached

    def close_pages(self, *, keep: Any = None) -> None:
        """End all pages of the user, in whatever tab; their browsers load them anew. Never waits.

        For a logout: change the session first, so that what is loaded anew is what a stranger sees. Handlers of these
        pages, the caller's own included, get PageGone at their next use of the page.

        Args:
            keep: A controller whose page stays: the caller's own, which can be redirected then.
        """
        for page, controller in list(self.pages.items()):
            if keep is None or controller is not keep:
                page.end("the app closed the pages of its user", "ended", "reload")


class _UserLock:
    """A lock that can be referred to weakly, so that it goes with the last who holds it."""

    def __init__(self) -> None:
        self._lock = Lock()

    @contextmanager
    def entered(self) -> Iterator[None]:
        with self._lock, waiting_forbidden("inside session.locked()"):
            yield


class UserTracker:
    """All users of one process.

    Args:
        store: Where sessions are kept.
        lifetime: Seconds that an idle user without a page is kept.
        most: How many users are kept, those with a page aside; the one that is idle longest goes.
        clock: What times are counted by.

    Attributes:
        clock: The same.
    """

    def __init__(self, store: Store, lifetime: float, most: int, clock: Clock) -> None:
        self.clock = clock
        self._store = store
        self._lifetime = lifetime
        self._most = most
        self._users: dict[str, User] = {}
        # Kept users by when they were seen last. Those with a page may stand among them: they are skipped, and come
        # back at its end.
        self._idle: OrderedDict[str, User] = OrderedDict()
        # All users that anybody holds, kept or not: two tabs that open at once have the same one.
        self._living: WeakValueDictionary[str, User] = WeakValueDictionary()
        self._locks: WeakValueDictionary[str, _UserLock] = WeakValueDictionary()
        # Sessions of the request or handler that runs in a greenlet, by user.
        self._open = PerGreenlet()

    def __len__(self) -> int:
        return len(self._users)

    def get(self, id_: str) -> User:
        """Return the user that a signed cookie names."""
        user = self._living.get(id_)
        if user is None:
            user = self._living[id_] = User(id_, self)
        self._seen(user)
        return user

    def new(self) -> User:
        """Return a user never seen before; kept only once it has a page or a session."""
        return self.get(secrets.token_urlsafe(16))

    def keep(self, user: User) -> None:
        """Keep a user."""
        if user.id_ not in self._users:
            self._users[user.id_] = user
            self._seen(user)
            if len(self._users) > self._most:
                self._make_room()

    def keeps(self, user: User) -> bool:
        """Return whether a user is kept."""
        return user.id_ in self._users

    def page_ended(self, user: User, page: Page) -> None:
        """Take note that a page of a user has ended."""
        user.pages.pop(page, None)
        self._seen(user)
        if not user.pages and not user.has_session and user.id_ in self._users:
            del self._users[user.id_], self._idle[user.id_]

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Within this, the current greenlet sees each session once; what it changed is written at the end."""
        if self._open.get() is not None:
            yield
            return
        self._open.set({})
        try:
            yield
        finally:
            sessions: dict[str, tuple[User, Session]] = self._open.get()
            self._open.clear()
            with ExitStack() as saving:  # all of them, even where one cannot be kept
                for user, session in sessions.values():
                    saving.callback(self._save, user, session)

    def session(self, user: User) -> Session:
        """Return the session of a user as the current request or handler sees it."""
        opened = self._open.get()
        if opened is None:
            self.keep(user)
            user.has_session = True
            return Session(self._store, user.id_, self._lock_of(user), autosave=True)
        if user.id_ not in opened:
            opened[user.id_] = user, Session(self._store, user.id_, self._lock_of(user))
        session: Session = opened[user.id_][1]
        return session

    def sweep(self) -> None:
        """Forget users who have been idle for too long."""
        now = self.clock.now()
        while (user := self._idle_longest()) is not None and now - user.seen > self._lifetime:
            self._forget(user)

    def _seen(self, user: User) -> None:
        user.seen = self.clock.now()
        if user.id_ in self._users:
            self._idle[user.id_] = user
            self._idle.move_to_end(user.id_)

    def _idle_longest(self) -> User | None:
        while self._idle:
            id_, user = next(iter(self._idle.items()))
            if not user.pages:
                return user
            del self._idle[id_]
        return None

    def _make_room(self) -> None:
        user = self._idle_longest()
        if user is not None:
            self._forget(user)

    def _forget(self, user: User) -> None:
        del self._users[user.id_], self._idle[user.id_]
        self._store.forget(user.id_)

    def _save(self, user: User, session: Session) -> None:
        session.save()
        if session.written:
            user.has_session = True
            self.keep(user)

    def _lock_of(self, user: User) -> Callable[[], AbstractContextManager[object]]:
        lock = self._locks.get(user.id_)
        if lock is None:
            lock = self._locks[user.id_] = _UserLock()
        return lock.entered
