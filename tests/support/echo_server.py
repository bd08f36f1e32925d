"""A server of the transport floor in greenlets of the test's own thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gevent import socket

from pycommunicate.page.link import Carrier
from pycommunicate.transport.server import Server
from tests.support.rig import settle, until
from tests.support.websocket import RawSocket

__all__ = ["Echo", "Served"]

MAX_SIZE = 100_000


class Echo:
    """Sends every frame back, and remembers what happened.

    Attributes:
        carrier: The socket, for the test to use.
    """

    def __init__(self, carrier: Any) -> None:
        self.carrier = carrier
        self.got: list[bytes] = []
        self.lost_carriers: list[Carrier] = []

    def receive(self, data: bytes) -> None:
        self.got.append(data)
        self.carrier.try_send(data)

    def lost(self, carrier: Carrier) -> None:
        self.lost_carriers.append(carrier)


def answer_plainly(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Be the app: answer every request the same."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"plain"]


class Served:
    """A `Server` whose WebSockets echo.

    Args:
        options: Of the server; and ``listener``, and ``max_size`` of a message.

    Attributes:
        plain: Answers all other requests.
        receivers: One for each WebSocket that was admitted.
        make_receiver: Makes them; None lets the app take no WebSocket.
        environs: The environ of each request to the app, as it was then.
    """

    def __init__(self, **options: Any) -> None:
        self.receivers: list[Any] = []
        self.make_receiver: Callable[[Any], Any] | None = Echo
        self.plain: Callable[[dict[str, Any], Callable[..., Any]], Any] = answer_plainly
        self.environs: list[dict[str, Any]] = []
        self.clients: list[RawSocket] = []
        self.max_size = options.pop("max_size", MAX_SIZE)
        self.server = Server(options.pop("listener", ("127.0.0.1", 0)), self._app, **options)
        self.server.start()

    @property
    def address(self) -> tuple[str, int] | str:
        """Where it listens: host and port, or the path of a unix socket."""
        port = self.server.server_port
        return ("127.0.0.1", port) if port is not None else str(self.server.address)

    def _app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.environs.append(dict(environ))
        carrier = environ.get("wsgi.websocket")
        if carrier is not None and environ["PATH_INFO"] != "/socket":
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        if carrier is None:
            return self.plain(environ, start_response)
        if self.make_receiver is not None:
            receiver = self.make_receiver(carrier)
            carrier.accept(receiver, "pycommunicate.v1", self.max_size)
            self.receivers.append(receiver)
            return []
        start_response("403 Forbidden", [("Content-Length", "0")])
        return []

    def connect(self) -> RawSocket:
        """Return a connection that has said nothing yet."""
        client = RawSocket(self.address, socket)
        self.clients.append(client)
        return client

    def open(self) -> RawSocket:
        """Return a WebSocket."""
        client = self.connect()
        assert client.handshake("/socket").status == 101
        return client

    def lost(self) -> None:
        """Wait until the one receiver knows that its socket is lost, which it is told once."""
        (receiver,) = self.receivers
        until(lambda: receiver.lost_carriers, "the loss of a socket")
        settle()
        assert receiver.lost_carriers == [receiver.carrier]
        assert receiver.carrier.receiver is None

    def until_idle(self) -> None:
        """Wait until no connection is left."""
        until(lambda: not len(self.server.pool), "the end of all connections")

    def close(self) -> None:
        """Let everything go."""
        for client in self.clients:
            client.close()
        self.server.stop(timeout=0.2)
