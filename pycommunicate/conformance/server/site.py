"""The server under test as a browser's HTTP sees it: documents, cookies, and what stands in the script element."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

__all__ = ["META", "Document", "Site"]

#: The name of the meta element that says which app this is, and its content.
META = ("pycommunicate-conformance", "1")

#: Seconds that any one answer may take.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Document:
    """One response to the URL.

    Attributes:
        status: Of the response.
        text: Its body.
        app: The content of the meta element that says which app this is; an empty text without one.
        scripts: The attributes of all script elements that name the address of a socket.
        cookies: The cookies of the user whose document it is, as a header has them.
    """

    status: int
    text: str
    app: str
    scripts: tuple[dict[str, str | None], ...]
    cookies: str

    @property
    def live(self) -> bool:
        """Whether a client can attach to it."""
        return bool(self.socket and self.ticket)

    @property
    def socket(self) -> str:
        """The path of the socket; an empty text if there is none."""
        return (self.scripts[0].get("data-pycommunicate") or "") if self.scripts else ""

    @property
    def ticket(self) -> str:
        """The ticket; an empty text if there is none."""
        return (self.scripts[0].get("data-ticket") or "") if self.scripts else ""

    @property
    def user(self) -> str | None:
        """What stands for the user, if that is told."""
        return self.scripts[0].get("data-user") if self.scripts else None


@dataclass(slots=True)
class Site:
    """Where documents are loaded from.

    Args:
        url: The address of the document.
    """

    url: str
    _path: str = field(init=False)
    _host: str = field(init=False)
    _port: int = field(init=False)
    _secure: bool = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"expected a URL that begins with http:// or https://, got {self.url!r}")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port or (443 if self._secure else 80)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def origin(self) -> str:
        """The server's own origin."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def socket_origin(self) -> str:
        """What the address of a socket begins with."""
        return "ws" + self.origin.removeprefix("http")

    def load(self, cookies: str = "") -> Document:
        """Load the document anew, as the user who has those cookies, or as a new one.

        Raises:
            AssertionError: if nothing answers.
        """
        headers = {"Accept": "text/html", "Sec-Fetch-Dest": "document"} | ({"Cookie": cookies} if cookies else {})
        connection = self._connection()
        try:
            connection.request("GET", self._path, headers=headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            set_cookies = response.headers.get_all("Set-Cookie") or []
        except (OSError, http.client.HTTPException) as error:
            raise AssertionError(f"expected an answer from {self.url}, got {error!r}") from None
        finally:
            connection.close()
        parser = _Scripts()
        parser.feed(text)
        return Document(response.status, text, parser.app, tuple(parser.scripts), _merged(cookies, set_cookies))

    def _connection(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=_PATIENCE, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=_PATIENCE)


class _Scripts(HTMLParser):
    """Looks for the script element that loads the client, and for the name of the app."""

    def __init__(self) -> None:
        super().__init__()
        self.app = ""
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "script" and "data-pycommunicate" in attributes:
            self.scripts.append(attributes)
        elif tag == "meta" and attributes.get("name") == META[0]:
            self.app = attributes.get("content") or ""


def _merged(cookies: str, set_cookies: list[str]) -> str:
    """Return the cookies after a response, as a header has them."""
    jar = dict(one.strip().split("=", 1) for one in cookies.split(";") if "=" in one)
    for line in set_cookies:
        name, _, value = line.partition(";")[0].partition("=")
        jar[name.strip()] = value.strip()
    return "; ".join(f"{name}={value}" for name, value in jar.items())
