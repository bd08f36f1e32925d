"""The orderly end of all pages: what runs may end with its browser still there, nothing new is started."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import monotonic

import gevent

from .listeners import HandlerPool
from .page import Page

__all__ = ["finish"]

_log = logging.getLogger("pycommunicate.page")

#: Seconds that tasks get to unwind when their pages have ended, whatever the deadline was.
_UNWINDING = 1.0
#: Seconds after which it is said what is waited for, and how much of it.
_QUIET = 0.3
_MOST_NAMES = 3
#: Seconds that browsers get to take what waits for them; one that is frozen takes nothing.
_FLUSHING = 2.0
#: Seconds between two looks at that.
_LOOK = 0.02


def finish(pages: Iterable[Page], pool: HandlerPool, seconds: float) -> None:
    """**Blocks**: start nothing any more, let what runs end with its pages as they are, then end the pages.

    Args:
        pages: All of them; gone through several times.
        pool: What their tasks are counted by.
        seconds: How long all of it may take; what runs then is killed.
    """
    pool.closed = True
    deadline = monotonic() + seconds
    for page in pages:
        for scope in (page.scope, page.foreground):
            scope.stop_timers()
        if not page.attached:  # nobody can come back any more: what waits for its browser would wait in vain
            page.end("the server stops", "", "")
    _wait_for_tasks(pool, min(deadline, monotonic() + _QUIET))
    if pool.running:
        names = ", ".join(sorted({str(task.label) for task in pool.running})[:_MOST_NAMES])
        _log.info(
            "the server stops, and waits for what runs, for up to %g s: %s; a second signal ends it at once",
            seconds,
            names,
        )
    _wait_for_tasks(pool, deadline)
    _wait_for_browsers(pages, min(deadline, monotonic() + _FLUSHING))
    for page in pages:
        page.end("the server stops", "stopping", "reload")
    _wait_for_tasks(pool, max(deadline, monotonic() + _UNWINDING))
    while pool.running:
        task = pool.running.pop()  # named once, even if several servers stop
        _log.warning("%s still runs as the server stops, and is killed", task.label)
        task.kill(block=False)


def _wait_for_browsers(pages: Iterable[Page], deadline: float) -> None:
    while any(page.holds_back for page in pages) and monotonic() < deadline:
        gevent.sleep(_LOOK)


def _wait_for_tasks(pool: HandlerPool, deadline: float) -> None:
    gevent.sleep(0)  # those that are about to start, and what was written last leaves
    while pool.running and (left := deadline - monotonic()) > 0:
        gevent.joinall(list(pool.running), timeout=left)
