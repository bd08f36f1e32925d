"""Floods of what is allowed, each as fast as one attacker can."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic

import gevent
from gevent import socket

from pycommunicate.protocol.codec import Ref, pack, to_wire
from pycommunicate.protocol.ops import CREDIT, GET, LISTEN
from tests.support.attacker import open_page
from tests.support.websocket import BINARY, client_frame
from tests.support.wire import WireClient

__all__ = ["FLOODS"]


def clicks(url: str, until: float) -> Iterator[int]:
    """One page that clicks as fast as its credit allows, and answers each read at once."""
    client = open_page(url, "/bystander")
    client.answer(to_wire(Ref(-1)))
    client.wait_op(LISTEN)
    credit, sent = client.channel.limits.events, 0
    while monotonic() < until:
        while sent < credit:
            client.event(1)
            sent += 1
            yield 1
        client.ops.clear()
        client.receive()
        for op in client.ops:
            if op[0] == GET:
                client.send(client.channel.reply(op[1], "x"))
            elif op[0] == CREDIT:
                credit = op[2]
        client.ack()


def frames(url: str, until: float) -> Iterator[int]:
    """One socket that sends small frames that mean nothing, as many as it is rid of."""
    return _pour(url, until, client_frame(BINARY, pack([8, 0])) * 1000, 1000)


def many(url: str, until: float) -> Iterator[int]:
    """Ten such sockets from one address, which come again when they have been read for a second."""
    done = [0]

    def pour() -> None:
        while monotonic() < until:
            with suppress(OSError):
                for count in frames(url, min(until, monotonic() + 1)):
                    done[0] += count
                    gevent.sleep(0)

    pouring = [gevent.spawn(pour) for _ in range(10)]
    while not all(one.dead for one in pouring):
        gevent.joinall(pouring, timeout=0.5)
        yield done[0]
        done[0] = 0


def large(url: str, until: float) -> Iterator[int]:
    """One socket that sends the largest frames, made of what takes the longest, as many as it is rid of."""
    count = (1 << 20) // 6 - 5
    payload = b"\x95\x05\x01\x00\x01\xdd" + count.to_bytes(4, "big") + b"\xd6\x01\xff\xff\xff\xff" * count
    return _pour(url, until, client_frame(BINARY, payload), 1)


def _pour(url: str, until: float, data: bytes, count: int) -> Iterator[int]:
    client = open_page(url)
    client.answer(to_wire(Ref(-1)))  # so that a reply to it is an old frame
    assert client.websocket is not None
    client.websocket.socket.settimeout(max(0.1, until - monotonic()))
    with suppress(TimeoutError):
        while monotonic() < until:
            client.websocket.send_raw(data)
            yield count


def gets(url: str, until: float) -> Iterator[int]:
    """Documents that are loaded and never attach, each by a new user."""
    while monotonic() < until:
        WireClient(url, socket).get()
        yield 1


def hellos(url: str, until: float) -> Iterator[int]:
    """Sockets that never say hello."""
    held = []
    client = WireClient(url, socket)
    client.get()
    while monotonic() < until:
        client.connect()
        held.append(client.websocket)
        yield 1


def sessions(url: str, until: float) -> Iterator[int]:
    """Pages that are opened and left at once."""
    while monotonic() < until:
        client = open_page(url)
        client.nonce = secrets.token_hex(8)
        client.close()
        yield 1


def run(flood: Callable[[str, float], Iterator[int]], url: str, seconds: float) -> int:
    """Let a flood run for so long; return how often it did what it does."""
    total = 0
    for count in flood(url, monotonic() + seconds):
        total += count
        gevent.sleep(0)
    return total


FLOODS = {one.__name__: one for one in (clicks, frames, many, large, gets, hellos, sessions)}
