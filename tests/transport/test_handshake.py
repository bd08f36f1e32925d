"""Tests of the handshake over real connections: what is upgraded, and what is refused how."""

from __future__ import annotations

import logging

import pytest

from tests.support.echo_server import Served
from tests.support.rig import settle
from tests.support.websocket import BINARY, client_frame


def one_line(caplog: pytest.LogCaptureFixture, status: int) -> None:
    """Expect that the log has one line, beside those of a log of requests."""
    settle()
    [line] = [record for record in caplog.records if record.name != "pycommunicate.access"]
    assert (line.name, line.levelno, line.exc_info) == ("pycommunicate.transport", logging.INFO, None)
    assert line.getMessage().startswith(f"a WebSocket handshake of 127.0.0.1 is refused: {status} ")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-WebSocket-Key": None}, 400),
        ({"Sec-WebSocket-Key": ""}, 400),
        ({"Sec-WebSocket-Key": "no base64 at all!"}, 400),
        ({"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}, 400),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ\xe4"}, 400),
        ({"Sec-WebSocket-Version": None}, 426),
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Version": "thirteen"}, 426),
        ({"Sec-WebSocket-Version": "13, 8"}, 426),
        ({"Content-Length": "5"}, 400),
        ({"Transfer-Encoding": "chunked"}, 400),
    ],
)
def test_a_bad_handshake_is_refused_without_a_traceback(
    served: Served, caplog: pytest.LogCaptureFixture, headers: dict[str, str | None], status: int
) -> None:
    body = b"0\r\n\r\n" if headers.keys() & {"Content-Length", "Transfer-Encoding"} else b""
    answer = served.connect().handshake("/socket", headers, early=body)

    assert answer.status == status
    assert answer.headers.get("sec-websocket-version") == ("13" if status == 426 else None)
    assert served.receivers == []
    assert served.environs == []
    one_line(caplog, status)


def test_an_old_version_of_http_is_refused_without_a_traceback(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    answer = served.connect().handshake("/socket", version="HTTP/1.0")

    assert answer.status == 400
    assert served.receivers == []
    one_line(caplog, 400)


def test_a_path_without_a_websocket_is_not_found(served: Served) -> None:
    answer = served.connect().handshake("/elsewhere")

    assert answer.status == 404
    assert served.receivers == []


@pytest.mark.parametrize("headers", [{"Upgrade": None}, {"Connection": "keep-alive"}, {"Upgrade": "h2c"}])
def test_what_does_not_ask_for_an_upgrade_is_a_plain_request(served: Served, headers: dict[str, str | None]) -> None:
    answer = served.connect().handshake("/socket", headers)

    assert (answer.status, answer.body) == (200, b"plain")


def test_another_method_is_a_plain_request(served: Served) -> None:
    assert served.connect().handshake("/socket", method="POST").body == b"plain"


def test_a_connection_that_was_refused_an_upgrade_may_go_on(served: Served) -> None:
    client = served.connect()
    assert client.handshake("/elsewhere").status == 404

    assert client.handshake("/socket").status == 101


@pytest.mark.parametrize(
    ("offered", "accepted"),
    [
        ("pycommunicate.v1", "pycommunicate.v1"),
        ("other, pycommunicate.v1", "pycommunicate.v1"),
        ("pycommunicate.v1,pycommunicate.v2", "pycommunicate.v1"),
        ("pycommunicate.v10", None),
        ("xpycommunicate.v1", None),
        ("pycommunicate.v", None),
        ("PYCOMMUNICATE.V1", None),
        ("", None),
        (None, None),
    ],
)
def test_the_subprotocol_is_accepted_only_by_its_exact_name(
    served: Served, offered: str | None, accepted: str | None
) -> None:
    answer = served.connect().handshake("/socket", {"Sec-WebSocket-Protocol": offered})

    assert answer.status == 101
    assert answer.headers.get("sec-websocket-protocol") == accepted


def test_no_extension_is_ever_agreed_on(served: Served) -> None:
    answer = served.connect().handshake("/socket", {"Sec-WebSocket-Extensions": "permessage-deflate"})

    assert "sec-websocket-extensions" not in answer.headers


@pytest.mark.parametrize("size", [1, 3, 5000, 60_000])
def test_frames_in_the_same_segment_as_the_handshake_are_not_lost(served: Served, size: int) -> None:
    first, second = b"a" * size, b"the next one"
    client = served.connect()

    answer = client.handshake("/socket", early=client_frame(BINARY, first) + client_frame(BINARY, second))

    assert answer.status == 101
    assert client.read_frame() == (BINARY, first)
    assert client.read_frame() == (BINARY, second)


def test_half_a_frame_in_the_same_segment_as_the_handshake_is_put_together(served: Served) -> None:
    frame = client_frame(BINARY, b"in two halves")
    client = served.connect()
    client.handshake("/socket", early=frame[:7])

    client.send_raw(frame[7:])

    assert client.read_frame() == (BINARY, b"in two halves")


def test_plain_requests_on_one_connection_are_answered_in_order(served: Served) -> None:
    client = served.connect()
    for _ in range(2):
        client.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert client.read_response().body == b"plain"
