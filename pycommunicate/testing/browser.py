"""A simulated browser: the cookies of one user, and requests with them."""

from __future__ import annotations

from email.message import Message
from http.cookiejar import CookieJar
from random import Random
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import Request

from .attachment import Line
from .dom import StandIns
from .site import Answer, Site

__all__ = ["Browser"]

_MOST_REDIRECTS = 20
#: Of a request for a document that a person asked for.
_DOCUMENT_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "User-Agent": "pycommunicate-testing",
}


class _Response:
    """What a cookie jar asks of a response."""

    def __init__(self, answer: Answer) -> None:
        self._headers = Message()
        for name, value in answer.headers:
            self._headers.add_header(name, value)

    def info(self) -> Message:
        return self._headers


class Browser:
    """One user's browser.

    Args:
        site: What it talks to.
        base_url: What addresses without a host belong to.
        random: For all that is random in it.
        stand_ins: What stands in for scripts of the app's own.

    Attributes:
        site: The same.
        random: The same.
        base_url: The same.
        cookies: Its cookies, as the standard library keeps them.
        headers: Sent along with each request for a document.
        storage: What `localStorage` holds.
        stand_ins: What stands in for scripts of the app's own.
    """

    def __init__(self, site: Site, base_url: str, random: Random, stand_ins: StandIns | None = None) -> None:
        self.site = site
        self.base_url = base_url.rstrip("/")
        self.random = random
        self.cookies = CookieJar()
        self.headers: dict[str, str] = {}
        self.storage: dict[str, str] = {}
        self.stand_ins = stand_ins or StandIns()

    def absolute(self, url: str) -> str:
        """Return an address with its host."""
        return urljoin(f"{self.base_url}/", url)

    def fetch(self, url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send a request, and follow where it is sent on to.

        Raises:
            AssertionError: if it is sent on without end, or to somebody else.
        """
        url = self.absolute(url)
        for _ in range(_MOST_REDIRECTS):
            url, fragment = urldefrag(url)
            answer = self._fetch_once(url, method, headers or {}, body)
            target = answer.header("Location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            if answer.status not in (307, 308) and method != "HEAD":
                method, body = "GET", b""
            url = urljoin(url, target)
            if fragment and not urlsplit(url).fragment:
                url = f"{url}#{fragment}"
            if urlsplit(url)[:2] != urlsplit(self.base_url)[:2]:
                raise AssertionError(f"expected a redirect inside of {self.base_url}, got one to {url}")
        raise AssertionError(f"expected an end to redirects, got more than {_MOST_REDIRECTS}, the last to {url}")

    def fetch_document(
        self, url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request as for a document that is shown."""
        return self.fetch(url, method, _DOCUMENT_HEADERS | self.headers | (headers or {}), body)

    def line(self, path: str) -> Line:
        """Return what opens WebSockets to *path*."""
        url = self.absolute(path)
        origin = "://".join(urlsplit(url)[:2])
        return self.site.line(url, lambda: {"Origin": origin} | self.headers | self._cookie_header(url))

    def _fetch_once(self, url: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = self.site.fetch(method, url, headers | self._cookie_header(url), body)
        response: Any = _Response(answer)
        self.cookies.extract_cookies(response, Request(url))
        return answer

    def _cookie_header(self, url: str) -> dict[str, str]:
        request = Request(url)
        self.cookies.add_cookie_header(request)
        cookie = request.get_header("Cookie")
        return {"Cookie": cookie} if cookie else {}
