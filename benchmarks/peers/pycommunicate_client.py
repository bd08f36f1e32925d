"""A page of pycommunicate without a browser: as much of protocol v1 as an idle page needs."""

from __future__ import annotations

import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from pycommunicate.protocol import SUBPROTOCOL, ClientChannel, Limits
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Batch, Welcome
from pycommunicate.protocol.ops import EXISTS, FIND, LISTEN

from ..wire import WebSocket, get

__all__ = ["connect"]


class Page:
    """An open page; `serve` answers the server for as long as it stays.

    Attributes:
        listeners: How many the server has set.
    """

    def __init__(self, url: str) -> None:
        self.listeners = 0
        self._found = 0
        self._channel = ClientChannel(Limits())
        self._socket = self._attach(url)

    def serve(self) -> None:
        """**Blocks.** Answer the server until it ends the page."""
        while True:
            self.answer()

    def answer(self) -> None:
        """**Blocks.** Take in one frame of the server, and acknowledge it."""
        message = self._channel.receive(self._socket.receive())
        if not isinstance(message, Batch):
            return
        self._channel.applied(message.number)
        for op in message.ops:
            self._apply(op)
        if self._channel.ack_due:
            self._socket.send(self._channel.ack())

    def _attach(self, url: str) -> WebSocket:
        headers, body = get(url)
        tag = _script_tag(body.decode())
        parts = urlsplit(url)
        socket = WebSocket(
            urljoin(url, tag["data-pycommunicate"]),
            {
                "Cookie": headers["set-cookie"].partition(";")[0],
                "Origin": f"{parts.scheme}://{parts.netloc}",
                "Sec-WebSocket-Protocol": SUBPROTOCOL,
            },
        )
        socket.send(self._channel.hello(tag["data-ticket"], secrets.token_urlsafe(16)))
        answer = self._channel.receive(socket.receive())
        if not isinstance(answer, Welcome):
            raise RuntimeError(f"expected to be welcome, got {answer}")
        return socket

    def _apply(self, op: list[Any]) -> None:
        code, *fields = op
        if code == LISTEN:
            self.listeners += 1
        elif code == EXISTS:
            self._socket.send(self._channel.reply(fields[0], True))
        elif code == FIND:
            # spec 7: the client's own refs count downwards
            self._found -= 1
            self._socket.send(self._channel.reply(fields[0], to_wire(Ref(self._found))))


class _ScriptTag(HTMLParser):
    found: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "script" and "data-pycommunicate" in named:
            self.found = named


def _script_tag(page: str) -> dict[str, str]:
    parser = _ScriptTag()
    parser.feed(page)
    if parser.found is None or not parser.found.get("data-ticket"):
        raise RuntimeError(f"expected a script tag with a ticket in the page, got {parser.found}")
    return parser.found


def connect(url: str, listeners: int) -> Page:
    """**Blocks.** Open the page at *url*, and return it when its server has set all *listeners*."""
    page = Page(url)
    while page.listeners < listeners:
        page.answer()
    return page
