"""Tests of the server: what it does to each connection it takes, how many it takes, and where it listens."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
import pytest
from gevent import socket

from tests.support.echo_server import Served
from tests.support.rig import settle, until
from tests.support.websocket import BINARY
from tests.transport.conftest import Serve


@pytest.fixture
def unix_listener(tmp_path: Path) -> Any:
    """A socket that listens on a path."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(tmp_path / "app.sock"))
    listener.listen()
    return listener


@pytest.mark.parametrize("websocket", [False, True])
def test_every_connection_has_no_delay_and_keeps_little_in_the_kernel(served: Served, websocket: bool) -> None:
    if websocket:
        served.open()
        sock = served.receivers[0].carrier._socket
    else:
        served.connect().ask(b"GET / HTTP/1.1")
        until(lambda: served.server.idle)
        (sock,) = served.server.idle

    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 1024


# --- where it listens -------------------------------------------------------------------------------------------------


def test_several_peers_on_a_unix_socket_are_told_apart(serve: Serve, unix_listener: Any) -> None:
    served = serve(listener=unix_listener)
    clients = [served.open() for _ in range(3)]

    for i, client in enumerate(clients):
        client.send_frame(BINARY, bytes([i]))
    assert [client.read_frame() for client in clients] == [(BINARY, bytes([i])) for i in range(3)]
    assert [receiver.got for receiver in served.receivers] == [[bytes([i])] for i in range(3)]

    first, *others = clients
    first.close()
    until(lambda: served.receivers[0].lost_carriers)
    for client in others:
        client.send_frame(BINARY, b"still here")
        assert client.read_frame() == (BINARY, b"still here")


def test_requests_and_refusals_on_a_unix_socket_know_no_address(
    serve: Serve, unix_listener: Any, caplog: pytest.LogCaptureFixture
) -> None:
    served = serve(listener=unix_listener)

    assert served.connect().ask(b"GET / HTTP/1.1").body == b"plain"
    assert served.connect().ask(b"nonsense").status == 400

    assert "REMOTE_ADDR" not in served.environs[0]
    refusal, *_ = [text for text in caplog.messages if "refused" in text]
    assert refusal.startswith("a request of a unix socket is refused: 400")


def test_a_unix_socket_and_a_loopback_address_are_of_the_machine_alone(serve: Serve, unix_listener: Any) -> None:
    at_path, at_port = serve(listener=unix_listener).server, serve().server

    assert (at_path.loopback, at_path.local) == (False, True)
    assert (at_port.loopback, at_port.local) == (True, True)
    at_port.address = ("192.0.2.1", 80)
    assert (at_port.loopback, at_port.local) == (False, False)


def test_a_listener_that_would_block_is_made_not_to(serve: Serve) -> None:
    import socket as blocking

    listener = blocking.create_server(("127.0.0.1", 0))
    served = serve(listener=listener)

    assert not served.server.socket.getblocking()
    assert served.connect().ask(b"GET / HTTP/1.1").body == b"plain"


# --- how many it takes ------------------------------------------------------------------------------------------------


def test_connections_beyond_the_limit_wait_until_one_ends(serve: Serve) -> None:
    served = serve(max_connections=2)
    clients = [served.open(), served.open()]
    third, fourth = served.connect(), served.connect()
    for client in (third, fourth):
        client.send_raw(b"GET / HTTP/1.0\r\n\r\n")
    settle()
    assert len(served.environs) == 2

    clients[0].close()

    assert third.read_response().body == b"plain"
    assert fourth.read_response().body == b"plain"
    clients[1].send_frame(BINARY, b"still here")
    assert clients[1].read_frame() == (BINARY, b"still here")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ECONNABORTED])
def test_a_connection_that_cannot_be_taken_waits_and_costs_one_line_of_the_log(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    monkeypatch.setattr("pycommunicate.transport.server._RETRY", 0.01)
    fails = [OSError(number, "out of descriptors")] * 3

    class Listener:
        """The server's own listening socket, which fails a few times."""

        def __getattr__(self, name: str) -> Any:
            return getattr(listener, name)

        def _accept(self) -> Any:
            if fails:
                raise fails.pop()
            return listener._accept()

    listener: Any = served.server.socket
    served.server.socket = Listener()  # type: ignore[assignment]
    began = monotonic()

    assert served.connect().ask(b"GET / HTTP/1.1").body == b"plain"
    settle()
    assert number == errno.ECONNABORTED or monotonic() - began > 0.02  # it does not try without a pause
    lines = [record for record in caplog.records if record.levelno > logging.INFO]
    assert [line.exc_info for line in lines] == [None] * (number != errno.ECONNABORTED)


# --- its stop ---------------------------------------------------------------------------------------------------------


class Slow:
    """An app that answers when it is let to."""

    def __init__(self) -> None:
        self.may_end = gevent.event.Event()
        self.ended: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        try:
            self.may_end.wait()
        except gevent.GreenletExit:
            self.ended.append("killed")
            raise
        self.ended.append("done")
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]


def slow(served: Served) -> Slow:
    app = Slow()
    served.plain = app
    return app


def test_a_server_that_stops_answers_what_it_was_asked_and_hangs_up(served: Served) -> None:
    idle, silent, asking, websocket = served.connect(), served.connect(), served.connect(), served.open()
    idle.ask(b"GET / HTTP/1.1")
    app = slow(served)
    asking.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" * 2)
    until(lambda: len(served.environs) == 3)

    stopping = gevent.spawn(served.server.stop_gracefully, 5.0)

    assert idle.at_end()
    assert silent.at_end()
    assert websocket.read_close() == (1001, "the server stops")
    websocket.send_close(1001)
    assert websocket.at_end()
    websocket.close()
    with pytest.raises(ConnectionRefusedError):
        served.connect()
    app.may_end.set()
    answer = asking.read_response()
    assert (answer.body, answer.headers["connection"]) == (b"done", "close")
    assert asking.at_end()
    stopping.get(timeout=5)
    assert len(served.environs) == 3
    assert len(served.server.pool) == 0


def test_an_app_that_hangs_is_ended_at_the_deadline(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.server._LAST_WORDS", 0.02)
    served = serve()
    app = slow(served)
    client = served.connect()
    client.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    until(lambda: served.environs)

    served.server.stop_gracefully(0.02)

    assert app.ended == ["killed"]
    assert client.read_response().status == 503
    assert client.at_end()


def test_a_websocket_that_does_not_answer_keeps_no_server_from_stopping(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pycommunicate.transport.websocket._CLOSE_TIMEOUT", 0.02)
    monkeypatch.setattr("pycommunicate.transport.http._LINGER", 0.02)
    served = serve()
    client = served.open()

    with gevent.Timeout(2):
        served.server.stop_gracefully(0.0)

    assert client.read_close() == (1001, "the server stops")
    assert client.at_end()
    assert len(served.receivers[0].lost_carriers) == 1


def test_what_is_to_end_with_the_server_is_told_how_long_it_may_take(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[float] = []

    def fails(seconds: float) -> None:
        raise ValueError("a bug")

    served.server.on_stop(fails)
    served.server.on_stop(told.append)

    with caplog.at_level(logging.CRITICAL, "pycommunicate.transport"):  # the failure is an error, and expected
        served.server.stop_gracefully(3.0)

    assert [0.0 < seconds <= 3.0 for seconds in told] == [True]


def test_a_second_stop_hurries_the_first_and_a_third_does_no_harm(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pycommunicate.transport.server._LAST_WORDS", 0.0)
    app = slow(served)
    client = served.connect()
    client.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    until(lambda: served.environs)
    first = gevent.spawn(served.server.stop_gracefully, 60.0)
    settle()
    assert not first.dead

    served.server.stop_gracefully(0.0)
    first.get(timeout=5)
    served.server.stop_gracefully(0.0)

    assert app.ended == ["killed"]


def test_a_websocket_that_is_accepted_while_the_server_stops_is_closed(served: Served) -> None:
    make = served.make_receiver
    assert make is not None

    def stop_first(carrier: Any) -> Any:
        served.server.stopping = True
        return make(carrier)

    served.make_receiver = stop_first
    client = served.open()

    assert client.read_close() == (1001, "the server stops")
