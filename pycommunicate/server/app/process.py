"""The process that an app is served by: its signals and its files."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from gevent import get_hub
from gevent.event import Event

__all__ = ["spare_descriptors", "stop_signals"]

#: Descriptors that are not connections: files, the event loop's, those of the app's own.
_OTHER_FILES = 128


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
    """While this is entered, a first SIGINT or SIGTERM sets the event, and a second one ends the process at once."""
    stopped = Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped  # signals are the main thread's
        return
    loop = get_hub().loop
    taken: list[int] = []

    # Not gevent's watchers: a handler that lets nobody else run would keep them from being called.
    def take(number: int, frame: object) -> None:
        if taken:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(128 + number)
        taken.append(number)
        loop.run_callback_threadsafe(stopped.set)

    before = {number: signal.signal(number, take) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
