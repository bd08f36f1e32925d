"""Tests of who counts as alive: pings from one wheel, dead peers, slow ones, and whoever sends too much."""

from __future__ import annotations

import statistics
from time import monotonic, perf_counter, thread_time
from typing import Any

import gevent
import pytest
from gevent import socket

from pycommunicate.transport.heartbeat import Heartbeat
from pycommunicate.transport.share import Share
from pycommunicate.transport.websocket import CarrierSocket
from tests.support.echo_server import Echo, Served
from tests.support.house import living
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, CONTINUATION, PING, PONG, RawSocket, client_frame
from tests.transport.conftest import Serve

# --- the heartbeat ----------------------------------------------------------------------------------------------------


class Beaten:
    """Counts its beats."""

    def __init__(self) -> None:
        self.beats = 0
        self.closed: list[int] = []

    def beat(self) -> None:
        self.beats += 1

    def close(self, code: int, message: str) -> None:
        self.closed.append(code)


def test_all_sockets_are_pinged_from_one_timer_once_a_round() -> None:
    heartbeat = Heartbeat(0.08)
    heartbeat.start()
    heartbeat.start()
    many = [Beaten() for _ in range(100)]
    slots = [heartbeat.add(one) for one in many]
    assert len(heartbeat) == 100

    until(lambda: many[0].beats == 3)
    assert {one.beats for one in many} == {3}
    for one, slot in zip(many, slots, strict=True):
        heartbeat.discard(one, slot)
        heartbeat.discard(one, slot)
    assert len(heartbeat) == 0
    heartbeat.stop()
    heartbeat.stop()


def test_sockets_that_come_at_different_times_are_not_pinged_at_once() -> None:
    heartbeat = Heartbeat(16.0)
    slots = []
    for _ in range(16):
        slots.append(heartbeat.add(Beaten()))
        heartbeat._tick()

    assert len(set(slots)) == 16


def test_a_socket_may_leave_while_all_are_pinged() -> None:
    heartbeat = Heartbeat(16.0)
    many = [Beaten() for _ in range(3)]

    class Leaves(Beaten):
        def beat(self) -> None:
            for one in many:
                heartbeat.discard(one, 0)

    heartbeat.add(Leaves())
    for one in many:
        assert heartbeat.add(one) == 0
    for _ in range(16):
        heartbeat._tick()

    assert len(heartbeat) == 1


# --- over a connection ------------------------------------------------------------------------------------------------


def test_a_peer_that_answers_pings_lives_and_one_that_does_not_is_let_go_within_two_periods(serve: Serve) -> None:
    period = 0.2
    served = serve(heartbeat=period)
    alive, dead = served.open(), served.open()
    receivers = served.receivers[:2]
    began = monotonic()
    for _ in range(4):
        assert alive.read_frame() == (PING, b"")
        alive.send_frame(PONG)

    assert receivers[1].lost_carriers
    assert not receivers[0].lost_carriers
    assert dead.read_frame() == (PING, b"")
    assert dead.at_end()
    assert monotonic() - began >= 3 * period * 0.9
    assert len(served.server.heartbeat) == 1


def test_a_dead_peer_is_found_at_the_second_round_after_it_died(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served = serve(heartbeat=0.1)
    client = served.open()
    assert client.read_frame() == (PING, b"")
    rounds: list[bool] = []
    beat = CarrierSocket.beat

    def counted(self: CarrierSocket) -> None:
        rounds.append(self._heard)
        beat(self)

    monkeypatch.setattr(CarrierSocket, "beat", counted)
    client.send_frame(PONG)

    until(lambda: served.receivers[0].lost_carriers)

    assert rounds == [True, False]


def test_whatever_a_peer_sends_is_a_sign_of_life(serve: Serve) -> None:
    served = serve(heartbeat=0.1)
    client = served.open()
    began = monotonic()
    while monotonic() < began + 0.35:
        client.send_frame(PONG)
        gevent.sleep(0.02)

    assert not served.receivers[0].lost_carriers


def test_a_slow_download_that_goes_on_is_not_cut_off(serve: Serve) -> None:
    served = serve(heartbeat=0.1, send_timeout=0.3)
    client = RawSocket(served.address, socket)
    assert client.handshake("/socket").status == 101
    size = 12_000_000
    served.receivers[0].carrier.try_send(b"x" * size)

    got, began = 0, monotonic()
    while got < size:  # it comes to no ping before the end
        data = client.socket.recv(100_000)
        assert data, f"cut off after {got} bytes"
        got += len(data)
        gevent.sleep(0.005)

    assert monotonic() - began > 0.5
    client.close()


def test_a_reader_that_stalls_is_let_go_within_the_deadline_for_sending(serve: Serve) -> None:
    served = serve(heartbeat=60.0, send_timeout=0.1)
    client = served.open()
    receiver = served.receivers[0]

    receiver.carrier.try_send(b"x" * 10_000_000)

    until(lambda: receiver.lost_carriers)
    client.close()


# --- whoever sends too much -------------------------------------------------------------------------------------------


def test_a_flood_of_tiny_frames_keeps_nobody_waiting_and_is_read_more_slowly(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pycommunicate.transport.share._BURST", 0.0)
    other = served.open()

    def echo() -> float:
        began = perf_counter()
        other.send_frame(BINARY, b"x" * 30)
        assert other.read_frame() == (BINARY, b"x" * 30)
        return perf_counter() - began

    calm = statistics.median(echo() for _ in range(200))
    flooding = served.open()
    flood = client_frame(PONG, b"") * 2000
    sent = [0]

    def send() -> None:
        while True:
            flooding.socket.sendall(flood)
            sent[0] += 2000

    sender = gevent.spawn(send)
    until(lambda: sent[0] > 100_000, "a flood")
    flooded = statistics.median(echo() for _ in range(200))

    began, used = monotonic(), thread_time()
    gevent.sleep(1.0)
    share = (thread_time() - used) / (monotonic() - began)
    sender.kill()

    # Of the time of this thread, which sends the flood as well; unbounded, it does nothing else.
    assert flooded < max(20 * calm, 0.01)
    assert share < 0.25


def test_a_flood_of_empty_fragments_is_read_more_slowly_too(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.transport.share._BURST", 0.0)
    client = served.open()
    began, used = monotonic(), thread_time()

    client.send_frame(BINARY, b"x", fin=False)
    client.send_raw(client_frame(CONTINUATION, b"", fin=False) * 20_000)
    client.send_frame(CONTINUATION, b"y")

    assert client.read_frame() == (BINARY, b"xy")
    assert monotonic() - began > 2 * (thread_time() - used)


def test_large_frames_that_never_stop_leave_others_their_turn(served: Served) -> None:
    other = served.open()

    class Endless(Echo):
        """Receives, and drops, frames from a socket that has always more."""

        def __init__(self, carrier: Any) -> None:
            super().__init__(carrier)
            self.sock, carrier._socket = carrier._socket, self
            self.ends = False

        def __getattr__(self, name: str) -> Any:
            return getattr(self.sock, name)

        def recv(self, size: int) -> bytes:
            return b"" if self.ends else frame

        def receive(self, data: bytes) -> None:
            pass

    frame = client_frame(BINARY, b"x" * 60_000)
    served.make_receiver = Endless
    used = thread_time()
    served.open()
    other.send_frame(BINARY, b"x")
    assert other.read_frame() == (BINARY, b"x")
    used = thread_time() - used
    served.receivers[1].ends = True

    assert used < 0.3  # a burst without turns for others takes half a second


def test_what_was_taken_is_forgiven_as_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now, used = [100.0], [5.0]
    slept: list[float] = []
    monkeypatch.setattr("pycommunicate.transport.share.monotonic", lambda: now[0])
    monkeypatch.setattr("pycommunicate.transport.share.thread_time", lambda: used[0])
    monkeypatch.setattr("pycommunicate.transport.share.gevent.sleep", slept.append)
    monkeypatch.setattr("pycommunicate.transport.share._MOST_AT_ONCE", 10.0)
    share = Share()

    def take(seconds: float) -> None:
        share.begin()
        used[0] += seconds
        now[0] += seconds
        share.end()

    take(0.5)
    assert slept == []  # a burst
    take(0.1)
    assert slept == [pytest.approx(0.5)]  # 0.1 too much, less what was forgiven meanwhile, at a tenth of the time
    now[0] += 10
    take(0.5)
    assert len(slept) == 1


def test_a_long_stop_of_the_whole_program_is_charged_to_nobody_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    used = [5.0]
    slept: list[float] = []
    monkeypatch.setattr("pycommunicate.transport.share.thread_time", lambda: used[0])
    monkeypatch.setattr("pycommunicate.transport.share.gevent.sleep", slept.append)
    share = Share()

    share.begin()
    used[0] += 30  # as a collection of garbage takes in a very large program
    share.end()

    assert slept == []


def test_others_have_a_turn_within_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    monkeypatch.setattr("pycommunicate.transport.share.gevent.sleep", turns.append)
    share = Share()
    share.begin()

    began = perf_counter()
    while perf_counter() < began + 0.05:
        share.yield_turn()

    assert len(turns) > 5


def test_a_socket_that_is_read_slowly_is_not_taken_for_dead(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served = serve(heartbeat=0.05)
    rests: list[int] = []

    def rest(self: Share) -> None:
        rests.append(1)
        gevent.sleep(0.3)  # six rounds

    client = served.open()
    monkeypatch.setattr(Share, "end", rest)
    client.send_frame(BINARY, b"hello")
    until(lambda: rests)
    gevent.sleep(0.25)

    assert not served.receivers[0].carrier._writer.broken


# --- what is left -----------------------------------------------------------------------------------------------------


def test_a_socket_that_was_only_offered_is_collected_without_a_word(served: Served) -> None:
    served.make_receiver = None
    client = served.connect()
    assert client.handshake("/socket").status == 403
    settle()
    offered = [environ.pop("wsgi.websocket") for environ in served.environs]
    assert living(CarrierSocket) == offered != []
    offered.clear()

    assert living(CarrierSocket) == []
    client.socket.shutdown(1)
    assert client.at_end()  # and not one byte of a frame before it
