"""A page of the limit without a browser."""

from __future__ import annotations

from ..wire import WebSocket, get

__all__ = ["connect"]


class Page:
    """An open page; `serve` answers the server for as long as it stays."""

    def __init__(self, url: str) -> None:
        get(url)
        self._socket = WebSocket(url.replace("http", "ws", 1))
        self.listeners = int(self._socket.receive())

    def serve(self) -> None:
        """**Blocks.** Wait until the server ends the page."""
        while True:
            self._socket.receive()


def connect(url: str, listeners: int) -> Page:
    """**Blocks.** Open the page at *url*, and return it when its server has sent all *listeners*."""
    page = Page(url)
    if page.listeners != listeners:
        raise RuntimeError(f"expected {listeners} listeners, got {page.listeners}")
    return page
