"""Servers that cannot carry pages: pages are shown, one line says why they stay dead, and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pycommunicate.protocol.messages import Bye, decode
from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.gunicorn_server import BareWebSocketServer, SyncServer
from tests.support.program import Program
from tests.support.websocket import CLOSE
from tests.support.wire import WireClient
from tests.support.workshop import SOURCE

WSGIREF = """
from wsgiref.simple_server import make_server
from main import app

with make_server("127.0.0.1", 0, app) as server:
    import sys
    print(f"http://127.0.0.1:{server.server_port}/", file=sys.stderr, flush=True)
    server.serve_forever()
"""
BARE = """
import sys
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler
from main import app

server = WSGIServer(("127.0.0.1", 0), app, handler_class=WebSocketHandler)
server.start()
print(f"http://127.0.0.1:{server.server_port}/", file=sys.stderr, flush=True)
server.serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert "app.run()" not in SOURCE
    (tmp_path / "main.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "wsgi_server.py").write_text(WSGIREF, encoding="utf-8")
    (tmp_path / "bare.py").write_text(BARE, encoding="utf-8")
    return tmp_path


def warnings_in(log: str) -> list[str]:
    return [line for line in log.splitlines() if "pages are shown and stay dead" in line]


def is_told_to_stop(client: WireClient) -> bool:
    """Whether the socket brings nothing but a refusal, which comes before the hello, and its end."""
    assert client.websocket is not None
    frame = client.websocket.read_frame()
    assert frame is not None
    refusal = decode(frame[1])
    assert isinstance(refusal, Bye)
    assert (refusal.code, refusal.action) == ("ended", "stop")
    frame = client.websocket.read_frame()
    return frame is not None and frame[0] == CLOSE


def test_under_gunicorns_own_worker_pages_are_shown_and_one_line_says_why_they_stay_dead(
    app_server: StartApp, workshop: OpenWorkshop
) -> None:
    app = app_server(SOURCE, server=SyncServer)
    client = workshop(app.url)
    assert "home" in client.get().text
    assert client.connect(client.headers).status == 501
    assert client.get().status == 200
    [line] = warnings_in(app.log)
    assert "(gunicorn/" in line
    assert "gunicorn -k pycommunicate.transport.gunicorn.Worker -w 1" in line


def test_under_wsgiref_as_well(folder: Path, workshop: OpenWorkshop) -> None:
    with Program(["wsgi_server.py"], folder) as program:
        client = workshop(program.url.rstrip("/"))
        assert "home" in client.get().text
        assert client.connect(client.headers).status == 501
        assert client.get().status == 200
        [line] = warnings_in(program.err)
        assert "(WSGIServer/" in line
        assert "Traceback" not in program.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["-w", "2"], "several processes"), (["--threads", "2"], "several threads")],
    ids=["processes", "threads"],
)
def test_several_processes_or_threads_are_refused_at_the_first_request(
    app_server: StartApp, workshop: OpenWorkshop, arguments: list[str], said: str
) -> None:
    app = app_server(SOURCE, server=SyncServer, arguments=arguments)
    document = workshop(app.url).get()
    assert document.status == 500
    assert said in document.text
    assert "python -m pycommunicate serve" in document.text
    app.wait_for_log(f"a request is refused: the app is served by {said}")


def test_under_gevent_websocket_alone_a_socket_is_told_to_stop(folder: Path, workshop: OpenWorkshop) -> None:
    with Program(["bare.py"], folder) as program:
        client = workshop(program.url.rstrip("/"))
        assert "home" in client.get().text
        assert client.connect(client.headers).headers["sec-websocket-protocol"] == "pycommunicate.v1"
        assert is_told_to_stop(client)
        assert len(warnings_in(program.err)) == 1
        assert "Traceback" not in program.err


def test_under_gunicorn_with_gevent_websockets_worker_as_well(app_server: StartApp, workshop: OpenWorkshop) -> None:
    app = app_server(SOURCE, server=BareWebSocketServer)
    client = workshop(app.url)
    assert "home" in client.get().text
    assert client.connect(client.headers).status == 101
    assert is_told_to_stop(client)
    assert len(warnings_in(app.log)) == 1
