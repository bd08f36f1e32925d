"""One load of one route in one browser document: where greenlets meet the protocol.

Handlers write and ask here; frames come in here; both meet nowhere else. Three rules hold it together:

* One flush. The first buffered op schedules one flush for the next turn of the event loop, which sends everything that
  was written until then as one frame. It never waits.
* The receiver never waits. `receive` may be called by the event loop itself; whatever takes time is spawned.
* No call that can switch stands between a check of shared state and its change.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import gevent
from gevent import get_hub, getcurrent
from gevent.event import Event as Signal
from gevent.monkey import get_original

from ..errors import (
    BrowserError,
    Gone,
    InvalidName,
    InvalidSelector,
    JSError,
    LimitReached,
    NotAFunction,
    NotAttached,
    PageGone,
    ReadTimeout,
    RemoteProtocolError,
    StaleElement,
    UnsupportedValue,
    ValueTooLarge,
    ViewGone,
    WrongThread,
)
from ..protocol import ServerChannel, State
from ..protocol.codec import Ref
from ..protocol.messages import Bye, Event, Failure, GoneReport, Hello, Message, Reply
from ..protocol.ops import CREATE, CREDIT, LISTEN, OPS, RELEASE, UNLISTEN
from ..settings import Settings
from .asks import Asks
from .link import Carrier
from .listeners import HandlerPool, Listener
from .scope import Scope, Task, check_may_wait, current_task

__all__ = ["Page"]

_log = logging.getLogger("pycommunicate.page")
# The real one: under a patched standard library, threading's would tell greenlets apart.
_thread_id: Callable[[], int] = get_original("_thread", "get_ident")

#: How many numbered frames are taken in before a bare acknowledgement goes out at once.
_ACK_EVERY = 32

#: spec 10: what an error of the browser is in Python.
_ERRORS: dict[str, type[Exception]] = {
    "invalid-selector": InvalidSelector,
    "invalid-name": InvalidName,
    "stale-ref": StaleElement,
    "not-a-function": NotAFunction,
    "js-error": JSError,
    "unsupported": UnsupportedValue,
    "too-large": ValueTooLarge,
    "timeout": ReadTimeout,
    "gone": PageGone,
}


def _log_later(level: int, text: str, *args: object) -> None:
    """Log from a greenlet of its own: a log handler may wait, and the event loop must not."""
    gevent.spawn(_log.log, level, text, *args)


class Page:
    """One page.

    Args:
        page_id: Its name, unguessable.
        settings: Times and limits.
        pool: Bounds the handlers of the whole app.
        run_job: Runs a piece of the app's code: called with the code and its arguments in the code's own greenlet.

    Attributes:
        on_attach: Called when a browser attaches for the first time.
        on_end: Called once when the page has ended.
        attention: Called with the page when it wants `tick` to be called from now on.
        scope: What lives as long as the page.
        foreground: The scope that listeners belong to that were not added by one of the page's own tasks.
        carrier: What carries its frames at present.
        nonce: The random text of the document that claimed it, or an empty text.
        wrappers: The server's stand-ins for nodes, by ref; see `proxies`.
        gone: Why it has ended, or an empty text.
        dead_events: How many events came for listeners that had ended.
    """

    __slots__ = (
        "_asks",
        "_channel",
        "_drained",
        "_flushing",
        "_heard",
        "_last_listener",
        "_last_ref",
        "_last_timer",
        "_listeners",
        "_pool",
        "_released",
        "_rendering",
        "_run_job",
        "_settings",
        "_thread",
        "attention",
        "carrier",
        "dead_events",
        "foreground",
        "gone",
        "id",
        "nonce",
        "on_attach",
        "on_end",
        "scope",
        "wrappers",
    )

    def __init__(self, page_id: str, settings: Settings, pool: HandlerPool, run_job: Callable[..., None]) -> None:
        self.id = page_id
        self.on_attach: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None
        self.attention: Callable[[Page], None] = lambda page: None
        self.scope = self.foreground = Scope("the page", self)
        self.carrier: Carrier | None = None
        self.nonce = ""
        self.wrappers: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self.gone = ""
        self.dead_events = 0
        self._settings = settings
        self._pool = pool
        self._run_job = run_job
        self._channel = ServerChannel(settings.limits)
        self._asks = Asks()
        self._listeners: dict[int, Listener] = {}
        self._last_listener = self._last_ref = self._last_timer = 0
        self._released: deque[tuple[int, int]] = deque()
        self._rendering: set[Any] = set()
        self._flushing = False
        self._drained: Signal | None = None
        self._heard = 0.0
        self._thread = _thread_id()

    @property
    def attached(self) -> bool:
        """Whether a browser is connected right now."""
        return self._channel.state is State.OPEN

    # --- what handlers do ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise if the caller may not use the page now.

        Raises:
            WrongThread: if it runs in a thread that is not the page's.
            NotAttached: if no browser has attached yet, or the caller is inside ``render``.
            PageGone: if the page has ended.
            ViewGone: if the caller is a handler of a view that was changed away.
        """
        if _thread_id() != self._thread:
            raise WrongThread("a page can only be used from its own thread; hand the call over with app.call_soon(...)")
        current = getcurrent()
        if type(current) is Task and current.scope.gone is not None and current.scope.owner is self:
            current.scope.check()
        if self.gone:
            raise PageGone(f"the page is gone: {self.gone}")
        if not self.nonce:
            raise NotAttached("the page has no browser yet; use it from load(), a handler or a timer")
        if current in self._rendering:
            raise NotAttached("the page cannot be used inside render(); use it from load(), a handler or a timer")

    def send(self, op: tuple[Any, ...]) -> None:
        """Append *op* to the page's stream.

        Waits only in the page's own handlers, and only behind a browser that takes nothing for long.
        """
        self.check()
        if self._write(op) > self._settings.high_water:
            self._wait_drained()

    def ask(self, code: int, *fields: Any, label: str) -> Any:
        """**Blocks** until the browser answers the op *code*; return the answer.

        Args:
            code: The op.
            fields: Its fields behind the ask number.
            label: What is read, for messages.

        Raises:
            ReadTimeout: if the browser does not answer in time.
            PageGone: if the page ends meanwhile.
            BrowserError: if the browser answers with an error.
            WaitForbidden: where waiting is not allowed.
        """
        self.check()
        check_may_wait()
        number = self._asks.open(label)
        self._write((code, number, *fields))
        self.attention(self)
        return _without_slot(self._asks.wait, number)

    def listen(
        self,
        ref: int,
        event: str,
        options: dict[str, Any],
        handler: Callable[[dict[str, Any]], Any],
        label: object,
    ) -> int:
        """Call *handler* with what an event carries, each time *event* happens on the node *ref*.

        Returns:
            The listener's number.

        Raises:
            LimitReached: if the page has as many listeners as it may.
        """
        self.check()
        limits = self._settings.limits
        if len(self._listeners) >= limits.listeners:
            raise LimitReached(f"expected at most {limits.listeners} listeners on one page (settings.limits.listeners)")
        self._last_listener = number = self._last_listener + 1
        task = current_task()
        scope = task.scope if task is not None and task.scope.owner is self else self.foreground
        self._listeners[number] = Listener(
            number, scope, handler, label, limits.events, self._pool, self._start_handler
        )
        scope.listeners.add(number)
        self.send((LISTEN, number, ref, event, options))
        return number

    def new_ref(self) -> int:
        """Return the ref of a node that the server is about to create."""
        self._last_ref += 1
        return self._last_ref

    def adopt(self, ref: int, wrapper: Any) -> None:
        """Let *wrapper* stand for the node *ref*.

        Raises:
            LimitReached: if as many nodes as may be are stood for.
        """
        if len(self.wrappers) >= self._settings.limits.refs:
            raise LimitReached(
                f"expected at most {self._settings.limits.refs} elements of one page in use (settings.limits.refs)"
            )
        self.wrappers[ref] = wrapper

    def release(self, ref: int, times: int) -> None:
        """Say that nothing stands for *ref* any more, which was received (or created) so many times.

        Called by finalizers, in whatever thread collects garbage: it may only append.
        """
        self._released.append((ref, times))

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """While this is entered, the current greenlet cannot use the page."""
        current = getcurrent()
        self._rendering.add(current)
        try:
            yield
        finally:
            self._rendering.discard(current)

    # --- the app's code -----------------------------------------------------------------------------------------

    def spawn(self, scope: Scope, label: object, call: Callable[..., Any], *args: Any) -> Task:
        """Run *call* in a greenlet of *scope*. What it raises is logged with *label* and hurts nobody."""
        task = Task(self._run, label, call, args)
        task.scope = scope
        scope.tasks.add(task)
        task.start()
        return task

    def add_timer(self, scope: Scope, seconds: float, label: object, call: Callable[[], Any]) -> int:
        """Run *call* every *seconds* in a greenlet of *scope*; a run that still goes on is not joined by a second."""
        self.check()
        self._last_timer = timer_id = self._last_timer + 1
        running: list[Task] = []

        def tick() -> None:
            if not running or running[0].dead:
                running[:] = [self.spawn(scope, label, call)]

        scope.add_timer(timer_id, seconds, tick)
        return timer_id

    def change_scope(self, successor: Scope) -> None:
        """End the foreground scope and put *successor* there; a calling task of the old one goes on in it."""
        scope, self.foreground = self.foreground, successor
        if scope is self.scope:
            return
        task = current_task()
        if task is not None and task.scope is scope:
            scope.tasks.discard(task)
            task.scope = successor
            successor.tasks.add(task)
        scope.end(ViewGone)
        if scope.listeners:
            for number in scope.listeners:
                self._listeners.pop(number, None)
            if not self.gone:
                self._write((UNLISTEN, sorted(scope.listeners)))
            scope.listeners.clear()

    def _run(self, label: object, call: Callable[..., Any], args: tuple[Any, ...]) -> None:
        task = current_task()
        assert task is not None
        try:
            self._run_job(call, *args)
        except gevent.GreenletExit:
            pass
        except Gone as error:
            # How handlers of a page or view that has ended unwind; anything else is the app's own.
            if not (self.gone or isinstance(error, ViewGone)):
                _log.exception("%s failed", label)
        except BaseException:
            _log.exception("%s failed", label)
        finally:
            task.scope.tasks.discard(task)

    def _start_handler(self, listener: Listener, carried: dict[str, Any]) -> None:
        task = Task(self._run_handler, listener, carried)
        task.scope = listener.scope
        task.slot = self._pool.change
        listener.scope.tasks.add(task)
        task.start()

    def _run_handler(self, listener: Listener, carried: dict[str, Any]) -> None:
        try:
            self._run(listener.label, listener.handler, (carried,))
        finally:
            listener.handler_ended()
            credit = listener.credit_due(self._settings.limits.events)
            if credit and listener.number in self._listeners and not self.gone:
                self._write((CREDIT, listener.number, credit))

    # --- frames out ---------------------------------------------------------------------------------------------

    def _write(self, op: tuple[Any, ...]) -> int:
        if not self._flushing:
            self._schedule_flush()
        return self._channel.write(op)

    def _schedule_flush(self) -> None:
        if not self._flushing:
            self._flushing = True
            get_hub().loop.run_callback(self._flush)

    def _flush(self) -> None:
        """Send what was written. Runs in the event loop: nothing here may wait, and nothing may escape."""
        self._flushing = False
        if self.gone:
            return
        try:
            self._send_batch()
        except Exception as error:
            _log_later(logging.ERROR, "page %s ends: its frame could not be sent: %r", self.id, error)
            self.end("a frame could not be sent", "ended", "reload")

    def _send_batch(self) -> None:
        channel = self._channel
        if self._released and self.nonce:
            pairs: list[int] = []
            while self._released:
                pairs += self._released.popleft()
            channel.write((RELEASE, pairs))
        data = channel.batch_to_send()
        if data is not None:
            assert self.carrier is not None
            self.carrier.try_send(data)
            if self._drained is not None:
                self._drained.set()
                self._drained = None
        elif channel.backlog.cost > self._settings.overflow:
            _log_later(logging.WARNING, "page %s ends: its browser takes nothing, and too much waits for it", self.id)
            self.end("its browser took nothing for too long", "overflow", "reload")
        elif channel.ack_due >= _ACK_EVERY and self.attached:
            self._send_ack()

    def _send_ack(self) -> None:
        assert self.carrier is not None
        self.carrier.try_send(self._channel.ack())

    def _wait_drained(self) -> None:
        """Let the page's own handler wait until its browser takes something. Nobody else ever waits here."""
        task = current_task()
        if task is None or task.no_wait or task.scope.owner is not self:
            return
        if self._drained is None:
            self._drained = Signal()
        _without_slot(self._drained.wait)
        self.check()

    # --- frames in ----------------------------------------------------------------------------------------------

    def attach(self, carrier: Carrier, hello: Hello) -> None:
        """Let the document that said *hello* in; from now on *carrier* brings its frames."""
        self._channel.take(hello)
        self._heard = monotonic()
        self.carrier = carrier
        carrier.receiver = self
        carrier.try_send(self._channel.welcome())
        first, self.nonce = not self.nonce, hello.nonce
        if first:
            self.on_attach()

    def receive(self, data: bytes) -> None:
        """Take in one frame from the browser; never waits."""
        if self.gone:
            return
        self._heard = monotonic()
        try:
            message = self._channel.receive(data)
            if message is not None:
                self._take(message)
        except RemoteProtocolError as error:
            _log_later(logging.WARNING, "page %s ends: its browser broke the protocol: %s", self.id, error)
            self.end("its browser broke the protocol", "violation", "stop")

    def _take(self, message: Message) -> None:
        match message:
            case Event():
                self._take_event(message)
            case Reply():
                self._take_reply(message)
            case GoneReport():
                self._take_gone(message)
            case Failure():
                self._take_failure(message)
            case Bye():
                self.end(f"its browser left ({message.code})", "", "")
                return
        channel = self._channel
        if channel.ack_due:
            self.attention(self)
        if channel.ack_due >= _ACK_EVERY or (channel.backlog.holding and channel.window_open):
            self._schedule_flush()

    def _take_event(self, event: Event) -> None:
        listener = self._listeners.get(event.listener)
        if listener is not None:
            listener.take(event.carried)
        elif 0 < event.listener <= self._last_listener:
            self.dead_events += 1  # a click in flight while its listener ended: normal traffic
        else:
            raise RemoteProtocolError(f"expected one of {self._last_listener} listeners, got {event.listener}")

    def _take_reply(self, reply: Reply) -> None:
        label = self._asks.label(reply.ask)
        if label is None:  # its greenlet has given up; nodes in the answer find no wrapper
            for ref in _refs_in(reply.value):
                self.release(ref, 1)
            return
        if reply.error is None:
            self._asks.answer(reply.ask, reply.value)
        else:
            code, text = reply.error
            self._asks.fail(reply.ask, _ERRORS.get(code, BrowserError)(f"{label}: {text}"))

    def _take_gone(self, report: GoneReport) -> None:
        for number in report.listeners:
            listener = self._listeners.pop(number, None)
            if listener is not None:
                listener.scope.listeners.discard(number)
        for ref in report.refs:
            wrapper = self.wrappers.get(ref)
            if wrapper is not None:
                wrapper.mark_gone()

    def _take_failure(self, failure: Failure) -> None:
        code, text = failure.error
        op = self._channel.failed_op
        if op and op[0] == CREATE and (wrapper := self.wrappers.get(op[1])) is not None:
            wrapper.mark_gone()  # it stands for a node that was never made
        _log_later(logging.ERROR, "a write to the page failed: %s: %s (%s)", code, text, _describe(op))

    def lost(self, carrier: Carrier) -> None:
        """Take note that *carrier* is gone."""
        if carrier is self.carrier:
            self._channel.lose()
            self.carrier = None
            self.end("its browser disconnected", "", "")

    # --- the clock ----------------------------------------------------------------------------------------------

    def tick(self, now: float) -> bool:
        """Look after deadlines and late acknowledgements; return whether to be called again."""
        if self.gone:
            return False
        self._asks.expire(now, self._heard, self._settings.read_silence, self._settings.read_timeout)
        if self._channel.ack_due and self.attached:
            self._send_ack()
        return bool(self._asks)

    # --- the end ------------------------------------------------------------------------------------------------

    def end(self, why: str, code: str, action: str) -> None:
        """End the page: tell the browser (if there is a *code*), wake who waits, stop what runs on.

        Args:
            why: For the program.
            code: Why, for the browser: one of `messages.BYE_CODES`, or an empty text to say nothing.
            action: What the browser shall do: ``reload`` or ``stop``.
        """
        if self.gone:
            return
        self.gone = why
        carrier, self.carrier = self.carrier, None
        if carrier is not None:
            if code and self.attached:
                carrier.try_send(self._channel.bye(code, action, why))
            carrier.close(1001 if code == "stopping" else 1000, code)
        self.scope.end(PageGone)
        self.foreground.end(PageGone)
        self._listeners.clear()
        self._asks.fail_all(PageGone, f"the page is gone: {why}")
        if self._drained is not None:
            self._drained.set()
        self.on_end()


def _without_slot(wait: Callable[..., Any], *args: Any) -> Any:
    """**Blocks** in *wait*, the caller's event slot given back meanwhile."""
    task = current_task()
    slot = task.slot if task is not None else None
    if slot is None:
        return wait(*args)
    slot(1)
    try:
        return wait(*args)
    finally:
        slot(-1)


def _refs_in(value: Any) -> Iterator[int]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _refs_in(item)


def _describe(op: Any) -> str:
    if not op:
        return "an op that is not known any more"
    name, fields = OPS.get(op[0], (f"op {op[0]}", ()))
    return f"{name} " + ", ".join(f"{field}={value!r:.60}" for (field, _), value in zip(fields, op[1:], strict=False))
