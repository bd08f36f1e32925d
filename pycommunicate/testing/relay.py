"""One connection through a `FaultProxy`: two sockets, and a lane for each direction between them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

import gevent
from gevent import getcurrent, socket
from gevent.event import Event
from gevent.queue import Queue

from .words import WAYS, How, Side, Way

__all__ = ["Lane", "Owner", "Relay", "Rules", "close_now"]

_CHUNK = 65_536
#: Bytes that a lane keeps; behind them the sender waits, as it does behind a full socket.
_MOST_KEPT = 1_048_576
_MOST_HEAD = 65_536
#: Seconds that a peer has to answer a FIN.
_LINGER = 1.0


class Rules:
    """What holds for one direction of all connections that faults are for.

    Attributes:
        flowing: Set while bytes go through.
        delay: Seconds that each chunk takes at least.
        jitter: Seconds that it may take longer, at random.
        swallow: Whether bytes vanish.
    """

    def __init__(self) -> None:
        self.flowing = Event()
        self.flowing.set()
        self.delay = self.jitter = 0.0
        self.swallow = False


class Owner(Protocol):
    """What a connection asks of its proxy."""

    def arm(self, relay: Relay) -> None:
        """Tell the lanes of a new connection where to be cut, if anywhere."""

    def draw(self) -> float:
        """Return a random number between 0 and 1."""

    def count(self, way: Way, size: int) -> None:
        """Count bytes that have gone through."""

    def cut_in_stream(self, lane: Lane) -> None:
        """Cut the connection of a lane that has come to where it was told to be cut."""

    def relay_ended(self, relay: Relay) -> None:
        """Take note that a connection has ended."""


class Lane:
    """One direction of one connection. Bytes keep their order, whatever happens to them.

    Attributes:
        passed: How many bytes have gone through, the heads of an HTTP upgrade left out.
        swallowing: Whether all vanishes from now on, its end included; never reset, since the stream has a hole then.
        cut_at: The number of passed bytes at which the connection is cut, or None.
        cut_how: How, then.
        relay: Its connection.
    """

    def __init__(self, way: Way, source: Any, target: Any, relay: Relay) -> None:
        self.way: Way = way
        self.passed = 0
        self.relay = relay
        self.swallowing = relay.faulty and relay.rules[way].swallow
        self.cut_at: int | None = None
        self.cut_how: How = "reset"
        self._source = source
        self._target = target
        self._source_ended = self._ended = False
        # Due times and chunks; an empty chunk is the end of the stream, None a reset.
        self._kept: Queue[tuple[float, bytes | None]] = Queue()
        self._kept_bytes = 0
        self._has_room = Event()
        self._has_room.set()
        self._head_tail: bytes | None = b"" if relay.websocket else None
        self._last_due = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing can come out of it any more."""
        return self._ended or (self.swallowing and self._source_ended)

    def read(self, first: bytes = b"") -> None:
        """Take in what comes until the end; runs in a greenlet of its own."""
        last: bytes | None = b""
        try:
            data = first or self._source.recv(_CHUNK)
            while data:
                self._keep(data)
                self._has_room.wait()
                data = self._source.recv(_CHUNK)
        except OSError:
            last = None
        self._source_ended = True
        self._keep(last)
        self.relay.end_if_over()

    def write(self) -> None:
        """Pass on what was taken in; runs in a greenlet of its own."""
        while not self._ended:
            due, data = self._kept.get()
            self._kept_bytes -= len(data or b"")
            if self._kept_bytes < _MOST_KEPT:
                self._has_room.set()
            gevent.sleep(max(0.0, due - monotonic()))
            if self.relay.faulty:
                self.relay.rules[self.way].flowing.wait()
            if not self.swallowing:
                self._deliver(data)

    def _keep(self, data: bytes | None) -> None:
        due = 0.0
        if self.relay.faulty:
            rules = self.relay.rules[self.way]
            seconds = rules.delay + (self.relay.owner.draw() * rules.jitter if rules.jitter else 0.0)
            due = monotonic() + seconds if seconds else 0.0
        self._last_due = due = max(due, self._last_due)  # what came first is due first
        if self.swallowing:
            return
        self._kept.put((due, data))
        self._kept_bytes += len(data or b"")
        if self._kept_bytes >= _MOST_KEPT:
            self._has_room.clear()

    def _deliver(self, data: bytes | None) -> None:
        try:
            if data:
                self._pass_on(data)
                return
            self._ended = True
            if data is None:
                self.relay.finish("reset")
                return
            self._target.shutdown(socket.SHUT_WR)
            self.relay.end_if_over()
        except OSError:
            # That the target is gone is news which travels the other way; it may vanish there.
            self.swallowing = True
            if not self.relay.other(self).swallowing:
                self.relay.finish("reset")

    def _pass_on(self, data: bytes) -> None:
        head = self._head_part(data)
        room = len(data) if self.cut_at is None else head + max(0, self.cut_at - self.passed)
        part = data[:room]
        if part:
            self._target.sendall(part)
            self.passed += len(part) - min(head, len(part))
            self.relay.owner.count(self.way, len(part))
        if self.cut_at is not None and self.passed >= self.cut_at and len(data) > head:
            self.relay.owner.cut_in_stream(self)

    def _head_part(self, data: bytes) -> int:
        """Return how many bytes of *data* still belong to the head of the upgrade."""
        if self._head_tail is None:
            return 0
        seen = self._head_tail + data
        end = seen.find(b"\r\n\r\n")
        if end < 0:
            self._head_tail = seen[-3:]
            return len(data)
        head = end + 4 - len(self._head_tail)
        self._head_tail = None
        return head


class Relay:
    """One connection: made when a client has connected, told when to start.

    Args:
        number: Counts connections, for the log.
        client: The client's socket.
        rules: By direction.
        owner: The proxy.

    Attributes:
        websocket: Whether it has begun as the upgrade to a WebSocket; known once `read_head` has returned.
        faulty: Whether faults are for it.
    """

    def __init__(self, number: int, client: Any, rules: dict[Way, Rules], owner: Owner) -> None:
        self.number = number
        self.rules = rules
        self.websocket = False
        self.faulty = False
        self.lanes: dict[Way, Lane] = {}
        self.done = False
        self._client = client
        self._server: Any = None
        self.owner = owner
        self._tasks: list[gevent.Greenlet[..., Any]] = []

    def __str__(self) -> str:
        return f"{'websocket' if self.websocket else 'connection'} {self.number}"

    def read_head(self) -> bytes:
        """**Block** until it is known what the client wants; return what it has said so far.

        Raises:
            OSError: if the client goes away.
        """
        data = b""
        while b"\r\n\r\n" not in data and len(data) < _MOST_HEAD and b"GET ".startswith(data[:4]):
            chunk = self._client.recv(_CHUNK)
            data += chunk
            if not chunk:
                break
        lines = data.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
        fields = (line.partition(b":") for line in lines[1:])
        self.websocket = any(name == b"upgrade" and b"websocket" in value for name, _, value in fields)
        return data

    def start(self, server: Any, first: bytes) -> None:
        """Let bytes flow; *first* is what the client has said already, empty if it has ended."""
        self._server = server
        self.lanes = {
            "up": Lane("up", self._client, server, self),
            "down": Lane("down", server, self._client, self),
        }
        up, down = self.lanes.values()
        self.owner.arm(self)
        self.spawn(up.read, first)
        for call in (up.write, down.read, down.write):
            self.spawn(call)

    def spawn(self, call: Callable[..., None], *args: Any) -> None:
        """Run *call* in a greenlet that ends with the connection."""
        self._tasks.append(gevent.spawn(call, *args))

    def other(self, lane: Lane) -> Lane:
        """Return the lane of the other direction."""
        return self.lanes["down" if lane.way == "up" else "up"]

    # --- the end ------------------------------------------------------------------------------------------------

    def cut(self, how: How, told: Side = "both") -> None:
        """End it; an end that is not *told* sees a line on which nothing comes any more."""
        sock = self._client if told == "client" else self._server
        if told == "both" or sock is None:
            self.finish(how)
            return
        self.swallow()
        if how == "reset":
            close_now(sock, reset=True)
        else:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_WR)

    def swallow(self, ways: Sequence[Way] = WAYS) -> None:
        """Let vanish what comes from now on, and what is on its way."""
        for way in ways:
            if way in self.lanes:
                self.lanes[way].swallowing = True

    def end_if_over(self) -> None:
        """Let go of the sockets once nothing can come out any more on either side."""
        if all(lane.over for lane in self.lanes.values()):
            self.finish("close")

    def finish(self, how: How) -> None:
        """End both sides."""
        if self.done:
            return
        self.done = True
        current = getcurrent()
        for task in self._tasks:
            if task is not current:
                task.kill(block=False)
        for sock in (self._client, self._server):
            if sock is not None and how == "reset":
                close_now(sock, reset=True)
            elif sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_WR)
                gevent.spawn(_linger, sock)
        self.owner.relay_ended(self)
        if current in self._tasks:
            raise gevent.GreenletExit


def _linger(sock: Any) -> None:
    """Close a socket so that its peer sees a FIN: closing it with something unread would be a reset."""
    with suppress(OSError, gevent.Timeout), gevent.Timeout(_LINGER):
        while sock.recv(_CHUNK):
            pass
    close_now(sock)


def close_now(sock: Any, *, reset: bool = False) -> None:
    """Close a socket, by a reset if told so."""
    with suppress(OSError):
        if reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
