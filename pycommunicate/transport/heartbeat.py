"""Pings for all WebSockets of a server, from one timer.

A peer that has vanished without a word (a pulled plug, a closed lid, a proxy that forgot it) looks just like one that
is silent. So each socket is looked at once a round: one from which nothing has come since the last look is dead, and
each other one is pinged, which browsers answer by themselves, however busy or hidden the page is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from gevent import get_hub

__all__ = ["Heartbeat"]

#: A round is cut into so many steps, so that the pings of many sockets do not all leave at once.
_SLOTS = 16


class _Pinged(Protocol):
    """What a heartbeat looks after."""

    def beat(self) -> None:
        """Ping the peer, or let it go if nothing has come from it since the last call; never waits."""

    def close(self, code: int, message: str) -> None:
        """Close it, without waiting."""


class Heartbeat:
    """Calls `beat` of everything that was added, once a round.

    Args:
        period: Seconds that a round takes. A dead peer is found after one to two rounds.
    """

    __slots__ = ("_period", "_slots", "_timer", "_turn")

    def __init__(self, period: float) -> None:
        self._period = period
        self._slots: tuple[set[_Pinged], ...] = tuple(set() for _ in range(_SLOTS))
        self._turn = 0
        self._timer: Any = None

    def start(self) -> None:
        """Begin; further calls do nothing."""
        if self._timer is None:
            step = self._period / _SLOTS
            self._timer = get_hub().loop.timer(step, repeat=step, ref=False)
            self._timer.start(self._tick)

    def stop(self) -> None:
        """End."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.close()

    def add(self, socket: _Pinged) -> int:
        """Look after *socket* from now on; return the slot for `discard`."""
        # The slot just visited: its turn comes again after a whole round.
        slot = self._turn
        self._slots[slot].add(socket)
        return slot

    def discard(self, socket: _Pinged, slot: int) -> None:
        """Look after it no more."""
        self._slots[slot].discard(socket)

    def close_all(self, code: int, reason: str) -> None:
        """Close all that it looks after."""
        for socket in list(self):
            socket.close(code, reason)

    def __iter__(self) -> Iterator[_Pinged]:
        return (socket for slot in self._slots for socket in slot)

    def __len__(self) -> int:
        return sum(map(len, self._slots))

    def _tick(self) -> None:
        self._turn = (self._turn + 1) % _SLOTS
        for socket in list(self._slots[self._turn]):
            socket.beat()
