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
#: Frames that may wait for a peer that does not read. What a page sends is bounded by its window, whatever the size;
#: of pongs, which a peer can ask for without end, one waits; so this is for what nobody has thought of.
_MOST_WAITING = 65_536

#: In the place of a queue while there is none: most sockets never have one.
_NOTHING: deque[bytes | memoryview] = deque(maxlen=0)
#: In a queue, the place of the pong that waits.
_PONG = memoryview(b"")


class SocketWriter:
    """Sends the bytes of one socket, in order.

    Args:
        sock: A gevent socket, with or without TLS.
        deadline: Seconds that the peer may take nothing before it counts as dead.
    """

    __slots__ = ("_deadline", "_moved", "_pong", "_queue", "_socket", "_task", "broken")

    def __init__(self, sock: Any, deadline: float) -> None:
        self._socket = sock
        self._deadline = deadline
        self._queue: deque[bytes | memoryview] = _NOTHING
        self._task: gevent.Greenlet[[], None] | None = None
        self._moved = False
        self._pong = b""
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
            if len(self._queue) > _MOST_WAITING:
                gevent.spawn(_log.warning, "a socket is closed: its peer takes too little of what it asks for")
                self.shut_down()
            return
        sent = self._try(data)
        if sent < len(data) and not self.broken:
            self._queue = deque((memoryview(data)[sent:],))
            self._task = gevent.spawn(self._write_queue)

    def write_pong(self, data: bytes) -> None:
        """Send a pong as `write` does; one that still waits is replaced.

        RFC 6455 5.5.3: who has not yet answered earlier pings may answer the newest only.
        """
        if self._task is None:
            self.write(data)
            return
        if not self._pong:
            self._queue.append(_PONG)
        self._pong = data

    def flush(self, timeout: float) -> None:
        """**Block** until all has been handed to the kernel, or for *timeout* seconds."""
        task = self._task
        if task is not None:
            task.join(timeout)

    def shut_down(self) -> None:
        """End both directions: whoever reads from the socket wakes up."""
        self.broken = True
        self._queue = _NOTHING
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
            while self._queue and not self.broken:
                chunk = self._next_chunk()
                with gevent.Timeout(self._deadline):
                    sent = self._socket.send(chunk)
                self._moved = True
                if sent < len(chunk) and not self.broken:
                    self._queue.appendleft(memoryview(chunk)[sent:])
        except (OSError, gevent.Timeout, ConcurrentObjectUseError) as error:  # the last: TLS wants to read first
            _log.debug("a socket takes no more: %r", error)
            self.shut_down()
        finally:
            self._task = None
            self._queue = _NOTHING
            self._pong = b""

    def _next_chunk(self) -> bytes | memoryview:
        first = self._take()
        if len(first) > _CHUNK:
            # In pieces: the deadline is for a peer that takes nothing, not for one that takes long.
            self._queue.appendleft(memoryview(first)[_CHUNK:])
            return memoryview(first)[:_CHUNK]
        chunk = bytearray(first)
        while self._queue and len(chunk) + len(self._queue[0]) <= _CHUNK:
            chunk += self._take()
        return bytes(chunk)

    def _take(self) -> bytes | memoryview:
        first = self._queue.popleft()
        if first is _PONG:
            first, self._pong = self._pong, b""
        return first
