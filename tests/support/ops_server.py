"""A server that is told each batch by a test, for a client in a browser: HTTP and WebSocket in a thread of its own."""

from __future__ import annotations

import queue
from collections.abc import Callable
from threading import Thread
from typing import Any

import gevent
from gevent.hub import get_hub
from werkzeug.wrappers import Request

from pycommunicate.page.link import Carrier
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Batch, Hello, Message, Welcome, decode, encode
from pycommunicate.server.app.assets import ClientScript
from pycommunicate.transport.server import Server

__all__ = ["OpsServer"]

_TIMEOUT = 10.0
_SOCKET = "/__pycommunicate/p/node/page/socket"
_SCRIPTS = "/__pycommunicate"
_MAX_SIZE = 1 << 22


class OpsServer:
    """Serves one document after the other, each to one client.

    Attributes:
        url: Where it listens, without a slash at the end.
        taken: The number of the last frame of the client.
        asked: Paths that were asked for beside the document, its scripts and its socket.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._html = ""
        self._limits = Limits()
        self._script = ClientScript()
        self._frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._carrier: Any = None
        self._batches = 0
        self.taken = 0
        started: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._thread = Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{started.get(timeout=_TIMEOUT)}"

    def close(self) -> None:
        """Listen no more."""
        self._in_thread(self._ended.set)
        self._thread.join(_TIMEOUT)

    def show(self, html: str, limits: dict[str, int]) -> None:
        """Let the next client find this document, and these limits in its welcome."""
        self._html = html
        self._limits = Limits(**limits)
        self._carrier = None
        self._batches = self.taken = 0
        self._frames = queue.SimpleQueue()
        self.asked.clear()

    def welcome(self) -> None:
        """Wait for the hello, and let the client in."""
        assert isinstance(decode(self._frames.get(timeout=_TIMEOUT)), Hello)
        limits = {name: getattr(self._limits, name) for name in Limits.__dataclass_fields__}
        self._send(encode(Welcome(received=0, limits=limits)))

    def send(self, ops: list[Any]) -> int:
        """Send a batch; return its number."""
        self._batches += 1
        self._send(encode(Batch(number=self._batches, ack=self.taken, ops=ops)))
        return self._batches

    def receive(self) -> Message:
        """Wait for the next message of the client."""
        message = decode(self._frames.get(timeout=_TIMEOUT))
        self.taken = getattr(message, "number", self.taken)
        return message

    # --- in the thread --------------------------------------------------------------------------------------------

    def _serve(self, started: queue.SimpleQueue[int]) -> None:
        self._hub = get_hub()
        self._ended = gevent.event.Event()
        server = Server(("127.0.0.1", 0), self._app)
        server.start()
        assert server.server_port is not None
        started.put(server.server_port)
        self._ended.wait()
        server.stop(timeout=0.2)

    def _in_thread(self, call: Callable[..., Any], *args: Any) -> None:
        self._hub.loop.run_callback_threadsafe(call, *args)

    def _send(self, data: bytes) -> None:
        self._in_thread(self._carrier.try_send, data)

    def _app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ["PATH_INFO"]
        carrier = environ.get("wsgi.websocket")
        if carrier is not None:
            carrier.accept(_Receiver(self._frames), "pycommunicate.v1", _MAX_SIZE)
            self._carrier = carrier
            return []
        if path.startswith(f"{_SCRIPTS}/"):
            return self._script.respond(Request(environ), path.rpartition("/")[2])(environ, start_response)
        if path.startswith("/case/"):
            html = f"<!doctype html>{self._tag()}{self._html}".encode()
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(html)))])
            return [html]
        if path != "/favicon.ico":
            query = environ["QUERY_STRING"]
            self.asked.append(f"{path}?{query}" if query else path)
        # No document: whoever asked stays where it is.
        start_response("204 No Content", [])
        return []

    def _tag(self) -> str:
        return str(self._script.tag(_SCRIPTS)).replace(
            "<script ", f'<script data-pycommunicate="{_SOCKET}" data-ticket="ticket" '
        )


class _Receiver:
    """Hands on what one socket brings."""

    def __init__(self, frames: queue.SimpleQueue[bytes]) -> None:
        self._frames = frames

    def receive(self, data: bytes) -> None:
        self._frames.put(data)

    def lost(self, carrier: Carrier) -> None:
        return None
