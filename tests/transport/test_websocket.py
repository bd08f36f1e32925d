"""Tests of a WebSocket over a real connection: messages, pings, closing."""

from __future__ import annotations

import struct
import tracemalloc

import gevent
import pytest

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.transport.heads import Head
from tests.support.echo_server import MAX_SIZE, Echo, Served
from tests.support.house import ExpectErrors, living
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawSocket, client_frame
from tests.transport.conftest import Serve

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
    served.lost()
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
    served.lost()
    assert len(expect_errors()) == 1


def test_the_request_is_freed_while_the_socket_lives(served: Served) -> None:
    client: RawSocket = served.open()
    served.environs.clear()
    client.send_frame(BINARY, b"hello")
    client.read_frame()

    assert [one for one in living(dict) if "HTTP_SEC_WEBSOCKET_KEY" in one] == []
    assert living(Head) == []
    assert served.receivers[0].carrier.handler.rfile is None


@pytest.mark.parametrize(("size", "most"), [(2**32, 200_000), (MAX_SIZE, 1_000_000)])
def test_memory_grows_only_with_what_arrives(serve: Serve, size: int, most: int) -> None:
    served = serve(max_size=2**33)
    clients = [served.open() for _ in range(20)]
    tracemalloc.start()
    for client in clients:
        client.send_raw(bytes([0x82, 0xFF]) + struct.pack("!Q", size) + b"\0\0\0\0" + b"x" * 1000)
    settle()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert now < most
    assert peak < 2 * most


def test_pings_of_a_peer_that_does_not_read_cost_no_memory(served: Served) -> None:
    client = served.open()
    (receiver,) = served.receivers
    receiver.carrier.try_send(b"x" * 10_000_000)
    writer = receiver.carrier._writer
    ping = client_frame(PING, b"p" * 125)
    for _ in range(100):
        client.send_raw(ping * 100)
        gevent.sleep(0)
    client.send_frame(BINARY, b"all there")
    until(lambda: receiver.got == [b"all there"])

    assert len(writer._queue) < 10
    assert client.read_frame() == (BINARY, b"x" * 10_000_000)
    assert client.read_frame() == (PONG, b"p" * 125)
    assert client.read_frame() == (BINARY, b"all there")
