"""Tests of what the sockets of one address may take together: in a simulated day, and on real sockets."""

from __future__ import annotations

import heapq
import statistics
from contextlib import suppress
from itertools import count
from time import monotonic, thread_time
from typing import Any

import gevent
import pytest

from pycommunicate.transport.share import Share, Shares
from tests.support.echo_server import Echo, Served
from tests.support.rig import until
from tests.support.websocket import BINARY, PONG, client_frame


class Machine:
    """One core and its clock, on which sockets take turns.

    Attributes:
        taken: Seconds that each kind of socket took, by its name.
        rests: What each turn was followed by, by the name.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.taken: dict[str, float] = {}
        self.rests: dict[str, list[float]] = {}
        self.shares = Shares()
        self._used = 0.0
        self._rest = 0.0
        self._queue: list[Any] = []
        self._numbers = count()
        monkeypatch.setattr("pycommunicate.transport.share.monotonic", lambda: self.now)
        monkeypatch.setattr("pycommunicate.transport.share.thread_time", lambda: self._used)
        monkeypatch.setattr("pycommunicate.transport.share.gevent.sleep", self._sleep)

    def add(self, name: str, address: str, turn: float, pause: float = 0.0, life: float = 1e9) -> None:
        """Add a socket that takes *turn* seconds, again after *pause*, and comes anew when it is *life* seconds old."""
        share = self.shares.open(address)
        self._push(self.now, [name, address, turn, pause, life, share, self.now])

    def run(self, seconds: float) -> float:
        """Let time pass; return how much of it went by."""
        self.taken, self.rests = {}, {}
        began = self.now
        while self.now < began + seconds:
            ready, _, socket = heapq.heappop(self._queue)
            self.now = max(self.now, ready)
            self._turn(socket)
        return self.now - began

    def _turn(self, socket: list[Any]) -> None:
        name, address, turn, pause, life, share, born = socket
        if self.now > born + life:
            self.shares.close(address, share)
            socket[5:] = share, _ = self.shares.open(address), self.now
        self._rest = 0.0
        share.begin()
        self._used += turn
        self.now += turn
        share.end()
        self.taken[name] = self.taken.get(name, 0.0) + turn
        self.rests.setdefault(name, []).append(self._rest)
        self._push(self.now + max(pause, self._rest), socket)

    def _push(self, at: float, socket: list[Any]) -> None:
        heapq.heappush(self._queue, (at, next(self._numbers), socket))

    def _sleep(self, seconds: float) -> None:
        self._rest = seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.mark.parametrize("sockets", [6, 10, 100, 1000])
def test_floods_of_one_address_take_no_more_than_its_share_and_slow_its_honest_pages_little(
    machine: Machine, sockets: int
) -> None:
    for _ in range(sockets):
        machine.add("hostile", "192.0.2.1", 0.001)
    for _ in range(20):
        machine.add("neighbour", "192.0.2.1", 0.0001, pause=0.1)
    machine.add("other", "192.0.2.2", 0.0001, pause=0.1)
    machine.run(sockets * 0.05 + 5)  # bursts
    elapsed = machine.run(20)

    assert 0.4 < machine.taken["hostile"] / elapsed < 0.55
    assert statistics.median(machine.rests["neighbour"]) < 0.0005 * sockets
    assert set(machine.rests["other"]) == {0.0}


def test_a_flood_that_comes_again_and_again_takes_no_more_either(machine: Machine) -> None:
    for number in range(10):
        machine.add("hostile", f"2001:db8:0:1::{number}", 0.001, life=0.3)
    machine.run(5)
    elapsed = machine.run(20)

    assert machine.taken["hostile"] / elapsed < 0.55


def test_one_flood_has_the_share_of_its_socket_and_many_honest_pages_of_one_address_never_rest(
    machine: Machine,
) -> None:
    for _ in range(500):
        machine.add("honest", "192.0.2.1", 0.0001, pause=0.2)  # a quarter of the core, together
    machine.add("hostile", "192.0.2.2", 0.001)
    machine.run(10)
    elapsed = machine.run(20)

    assert set(machine.rests["honest"]) == {0.0}
    assert 0.08 < machine.taken["hostile"] / elapsed < 0.11


def test_an_address_is_forgiven_in_time_and_forgotten(machine: Machine) -> None:
    for _ in range(100):
        machine.add("hostile", "192.0.2.1", 0.001)
    machine.run(20)
    for _, _, socket in machine._queue:
        machine.shares.close(socket[1], socket[5])
    machine.now += 4.9
    assert len(machine.shares) == 1
    machine.now += 0.2
    machine._queue.clear()
    machine.add("honest", "192.0.2.3", 0.0001, pause=0.1)
    assert len(machine.shares) == 1
    machine.add("honest", "192.0.2.1", 0.0001, pause=0.1)
    machine.run(5)
    assert set(machine.rests["honest"]) == {0.0}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("unknown", "unknown", True),
        ("", "", False),
    ],
)
def test_sockets_share_by_address_where_one_is_known(one: str, other: str, same: bool) -> None:
    shares = Shares()
    first, second = shares.open(one), shares.open(other)
    assert (first.account is second.account and first.account is not None) is same
    shares.close(one, first)
    assert first.account is None
    assert len(shares) == (0 if not one else 1 if same else 2)


def test_address_is_the_one_that_the_app_has_for_the_client(served: Served) -> None:
    """As it is behind proxies that are trusted."""
    plain = served._app

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_FORWARDED_FOR", "")
        return plain(environ, start_response)

    served.server.application = app
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        assert served.connect().handshake("/socket", {"X-Forwarded-For": address}).status == 101
    until(lambda: len(served.server.heartbeat) == 3)
    assert sorted(served.server.shares._accounts) == ["192.0.2.1", "192.0.2.2"]


def test_others_have_their_turns_between_the_frames_of_one_read(served: Served) -> None:
    turns = [0]

    class Slow(Echo):
        """Takes a fifth of a millisecond for each frame, and notes how many turns others have had by then."""

        def receive(self, data: bytes) -> None:
            until = thread_time() + 0.0002
            while thread_time() < until:
                pass
            self.got.append(turns[0])  # type: ignore[arg-type]

    def take_turns() -> None:
        while True:
            turns[0] += 1
            gevent.sleep(0)

    served.make_receiver = Slow
    client = served.open()
    other = gevent.spawn(take_turns)
    client.send_raw(client_frame(BINARY, b"") * 500)  # some kilobytes: they are there all at once
    (receiver,) = served.receivers
    until(lambda: len(receiver.got) == 500)
    other.kill()

    # In a tenth of a second; one for each millisecond.
    assert len(set(receiver.got)) > 30


def test_floods_of_one_address_take_turns_so_that_others_wait_for_one_of_them(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever they may take in all.
    monkeypatch.setattr("pycommunicate.transport.share._SHARE", 1.0)
    monkeypatch.setattr("pycommunicate.transport.share._BURST_OF_ADDRESS", 100.0)
    taken = [0.0]
    end = Share.end

    def count_and_end(self: Share) -> None:
        taken[0] += thread_time() - self._began
        end(self)

    monkeypatch.setattr(Share, "end", count_and_end)
    flood = client_frame(PONG, b"") * 20_000
    senders = [gevent.spawn(_pour, served.open(), flood) for _ in range(20)]
    until(lambda: taken[0] > 0.3, "a flood")
    gaps = []
    for _ in range(100):
        before = taken[0]
        gevent.sleep(0.001)
        gaps.append(taken[0] - before)
    gevent.killall(senders)

    assert 0 < statistics.median(gaps) < 0.005  # it is some 0.02 if each of them has its turn


def test_turn_of_one_that_has_gone_is_the_next_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Shares().open("192.0.2.1").account
    assert account is not None
    done: list[int] = []
    sleep = gevent.sleep

    def wait(number: int) -> None:
        account.wait_turn()
        done.append(number)

    waiting = [gevent.spawn(wait, number) for number in range(5)]
    monkeypatch.setattr(gevent, "sleep", lambda seconds: sleep(60 if gevent.getcurrent() is waiting[0] else seconds))
    sleep(0)
    assert account._turns is not None
    assert len(account._turns) == 5
    gevent.killall([waiting[2], waiting[0]])
    gevent.joinall(waiting, timeout=5)

    assert done == [1, 3, 4]
    account.wait_turn()


def test_ten_floods_from_one_address_leave_the_server_half_of_its_time(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pycommunicate.transport.share._BURST_OF_ADDRESS", 0.0)
    taken = [0.0]
    end = Share.end

    def count_and_end(self: Share) -> None:
        taken[0] += thread_time() - self._began
        end(self)

    monkeypatch.setattr(Share, "end", count_and_end)
    user = served.open()
    flood = client_frame(PONG, b"") * 20_000
    senders = [gevent.spawn(_pour, served.open(), flood) for _ in range(10)]
    until(lambda: taken[0] > 0.3, "a flood")
    before, began = taken[0], monotonic()
    clicks = 0
    while monotonic() < began + 1:
        user.send_frame(BINARY, b"click")
        assert user.read_frame() == (BINARY, b"click")
        clicks += 1
        gevent.sleep(0.01)
    part = (taken[0] - before) / (monotonic() - began)
    gevent.killall(senders)

    assert part < 0.7
    assert clicks > 2


def _pour(client: Any, data: bytes) -> None:
    with suppress(TimeoutError):  # it is read as slowly as that
        while True:
            client.socket.sendall(data)
