"""A network of faults between a client and a server in one process: with a seed, and a clock that a test moves.

What is sent arrives when time passes, if only by `Network.run_until_idle`; never inside the call that sends it. One
network carries the links of one client: one after another, or overlapping as they do where a side does not know yet
that its socket is dead. Several networks may share a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ..errors import RemoteProtocolError
from ..page.link import Receiver
from ..protocol.codec import unpack
from ..protocol.messages import NUMBERED
from .clock import VirtualClock
from .links import End, Lane, Link
from .words import WAYS, Direction, Way, check, ways_of

__all__ = ["Network", "is_numbered"]

#: Frames that may arrive at one instant; two sides that answer each other for ever would never let time go on.
_MOST_AT_ONCE = 1_000_000


def is_numbered(data: bytes) -> bool:
    """Return whether a frame is one that is sent again where it was not acknowledged."""
    try:
        message = unpack(data)
    except RemoteProtocolError:
        return False
    return isinstance(message, list) and bool(message) and message[0] in NUMBERED


class Network:
    """The network.

    Args:
        clock: What its times are counted by; its ``settle`` lets the program that is tested have its turns.
        seed: Of all that is random: jitter, which of two directions is first, `cut_anywhere`.
        serve: Called with the server's end of each new link: to set its ``receiver``, or to call ``accept``.
        is_resent: Whether a frame is one that `drop` and `duplicate` are about.

    Attributes:
        links: Those that are not over.
        log: What happened, line by line.
    """

    def __init__(
        self,
        clock: VirtualClock | None = None,
        seed: int = 0,
        serve: Callable[[End], object] = lambda end: None,
        is_resent: Callable[[bytes], bool] = is_numbered,
    ) -> None:
        self.clock = clock or VirtualClock()
        self.seed = seed
        self.links: list[Link] = []
        self.log: list[str] = []
        self._serve = serve
        self._is_resent = is_resent
        self._random = Random(seed)
        self._opened = 0
        self._refusing = False
        self._held: set[Way] = set()
        self._swallowing: set[Way] = set()
        self._delays: dict[Way, tuple[float, float]] = dict.fromkeys(WAYS, (0.0, 0.0))
        self._drops: dict[Way, int] = dict.fromkeys(WAYS, 0)
        self._repeats: dict[Way, int] = dict.fromkeys(WAYS, 0)
        self._again: dict[Way, list[tuple[int, bytes]]] = {way: [] for way in WAYS}

    def __str__(self) -> str:
        """Return what a failure message needs."""
        return "\n".join((f"network of seed {self.seed} at {self.clock.now():g} s:", *self.log))

    # --- what a client does -------------------------------------------------------------------------------------

    def connect(self, receiver: Receiver | None = None) -> End:
        """Open a link; return the client's end. If the network is away, its receiver is told soon."""
        self._opened += 1
        link = Link(self._opened, self, receiver, self._held, self._swallowing)
        self.links.append(link)
        if self._refusing:
            self.note(f"{link} refused")
            link.server.over = link.server.closed = True
            link.cut(told="client")
        else:
            self.note(f"{link} opened")
            self._serve(link.server)
        return link.client

    # --- time ---------------------------------------------------------------------------------------------------

    def step(self) -> bool:
        """Let one thing arrive that is due, of directions where several are due any; return whether there was one."""
        now = self.clock.now()
        due = [lane for lane in self._lanes() if lane.due is not None and lane.due <= now]
        if due:
            (due[0] if len(due) == 1 else self._random.choice(due)).deliver()
        return bool(due)

    def run_until_idle(self) -> None:
        """Let time pass until nothing is on its way but what is held."""
        self.clock.advance(0.0)
        while (due := min((lane.due for lane in self._lanes() if lane.due is not None), default=None)) is not None:
            self.clock.advance(max(0.0, due - self.clock.now()))

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass: everything arrives, and every timer fires, when it is due."""
        self.clock.advance(seconds)

    @property
    def in_flight(self) -> int:
        """How many frames are on their way, held ones included."""
        return sum(map(len, self._lanes()))

    def _lanes(self) -> list[Lane]:
        return [lane for link in self.links for lane in link.lanes.values()]

    # --- faults -------------------------------------------------------------------------------------------------

    def cut_all(self) -> int:
        """Cut all links, half-open ones too; what is on its way is lost. Return how many there were."""
        links = [link for link in self.links if len(link.told) < 2]
        for link in links:
            link.cut()
        return len(links)

    def cut_anywhere(self) -> None:
        """Cut the newest link with a random part of what is on its way still arriving."""
        link = next((link for link in reversed(self.links) if not link.cut_off), None)
        if link is not None:
            up, down = (self._random.randint(0, len(link.lanes[way])) for way in WAYS)
            link.cut(up, down)

    def hold(self, direction: Direction = "both") -> None:
        """Let nothing through for now, on new links too; order is kept."""
        self._held.update(ways_of(direction))
        for link in self.links:
            link.hold(direction)

    def release(self) -> None:
        """Let through what was held, and swallow nothing of new links."""
        self._held.clear()
        self._swallowing.clear()
        for link in self.links:
            link.release()

    def delay(self, seconds: float, direction: Direction = "both", jitter: float = 0.0) -> None:
        """Let all that is sent from now on take so long, and up to *jitter* seconds longer; order is kept."""
        for way in ways_of(direction):
            self._delays[way] = seconds, jitter
        self.note(f"delay {seconds:g} s {direction}, jitter {jitter:g} s")

    def swallow(self, direction: Direction = "both") -> None:
        """Be half-open: what is sent is lost, and nobody is told.

        For the links of now that is so until they are cut; for new ones until `release`.
        """
        self._swallowing.update(ways_of(direction))
        for link in self.links:
            link.swallow(direction)

    def drop(self, way: Way, frames: int = 1) -> None:
        """Lose the next *frames* that would arrive, and go on behind them. Frames that are never resent do not count.

        TCP never does this; a sender that resends too little does. Who takes frames must notice the gap.
        """
        check(way, Way)
        self._drops[way] += frames

    def duplicate(self, way: Way, frames: int = 1) -> None:
        """Let the next *frames* that arrive come again on a following link, in front of what is sent there.

        TCP never does this inside of one link; a sender that resends too much does. Frames that are never resent do
        not count: neither to come again nor to have something come in front of them.
        """
        check(way, Way)
        self._repeats[way] += frames

    def refuse(self) -> None:
        """Let no new link come about."""
        self._refusing = True
        self.note("refuse")

    def accept(self) -> None:
        """Let new links come about again."""
        self._refusing = False
        self.note("accept")

    # --- what links say: see `links.Faults` ---------------------------------------------------------------------

    def travel_time(self, way: Way) -> float:
        """Return the seconds that what is sent now takes."""
        seconds, jitter = self._delays[way]
        return seconds + (self._random.uniform(0.0, jitter) if jitter else 0.0)

    def wake(self, seconds: float) -> None:
        """Look after the lanes in *seconds*."""
        self.clock.timer(seconds).start(self._arrive)

    def _arrive(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            if not self.step():
                return
        raise RuntimeError(f"expected silence at last, got more than {_MOST_AT_ONCE} frames at {self.clock.now():g} s")

    def note(self, what: str) -> None:
        """Write a line of the log."""
        self.log.append(f"{self.clock.now():9.3f} {what}")

    def drops(self, lane: Lane, data: bytes) -> bool:
        """Return whether the frame that would arrive now is to be dropped; if so, count it."""
        if not self._drops[lane.way] or not self._is_resent(data):
            return False
        self._drops[lane.way] -= 1
        return True

    def repeats(self, lane: Lane, data: bytes) -> list[bytes]:
        """Return the frames that are to come again in front of *data*; keep that if it is to come again later."""
        if not (self._repeats[lane.way] or self._again[lane.way]) or not self._is_resent(data):
            return []
        kept, number = self._again[lane.way], lane.link.number
        again = [frame for link, frame in kept if link < number]
        if again:
            self._again[lane.way] = [entry for entry in kept if entry[0] >= number]
            self.note(f"{lane}: {len(again)} frames come again")
        elif self._repeats[lane.way]:
            self._repeats[lane.way] -= 1
            kept.append((number, data))
        return again

    def link_ended(self, link: Link) -> None:
        """Forget a link that is over."""
        self.note(f"{link} is over")
        self.links.remove(link)
