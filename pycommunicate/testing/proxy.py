"""A TCP proxy on 127.0.0.1 that breaks connections as it is told.

``python -m pycommunicate.testing.proxy --listen 8081 --to 127.0.0.1:8080`` runs it as a program. Each line on its
standard input is a command: the name of a method or attribute of `FaultProxy` and its arguments, ``cut_after 100 down
how=close``; each answer is a line, ``ok`` with the result as JSON, or ``error`` and why. `pycommunicate.testing.driver`
speaks that for a test.
"""

from __future__ import annotations

import argparse
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from time import monotonic
from typing import Any

import gevent
from gevent import socket
from gevent.event import Event
from gevent.os import tp_read

from .commands import COMMANDS, answer
from .relay import Lane, Relay, Rules, close_now
from .words import WAYS, Direction, How, Side, Way, check, ways_of

__all__ = ["FaultProxy", "main"]

_MOST_LINES = 1000


class FaultProxy:
    """Passes on what comes to a port, until told otherwise. To be used in the thread that starts it.

    Directions are ``up``, from the client to the server, and ``down``. Connections that are refused by the server
    are reset.

    Args:
        target: Host and port of the server, or ``HOST:PORT``.
        port: Where to listen; 0 takes any port that is free.
        websockets_only: Let faults happen to WebSockets alone: what does not begin as an upgrade passes unharmed.
        seed: Of all that is random.

    Attributes:
        counts: How many connections were ``opened``, how many of them ``websockets``, how many ``refused`` and
            ``cut``, and how many bytes have passed ``up`` and ``down``.
        log: What happened, line by line; the last thousand.
    """

    def __init__(
        self, target: tuple[str, int] | str, *, port: int = 0, websockets_only: bool = False, seed: int = 0
    ) -> None:
        self.target = _address(target) if isinstance(target, str) else target
        self.counts = {"opened": 0, "websockets": 0, "refused": 0, "cut": 0, "up": 0, "down": 0}
        self.log: deque[str] = deque(maxlen=_MOST_LINES)
        self._asked_port = port
        self._websockets_only = websockets_only
        self._random = Random(seed)
        self._rules: dict[Way, Rules] = {way: Rules() for way in WAYS}
        self._relays: list[Relay] = []
        self._armed: tuple[int, Way, How, bool] | None = None
        self._refusing = False
        self._reserved: Any = None
        self._listener: Any = None
        self._acceptor: gevent.Greenlet[..., None] | None = None
        self._cutter: gevent.Greenlet[..., None] | None = None
        self._began = monotonic()

    # --- the life -----------------------------------------------------------------------------------------------

    def start(self) -> FaultProxy:
        """Listen; return this proxy."""
        # Bound and never listening: while connections are refused, nobody else gets the port.
        self._reserved = _bound(self._asked_port)
        self.accept()
        return self

    def stop(self) -> None:
        """Listen no more, and reset all connections."""
        self.cut_every(0)
        self._close_listener()
        for relay in list(self._relays):
            relay.cut("reset")
        if self._reserved is not None:
            close_now(self._reserved)

    def __enter__(self) -> FaultProxy:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._reserved.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many connections faults may happen to right now."""
        return len(self._faulty())

    # --- faults -------------------------------------------------------------------------------------------------

    def cut_all(self, how: How = "reset", told: Side = "both") -> int:
        """Cut all connections now; what is on its way is lost. Return how many there were.

        Args:
            how: ``reset`` (RST) or ``close`` (FIN).
            told: Who gets to know: ``client``, ``server`` or ``both``. The other end hears nothing any more.
        """
        check(how, How)
        check(told, Side)
        relays = self._faulty()
        for relay in relays:
            self._cut(relay, how, told)
        return len(relays)

    def cut_after(self, size: int, way: Way = "down", how: How = "reset", *, repeat: bool = False) -> None:
        """Cut the first connection through which *size* more bytes have passed, exactly there.

        Bytes of HTTP heads do not count where a WebSocket begins. With *repeat* all connections are cut so, each
        counted from its beginning. A *size* below 0 takes this back. A reset may take along what the receiver's
        system has not taken in: ``close`` brings it exactly *size* bytes.
        """
        check(way, Way)
        check(how, How)
        self._armed = (size, way, how, repeat) if size >= 0 else None
        for relay in self._faulty():
            self.arm(relay)

    def cut_every(self, seconds: float, *, random: bool = False) -> None:
        """Cut all connections by reset every *seconds* from now on; 0 stops that.

        With *random*, the times are between half and one and a half of *seconds*, and the cuts are by reset, by FIN,
        or within the next 200 bytes of one direction, as the seed has it.
        """
        if self._cutter is not None:
            self._cutter.kill(block=False)
        self._cutter = gevent.spawn(self._cut_again_and_again, seconds, random) if seconds > 0 else None

    def hold(self, direction: Direction = "both") -> None:
        """Let nothing through for now; it is kept, in order, and behind it the sender waits."""
        for way in ways_of(direction):
            self._rules[way].flowing.clear()
        self._note(f"hold {direction}")

    def release(self) -> None:
        """Let through what was held, and swallow nothing of new connections."""
        for rules in self._rules.values():
            rules.swallow = False
            rules.flowing.set()
        self._note("release")

    def delay(self, milliseconds: float, direction: Direction = "both", jitter: float = 0.0) -> None:
        """Let all that comes from now on take so long, and up to *jitter* milliseconds longer; order holds."""
        for way in ways_of(direction):
            self._rules[way].delay, self._rules[way].jitter = milliseconds / 1000, jitter / 1000
        self._note(f"delay {milliseconds:g} ms {direction}, jitter {jitter:g} ms")

    def swallow(self, direction: Direction = "both") -> None:
        """Be a black hole: what comes is lost, the end of a connection included, and nobody is told.

        That holds for what is open now until it is cut, since its stream has a hole, and for what is opened until
        `release`.
        """
        for way in ways_of(direction):
            self._rules[way].swallow = True
        for relay in self._faulty():
            relay.swallow(ways_of(direction))
        self._note(f"swallow {direction}")

    def refuse(self) -> None:
        """Refuse new connections: as a server that is not there, or WebSockets by a reset behind their request."""
        self._refusing = True
        if not self._websockets_only:
            self._close_listener()
        self._note("refuse")

    def accept(self) -> None:
        """Take new connections."""
        self._refusing = False
        if self._listener is None:
            self._listener = _bound(self.port)
            self._listener.listen(1024)
            self._acceptor = gevent.spawn(self._accept_all, self._listener)
        self._note("accept")

    # --- connections --------------------------------------------------------------------------------------------

    def _faulty(self) -> list[Relay]:
        return [relay for relay in self._relays if relay.faulty]

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None and self._acceptor is not None:
            self._acceptor.kill(block=False)
            close_now(listener)

    def _accept_all(self, listener: Any) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.counts["opened"] += 1
                relay = Relay(self.counts["opened"], client, self._rules, self)
                relay.faulty = not self._websockets_only
                self._relays.append(relay)
                relay.spawn(self._connect, relay, client)

    def _connect(self, relay: Relay, client: Any) -> None:
        """Bring a new connection to the server."""
        server = None
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self._websockets_only:
                server = self._connected()
            head = relay.read_head()
            self.counts["websockets"] += relay.websocket
            relay.faulty = relay.faulty or relay.websocket
            if self._refusing and relay.websocket and self._websockets_only:
                self.counts["refused"] += 1
                raise ConnectionRefusedError("refused as told")
            relay.start(server or self._connected(), head)
        except BaseException as error:
            if server is not None:
                close_now(server, reset=True)
            if not isinstance(error, OSError):
                raise
            self._note(f"{relay}: {error}")
            relay.finish("reset")

    def _connected(self) -> Any:
        server = socket.create_connection(self.target)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _cut(self, relay: Relay, how: How, told: Side, where: str = "") -> None:
        self.counts["cut"] += 1
        self._note(f"{relay} cut by {how}{where}{'' if told == 'both' else f', only the {told} is told'}")
        relay.cut(how, told)

    def _cut_again_and_again(self, seconds: float, random: bool) -> None:
        while True:
            gevent.sleep(seconds * self._random.uniform(0.5, 1.5) if random else seconds)
            kind = self._random.choice(("reset", "close", "inside")) if random else "reset"
            if kind != "inside":
                self.cut_all("close" if kind == "close" else "reset")
                continue
            self.cut_after(self._random.randrange(200), self._random.choice(WAYS), "reset")

    def _note(self, what: str) -> None:
        self.log.append(f"{monotonic() - self._began:9.3f} {what}")

    # --- what connections say -----------------------------------------------------------------------------------

    def arm(self, relay: Relay) -> None:
        """Tell a connection's lanes where to be cut: see `relay.Owner`."""
        for lane in relay.lanes.values():
            lane.cut_at = None
        if self._armed is not None and relay.faulty and relay.lanes:
            size, way, how, repeat = self._armed
            lane = relay.lanes[way]
            lane.cut_at, lane.cut_how = (0 if repeat else lane.passed) + size, how

    def draw(self) -> float:
        """Return a random number between 0 and 1."""
        return self._random.random()

    def count(self, way: Way, size: int) -> None:
        """Count bytes that have passed."""
        self.counts[way] += size

    def cut_in_stream(self, lane: Lane) -> None:
        """Cut where a lane was told to."""
        if self._armed is not None and not self._armed[3]:
            self._armed = None
            for relay in self._relays:
                self.arm(relay)
        self._cut(lane.relay, lane.cut_how, "both", f" after {lane.passed} bytes {lane.way}")

    def relay_ended(self, relay: Relay) -> None:
        """Forget a connection that has ended."""
        self._relays.remove(relay)


def _bound(port: int) -> Any:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"expected HOST:PORT, got {text!r}")
    return host, int(port)


# --- the program ------------------------------------------------------------------------------------------------


def _lines() -> Iterator[str]:
    # Not by sys.stdin: a thread that waits in it holds a lock which the interpreter wants as it ends.
    rest = b""
    while data := tp_read(0, 65_536):
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode() for line in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(
        prog="python -m pycommunicate.testing.proxy",
        description="Pass TCP connections on to a server, and break them.",
        epilog=f"Commands, one a line on standard input: {', '.join(COMMANDS)}.",
    )
    parser.add_argument("--listen", type=int, default=0, metavar="PORT", help="port on 127.0.0.1; 0 takes any")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the server")
    parser.add_argument("--websockets-only", action="store_true", help="let faults happen to WebSockets alone")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is random")
    parser.add_argument("--random", action="store_true", help="let --cut-every cut at random times and in random ways")
    parser.add_argument("--cut-every", type=float, default=0.0, metavar="SECONDS", help="cut all connections so often")
    parser.add_argument("--cut-after", type=int, metavar="BYTES", help="cut each connection after so many bytes down")
    parser.add_argument("--delay", type=float, default=0.0, metavar="MS", help="milliseconds that all takes longer")
    parser.add_argument("--jitter", type=float, default=0.0, metavar="MS", help="up to so much longer, at random")
    parser.add_argument("--control", action="store_true", help="end at the end of standard input")
    options = parser.parse_args(arguments)
    proxy = FaultProxy(
        options.to, port=options.listen, websockets_only=options.websockets_only, seed=options.seed
    ).start()
    proxy.delay(options.delay, jitter=options.jitter)
    if options.cut_after is not None:
        proxy.cut_after(options.cut_after, repeat=True)
    proxy.cut_every(options.cut_every, random=options.random)
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, ended.set)
    gevent.spawn(_obey, proxy, ended, options.control)
    ended.wait()
    proxy.stop()


def _obey(proxy: FaultProxy, ended: Event, control: bool) -> None:
    print(f"listening on 127.0.0.1:{proxy.port}", flush=True)
    for line in _lines():
        if line.strip():
            said = answer(proxy, line)
            gevent.sleep(0)  # the loop closes sockets in its next turn
            print(said, flush=True)
        if line.strip() == "stop":
            ended.set()
    if control:
        ended.set()


if __name__ == "__main__":
    main()
