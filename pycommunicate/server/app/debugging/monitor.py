"""Names the handler that keeps everybody waiting: gevent's monitor thread, with one line in place of its report.

gevent looks every quarter of a second, from a thread of its own, whether the greenlet that runs is still the one that
ran before. Twice in a row is too long. The line is logged when the server is free again and it is known how long it
took; or by that thread, if it takes very long.
"""

from __future__ import annotations

import logging
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import gevent
from gevent import events, get_hub, getcurrent

from ....page.scope import Task
from ....page.trail import is_ours, place_of

__all__ = ["Monitor"]

_log = logging.getLogger("pycommunicate.app")

#: Seconds between two looks.
_EVERY = 0.25
#: Seconds that a greenlet may run without giving up control.
_MOST = 0.5
#: Seconds after which the line does not wait for the end.
_VERY_LONG = 3.0

_ADVICE = (
    "meanwhile nobody else was served. What waits (time.sleep, a request, a database) gives way under `python -m "
    "pycommunicate serve`; what computes does by gevent.sleep(0) now and then, or in a thread: "
    "gevent.get_hub().threadpool.apply(function, args)"
)
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_DEBUGGERS = {"pdb", "bdb", "ipdb"}


class _Block:
    """A greenlet that does not give up control."""

    def __init__(self, greenlet: Any, label: object, since: float) -> None:
        self.greenlet = greenlet
        self.label = label
        self.since = since
        self.place = ""
        self.told = False
        self.over = False


class Monitor:
    """Watches the event loop of the thread that it is started in."""

    def __init__(self) -> None:
        self._requests: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._block: _Block | None = None
        self._hub: Any = None
        self._turn = 0.0

    def greenlet_serves(self, path: str) -> None:
        """Take note of what the current greenlet answers."""
        self._requests[getcurrent()] = path

    @contextmanager
    def running(self) -> Iterator[None]:
        """While this is entered, who hogs the server is named. A monitor thread that is there already is left alone."""
        hub, config = get_hub(), gevent.config
        if hub.periodic_monitoring_thread is not None:
            yield
            return
        self._hub, self._turn = hub, monotonic()
        # Before all else that the loop calls after it has waited: what is called may be what hogs.
        loop: Any = hub.loop
        turns = loop.check(ref=False, priority=loop.MAXPRI)
        turns.start(self._note_turn)
        before = config.max_blocking_time
        config.monitor_thread, config.max_blocking_time = True, _EVERY
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # that memory is not watched, which nobody has asked for
            thread = hub.start_periodic_monitoring_thread()
        config.monitor_thread = False  # for the hubs of other threads
        events.subscribers.append(self._take)
        try:
            yield
        finally:
            events.subscribers.remove(self._take)
            turns.stop()
            turns.close()
            thread.kill()
            hub.periodic_monitoring_thread = None
            config.max_blocking_time = before

    # --- in the monitor's thread ----------------------------------------------------------------------------------

    def _take(self, event: object) -> None:
        if not isinstance(event, events.EventLoopBlocked):
            return
        report: Any = event.info
        del report[:]  # gevent prints what is left of it
        now, block = monotonic(), self._block
        if block is None or block.over or block.greenlet is not event.greenlet:
            self._block = block = _Block(event.greenlet, self._label(event.greenlet), self._turn)
            self._hub.loop.run_callback_threadsafe(self._free_again, block)
        elif not block.place:
            block.place = _place(sys._current_frames().get(self._hub.thread_ident))
        if block.place and not block.told and now - block.since > _VERY_LONG:
            block.told = True
            self._tell(block, now, "and still does")

    def _label(self, greenlet: Any) -> object:
        if isinstance(greenlet, Task):
            return greenlet.label
        path = self._requests.get(greenlet)
        return f"the page at {path}" if path is not None else f"the greenlet {greenlet!r}"

    # --- in the watched thread ------------------------------------------------------------------------------------

    def _note_turn(self) -> None:
        self._turn = monotonic()

    def _free_again(self, block: _Block) -> None:
        """The event loop's first turn after the greenlet has given up control."""
        block.over = True
        now = monotonic()
        if block.place and now - block.since > _MOST:
            gevent.spawn(self._tell, block, now, "in all" if block.told else "")

    def _tell(self, block: _Block, now: float, more: str) -> None:
        seconds = f"{now - block.since:.1f} s{f' {more}' if more else ''}"
        _log.warning("%s has held the server up for %s, at %s: %s", block.label, seconds, block.place, _ADVICE)


def _place(frame: FrameType | None) -> str:
    """Return where the program stands; an empty text where it is being debugged, and may."""
    lines = []
    while frame is not None:
        if frame.f_globals.get("__name__") in _DEBUGGERS:
            return ""
        lines.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    lines = [line for line in lines if not is_ours(line[0].co_filename)]
    programs = [line for line in lines if not line[0].co_filename.startswith((*_LIBRARIES, "<"))]
    return place_of(tuple((programs or lines)[:1])) or "a line of ours"
