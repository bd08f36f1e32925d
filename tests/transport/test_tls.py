"""Tests of TLS: handshakes that fail or do not end, and frames of any size through it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
import pytest
from gevent import ssl

from tests.support.certificates import Certificate
from tests.support.certificates import certificate as certificate
from tests.support.echo_server import Served
from tests.support.rig import until
from tests.support.websocket import BINARY, PING, PONG, RawSocket, client_frame
from tests.transport.conftest import Serve

Secure = Callable[..., Served]


@pytest.fixture
def secure(serve: Serve, certificate: Certificate) -> Secure:
    """Starts servers that speak TLS."""

    def start(**options: Any) -> Served:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        return serve(ssl_context=context, **options)

    return start


def wrap(client: RawSocket) -> RawSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client.socket = context.wrap_socket(client.socket, suppress_ragged_eofs=False)
    return client


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log says of the transport, which must be no traceback."""
    records = [record for record in caplog.records if record.name == "pycommunicate.transport"]
    assert [record for record in records if record.exc_info or record.levelno > logging.INFO] == []
    return [record.getMessage() for record in records if record.levelno == logging.INFO]


def test_requests_go_through_tls_and_the_end_is_said_within_it(secure: Secure) -> None:
    served = secure()
    client = wrap(served.connect())

    assert client.ask(b"GET / HTTP/1.1").body == b"plain"
    assert client.ask(b"GET / HTTP/1.1\r\nConnection: close").body == b"plain"
    assert client.at_end()  # a bare end would be an error here
    assert served.environs[0]["wsgi.url_scheme"] == "https"


@pytest.mark.parametrize("size", [0, 1, 16_383, 16_384, 16_385, 100_000])
def test_frames_of_any_size_go_both_ways_through_tls(secure: Secure, size: int) -> None:
    client = wrap(secure().connect())
    frames = client_frame(BINARY, b"x" * size) + client_frame(PING, b"early")

    assert client.handshake("/socket", early=frames).status == 101
    assert client.read_frame() == (BINARY, b"x" * size)
    assert client.read_frame() == (PONG, b"early")
    client.send_frame(BINARY, b"y" * size)
    assert client.read_frame() == (BINARY, b"y" * size)
    client.send_close(1000)
    assert client.read_close() == (1000, "")
    assert client.at_end()


def test_much_waits_for_a_slow_reader_of_tls_and_arrives_whole(secure: Secure) -> None:
    served = secure()
    client = wrap(served.connect())
    client.handshake("/socket")
    carrier = served.receivers[0].carrier
    sent = [bytes([i]) * (i * 40_009) for i in range(20)]

    for data in sent:
        carrier.try_send(data)
    carrier.close(1000, "")

    assert not carrier._writer.idle
    assert [client.read_frame() for _ in sent] == [(BINARY, data) for data in sent]
    assert client.read_close() == (1000, "")


def test_plain_http_to_a_port_of_tls_is_one_line_in_the_log(secure: Secure, caplog: pytest.LogCaptureFixture) -> None:
    served = secure()
    client = served.connect()
    client.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    until(lambda: lines(caplog))
    served.until_idle()

    assert lines(caplog) == ["a TLS handshake failed: HTTP_REQUEST"]
    assert served.environs == []


def test_handshakes_that_do_not_end_lock_nobody_out(secure: Secure, caplog: pytest.LogCaptureFixture) -> None:
    served = secure(max_connections=3, header_timeout=0.1)
    silent = [served.connect() for _ in range(3)]
    until(lambda: len(served.server.idle) == 3)

    assert wrap(served.connect()).ask(b"GET / HTTP/1.1").body == b"plain"
    assert all(client.at_end() for client in silent)
    assert lines(caplog) == ["a TLS handshake failed: it took more than 0.1 s"] * 3


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_in_the_middle_of_a_handshake_is_let_go(
    secure: Secure, caplog: pytest.LogCaptureFixture, reset: bool
) -> None:
    served = secure()
    client = served.connect()
    client.send_raw(b"\x16\x03\x01\x02\x00")
    until(lambda: served.server.idle)
    if reset:
        client.reset()
    else:
        client.close()
    served.until_idle()

    assert len(lines(caplog)) == 1


def test_a_server_that_stops_waits_for_no_handshake(secure: Secure) -> None:
    served = secure()
    client = served.connect()
    until(lambda: served.server.idle)

    with gevent.Timeout(2):
        served.server.stop_gracefully(10.0)

    assert client.at_end()
