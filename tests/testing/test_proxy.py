"""The fault proxy: each fault is seen to happen on real sockets, in process and by commands to another process."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from pycommunicate.testing.proxy import FaultProxy
from tests.support.rig import until
from tests.testing.echo import UPGRADE, UPGRADED, Echo, heard, read, stays_silent

Connect = Callable[[Any], Any]


def test_bytes_pass_both_ways_and_are_counted(proxy: Any, connect: Connect) -> None:
    client = connect(proxy)
    client.sendall(b"hello")
    assert read(client, 5) == b"hello"
    assert proxy.connections == 1
    assert proxy.counts == {"opened": 1, "websockets": 0, "refused": 0, "cut": 0, "up": 5, "down": 5}


def test_much_passes_unchanged(proxy: Any, connect: Connect) -> None:
    client, sent = connect(proxy), bytes(range(256)) * 8192
    client.sendall(sent)
    assert read(client, len(sent)) == sent


def test_an_orderly_end_passes_behind_all_bytes(proxy: Any, connect: Connect, echo: Echo) -> None:
    client = connect(proxy)
    client.sendall(b"hello")
    client.shutdown(1)
    assert heard(client) == (b"hello", "close")
    assert echo.peers[0].end == "close"
    until(lambda: not proxy.connections)


def test_a_server_that_is_not_there_is_a_reset(start_proxy: Callable[..., Any], connect: Connect, echo: Echo) -> None:
    proxy = start_proxy()
    echo.__exit__()
    assert heard(connect(proxy)) == (b"", "reset")
    assert proxy.counts["cut"] == 0


# --- cuts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["reset", "close"])
def test_cut_all_ends_every_connection_on_both_sides(proxy: Any, connect: Connect, echo: Echo, how: str) -> None:
    clients = [connect(proxy), connect(proxy)]
    for client in clients:
        client.sendall(b"x")
        read(client, 1)
    assert proxy.cut_all(how) == 2
    assert [heard(client) for client in clients] == [(b"", how)] * 2
    until(lambda: all(peer.end == how for peer in echo.peers))
    assert (proxy.connections, proxy.counts["cut"]) == (0, 2)


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_cut_may_be_told_to_the_client_alone(proxy: Any, connect: Connect, echo: Echo, how: str) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.cut_all(how, "client")
    assert heard(client) == (b"", how)
    echo.peers[0].socket.sendall(b"y")
    client.close()
    assert stays_silent(connect(proxy))  # a moment passes
    assert echo.peers[0].end == ""
    proxy.cut_all()
    until(lambda: echo.peers[0].end == "reset")


def test_a_cut_may_be_told_to_the_server_alone(proxy: Any, connect: Connect, echo: Echo) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.cut_all("reset", "server")
    until(lambda: echo.peers[0].end == "reset")
    client.sendall(b"y")
    assert stays_silent(client)


def test_cut_after_brings_exactly_so_many_bytes_down(proxy: Any, connect: Connect) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.cut_after(3, "down", "close")
    client.sendall(b"ab")
    assert read(client, 2) == b"ab"
    client.sendall(b"cdef")
    assert heard(client) == (b"c", "close")


def test_cut_after_brings_exactly_so_many_bytes_up(proxy: Any, connect: Connect, echo: Echo) -> None:
    client = connect(proxy)
    proxy.cut_after(3, "up", "close")
    client.sendall(b"abcdef")
    assert heard(client)[1] == "close"
    until(lambda: echo.peers and echo.peers[0].end == "close")
    assert echo.peers[0].got == b"abc"


def test_cut_after_cuts_one_connection_only(proxy: Any, connect: Connect) -> None:
    first, second = connect(proxy), connect(proxy)
    proxy.cut_after(1, "down")
    first.sendall(b"a")
    heard(first)
    second.sendall(b"bcd")
    assert read(second, 3) == b"bcd"


def test_cut_after_may_cut_every_connection_counted_from_its_beginning(proxy: Any, connect: Connect) -> None:
    proxy.cut_after(2, "down", "close", repeat=True)
    for _ in range(3):
        client = connect(proxy)
        client.sendall(b"abc")
        assert heard(client) == (b"ab", "close")
    proxy.cut_after(-1)
    client = connect(proxy)
    client.sendall(b"abc")
    assert read(client, 3) == b"abc"


def test_cut_every_cuts_again_and_again_until_told_otherwise(proxy: Any, connect: Connect) -> None:
    proxy.cut_every(0.02)
    for _ in range(3):
        assert heard(connect(proxy)) == (b"", "reset")
    proxy.cut_every(0)
    assert stays_silent(connect(proxy))
    assert proxy.counts["cut"] == 3


def test_random_cuts_are_of_every_kind(echo: Echo, connect: Connect) -> None:
    with FaultProxy(echo.address, seed=1) as proxy:
        proxy.cut_every(0.001, random=True)
        ends = set()

        def cut_in_all_ways() -> bool:
            client = connect(proxy)
            client.sendall(b"x" * 1000)
            data, end = heard(client)
            ends.add((end, 0 < len(data) < 1000))
            return any("bytes" in line for line in proxy.log) and {end for end, _ in ends} == {"reset", "close"}

        until(cut_in_all_ways)


# --- what does not end ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["up", "down", "both"])
def test_what_is_held_comes_in_order_once_released(proxy: Any, connect: Connect, echo: Echo, direction: str) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.hold(direction)
    client.sendall(b"ab")
    assert stays_silent(client)
    assert (echo.peers[0].got == b"x") is (direction != "down")
    client.sendall(b"c")
    proxy.release()
    assert read(client, 3) == b"abc"


def test_an_end_is_held_too(proxy: Any, connect: Connect, echo: Echo) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.hold("up")
    client.shutdown(1)
    assert stays_silent(client)
    assert echo.peers[0].end == ""
    proxy.release()
    assert heard(client) == (b"", "close")


def test_what_is_held_when_it_is_cut_is_lost(proxy: Any, connect: Connect, echo: Echo) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.hold("up")
    client.sendall(b"abc")
    assert stays_silent(client)
    proxy.cut_all()
    until(lambda: echo.peers[0].end == "reset")
    assert echo.peers[0].got == b"x"


def test_a_sender_waits_behind_what_is_held(proxy: Any, connect: Connect) -> None:
    client = connect(proxy)
    proxy.hold("up")
    client.settimeout(0.04)
    with pytest.raises(TimeoutError):
        client.sendall(bytes(64_000_000))


def test_delay_takes_its_time_both_ways_and_keeps_order(proxy: Any, connect: Connect) -> None:
    client = connect(proxy)
    proxy.delay(20, "both", jitter=10)
    began = monotonic()
    for byte in b"abcdefgh":
        client.sendall(bytes([byte]))
    assert read(client, 8) == b"abcdefgh"
    assert monotonic() - began >= 0.04


@pytest.mark.parametrize("direction", ["up", "down", "both"])
def test_a_black_hole_tells_nobody_anything(proxy: Any, connect: Connect, echo: Echo, direction: str) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.swallow(direction)
    client.sendall(b"abc")
    assert stays_silent(client)
    assert (echo.peers[0].got == b"x") is (direction != "down")
    proxy.release()  # there is a hole in the stream already
    client.sendall(b"def")
    assert stays_silent(client)
    if direction == "up":
        echo.peers[0].socket.sendall(b"y")
        assert read(client, 1) == b"y"
    client.close()
    assert stays_silent(connect(proxy))
    assert (echo.peers[0].end == "") is (direction != "down")


def test_what_is_opened_into_a_black_hole_gets_no_answer_until_a_release(proxy: Any, connect: Connect) -> None:
    proxy.swallow()
    lost = connect(proxy)
    lost.sendall(b"abc")
    assert stays_silent(lost)
    proxy.release()
    client = connect(proxy)
    client.sendall(b"def")
    assert read(client, 3) == b"def"
    assert stays_silent(lost)


# --- new connections ------------------------------------------------------------------------------------------------


def test_new_connections_are_refused_and_taken_again_at_the_same_port(proxy: Any, connect: Connect) -> None:
    before, port = connect(proxy), proxy.port
    before.sendall(b"x")
    read(before, 1)
    for _ in range(3):
        proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            connect(proxy)
        before.sendall(b"y")
        assert read(before, 1) == b"y"
        proxy.accept()
        client = connect(proxy)
        client.sendall(b"z")
        assert read(client, 1) == b"z"
    assert proxy.port == port


# --- WebSockets only ------------------------------------------------------------------------------------------------

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


def test_plain_requests_pass_unharmed_where_faults_are_for_websockets(
    start_proxy: Callable[..., Any], connect: Connect
) -> None:
    proxy = start_proxy(websockets_only=True)
    plain, websocket = connect(proxy), connect(proxy)
    plain.sendall(GET)
    read(plain, len(GET))
    websocket.sendall(UPGRADE)
    read(websocket, len(UPGRADED))
    assert (proxy.connections, proxy.counts["websockets"]) == (1, 1)
    proxy.swallow()
    assert proxy.cut_all() == 1
    assert heard(websocket) == (b"", "reset")
    proxy.hold()
    proxy.refuse()
    plain.sendall(b"more")
    assert read(plain, 4) == b"more"
    another = connect(proxy)
    another.sendall(GET)
    assert read(another, len(GET)) == GET
    refused = connect(proxy)
    refused.sendall(UPGRADE)
    assert heard(refused) == (b"", "reset")
    assert proxy.counts["refused"] == 1


def test_heads_of_an_upgrade_do_not_count_for_a_cut(proxy: Any, connect: Connect) -> None:
    proxy.cut_after(2, "down", "close", repeat=True)
    client = connect(proxy)
    client.sendall(UPGRADE[:20])
    assert stays_silent(client)
    client.sendall(UPGRADE[20:])
    assert read(client, len(UPGRADED)) == UPGRADED
    client.sendall(b"abc")
    assert heard(client) == (b"ab", "close")


# --- commands -------------------------------------------------------------------------------------------------------


def test_everything_that_happens_stands_in_the_log(proxy: Any, connect: Connect) -> None:
    client = connect(proxy)
    client.sendall(b"x")
    read(client, 1)
    proxy.hold("up")
    proxy.cut_all("close", "client")
    assert [line.split(maxsplit=1)[1] for line in proxy.log][-2:] == [
        "hold up",
        "connection 1 cut by close, only the client is told",
    ]


def test_a_word_that_a_fault_does_not_know_is_refused(proxy: Any) -> None:
    with pytest.raises(ValueError, match="expected reset or close, got 'gently'"):
        proxy.cut_all("gently")
    with pytest.raises(ValueError, match="expected up or down or both, got 'left'"):
        proxy.hold("left")


def test_a_target_names_host_and_port() -> None:
    with pytest.raises(ValueError, match="expected HOST:PORT, got '8080'"):
        FaultProxy("8080")


def test_same_seed_draws_the_same_numbers() -> None:
    drawn = [[proxy.draw() for _ in range(5)] for proxy in (FaultProxy("a:1", seed=7), FaultProxy("a:1", seed=7))]
    assert drawn[0] == drawn[1]
    assert drawn[0] != [FaultProxy("a:1", seed=8).draw() for _ in range(5)]
