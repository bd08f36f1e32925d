"""Where a new socket says who it is: its first frame must be a hello for a page that is its to claim (spec 4)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent

from ..errors import RemoteProtocolError
from ..protocol.messages import VERSION, Hello, Refuse, decode, encode
from . import permission
from .link import Carrier
from .page import Page
from .registry import Registry

__all__ = ["MAX_HELLO", "Door"]

_log = logging.getLogger("pycommunicate.page")

#: Bytes that a hello may have.
MAX_HELLO = 8 * 1024


class Door:
    """Receives the first frame of one socket and hands the socket on to its page.

    Args:
        carrier: The socket.
        registry: Where the page is looked for.
        page_id: The page that the URL names.
        user_id: The user that the cookie names; an empty text if there is none.
        opens: Whether a ticket is one that we signed for that page and user.
        timeout: Seconds that the hello may take.
    """

    __slots__ = ("_carrier", "_closed", "_opens", "_page_id", "_registry", "_timer", "_user_id")

    def __init__(
        self,
        carrier: Carrier,
        registry: Registry,
        page_id: str,
        user_id: str,
        opens: Callable[[str, str, str], bool],
        timeout: float,
    ) -> None:
        self._carrier = carrier
        self._registry = registry
        self._page_id = page_id
        self._user_id = user_id
        self._opens = opens
        self._closed = False
        self._timer: Any = registry.clock.timer(timeout)

    def wait(self) -> None:
        """Begin to wait for the hello, now that the socket is open."""
        if self._timer is not None:
            self._timer.start(self._too_late)
            self._registry.wait(self)

    def receive(self, data: bytes) -> None:
        """Take in the hello; never waits."""
        if self._timer is None:
            return
        self._stop_timer()
        if self._registry.stopping:
            self._carrier.close(1001, "the server stops")  # without a word: it comes again when there is a server
            return
        try:
            hello = decode(data)
            if not isinstance(hello, Hello):
                raise RemoteProtocolError(f'expected "hello" first, got {type(hello).__name__}')
            self._let_in(hello)
        except RemoteProtocolError as error:
            self._refuse("malformed", "stop", str(error))

    def lost(self, carrier: Carrier) -> None:
        """Take note that the socket is gone."""
        self._closed = True
        self._stop_timer()

    def give_up(self) -> None:
        """Close the socket, as too many wait; without a word, so that an honest browser comes again (spec 4.5)."""
        self._shut("too many sockets wait")

    def _let_in(self, hello: Hello, *, authorized: bool = False) -> None:
        page = self._registry.get(self._page_id)
        if hello.version != VERSION:
            self._refuse("version", "reload", f"expected protocol version {VERSION}, got {hello.version}")
        elif page is None or page.gone:
            self._refuse("gone", "reload", self._registry.reason(self._page_id))
        elif not self._user_id:
            self._refuse("forbidden", "stop", "the browser sent no cookie of ours; are cookies blocked?")
        elif self._registry.owner(page) != self._user_id or not self._opens(hello.ticket, page.id, self._user_id):
            self._refuse("forbidden", "stop", "the ticket is not one for this page and user")
        elif not hello.nonce or (page.nonce and page.nonce != hello.nonce):
            self._refuse("claimed", "reload", "the page belongs to another document")
        elif page.authorize is not None and not authorized:
            self._ask_app(page, hello)
        elif page.nonce:
            page.attach(self._carrier, hello)
        elif not self._registry.has_room(self._user_id):
            self._refuse("limits", "stop", "too many pages of this user are open")
        else:
            # In this order: a page whose hello breaks a rule stays unclaimed, and expires.
            page.attach(self._carrier, hello)
            self._registry.claimed(page)

    def _ask_app(self, page: Page, hello: Hello) -> None:
        """Let the browser in if the app says so, which may take its time; else the page has nobody any more."""
        asking = self._registry.asking

        def answered(allowed: bool) -> None:
            if asking.get(page) is self:
                del asking[page]
            if self._closed:
                return
            try:
                if allowed:
                    self._let_in(hello, authorized=True)  # from the start: much may have changed
                else:
                    page.end(permission.NOT_ALLOWED, "forbidden", "reload")
                    self._refuse("forbidden", "reload", permission.NOT_ALLOWED)
            except RemoteProtocolError as error:
                self._refuse("malformed", "stop", str(error))

        if page in asking:  # the browser has given that socket up
            asking[page].give_up()
        asking[page] = self
        permission.ask(page, answered)

    def _refuse(self, code: str, action: str, text: str) -> None:
        gevent.spawn(_log.info, "a browser is refused (%s, %s): %s", code, action, text)
        self._closed = True
        self._carrier.try_send(encode(Refuse(code, action, text)))
        self._carrier.close(1000, code)

    def _too_late(self) -> None:
        # spec 4: without a word, too; a network can hold a hello up for as long.
        self._shut("no hello came in time")

    def _shut(self, why: str) -> None:
        self._stop_timer()
        self._closed = True
        self._carrier.close(1013, why)

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.close()
            self._registry.waits_no_more(self)
