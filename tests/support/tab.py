"""A browser tab that remembers what went wrong in it."""

from __future__ import annotations

import re

from playwright.sync_api import ConsoleMessage, Error, Page, Request

SETTLE_TIMEOUT_MS = 2000
# Chromium asks for this one on its own, whenever it likes.
FAVICON = "/favicon.ico"


class Tab:
    """One Playwright page; a test that uses it fails if anything in it went wrong unannounced.

    Attributes:
        page: The Playwright page, for everything else.
        problems: Console errors, uncaught exceptions and failed requests, one line each, in order.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("requestfailed", self._request_failed)
        page.on("crash", self._crash)

    def allow(self, pattern: str) -> None:
        """Says that problems in which the regular expression `pattern` is found belong to this test."""
        self._allowed.append(re.compile(pattern))

    def allow_no_server(self) -> None:
        """Says that there is no server for a time: sockets cannot be opened, and what is asked for is not had."""
        self.allow(r"WebSocket connection|ERR_CONNECTION_REFUSED|/more\.\w+\.js")

    def check(self) -> None:
        """Fails if there was a problem that nobody allowed; from now on none is known or allowed."""
        if not self.page.is_closed():
            self._settle()
        unexpected = [line for line in self.problems if not any(pattern.search(line) for pattern in self._allowed)]
        self.problems.clear()
        self._allowed.clear()
        assert not unexpected, "the browser reported problems:\n" + "\n".join(unexpected)

    def _settle(self) -> None:
        """Goes to the page and back, so that what it reported before has arrived."""
        try:
            self.page.locator("html").wait_for(state="attached", timeout=SETTLE_TIMEOUT_MS)
        except Error as error:
            self.problems.append(f"page does not answer: {error.message.splitlines()[0]}")

    def _console(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not url.endswith(FAVICON):
            self.problems.append(f"console: {message.text} ({url})")

    def _page_error(self, error: Error) -> None:
        self.problems.append(f"uncaught: {error.stack or error.message}")

    def _request_failed(self, request: Request) -> None:
        # Aborted is what Chromium calls a request that its page gave up, by leaving for instance.
        if request.failure != "net::ERR_ABORTED" and not request.url.endswith(FAVICON):
            self.problems.append(f"request: {request.method} {request.url}: {request.failure}")

    def _crash(self, page: Page) -> None:
        self.problems.append(f"crash: {page.url}")
