"""Scopes own what a page or one view of it has running: greenlets, timers and listeners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
from gevent import getcurrent

from ..errors import Gone, WaitForbidden

__all__ = ["Job", "Scope", "Task", "check_may_wait", "current_task", "waiting_forbidden", "without_slot"]


class Task(gevent.Greenlet):  # type: ignore[type-arg]
    """A greenlet that runs a piece of the app's code for a scope."""

    scope: Scope
    #: Gives the task's event slot back while it waits for the browser, and takes it again.
    slot: Callable[[int], None] | None = None
    #: Why this task may not wait for the browser just now, if so.
    no_wait: str = ""
    #: Whether a newer event has taken its place, so that it gets Superseded at its next page op.
    superseded: bool = False
    #: The newest frame of its browser's by which it has looked at what fields hold; 0 for none.
    known: int = 0
    #: The newest frame of its browser's when the event came that it handles; 0 for none.
    since: int = 0
    #: Lets it look what has become of it, where it waits for what a user does; None where it does not.
    wake: Callable[[], None] | None = None

    @property
    def label(self) -> object:
        """What it runs, for messages."""
        # gevent takes the arguments away when it has ended.
        what = self.args[0] if self.args else "a handler that has ended"
        return getattr(what, "label", what)


class Job(gevent.Greenlet):  # type: ignore[type-arg]
    """A greenlet that runs a piece of the app's code for no page.

    Attributes:
        label: What it runs, for messages.
    """

    def __init__(self, label: object, run: Callable[..., None], *args: Any) -> None:
        super().__init__(run, *args)
        self.label = label


def current_task() -> Task | None:
    """Return the task that is running, or None outside of one."""
    current = getcurrent()
    return current if type(current) is Task else None


@contextmanager
def waiting_forbidden(why: str) -> Iterator[None]:
    """While this is entered, the current task's reads raise WaitForbidden with the text *why*."""
    task = current_task()
    if task is None:
        yield
        return
    before, task.no_wait = task.no_wait, why
    try:
        yield
    finally:
        task.no_wait = before


def check_may_wait() -> None:
    """Raise WaitForbidden if the current task may not wait for the browser."""
    task = current_task()
    if task is not None and task.no_wait:
        raise WaitForbidden(f"the browser cannot be waited for {task.no_wait}")


def without_slot(wait: Callable[..., Any], *args: Any) -> Any:
    """**Blocks** in *wait*, the current task's event slot given back meanwhile."""
    task = current_task()
    slot = task.slot if task is not None else None
    if slot is None:
        return wait(*args)
    slot(1)
    try:
        return wait(*args)
    finally:
        slot(-1)


class Scope:
    """The owner of tasks, timers and listeners.

    Attributes:
        name: What this is the scope of, for messages.
        owner: The page that it belongs to.
        tasks: Greenlets running now.
        listeners: Numbers of the listeners that end with it.
        gone: The class of error that its tasks get at their next page op; None while it lives.
    """

    __slots__ = ("_timers", "gone", "listeners", "name", "owner", "tasks")

    def __init__(self, name: str, owner: object) -> None:
        self.name = name
        self.owner = owner
        self.tasks: set[Task] = set()
        self.listeners: set[int] = set()
        self.gone: type[Gone] | None = None
        self._timers: dict[int, Any] = {}

    def check(self) -> None:
        """Raise what its tasks get once the scope has ended."""
        if self.gone is not None:
            raise self.gone(f"{self.name} is gone")

    def add_timer(self, timer_id: int, timer: Any, run: Callable[[], Task | None]) -> None:
        """Start *timer*: from the event loop it has *run* start a task each time, unless the last one still runs."""
        last: list[Task | None] = [None]

        def tick() -> None:
            if last[0] is None or last[0].dead:
                last[0] = run()

        self._timers[timer_id] = timer
        timer.start(tick)

    def cancel_timer(self, timer_id: int) -> None:
        """Stop a timer; one that has stopped already is no fault."""
        timer = self._timers.pop(timer_id, None)
        if timer is not None:
            timer.stop()
            timer.close()

    def end(self, error: type[Gone]) -> None:
        """End it: timers stop now, tasks get *error* at their next page op; those that wait for a user, at once."""
        self.gone = error
        self.stop_timers()
        for task in self.tasks:
            if task.wake is not None:
                task.wake()

    def stop_timers(self) -> None:
        """Stop all timers; what they have started runs on."""
        for timer_id in list(self._timers):
            self.cancel_timer(timer_id)
