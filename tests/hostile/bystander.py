"""Somebody who only uses the server while it is attacked, and what they wait for an answer."""

from __future__ import annotations

import socket
from time import perf_counter, sleep
from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.ops import LISTEN, SET
from tests.support.wire import WireClient

__all__ = ["Bystander"]


class Bystander:
    """A page that only wants to be used.

    Args:
        url: Of the target.
        sockets: `socket`, or `gevent.socket` where greenlets are at work in the same thread.
    """

    def __init__(self, url: str, sockets: Any = socket) -> None:
        self.client = WireClient(url, sockets, timeout=20.0).open("/bystander")
        assert self.client.websocket is not None
        # Or small frames in a row wait for each other's acknowledgement.
        self.client.websocket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.answer(to_wire(Ref(-1)))
        self.client.wait_op(LISTEN)
        self.clicks = 0

    def click(self) -> float:
        """Click, be read, be written to; return how many seconds that took."""
        self.clicks += 1
        self.client.ops.clear()
        began = perf_counter()
        self.client.event(1)
        self.client.answer(f"text {self.clicks}")
        assert self.client.wait_op(SET)[3] == f"text {self.clicks}"
        taken = perf_counter() - began
        self.client.ack()
        return taken

    def click_for(self, seconds: float, pause: float = 0.005) -> list[float]:
        """Click again and again, with a pause behind each; return what each took."""
        until = perf_counter() + seconds
        taken = []
        while perf_counter() < until:
            taken.append(self.click())
            sleep(pause)
        return taken
