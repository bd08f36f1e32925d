"""What must be true of a page: which clicks start which handlers, what each use of it comes to, what it may read."""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

from gevent import getcurrent

from pycommunicate.errors import Gone, PageGone, Superseded, ViewGone
from pycommunicate.page import Page
from pycommunicate.protocol.backlog import Backlog
from pycommunicate.protocol.messages import Event, Failure, GoneReport, Message
from pycommunicate.protocol.ops import LISTEN, RELEASE, UNLISTEN, VIEW
from tests.support.model_document import ASKS, ModelDocument, StaleRef

__all__ = ["STALE", "ListenerModel", "PageModel", "Run", "WatchedPage"]

#: What a read of a node that is gone comes to.
STALE = object()


class Run:
    """One call of a piece of the app's code.

    Attributes:
        view: The number of the view that it belongs to.
        superseded: Whether a newer event has taken its place.
        began: Whether its greenlet has had a turn.
    """

    def __init__(self, view: int, listener: ListenerModel | None = None) -> None:
        self.view = view
        self.listener = listener
        self.superseded = False
        self.began = False


class ListenerModel:
    """One listener.

    Attributes:
        queued: How many events wait for their handler.
        running: The runs that were started and have not ended, the newest last.
        taken: How many events have come while it lived.
        handled: How many handlers have been started.
        dropped: How many events were not to be handled, as it was busy.
    """

    def __init__(self, number: int, when_busy: str, view: int) -> None:
        self.number = number
        self.when_busy = when_busy
        self.view = view
        self.queued = self.taken = self.handled = self.dropped = 0
        self.running: list[Run] = []

    def take(self) -> None:
        """Take note that an event has come."""
        self.taken += 1
        busy = bool(self.running) or self.queued > 0
        if busy and self.when_busy == "drop":
            self.dropped += 1
            return
        if busy and self.when_busy == "latest":
            if self.running:
                self.running[-1].superseded = True
            self.dropped += self.queued
            self.queued = 0
        self.queued += 1


class PageModel:
    """What must be true of one page.

    Attributes:
        document: What the browser's document will be when it has applied all that was written.
        listeners: All that there ever were, by number.
        living: The numbers of those that events are handled of.
        view: How often the view was changed.
        shown: The views whose ``load`` has not begun.
        dead: How many events have come for listeners that had ended.
        stale_writes: How many writes were made to nodes that were gone then.
        faults: What was wrong.
        runs: The runs that go on, by their greenlet.
        replies: What asks must be answered with, by number.
        when_busy: Of the listener that is made next.
    """

    def __init__(self, html: str, credit: int) -> None:
        self.document = ModelDocument(html, credit)
        self.listeners: dict[int, ListenerModel] = {}
        self.living: set[int] = set()
        self.view = 0
        self.shown = deque([0])
        self.dead = self.stale_writes = 0
        self.faults: list[str] = []
        self.runs: dict[Any, Run] = {}
        self.replies: dict[int, Any] = {}
        self.asked: dict[Any, int] = {}
        self.when_busy = "serial"
        self.last_ops: dict[Any, tuple[Any, ...]] = {}
        self._parallel: deque[ListenerModel] = deque()

    def check(self, truth: object, what: str) -> None:
        """Note a fault unless *truth* is true: greenlets of the app cannot fail a test."""
        if not truth:
            self.faults.append(what)

    # --- what is written ----------------------------------------------------------------------------------------

    def wrote(self, op: tuple[Any, ...]) -> None:
        """Take note that *op* was written."""
        if op[0] != RELEASE:  # which a write sends along that has to wait
            self.last_ops[getcurrent()] = op
        if op[0] == VIEW:
            self.view += 1
            self.shown.append(self.view)
            if (run := self.runs.get(getcurrent())) is not None:
                run.view = self.view
        value: Any = None
        try:
            value = self.document.apply(list(op))
        except StaleRef:
            value = STALE
            self.stale_writes += op[0] not in ASKS
        if op[0] in ASKS:
            self.replies[op[1]] = value
            self.asked[getcurrent()] = op[1]
        elif op[0] == LISTEN:
            run = self.runs.get(getcurrent())
            view = run.view if run is not None else self.view
            self.listeners[op[1]] = ListenerModel(op[1], self.when_busy, view)
            self.living.add(op[1])
        elif op[0] == UNLISTEN:
            self.living.difference_update(op[1])

    # --- what comes ---------------------------------------------------------------------------------------------

    def took(self, message: Message, failed_op: Any) -> None:
        """Take note that *message* came in, for the first time."""
        match message:
            case Event():
                if message.listener not in self.living:
                    self.dead += 1
                    return
                listener = self.listeners[message.listener]
                listener.take()
                if listener.when_busy == "parallel":
                    self._parallel.append(listener)
            case GoneReport():
                self.living.difference_update(message.listeners)
            case Failure() if failed_op and failed_op[0] == LISTEN:
                self.living.discard(failed_op[1])

    # --- what runs ----------------------------------------------------------------------------------------------

    def started(self, number: int, task: Any, gone: str) -> None:
        """Take note that a handler was started."""
        listener = self.listeners[number]
        self.check(not gone, f"a handler of listener {number} was started when the page had ended")
        self.check(listener.view == self.view, f"a handler of listener {number} was started when its view had ended")
        self.check(listener.queued, f"a handler of listener {number} was started without an event")
        if listener.when_busy in ("serial", "drop"):
            self.check(not listener.running, f"two handlers of listener {number} run at a time")
        if listener.when_busy == "parallel":
            while self._parallel and self._parallel[0].view != self.view:
                self._parallel.popleft()
            first = self._parallel.popleft() if self._parallel else None
            self.check(first is listener, f"a handler of listener {number} was started before an earlier one")
        listener.queued -= 1
        listener.handled += 1
        run = Run(listener.view, listener)
        listener.running.append(run)
        self.runs[task] = run

    def ended(self, run: Run) -> None:
        """Take note that *run* has ended."""
        del self.runs[getcurrent()]
        self.asked.pop(getcurrent(), None)
        if run.listener is not None:
            run.listener.running.remove(run)

    def error_for(self, run: Run, gone: str) -> type[Gone] | None:
        """Return what *run* must get if it uses the page now."""
        if gone:
            return PageGone
        if run.superseded:
            return Superseded
        return ViewGone if run.view != self.view else None


class WatchedBacklog(Backlog):
    """Tells a model of each op."""

    __slots__ = ("_model",)

    def __init__(self, model: PageModel) -> None:
        super().__init__()
        self._model = model

    def append(self, op: tuple[Any, ...]) -> int:
        self._model.wrote(op)
        return super().append(op)


class WatchedPage(Page):
    """Tells a model of all that happens."""

    __slots__ = ()

    models: ClassVar[dict[str, PageModel]] = {}

    @classmethod
    def watch_over(cls, page: Page, model: PageModel) -> None:
        """Let *model* know what happens to *page*."""
        page.__class__ = cls
        cls.models[page.id] = model
        page._stream._channel.backlog = backlog = WatchedBacklog(model)
        page._stream._append = backlog.append
        page.listening._spawn = page._start_handler

    def _take(self, message: Message) -> None:
        self.models[self.id].took(message, self._stream.failed_op)
        super()._take(message)

    def _start_handler(self, listener: Any, carried: dict[str, Any]) -> Any:
        task = super()._start_handler(listener, carried)
        self.models[self.id].started(listener.number, task, self.gone)
        return task
