"""A pycommunicate app served by greenlets of the test's own thread."""

from __future__ import annotations

from typing import Any

from gevent import socket

from pycommunicate.server.app.communicate import CommunicateApp
from pycommunicate.server.bases.controller import ControllerFactory
from pycommunicate.settings import Settings
from pycommunicate.transport.server import Server
from tests.support.wire import WireClient

__all__ = ["LocalApp"]


class LocalApp:
    """An app of one route with one controller.

    Args:
        views: View classes, the default one first.
        settings: Of the app.
        handlers: How many handlers may run at a time.
    """

    def __init__(self, *views: type[Any], settings: Settings | None = None, handlers: int = 100) -> None:
        self.app = CommunicateApp(maximum_handler_threads=handlers, settings=settings)
        self.app.set_secret_key("a test's")
        factory = ControllerFactory()
        for view in views:
            factory.add_view(view)
        self.app.add_controller("/", factory.set_default_view(views[0]))
        self.clients: list[WireClient] = []
        self.server = Server(("127.0.0.1", 0), self.app)
        self.server.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def client(self, cookies: dict[str, str] | None = None) -> WireClient:
        """Return a new browser; with the cookies of another one, another tab of it."""
        client = WireClient(self.url, socket, cookies=cookies)
        self.clients.append(client)
        return client

    def close(self) -> None:
        self.app.finish(0.0)
        for client in self.clients:
            client.close()
        self.server.stop(timeout=0.2)
