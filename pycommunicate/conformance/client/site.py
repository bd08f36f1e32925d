"""The scripted server: documents over HTTP, sockets for the peers of the sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from gevent.event import Event as Signal
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from ...server.app.assets import ClientScript
from ..report import Section
from .documents import bare, document, index
from .page import Page
from .peer import Peer
from .wire import WatchedServer, Wire

__all__ = ["Site"]

#: More than any limit: what a client sends is for the rules to judge.
_MAX_SIZE = 64 * 1024 * 1024
_HEADERS = ("HTTP_ORIGIN", "HTTP_COOKIE", "HTTP_SEC_WEBSOCKET_PROTOCOL", "HTTP_HOST", "PATH_INFO", "QUERY_STRING")
_WAITS = """<p>This section is not at work.</p>
<script>fetch("/next").then((answer) => answer.text()).then((address) => address && location.replace(address))</script>
"""


class Site:
    """Serves the sections.

    Args:
        sections: What people can read of.
        host: Where it listens.
        port: Likewise; 0 for any that is free.
    """

    def __init__(self, sections: Iterable[Section[Peer]], host: str = "127.0.0.1", port: int = 0) -> None:
        self._sections = list(sections)
        self._host = host
        self._peers: dict[str, Peer] = {}
        self._client = ClientScript()
        self._target = ""
        self._leads = Signal()
        self._server = WatchedServer((host, port), self._respond, heartbeat=30.0)

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://{self._host}:{self._server.server_port}"

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: if it cannot.
        """
        self._server.start()

    def stop(self) -> None:
        """Let everything go."""
        self.lead("")
        for peer in self._peers.values():
            peer.end()
        self._server.stop(timeout=0.5)

    def lead(self, url: str) -> None:
        """Let browsers that show a document of ours go to *url*, until it has been asked for."""
        self._target = url
        self._leads.set()

    def add(self, peer: Peer) -> None:
        """Let that section be at work."""
        self._peers[peer.name] = peer

    def discard(self, peer: Peer) -> None:
        """Let that section be over."""
        del self._peers[peer.name]
        peer.end()

    # --- requests -----------------------------------------------------------------------------------------------

    def _respond(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "wsgi.websocket" in environ:
            if self._accept(environ):
                return []
            response = Response("no socket is to be had here\n", 503, content_type="text/plain")
            return response(environ, start_response)
        try:
            return self._answer(Request(environ))(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)

    def _answer(self, request: Request) -> Response:
        name, _, rest = request.path.strip("/").partition("/")
        if name == "next":
            self._leads.wait()
            return Response(self._target, content_type="text/plain")
        if name == "favicon.ico":
            return Response(status=204)
        if name.endswith(".js"):
            return self._client.respond(request, name)
        if not name:
            return _html(index(self._sections))
        peer = self._peers.get(name)
        if peer is None:
            if any(section.name == name for section in self._sections):
                return _html(_WAITS)
            raise NotFound
        if not rest:
            return self._document(peer)
        if rest.startswith("held/"):
            peer.held(rest[5:])
            return Response(peer.files.get(rest[5:], ""), content_type="text/javascript; charset=utf-8")
        return _html("<p>Another document.</p>")

    def _document(self, peer: Peer) -> Response:
        if self._target.endswith(f"/{peer.name}"):
            self._leads.clear()
        page = peer.load()
        data = {
            "src": f"/{self._client.name}",
            "data-pycommunicate": page.path,
            "data-ticket": page.ticket,
            "data-user": "conformance",
            **peer.data,
        }
        said = " ".join(f'{name}="{escape(value)}"' for name, value in data.items() if value is not None)
        tag = f"<script {said}></script>"
        plain = peer.html is not None
        response = _html(bare(tag, peer.html or "") if plain else document(peer.name, tag, peer.body))
        response.set_cookie(f"conformance-{peer.name}", page.cookie, httponly=True, samesite="Lax")
        return response

    # --- sockets ------------------------------------------------------------------------------------------------

    def _accept(self, environ: dict[str, Any]) -> bool:
        """Take the socket, if it is one of ours; return whether it is."""
        found = self._page_of(environ["PATH_INFO"])
        if found is None:
            return False
        peer, page = found
        peer.attempt(page)
        if peer.refuses:
            return False
        carrier = environ["wsgi.websocket"]
        wire = Wire(carrier, page, {name: environ.get(name, "") for name in _HEADERS})
        carrier.accept(wire, peer.subprotocol, _MAX_SIZE)
        peer.opened(page, wire)
        return True

    def _page_of(self, path: str) -> tuple[Peer, Page] | None:
        pages = ((peer, page) for peer in self._peers.values() for page in peer.pages)
        return next(((peer, page) for peer, page in pages if path.endswith(f"/{page.id}/socket")), None)


def _html(text: str) -> Response:
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
