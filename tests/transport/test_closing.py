"""Tests of how a WebSocket ends: by either side, in order and without, and by failures."""

from __future__ import annotations

import struct
from contextlib import suppress
from time import monotonic
from typing import Any

import gevent
import pytest

from tests.support.echo_server import MAX_SIZE, Echo, Served
from tests.support.house import ExpectErrors
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, CLOSE, client_frame

# --- closing by the client --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_its_code_and_the_end_of_the_stream(served: Served, code: int) -> None:
    client = served.open()

    client.send_close(code, "good bye")

    assert client.read_close() == (code, "")
    assert client.at_end()
    client.close()
    served.lost()


def test_a_close_without_a_code_is_answered_without_one(served: Served) -> None:
    client = served.open()

    client.send_frame(CLOSE)

    assert client.read_close() == (1005, "")
    assert client.at_end()


@pytest.mark.parametrize("how", ["vanish", "reset", "half"])
def test_a_client_that_goes_without_a_word_is_lost(served: Served, how: str) -> None:
    client = served.open()
    if how == "reset":
        client.socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER: close sends a reset
    if how == "half":
        client.socket.shutdown(1)
    else:
        client.close()

    served.lost()


def test_a_client_that_goes_in_the_middle_of_a_frame_is_lost(served: Served) -> None:
    client = served.open()
    client.send_raw(client_frame(BINARY, b"x" * 1000)[:500])
    settle()
    client.close()

    served.lost()
    assert served.receivers[0].got == []


def test_a_close_in_the_same_segment_as_the_handshake_ends_the_connection(served: Served) -> None:
    client = served.connect()

    client.handshake("/socket", early=client_frame(CLOSE, struct.pack("!H", 1000)))

    assert client.read_close() == (1000, "")
    assert client.at_end()


def test_nothing_is_delivered_behind_a_close(served: Served) -> None:
    client = served.open()

    client.send_raw(client_frame(CLOSE, struct.pack("!H", 1000)) + client_frame(BINARY, b"late"))

    assert client.read_close() == (1000, "")
    assert client.at_end()
    client.close()
    served.lost()
    assert served.receivers[0].got == []


# --- closing by the server --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason"), [(1000, ""), (1001, "stopping"), (1008, "policy"), (1009, "big"), (1011, "crash")]
)
def test_the_server_closes_with_its_code_behind_all_that_was_sent(served: Served, code: int, reason: str) -> None:
    client = served.open()
    carrier = served.receivers[0].carrier

    carrier.try_send(b"x" * 90_000)
    carrier.try_send(b"last words")
    carrier.close(code, reason)
    carrier.try_send(b"too late")
    carrier.close(1000, "again")

    assert client.read_frame() == (BINARY, b"x" * 90_000)
    assert client.read_frame() == (BINARY, b"last words")
    assert client.read_close() == (code, reason)
    client.send_close(code)
    assert client.at_end()
    client.close()
    served.lost()


def test_a_client_that_never_answers_a_close_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.websocket._CLOSE_TIMEOUT", 0.01)
    client = served.open()

    served.receivers[0].carrier.close(1001, "stopping")

    assert client.read_close() == (1001, "stopping")
    assert client.at_end()
    served.lost()


def test_what_comes_behind_the_servers_close_is_not_delivered(served: Served) -> None:
    client = served.open()
    served.receivers[0].carrier.close(1000, "")

    client.send_frame(BINARY, b"on its way")
    client.send_close()
    assert client.read_close() == (1000, "")
    assert client.at_end()
    client.close()

    served.lost()
    assert served.receivers[0].got == []


def test_an_app_that_takes_no_websocket_answers_as_to_any_request(served: Served) -> None:
    served.make_receiver = None

    assert served.connect().handshake("/socket").status == 403


# --- other ends -------------------------------------------------------------------------------------------------------


def test_an_app_that_fails_behind_its_accept_closes_with_1011(served: Served, expect_errors: ExpectErrors) -> None:
    def fails(carrier: Any) -> Any:
        receiver = Echo(carrier)
        carrier.accept(receiver, "", MAX_SIZE)
        served.receivers.append(receiver)
        raise ValueError("a bug")

    served.make_receiver = fails
    client = served.open()

    assert client.read_close() == (1011, "the server failed")
    client.send_close(1011)
    assert client.at_end()
    client.close()
    served.lost()
    assert expect_errors() == ["a WebSocket is closed: the app failed"]


def test_an_app_that_is_ended_behind_its_accept_loses_its_socket(served: Served) -> None:
    def hangs(carrier: Any) -> Any:
        receiver = Echo(carrier)
        carrier.accept(receiver, "", MAX_SIZE)
        served.receivers.append(receiver)
        gevent.sleep(60)

    served.make_receiver = hangs
    client = served.open()
    until(lambda: served.receivers)

    served.server.stop(timeout=0)

    assert client.at_end()
    served.lost()


def test_a_client_that_resets_before_it_is_answered_is_no_failure(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    make = served.make_receiver
    assert make is not None

    def late(carrier: Any) -> Any:
        client.reset()
        settle()
        return make(carrier)

    served.make_receiver = late
    client = served.connect()
    client.send_raw(
        b"GET /socket HTTP/1.1\r\nHost: here\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    until(lambda: served.receivers)

    served.lost()
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_close_by_another_greenlet_wakes_the_reader_as_soon_as_the_peer_has_answered(served: Served) -> None:
    client = served.open()
    (receiver,) = served.receivers
    began = monotonic()

    gevent.spawn(receiver.carrier.close, 1000, "").get()
    assert client.read_close() == (1000, "")
    client.send_close()
    client.close()

    served.lost()
    assert monotonic() - began < 1.0


def test_what_still_waits_for_a_slow_peer_leaves_before_the_end(served: Served) -> None:
    client = served.open()
    carrier = served.receivers[0].carrier
    carrier.try_send(b"x" * 5_000_000)
    client.send_frame(BINARY, b"y", masked=False)
    until(lambda: carrier.closed)
    assert not carrier._writer.idle

    assert client.read_frame() == (BINARY, b"x" * 5_000_000)
    assert client.read_close()[0] == 1002
    assert client.at_end()


def test_a_peer_that_is_told_why_it_is_closed_may_go_on_sending(served: Served) -> None:
    client = served.open()

    client.send_raw(bytes([0x82, 0xFF]) + struct.pack("!Q", 10_000_000) + b"\0\0\0\0" + b"x" * 10_000_000)

    assert client.read_close()[0] == 1009
    assert client.at_end()  # a reset would have been an error


def test_a_peer_that_never_stops_sending_behind_its_end_keeps_nobody_waiting(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pycommunicate.transport.http._LINGER", 0.2)
    client, other = served.open(), served.open()
    client.send_frame(BINARY, b"y", masked=False)

    def flood() -> None:
        with suppress(OSError):
            while True:
                client.socket.sendall(b"x" * 100_000)

    flooding = gevent.spawn(flood)
    for _ in range(20):
        other.send_frame(BINARY, b"hello")
        assert other.read_frame() == (BINARY, b"hello")
    flooding.get(timeout=5)
    client.close()
