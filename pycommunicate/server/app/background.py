"""What an app has running beside its requests: a look at the clock now and then, and calls from other threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
from gevent import get_hub

from ...errors import ServeError
from ...page import Clock, exc_info_of

__all__ = ["Background"]

_log = logging.getLogger("pycommunicate.app")

#: Seconds between two looks at the clock.
_SWEEP_EVERY = 0.5


class Background:
    """What an app has running beside its requests.

    Args:
        sweep: Looks after everything that waits for time to pass.
        clock: Says when.

    Attributes:
        clock: The same.
    """

    def __init__(self, sweep: Callable[[], None], clock: Clock) -> None:
        self.clock = clock
        self._sweep = sweep
        self._loop: Any = None
        self._timer: Any = None

    def start(self) -> None:
        """Begin, in the thread of the first request; further calls do nothing."""
        if self._timer is None:
            self._loop = get_hub().loop
            self._timer = self.clock.timer(_SWEEP_EVERY, _SWEEP_EVERY, background=True)
            # In a greenlet: the event loop itself must never wait, and ends of pages run the app's code.
            self._timer.start(gevent.spawn, self._run_sweep)

    def stop(self) -> None:
        """End."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
            timer.close()

    def call_soon(self, run: Callable[..., Any], *args: Any) -> None:
        """Call *run* in the event loop of the app's thread, where it must not wait; may be called from any thread.

        Raises:
            ServeError: if there is no such thread yet.
        """
        if self._loop is None:
            raise ServeError("call_soon needs a server that has begun to answer requests")
        self._loop.run_callback_threadsafe(run, *args)

    def _run_sweep(self) -> None:
        try:
            self._sweep()
        except Exception as error:
            _log.error("what the app does now and then failed", exc_info=exc_info_of(error))
