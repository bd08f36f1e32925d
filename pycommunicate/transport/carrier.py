"""Bytes out of one socket: tried at once without waiting, the rest by one writer greenlet.

A send that waits must not run in the event loop, and two greenlets must not send on one socket. So whoever sends first
tries the raw socket; what it does not take goes into a queue, and one writer empties that in order.
"""

from __future__ import annotations

import logging
import ssl
from collections import deque
from contextlib import suppress
from typing import Any

import gevent
from gevent import socket
from gevent.exceptions import ConcurrentObjectUseError

__all__ = ["SocketWriter"]

_log = logging.getLogger("pycommunicate.transport")

#: What waits leaves in chunks of at most so many bytes; small frames leave together.
_CHUNK = 64 * 1024
#: Bytes that may wait for a peer: more than any page has on its way, so whoever lets so much wait does not read.
_MOST_WAITING = 16 * 1024 * 1024


class SocketWriter:
    """Sends the bytes of one socket, in order.

    Args:
        sock: A gevent socket, with or without TLS.
        deadline: Seconds that the peer may take nothing before it counts as dead.
    """

    __slots__ = ("_deadline", "_moved", "_queue", "_socket", "_task", "_waiting", "broken")

    def __init__(self, sock: Any, deadline: float) -> None:
        self._socket = sock
        self._deadline = deadline
        self._queue: deque[bytes | memoryview] = deque()
        self._waiting = 0
        self._task: gevent.Greenlet[[], None] | None = None
        self._moved = False
        self.broken = False

    @property
    def idle(self) -> bool:
        """Whether everything has been handed to the kernel."""
        return self._task is None

    def take_progress(self) -> bool:
        """Return whether the peer has taken anything of a queue since the last call."""
        moved, self._moved = self._moved, False
        return moved

    def write(self, data: bytes) -> None:
        """Send *data* behind all that was written before; never waits."""
        if self.broken:
            return
        if self._task is not None:
            self._queue.append(data)
            self._waiting += _cost(data)
            if self._waiting - len(self._queue[0]) > _MOST_WAITING:
                gevent.spawn(_log.warning, "a socket is closed: its peer takes too little of what it asks for")
                self.shut_down()
            return
        sent = self._try(data)
        if sent < len(data) and not self.broken:
            rest = memoryview(data)[sent:]
            self._queue.append(rest)
            self._waiting = _cost(rest)
            self._task = gevent.spawn(self._write_queue)

    def flush(self, timeout: float) -> None:
        """**Block** until all has been handed to the kernel, or for *timeout* seconds."""
        task = self._task
        if task is not None:
            task.join(timeout)

    def shut_down(self) -> None:
        """End both directions: whoever reads from the socket wakes up."""
        self.broken = True
        self._queue.clear()
        with suppress(OSError):  # it was down already
            self._socket.shutdown(socket.SHUT_RDWR)

    def _try(self, data: bytes) -> int:
        try:
            tls = getattr(self._socket, "_sslobj", None)
            # gevent's own send would wait; the socket under it does not.
            sent: int = tls.write(data) if tls is not None else self._socket._sock.send(data)
            return sent
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return 0
        except (OSError, AttributeError):  # a closed gevent socket has no socket under it any more
            self.shut_down()
            return 0

    def _write_queue(self) -> None:
        try:
            while self._queue:
                chunk = self._next_chunk()
                with gevent.Timeout(self._deadline):
                    sent = self._socket.send(chunk)
                self._moved = True
                if sent < len(chunk) and not self.broken:
                    self._put_back(memoryview(chunk)[sent:])
        except (OSError, gevent.Timeout, ConcurrentObjectUseError) as error:  # the last: TLS wants to read first
            _log.debug("a socket takes no more: %r", error)
            self.shut_down()
        finally:
            self._task = None

    def _next_chunk(self) -> bytes | memoryview:
        first = self._take()
        if len(first) > _CHUNK:
            # In pieces: the deadline is for a peer that takes nothing, not for one that takes long.
            self._put_back(memoryview(first)[_CHUNK:])
            return memoryview(first)[:_CHUNK]
        chunk = bytearray(first)
        while self._queue and len(chunk) + len(self._queue[0]) <= _CHUNK:
            chunk += self._take()
        return bytes(chunk)

    def _put_back(self, rest: memoryview) -> None:
        self._queue.appendleft(rest)
        self._waiting += _cost(rest)

    def _take(self) -> bytes | memoryview:
        data = self._queue.popleft()
        self._waiting -= _cost(data)
        return data


def _cost(data: bytes | memoryview) -> int:
    # With what Python needs for it: pongs are small.
    return len(data) + 64
