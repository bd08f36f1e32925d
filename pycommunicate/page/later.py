"""An answer of the browser that is on its way, for whoever wants it, if anybody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gevent import get_hub
from gevent.hub import Waiter

from .clock import Clock
from .deadlines import Deadlines

__all__ = ["Later"]


class Later:
    """What an ask is answered by. Its deadlines are those of who waits: they begin when somebody does.

    Args:
        label: What is read, for messages.
        convert: Makes of the answer what is returned; called as the answer comes in, so it must not wait.
        clock: What waiting is counted by.
        wait: Lets the caller wait for it, as the page wants it: called with this.
        wanted: Whether somebody is going to wait for it.

    Attributes:
        done: Whether the answer, or an error, has come.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_error",
        "_value",
        "_wait",
        "_waiting",
        "_wanted",
        "convert",
        "done",
        "label",
    )

    def __init__(
        self,
        label: str,
        convert: Callable[[Any], Any] | None,
        clock: Clock,
        wait: Callable[[Later], None],
        *,
        wanted: bool = False,
    ) -> None:
        self.label = label
        self.convert = convert
        self.done = False
        self._clock = clock
        self._wait = wait
        self._wanted = wanted
        self._value: Any = None
        self._error: Exception | None = None
        self._waiting: dict[Waiter[Any], float] = {}

    def get(self) -> Any:
        """Return the answer, or raise the error. **Blocks** until it has come."""
        if not self.done:
            self._wait(self)
        if self._error is not None:
            raise self._error.with_traceback(None)  # not that of an earlier time
        return self._value

    @property
    def failed(self) -> bool:
        """Whether it is an error."""
        return self._error is not None

    def wait(self) -> None:
        """**Blocks** until the answer, or an error, has come."""
        if self.done:
            return
        waiter: Waiter[Any] = Waiter()
        self._waiting[waiter] = self._clock.now()
        try:
            waiter.get()
        finally:
            self._waiting.pop(waiter, None)

    @property
    def oldest(self) -> float | None:
        """Since when somebody has waited; None if nobody does."""
        return next(iter(self._waiting.values()), None)

    def settle(self, value: Any) -> None:
        """Take the answer."""
        self._value = value
        self._wake()

    def throw(self, error: Exception) -> bool:
        """Take the error; return whether somebody waits for it."""
        self._error = error
        return self._wake() or self._wanted

    def expire(self, deadlines: Deadlines) -> None:
        """Let go of who has waited too long. The answer may come all the same, for others."""
        for waiter, since in list(self._waiting.items()):
            error = deadlines.passed(self.label, since)
            if error is not None:
                del self._waiting[waiter]
                get_hub().loop.run_callback(waiter.throw, error)

    def _wake(self) -> bool:
        self.done = True
        waiting, self._waiting = self._waiting, {}
        for waiter in waiting:
            get_hub().loop.run_callback(waiter.switch, None)
        return bool(waiting)
