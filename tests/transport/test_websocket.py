"""Tests of a WebSocket over a real connection: messages, pings, closing."""

from __future__ import annotations

import struct

import gevent
import pytest

from pycommunicate.errors import RemoteProtocolError
from tests.support.echo_server import MAX_SIZE, Echo, Served
from tests.support.house import ExpectErrors
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, client_frame


def lost(served: Served) -> None:
    """Wait until the receiver knows that its socket is lost, which it is told once."""
    (receiver,) = served.receivers
    until(lambda: receiver.lost_carriers, "the loss of a socket")
    settle()
    assert receiver.lost_carriers == [receiver.carrier]
    assert receiver.carrier.receiver is None


# --- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, MAX_SIZE])
def test_binary_messages_go_both_ways(served: Served, size: int) -> None:
    client = served.open()

    client.send_frame(BINARY, b"x" * size)

    assert client.read_frame() == (BINARY, b"x" * size)


def test_a_message_in_fragments_is_one_message(served: Served) -> None:
    client = served.open()
    client.send_frame(BINARY, b"one ", fin=False)
    client.send_frame(PING, b"between")
    client.send_frame(CONTINUATION, b"message")

    assert client.read_frame() == (PONG, b"between")
    assert client.read_frame() == (BINARY, b"one message")


def test_a_ping_is_answered_with_what_it_carries(served: Served) -> None:
    client = served.open()

    client.send_frame(PING, b"\x00\xff beat")

    assert client.read_frame() == (PONG, b"\x00\xff beat")


def test_an_unasked_pong_is_ignored(served: Served) -> None:
    client = served.open()

    client.send_frame(PONG, b"whatever")
    client.send_frame(BINARY, b"next")

    assert client.read_frame() == (BINARY, b"next")


def test_many_greenlets_that_send_at_once_do_not_mix_their_frames(served: Served) -> None:
    client = served.open()
    (receiver,) = served.receivers
    carrier = receiver.carrier

    def sender(i: int) -> None:
        for j in range(10):
            carrier.try_send(struct.pack("!II", i, j) + bytes([i]) * (i * 997))
            gevent.sleep(0)

    greenlets = [gevent.spawn(sender, i) for i in range(30)]
    last = dict.fromkeys(range(30), -1)
    for _ in range(300):
        frame = client.read_frame()
        assert frame is not None
        i, j = struct.unpack("!II", frame[1][:8])
        assert frame[1][8:] == bytes([i]) * (i * 997)
        assert j == last[i] + 1
        last[i] = j
    gevent.joinall(greenlets, raise_error=True)


# --- closing by the client --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_its_code_and_the_end_of_the_stream(served: Served, code: int) -> None:
    client = served.open()

    client.send_close(code, "good bye")

    assert client.read_close() == (code, "")
    assert client.at_end()
    client.close()
    lost(served)


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

    lost(served)


def test_a_client_that_goes_in_the_middle_of_a_frame_is_lost(served: Served) -> None:
    client = served.open()
    client.send_raw(client_frame(BINARY, b"x" * 1000)[:500])
    settle()
    client.close()

    lost(served)
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
    lost(served)
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
    lost(served)


def test_a_client_that_never_answers_a_close_is_let_go(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.websocket._CLOSE_TIMEOUT", 0.01)
    client = served.open()

    served.receivers[0].carrier.close(1001, "stopping")

    assert client.read_close() == (1001, "stopping")
    assert client.at_end()
    lost(served)


def test_what_comes_behind_the_servers_close_is_not_delivered(served: Served) -> None:
    client = served.open()
    served.receivers[0].carrier.close(1000, "")

    client.send_frame(BINARY, b"on its way")
    client.send_close()
    assert client.read_close() == (1000, "")
    assert client.at_end()
    client.close()

    lost(served)
    assert served.receivers[0].got == []


def test_an_app_that_takes_no_websocket_answers_as_to_any_request(served: Served) -> None:
    served.make_receiver = None

    assert served.connect().handshake("/socket").status == 403


# --- rules ------------------------------------------------------------------------------------------------------------


def bad_frames() -> list[tuple[str, bytes, int]]:
    return [
        ("text", client_frame(TEXT, b"hello"), 1003),
        ("text in fragments", client_frame(TEXT, b"h", fin=False) + client_frame(CONTINUATION, b"i"), 1003),
        ("no utf-8", client_frame(TEXT, b"\xff"), 1007),
        ("unmasked", client_frame(BINARY, b"hello", masked=False), 1002),
        ("reserved bit", client_frame(BINARY, b"hello", reserved=4), 1002),
        ("too large", client_frame(BINARY, b"x" * (MAX_SIZE + 1)), 1009),
        ("4 GiB announced", bytes([0x82, 0xFF]) + struct.pack("!Q", 2**32), 1009),
        (
            "large in fragments",
            client_frame(BINARY, b"x" * MAX_SIZE, fin=False) + client_frame(CONTINUATION, b"y"),
            1009,
        ),
        ("bad close", client_frame(CLOSE, struct.pack("!H", 1005)), 1002),
    ]


@pytest.mark.parametrize(("data", "code"), [one[1:] for one in bad_frames()], ids=[one[0] for one in bad_frames()])
@pytest.mark.parametrize("early", [False, True], ids=["later", "early"])
def test_who_breaks_a_rule_is_told_by_the_code_and_let_go(served: Served, data: bytes, code: int, early: bool) -> None:
    client = served.connect()
    assert client.handshake("/socket", early=data if early else b"").status == 101
    if not early:
        client.send_raw(data)

    assert client.read_close()[0] == code
    assert client.at_end()
    client.close()
    lost(served)
    assert served.receivers[0].got == []


def test_messages_before_a_broken_rule_are_delivered(served: Served) -> None:
    client = served.open()

    client.send_raw(client_frame(BINARY, b"good") + client_frame(TEXT, b"bad"))

    assert client.read_frame() == (BINARY, b"good")
    assert client.read_close()[0] == 1003


def test_a_receiver_that_fails_closes_with_1011_and_is_logged(served: Served, expect_errors: ExpectErrors) -> None:
    class Broken(Echo):
        def receive(self, data: bytes) -> None:
            raise RemoteProtocolError("a bug")

    served.make_receiver = Broken
    client = served.open()

    client.send_frame(BINARY, b"hello")

    assert client.read_close()[0] == 1011
    client.send_close(1011)
    assert client.at_end()
    client.close()
    lost(served)
    assert len(expect_errors()) == 1


def test_the_request_is_freed_while_the_socket_lives(served: Served) -> None:
    client: RawSocket = served.open()
    client.send_frame(BINARY, b"hello")
    client.read_frame()

    carrier = served.receivers[0].carrier
    assert carrier.environ == {}
    assert carrier.handler.rfile is None
