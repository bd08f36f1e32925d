"""Tests of one HTTP connection: its deadlines, which answers are its last, and what the log says of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent import socket

from pycommunicate.transport.http import linger
from tests.support.echo_server import Served
from tests.support.house import ExpectErrors
from tests.support.rig import until
from tests.support.websocket import BINARY, RawSocket
from tests.transport.conftest import Serve

StartResponse = Callable[..., Any]
GET = b"GET / HTTP/1.1\r\nHost: here\r\n"


def in_pieces(environ: dict[str, Any], start_response: StartResponse) -> Iterator[bytes]:
    """Be an app that does not say how long its answer is."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"in "
    yield b"pieces"


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_five_half_sent_requests_lock_nobody_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.http._LINGER", 0.1)
    served = serve(max_connections=5, header_timeout=0.1)
    slow = [served.connect() for _ in range(5)]
    for client in slow:
        client.send_raw(GET)
    until(lambda: len(served.server.idle) == 5)

    assert served.connect().ask(b"GET / HTTP/1.1").body == b"plain"
    assert [client.read_response().status for client in slow] == [408] * 5
    assert all(client.at_end() for client in slow)


def test_a_head_that_drips_has_the_same_deadline_as_one_that_stops(serve: Serve) -> None:
    served = serve(header_timeout=0.1)
    client = served.connect()

    def drip() -> None:
        for byte in GET * 1000:
            client.send_raw(bytes((byte,)))
            gevent.sleep(0.005)

    dripping = gevent.spawn(drip)
    answer = client.read_response()
    dripping.kill()

    assert answer.status == 408
    assert served.environs == []


def test_a_connection_that_says_nothing_ends_without_an_answer(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    client = serve(header_timeout=0.05).connect()

    assert client.at_end()
    assert caplog.messages == []


def test_a_connection_that_asks_no_more_ends(serve: Serve) -> None:
    served = serve(keep_alive_timeout=0.05)
    client = served.connect()

    assert client.ask(b"GET / HTTP/1.1").body == b"plain"
    assert client.at_end()
    served.until_idle()


def test_a_connection_may_wait_longer_between_requests_than_within_one(serve: Serve) -> None:
    client = serve(header_timeout=0.02).connect()
    client.ask(b"GET / HTTP/1.1")
    gevent.sleep(0.05)

    assert client.ask(b"GET / HTTP/1.1").body == b"plain"


def test_a_reader_that_takes_nothing_of_its_answer_is_given_up(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    served = serve(send_timeout=0.05)
    served.plain = lambda environ, start_response: start_response("200 OK", []) and [b"x" * 20_000_000]
    client = served.connect()
    client.send_raw(GET + b"\r\n")

    until(lambda: served.environs)
    served.until_idle()
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_reader_that_takes_its_answer_slowly_is_not_given_up(serve: Serve) -> None:
    served = serve(send_timeout=0.2)
    size = 3_000_000
    served.plain = lambda environ, start_response: start_response("200 OK", []) and [b"x" * size]
    client = RawSocket(served.address, socket)
    client.send_raw(GET + b"\r\n")

    got = 0
    while got < size:
        data = client.socket.recv(30_000)
        assert data, f"given up after {got} bytes"
        got += len(data)
        gevent.sleep(0.005)
    client.close()


def test_many_requests_at_once_on_one_connection_leave_others_their_turn(served: Served) -> None:
    order: list[str] = []

    def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        order.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "0")])
        return []

    served.plain = app
    greedy, other, greedier = served.connect(), served.connect(), served.connect()
    until(lambda: len(served.server.idle) == 3)
    greedy.send_raw(b"GET /greedy HTTP/1.1\r\nHost: here\r\n\r\n" * 150)
    other.send_raw(b"GET /other HTTP/1.1\r\nHost: here\r\n\r\n")
    greedier.send_raw(b"GET /greedy HTTP/1.1\r\nHost: here\r\n\r\n" * 150)
    until(lambda: len(order) == 301)

    assert order.index("/other") < 20


def test_a_peer_that_never_stops_sending_is_waited_for_no_longer_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.http._LINGER", 0.02)
    received: list[int] = []

    class Endless:
        """A socket that has always more."""

        def shutdown(self, how: int) -> None:
            pass

        def recv(self, size: int) -> bytes:
            received.append(size)
            assert len(received) < 500_000, "it never let others have their turn"
            return b"x"

    linger(Endless())

    assert received


# --- which answer is the last -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "ends"),
    [
        (b"GET / HTTP/1.1", False),
        (b"GET / HTTP/1.1\r\nConnection: keep-alive", False),
        (b"GET / HTTP/1.1\r\nConnection: close", True),
        (b"GET / HTTP/1.1\r\nConnection: TE, Close", True),
        (b"GET / HTTP/1.1\r\nConnection: keep-alive\r\nConnection: close", True),
        (b"GET / HTTP/1.1\r\nConnection: closed", False),
        (b"GET / HTTP/1.0", True),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive", True),
    ],
)
def test_the_last_answer_on_a_connection_says_so(served: Served, head: bytes, ends: bool) -> None:
    client = served.connect()

    answer = client.ask(head)

    assert answer.body == b"plain"
    assert answer.headers.get("connection") == ("close" if ends else None)
    if ends:
        assert client.at_end()
    else:
        assert client.ask(head).body == b"plain"


def test_an_answer_of_unknown_length_ends_with_the_connection_in_http_1_0(served: Served) -> None:
    served.plain = in_pieces
    client = served.connect()
    client.send_raw(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    answer = client.read_response()

    assert "transfer-encoding" not in answer.headers
    assert client.read_rest() == b"in pieces"


def test_an_answer_of_unknown_length_comes_in_chunks(served: Served) -> None:
    served.plain = in_pieces
    client = served.connect()
    client.send_raw(GET + b"Connection: close\r\n\r\n")

    assert client.read_response().headers["transfer-encoding"] == "chunked"
    assert client.read_rest() == b"3\r\nin \r\n6\r\npieces\r\n0\r\n\r\n"


@pytest.mark.parametrize("app", [None, in_pieces])
def test_head_is_answered_without_a_body_whatever_the_app_gives(served: Served, app: Any) -> None:
    served.plain = app or served.plain
    client = served.connect()
    client.send_raw(b"HEAD / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nhi")
    client.send_raw(b"HEAD / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")

    heads = client.read_rest()

    assert heads.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert heads.count(b"\r\n\r\n") == 2
    assert heads.endswith(b"\r\n\r\n")


# --- failures ---------------------------------------------------------------------------------------------------------


def test_an_app_that_fails_is_answered_for_and_logged(served: Served, expect_errors: ExpectErrors) -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        raise ConnectionResetError(104, "the app's own database")

    served.plain = app
    client = served.connect()

    assert client.ask(b"GET /page HTTP/1.1").status == 500
    assert client.at_end()
    assert expect_errors() == ["the app failed at /page"]


def test_an_app_that_fails_in_the_middle_of_its_answer_ends_the_connection(
    served: Served, expect_errors: ExpectErrors
) -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "10")])
        yield b"half"
        raise ValueError("a bug")

    served.plain = app
    client = served.connect()
    client.send_raw(GET + b"\r\n" + GET + b"\r\n")

    assert client.read_rest().split(b"\r\n\r\n", 1)[1] == b"half"
    assert len(served.environs) == 1
    assert expect_errors() == ["the app failed at /"]


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_while_it_is_answered_is_no_failure(
    served: Served, caplog: pytest.LogCaptureFixture, reset: bool
) -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"x" * 5_000_000
        yield b"y" * 5_000_000

    served.plain = app
    client = served.connect()
    client.send_raw(GET + b"\r\n")
    client.read_response()
    if reset:
        client.reset()
    else:
        client.close()

    served.until_idle()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


def test_nothing_is_left_of_connections_that_have_ended(served: Served) -> None:
    for how in (b"GET / HTTP/1.0\r\n\r\n", b"nonsense\r\n\r\n", GET, b"", GET + b"Content-Length: 9\r\n\r\nhalf"):
        client = served.connect()
        client.send_raw(how)
        gevent.sleep(0)
        client.close()
    websocket = served.open()
    websocket.send_frame(BINARY, b"x")
    websocket.read_frame()
    websocket.close()

    served.until_idle()
    assert not served.server.idle
    assert len(served.server.heartbeat) == 0
