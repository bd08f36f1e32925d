"""Tests of the writer of one socket: it never waits, keeps the order, and gives a dead peer up."""

from __future__ import annotations

import random
import ssl
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import get_hub, socket

from pycommunicate.transport.carrier import SocketWriter
from tests.support.house import ExpectErrors
from tests.support.rig import settle, until


class Counting:
    """A gevent socket that remembers what its writer greenlet sent."""

    def __init__(self, sock: Any) -> None:
        self._it = sock
        self.sent: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._it, name)

    def send(self, data: bytes | memoryview) -> int:
        self.sent.append(len(data))
        count: int = self._it.send(data)
        return count


class Pair:
    """A writer whose peer reads only when it is told to, and has small buffers."""

    def __init__(self, deadline: float = 5.0) -> None:
        near, self.far = socket.socketpair()
        self.near = Counting(near)
        self.near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.writer = SocketWriter(self.near, deadline)
        self.got = b""

    def read(self, count: int) -> bytes:
        """Read so many bytes more."""
        before = len(self.got)
        with gevent.Timeout(5):
            while len(self.got) < before + count:
                data = self.far.recv(before + count - len(self.got))
                assert data, "the stream ended"
                self.got += data
        return self.got[before:]

    def close(self) -> None:
        self.near.close()
        self.far.close()


@pytest.fixture
def pair(expect_errors: ExpectErrors) -> Iterator[Pair]:
    one = Pair()
    yield one
    one.close()
    settle()


def test_what_the_socket_takes_is_sent_at_once_by_the_caller(pair: Pair) -> None:
    pair.writer.write(b"hello")

    assert pair.writer.idle
    pair.far.setblocking(False)
    assert pair.far.recv(100) == b"hello"


def test_a_stalled_reader_holds_nobody_up_and_loses_nothing(pair: Pair) -> None:
    data = [bytes([i]) * size for i, size in enumerate([100_000, 1, 500_000, 0, 7, 200_000, 3])]

    for piece in data:
        pair.writer.write(piece)  # would wait for ever here if it waited
    settle()
    assert not pair.writer.idle

    assert pair.read(sum(map(len, data))) == b"".join(data)
    until(lambda: pair.writer.idle)


def test_it_may_be_written_to_in_the_event_loop_itself(pair: Pair) -> None:
    done: list[int] = []

    def in_the_loop() -> None:
        for _ in range(5):
            pair.writer.write(b"x" * 100_000)
        done.append(1)

    get_hub().loop.run_callback(in_the_loop)
    until(lambda: done)

    assert pair.read(500_000) == b"x" * 500_000


def test_many_greenlets_keep_their_order_and_their_pieces_whole(pair: Pair) -> None:
    chance = random.Random(1)
    written = bytearray()

    def greenlet(i: int) -> None:
        for _ in range(20):
            piece = bytes([i]) * chance.randrange(1, 20_000)
            written.extend(piece)
            pair.writer.write(piece)
            gevent.sleep(0)

    gevent.joinall([gevent.spawn(greenlet, i) for i in range(10)], raise_error=True, timeout=5)

    assert pair.read(len(written)) == bytes(written)


def test_small_pieces_that_wait_leave_together(pair: Pair) -> None:
    pair.writer.write(b"x" * 200_000)
    for i in range(1000):
        pair.writer.write(b"%04d" % i)

    got = pair.read(204_000)

    assert got[200_000:] == b"".join(b"%04d" % i for i in range(1000))
    assert len(pair.near.sent) < 100  # by what the small buffer takes, not by piece


def test_a_peer_that_takes_nothing_is_given_up_after_the_deadline() -> None:
    pair = Pair(deadline=0.02)
    pair.writer.write(b"x" * 1_000_000)

    until(lambda: pair.writer.broken)
    until(lambda: pair.writer.idle)

    pair.writer.write(b"more")  # is dropped
    assert pair.near.recv(10) == b""  # whoever reads from the socket wakes up
    pair.close()


def test_a_slow_peer_that_takes_a_large_frame_bit_by_bit_is_not_given_up() -> None:
    pair = Pair(deadline=0.3)
    size = 2_000_000
    pair.writer.write(b"x" * size)

    while len(pair.got) < size and not pair.writer.broken:
        pair.read(50_000)
        gevent.sleep(0.01)

    assert not pair.writer.broken
    until(lambda: pair.writer.idle)
    pair.close()


def test_a_large_frame_and_a_larger_one_both_reach_a_peer_that_reads() -> None:
    near, far = socket.socketpair()
    writer = SocketWriter(near, deadline=5.0)
    frames = [b"a" * 3_000_000, b"b" * 20_000_000]
    got = bytearray()

    def read() -> None:
        while len(got) < 23_000_000 and (data := far.recv(1_000_000)):
            got.extend(data)

    reader = gevent.spawn(read)
    for frame in frames:
        writer.write(frame)
    reader.join(10)

    assert not writer.broken
    assert got == b"".join(frames)
    near.close()
    far.close()


def test_a_peer_that_has_gone_breaks_it_without_an_error(pair: Pair) -> None:
    pair.far.close()

    pair.writer.write(b"hello")
    pair.writer.write(b"hello")

    assert pair.writer.broken


def test_a_peer_that_goes_while_it_is_sent_to_breaks_it_without_an_error(pair: Pair) -> None:
    pair.writer.write(b"x" * 1_000_000)
    settle()

    pair.far.close()

    until(lambda: pair.writer.broken and pair.writer.idle)


@pytest.mark.parametrize("waiting", [0, 1_000_000])
def test_a_writer_that_is_shut_down_drops_what_waits(pair: Pair, waiting: int) -> None:
    pair.writer.write(b"x" * waiting)
    pair.writer.shut_down()
    pair.writer.shut_down()
    pair.writer.write(b"late")

    until(lambda: pair.writer.idle)
    assert pair.writer.broken


def test_a_closed_socket_breaks_it_without_an_error(pair: Pair) -> None:
    pair.near.close()

    pair.writer.write(b"hello")

    assert pair.writer.broken


def test_tls_that_must_read_or_wait_first_is_left_to_the_writer(pair: Pair) -> None:
    class Tls:
        """The part of a TLS socket that is written to."""

        def __init__(self) -> None:
            self.errors: list[type[Exception]] = [ssl.SSLWantWriteError, ssl.SSLWantReadError]

        def write(self, data: bytes) -> int:
            raise self.errors[0]

    class Socket:
        _sslobj: Any = Tls()
        sent: list[bytes] = []  # noqa: RUF012

        def send(self, data: bytes | memoryview) -> int:
            self.sent.append(bytes(data[:4]))
            return len(self.sent[-1])

    writer = SocketWriter(Socket(), 1.0)
    writer.write(b"first ")
    writer.write(b"second")
    until(lambda: writer.idle)

    assert b"".join(Socket.sent) == b"first second"


def test_of_pongs_that_wait_only_the_newest_is_sent_in_the_place_of_the_first(pair: Pair) -> None:
    pair.writer.write_pong(b"at once.")
    assert pair.read(8) == b"at once."
    pair.writer.write(b"x" * 200_000)
    waiting = len(pair.writer._queue)
    for number in range(100_000):
        pair.writer.write_pong(b"pong %3d." % (number % 1000))
    pair.writer.write(b"behind")

    assert len(pair.writer._queue) == waiting + 2
    assert pair.read(200_000 + 9 + 6) == b"x" * 200_000 + b"pong 999." + b"behind"
    until(lambda: pair.writer.idle)
    pair.writer.write(b"y" * 200_000)
    pair.writer.write_pong(b"one")
    pair.writer.write_pong(b"two")
    assert pair.read(200_003) == b"y" * 200_000 + b"two"


def test_a_peer_that_does_not_read_costs_no_more_than_a_bound() -> None:
    ours, theirs = socket.socketpair()
    writer = SocketWriter(ours, deadline=30.0)
    writer.write(b"x" * 4_000_000)
    assert not writer.idle

    written = 0
    while not writer.broken and written < 1_000_000:
        writer.write(b"frame")
        written += 1

    assert writer.broken
    assert 65_000 < written < 66_000
    ours.close()
    theirs.close()
