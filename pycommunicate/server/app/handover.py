"""The way back for ``change_view(..., reload=True)``: the same controller behind the next page load.

The browser is sent to an address of ours, which sets a short-lived cookie and sends it back to the page's own address;
so the address bar and relative links stay what they were.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...page import Clock
from ..bases.controller import Controller, ControllerFactory
from .cookies import Cookies
from .documents import is_for_document
from .routes import RESERVED
from .signing import Keys

__all__ = ["HandOver", "HandOvers", "address_of", "path_of", "root_of"]

#: Behind the name of the user's cookie.
_SUFFIX = "_next"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A controller on its way, and what its next page load needs."""

    controller: Controller
    factory: ControllerFactory
    status: int
    user_id: str
    url: str
    expires: float


def root_of(request: Request) -> str:
    """Return where the app is mounted, as it stands in URLs; an empty text for the top."""
    return quote(request.root_path.rstrip("/"))


def path_of(request: Request) -> str:
    """Return the path of a request inside of the app, quoted as in a URL: so it may stand in a log."""
    return quote(request.path, safe="/!$&'()*+,:;=@")


def address_of(request: Request) -> str:
    """Return path and query of a request, as the browser wrote them."""
    path = root_of(request) + path_of(request)
    query = quote(request.query_string, safe="%/!$&'()*+,:;=@?")
    return f"{path}?{query}" if query else path


class HandOvers:
    """Controllers whose browser is on its way from one page load to the next.

    Args:
        keys: Signs the cookie.
        cookies: Sets it.
        node: Names this process in URLs.
        lifetime: Seconds that a browser may take.
        clock: What they are counted by.

    Attributes:
        clock: The same.
    """

    def __init__(self, keys: Keys, cookies: Cookies, node: str, lifetime: float, clock: Clock) -> None:
        self.clock = clock
        self._keys = keys
        self._cookies = cookies
        self._node = node
        self._lifetime = lifetime
        self._waiting: dict[str, HandOver] = {}
        # One each: a page that changes its view again and again piles nothing up.
        self._names: dict[Controller, str] = {}

    def leave(self, controller: Controller, factory: ControllerFactory, status: int, user_id: str, url: str) -> str:
        """Keep *controller* until its browser comes back to *url*; return the path by which it passes us."""
        name = secrets.token_urlsafe(16)
        self._forget(self._names.get(controller, ""))
        self._names[controller] = name
        self._waiting[name] = HandOver(controller, factory, status, user_id, url, self.clock.now() + self._lifetime)
        return f"{RESERVED}/p/{self._node}/{name}/next"

    def send_back(self, request: Request, name: str) -> Response:
        """Answer the browser that comes by: a cookie, and where to go.

        Raises:
            NotFound: if nothing waits for it.
        """
        waiting = self._waiting.get(name)
        if waiting is None:
            raise NotFound
        response = redirect(waiting.url)
        assert isinstance(response, Response)
        response.headers["Cache-Control"] = "no-store"
        self._cookies.set(request, response, self._keys.sign("next", name), _SUFFIX, int(self._lifetime) + 1)
        return response

    def take(self, request: Request, user_id: str) -> HandOver | None:
        """Return what waits for this request, once; only a document takes it."""
        if not is_for_document(request):
            return None
        name = self._keys.unsign("next", self._cookies.get(request, _SUFFIX))
        waiting = self._waiting.get(name) if name else None
        if waiting is None or waiting.user_id != user_id or waiting.url != address_of(request):
            return None
        assert name is not None
        self._forget(name)
        return waiting

    def clear_cookie(self, request: Request, response: Response) -> None:
        """Take the cookie back."""
        self._cookies.delete(request, response, _SUFFIX)

    def sweep(self) -> None:
        """Forget those whose browser did not come back."""
        now = self.clock.now()
        for name, waiting in list(self._waiting.items()):
            if waiting.expires <= now:
                self._forget(name)

    def _forget(self, name: str) -> None:
        waiting = self._waiting.pop(name, None)
        if waiting is not None:
            del self._names[waiting.controller]

    def __len__(self) -> int:
        return len(self._waiting)
