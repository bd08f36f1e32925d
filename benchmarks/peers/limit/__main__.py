"""The server of the limit: gevent-websocket and one handler per workload.

There is no framework, session, acknowledgement, resend or check here. What it measures is how fast the same things can
be done at all on this machine with the same server and browser.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler

PAGES = {path.stem: path.read_bytes() for path in (Path(__file__).parent / "pages").glob("*.html")}


def todo(socket: Any, count: str) -> None:
    """W1: send all to-dos as one message; the page builds them. A click on one sends its number and removes it."""
    todos = {index: f"- buy item {index}" for index in range(int(count))}
    socket.send(json.dumps(list(todos.items()), separators=(",", ":")))
    while (index := socket.receive()) is not None:
        del todos[int(index)]
        socket.send(index)


def ask(socket: Any) -> None:
    """W2: a click arrives, the server asks for the input's value, waits for it, writes the text."""
    socket.send("!ready")
    while socket.receive() is not None:
        socket.send("?")
        value = socket.receive()
        if value is None:
            return
        socket.send("!seen " + value)


def carried(socket: Any) -> None:
    """W2: a click arrives with the input's value, the server writes the text."""
    socket.send("!ready")
    while (value := socket.receive()) is not None:
        socket.send("!seen " + value)


def idle(socket: Any, count: str) -> None:
    """W5: buttons with one handler each, kept as long as the page stays."""

    def clicked(number: int) -> None:
        socket.send(str(number))

    handlers = [partial(clicked, number) for number in range(int(count))]
    socket.send(count)
    while (number := socket.receive()) is not None:
        handlers[int(number)]()


SOCKETS: dict[str, Callable[..., None]] = {"todo": todo, "ask": ask, "carried": carried, "idle": idle}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve ``/<page>/...`` as HTML, and the same URL as WebSocket."""
    name, *arguments = environ["PATH_INFO"].strip("/").split("/")
    if name not in PAGES:
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    socket = environ.get("wsgi.websocket")
    if socket is not None:
        SOCKETS[name](socket, *arguments)
        return []
    page = PAGES[name]
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))])
    return [page]


class Server(WSGIServer):
    """pywsgi without Nagle's algorithm: gevent-websocket leaves it on."""

    def do_read(self) -> Any:
        accepted = super().do_read()
        if accepted is not None:
            accepted[0].setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        return accepted


def main() -> None:
    """Serve until killed."""
    options = ArgumentParser(prog="python -m benchmarks.peers.limit")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    chosen = options.parse_args()
    server = Server((chosen.host, chosen.port), application, handler_class=WebSocketHandler, log=None)
    server.start()
    print(f"http://{chosen.host}:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
