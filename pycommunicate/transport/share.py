"""The share of the server's time that the frames of one socket may take.

Whoever sends frames as fast as it can would keep the server busy with nothing else. So what a socket's frames cost is
added up, and one that costs more than its share is read more slowly; the rest is up to TCP. No honest page comes near:
a thousand frames a second cost about a twentieth of a core.
"""

from __future__ import annotations

from time import monotonic, thread_time

import gevent

__all__ = ["Share"]

#: Part of the server's time.
_SHARE = 0.1
#: Seconds that may be taken soon one after the other, when little was taken before: as much as a few very large frames.
_BURST = 0.5
#: Seconds that are charged at once at most: a collection of garbage is not the fault of who was served just then.
_MOST_AT_ONCE = 0.2
#: Seconds that may be taken at once, before others have a turn.
_TURN = 0.001


class Share:
    """Accounts for what one socket's frames take: in time of the processor, whatever else the machine does."""

    __slots__ = ("_began", "_debt", "_forgiven")

    def __init__(self) -> None:
        self._debt = 0.0
        self._began = 0.0
        self._forgiven = monotonic()

    def begin(self) -> None:
        """Begin to take time; what was taken before is forgiven as time passes."""
        now = monotonic()
        self._debt = max(0.0, self._debt - (now - self._forgiven) * _SHARE)
        self._forgiven = now
        self._began = thread_time()

    def yield_turn(self) -> None:
        """Let others have a turn if it is time to: then this **blocks**."""
        if thread_time() - self._began > _TURN:
            self.end()
            gevent.sleep(0)
            self.begin()

    def end(self) -> None:
        """End; this **blocks** if too much was taken, for as long as it takes to make that good."""
        self._debt += min(thread_time() - self._began, _MOST_AT_ONCE)
        if self._debt > _BURST:
            gevent.sleep((self._debt - _BURST) / _SHARE)
