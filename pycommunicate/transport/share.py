"""The share of the server's time that the frames of one socket may take.

Whoever sends frames as fast as it can would keep the server busy with nothing else. So what a socket's frames cost is
added up, and one that costs more than its share is read more slowly; the rest is up to TCP. No honest page comes near:
a thousand frames a second cost about a twentieth of a core.
"""

from __future__ import annotations

from time import perf_counter

import gevent

__all__ = ["Share"]

#: Part of the server's time.
_SHARE = 0.1
#: Seconds that may be taken soon one after the other, when little was taken before.
_BURST = 0.05
#: Seconds that may be taken at once, before others have a turn.
_TURN = 0.001


class Share:
    """Accounts for what one socket's frames take."""

    __slots__ = ("_began", "_debt")

    def __init__(self) -> None:
        self._debt = 0.0
        self._began = 0.0

    def begin(self) -> None:
        """Begin to take time; what was taken before is forgiven as time passes."""
        now = perf_counter()
        self._debt = max(0.0, self._debt - (now - self._began) * _SHARE)
        self._began = now

    def yield_turn(self) -> None:
        """Let others have a turn if it is time to: then this **blocks**."""
        if perf_counter() - self._began > _TURN:
            self.end()
            gevent.sleep(0)
            self.begin()

    def end(self) -> None:
        """End; this **blocks** if too much was taken, for as long as it takes to make that good."""
        self._debt += perf_counter() - self._began
        self._began = perf_counter()
        if self._debt > _BURST:
            gevent.sleep((self._debt - _BURST) / _SHARE)
