"""The process that an app is served by: its signals and its files."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from time import monotonic

from gevent import get_hub
from gevent.event import Event

__all__ = ["spare_descriptors", "stop_signals"]

#: Descriptors that are not connections: files, the event loop's, those of the app's own.
_OTHER_FILES = 128
#: Seconds in which a signal that is handed on may come.
_ECHO = 1.0


def spare_descriptors() -> int:
    """Let the process have as many files open as it may; return how many of them can be connections."""
    try:
        import resource
    except ImportError:  # not on this system
        return sys.maxsize
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else max(limit - _OTHER_FILES, limit // 2)


@contextmanager
def stop_signals() -> Iterator[Event]:
    """While this is entered, a first SIGINT or SIGTERM sets the event, and a second one ends the process at once.

    A SIGTERM right behind a SIGINT is no second one: a terminal sends Ctrl-C to a process and to who has started it,
    which hands it on.
    """
    stopped = Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped  # signals are the main thread's
        return
    loop = get_hub().loop
    taken: dict[int, float] = {}

    # Not gevent's watchers: a handler that lets nobody else run would keep them from being called.
    def take(number: int, frame: object) -> None:
        now = monotonic()
        handed_on = number == signal.SIGTERM and number not in taken and now - taken.get(signal.SIGINT, -inf) < _ECHO
        if taken and not handed_on:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(128 + number)
        taken[number] = now
        loop.run_callback_threadsafe(stopped.set)

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
