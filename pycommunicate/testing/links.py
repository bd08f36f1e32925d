"""One socket of a network of faults: its two ends, and a lane for each direction between them.

A lane keeps its order whatever happens, as TCP does: what it carries are frames, and behind them perhaps the news that
the other end has closed, or that the line is cut.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Literal, Protocol

from ..page.clock import Clock
from ..page.link import Ending, Receiver
from .words import WAYS, Direction, Side, Way, check, ways_of

__all__ = ["End", "Faults", "Lane", "Link", "News"]

#: Seconds that an end waits for the answer to its close.
_CLOSE_TIMEOUT = 2.0
#: Codes of a close by which a document is left.
_LEAVING = (1000, 1001)


class News:
    """What travels behind the frames.

    Args:
        code: Of a close; 0 if the line was cut.
        reason: Of a close.
    """

    __slots__ = ("code", "reason")

    def __init__(self, code: int = 0, reason: str = "") -> None:
        self.code = code
        self.reason = reason


class Faults(Protocol):
    """What a link asks of its network."""

    @property
    def clock(self) -> Clock:
        """What times are counted by."""

    def travel_time(self, way: Way) -> float:
        """Return the seconds that what is sent now takes."""

    def wake(self, seconds: float) -> None:
        """Look after the lanes in *seconds*."""

    def note(self, what: str) -> None:
        """Write a line of the log."""

    def drops(self, lane: Lane, data: bytes) -> bool:
        """Return whether the frame that would arrive now is to be dropped; if so, count it."""

    def repeats(self, lane: Lane, data: bytes) -> list[bytes]:
        """Return the frames that are to come again in front of the one that would arrive now."""

    def link_ended(self, link: Link) -> None:
        """Take note that nothing can come out of a link any more."""


class End:
    """One end of a link: a `page.link.Carrier`.

    Attributes:
        receiver: Takes what comes.
        closed: Whether nothing can be sent any more.
        ending: How it came to its end, once it has.
        code: Of the close, whoever closed; 0 if there was none.
        reason: The same.
        side: ``client`` or ``server``.
    """

    def __init__(self, link: Link, side: Literal["client", "server"], receiver: Receiver | None) -> None:
        self.receiver = receiver
        self.closed = False
        self.ending = Ending.LOST
        self.code = 0
        self.reason = ""
        self.side = side
        self.link = link
        self.over = False
        self._max_size: int | None = None
        self._timer: Any = None

    def __str__(self) -> str:
        return f"{self.link}'s {self.side}"

    @property
    def _out(self) -> Lane:
        return self.link.lanes["up" if self.side == "client" else "down"]

    def try_send(self, data: bytes) -> None:
        """Send one frame; nothing arrives before the caller has returned."""
        if not self.closed:
            self._out.send(data)

    def accept(self, receiver: Receiver, subprotocol: str, max_size: int) -> None:
        """Be opened by an app, as ``wsgi.websocket`` is."""
        self.receiver = receiver
        self.allow(max_size)

    def allow(self, max_size: int) -> None:
        """Let frames have *max_size* bytes from now on; a larger one closes the link with 1009."""
        self._max_size = max_size

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close behind all that was sent; the receiver is told when the other end has answered, or soon."""
        if self.closed:
            return
        self.closed = True
        self.code, self.reason = code, reason
        self._out.send(News(code, reason))
        self._timer = self.link.faults.clock.timer(_CLOSE_TIMEOUT)
        self._timer.start(self.end)

    def take(self, what: bytes | News) -> None:
        """Take what arrives."""
        if isinstance(what, News):
            self._take_news(what)
        elif self.closed or self.receiver is None:
            self.link.faults.note(f"{self} takes no frame any more: {len(what)} bytes are lost")
        elif self._max_size is not None and len(what) > self._max_size:
            self.ending = Ending.BROKEN
            self.close(1009, f"expected at most {self._max_size} bytes, got {len(what)}")
        else:
            self.receiver.receive(what)

    def _take_news(self, news: News) -> None:
        if news.code and not self.closed:
            self.closed = True
            self.code, self.reason = news.code, news.reason
            if news.code in _LEAVING:
                self.ending = Ending.LEFT
            self._out.send(News(news.code))
        self.end()

    def end(self) -> None:
        """Be of no use any more: the receiver is told, once."""
        self.closed = True
        if self._timer is not None:
            self._timer.stop()
        if self.over:
            return
        self.over = True
        receiver, self.receiver = self.receiver, None
        if receiver is not None:
            receiver.lost(self)
        self.link.end_if_over()


class Lane:
    """One direction of a link.

    Attributes:
        held: Whether nothing goes through for now.
        swallowing: Whether what is sent is lost from now on; there is no way back.
        frames: How many frames have arrived.
        size: How many bytes have.
        cut_at: The number of frames behind which the link is cut, or None.
        cut_inside: Whether it is cut in the middle of the next frame, not between.
        cut_size: The number of bytes behind which it is cut, or None.
    """

    def __init__(self, link: Link, way: Way, *, held: bool, swallowing: bool) -> None:
        self.link = link
        self.way: Way = way
        self.held = held
        self.swallowing = swallowing
        self.frames = self.size = 0
        self.cut_at: int | None = None
        self.cut_inside = False
        self.cut_size: int | None = None
        self._waiting: deque[tuple[float, bytes | News]] = deque()
        self._last_due = 0.0

    def __str__(self) -> str:
        return f"{self.link} {self.way}"

    def __len__(self) -> int:
        """Return how many frames are on their way."""
        return sum(isinstance(what, bytes) for _, what in self._waiting)

    @property
    def due(self) -> float | None:
        """When the next thing arrives; None if nothing does unless something else happens first."""
        return self._waiting[0][0] if self._waiting and not self.held else None

    def send(self, what: bytes | News) -> None:
        """Bring *what* to the other end, behind all that was sent before."""
        faults = self.link.faults
        if self.swallowing:
            faults.note(f"{self}: {_named(what)} is lost")
            return
        now = faults.clock.now()
        self._last_due = due = max(self._last_due, now + faults.travel_time(self.way))
        self._waiting.append((due, what))
        faults.wake(due - now)

    def deliver(self) -> None:
        """Let the next thing arrive, or be cut in it."""
        due, what = self._waiting.popleft()
        target = self.link.server if self.way == "up" else self.link.client
        if isinstance(what, News):
            target.take(what)
            return
        faults = self.link.faults
        again = faults.repeats(self, what)
        if again:
            self._waiting.extendleft((due, data) for data in (what, *reversed(again)))
            _, what = self._waiting.popleft()
            assert isinstance(what, bytes)
        if self._breaks(what):
            self.link.cut(where=f" inside frame {self.frames + 1} {self.way}")
            return
        if faults.drops(self, what):
            faults.note(f"{self}: {_named(what)} is dropped")
            return
        self.frames += 1
        self.size += len(what)
        target.take(what)
        at_frame = self.frames == self.cut_at and not self.cut_inside
        if (at_frame or self.size == self.cut_size) and not self.link.cut_off:
            self.link.cut(where=f" behind frame {self.frames} {self.way}")

    def _breaks(self, data: bytes) -> bool:
        """Return whether the cut falls into this frame."""
        by_count = self.cut_inside and self.frames == self.cut_at
        return by_count or (self.cut_size is not None and self.size + len(data) > self.cut_size)

    def cut(self, arriving: int, *, told: bool) -> int:
        """Lose all but the first *arriving* frames on their way; return how many are lost.

        Where the end behind it is *told*, what is held goes through.
        """
        frames = [entry for entry in self._waiting if isinstance(entry[1], bytes)]
        self._waiting = deque(frames[:arriving])
        if told:
            self.held = self.swallowing = False
            self.link.faults.wake(0.0)  # what was held may have been due long ago
            self.send(News())
        self.swallowing = True
        self.cut_at = self.cut_size = None
        return max(0, len(frames) - arriving)


class Link:
    """One socket between the client and the server.

    Args:
        number: Counts the links of a network.
        faults: The network.
        receiver: Of the client's end.
        held: Directions in which nothing goes through for now.
        swallowing: Directions in which everything is lost.

    Attributes:
        client: The client's end.
        server: The server's end.
        lanes: By direction.
        cut_off: Whether it was cut.
        told: Which ends were told of that, or will be.
    """

    def __init__(
        self, number: int, faults: Faults, receiver: Receiver | None, held: set[Way], swallowing: set[Way]
    ) -> None:
        self.number = number
        self.faults = faults
        self.client = End(self, "client", receiver)
        self.server = End(self, "server", None)
        self.lanes: dict[Way, Lane] = {
            way: Lane(self, way, held=way in held, swallowing=way in swallowing) for way in WAYS
        }
        self.cut_off = False
        self.told: set[str] = set()

    def __str__(self) -> str:
        return f"link {self.number}"

    def cut(self, up: int = 0, down: int = 0, told: Side = "both", where: str = "") -> None:
        """Cut it: no frame goes either way any more.

        Args:
            up: How many of the frames that are on their way up still arrive; the next one is lost in its middle.
            down: The same of those on their way down.
            told: Who gets to know, once these have arrived; the other end hears nothing any more (half-open).
            where: For the log.
        """
        check(told, Side)
        self.cut_off = True
        self.told.update(("client", "server") if told == "both" else (told,))
        lost_up = self.lanes["up"].cut(up, told=told != "client")
        lost_down = self.lanes["down"].cut(down, told=told != "server")
        half = "" if told == "both" else f", only the {told} is told"
        self.faults.note(f"{self} cut{where}: {lost_up} up and {lost_down} down are lost{half}")

    def cut_after(self, frames: int, way: Way = "down", *, inside: bool = False) -> None:
        """Cut it when *frames* more frames have arrived in one direction; *inside*: in the middle of the next one."""
        lane = self._lane(way)
        if not frames and not inside:
            self.cut(where=f" behind frame {lane.frames} {way}")
        else:
            lane.cut_at, lane.cut_inside = lane.frames + frames, inside

    def cut_after_bytes(self, size: int, way: Way = "down") -> None:
        """Cut it when *size* more bytes have arrived in one direction; the frame which that falls into is lost."""
        lane = self._lane(way)
        lane.cut_size = lane.size + size

    def hold(self, direction: Direction = "both") -> None:
        """Let nothing through for now, not even the news of an end."""
        for way in ways_of(direction):
            self.lanes[way].held = True
        self.faults.note(f"{self} held {direction}")

    def release(self, direction: Direction = "both") -> None:
        """Let through what was held, in order."""
        for way in ways_of(direction):
            self.lanes[way].held = False
        self.faults.note(f"{self} released {direction}")
        self.faults.wake(0.0)

    def swallow(self, direction: Direction = "both") -> None:
        """Lose what is on its way and all that is sent from now on, and tell nobody."""
        for way in ways_of(direction):
            self.lanes[way].swallowing = True
            self.lanes[way].cut(0, told=False)
        self.faults.note(f"{self} swallows {direction}")

    def end_if_over(self) -> None:
        """Tell the network once both ends know that it is over."""
        if self.client.over and self.server.over:
            self.faults.link_ended(self)

    def _lane(self, way: Way) -> Lane:
        check(way, Way)
        return self.lanes[way]


def _named(what: bytes | News) -> str:
    return f"a frame of {len(what)} bytes" if isinstance(what, bytes) else "news"
