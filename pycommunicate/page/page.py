"""One load of one route in one browser document: where greenlets meet the protocol.

Handlers write and ask here; messages come in here; both meet nowhere else. Two rules hold it together:

* The receiver never waits. `receive` may be called by the event loop itself; whatever takes time is spawned.
* No call that can switch stands between a check of shared state and its change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
from gevent import getcurrent
from gevent.monkey import get_original

from ..errors import (
    Gone,
    LimitReached,
    NotAttached,
    PageGone,
    RemoteProtocolError,
    ViewGone,
    WrongThread,
)
from ..protocol.codec import Ref
from ..protocol.messages import BYE_CODES, Bye, Event, Failure, GoneReport, Hello, Message, Reply
from ..protocol.ops import CREATE, CREDIT, LISTEN, UNLISTEN, VIEW
from ..settings import Settings
from .asks import Asks
from .faults import Fault, describe, error_of, exc_info_of, fault_of_code, fault_of_write
from .link import Carrier
from .listeners import HandlerPool, Listener, Pace
from .quota import Quota
from .refs import Refs
from .scope import Scope, Task, check_may_wait, current_task, without_slot
from .stream import Stream, log_later
from .trail import place_of

__all__ = ["Page"]

_log = logging.getLogger("pycommunicate.page")

#: What may go wrong on one page and be logged, line by line: so many at once, and so many a second in the long run.
#: Whatever its browser does, a page cannot fill a disk.
_MOST_LINES, _LINES_A_SECOND = 100, 0.1
# The real one: under a patched standard library, threading's would tell greenlets apart.
_thread_id: Callable[[], int] = get_original("_thread", "get_ident")


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
        nonce: The random text of the document that claimed it, or an empty text.
        refs: The nodes that are stood for; see `proxies`.
        gone: Why it has ended, or an empty text.
        dead_events: How many events came for listeners that had ended.
        watch: In debug, called with the page and each `Fault` of it; it must not wait. Else None.
    """

    __slots__ = (
        "__weakref__",
        "_asks",
        "_last_listener",
        "_last_timer",
        "_lines",
        "_listeners",
        "_pace",
        "_pool",
        "_rendering",
        "_run_job",
        "_settings",
        "_stream",
        "_thread",
        "attention",
        "dead_events",
        "foreground",
        "gone",
        "id",
        "nonce",
        "on_attach",
        "on_end",
        "refs",
        "scope",
        "watch",
    )

    def __init__(
        self,
        page_id: str,
        settings: Settings,
        pool: HandlerPool,
        run_job: Callable[..., None],
        watch: Callable[[Page, Fault], None] | None = None,
    ) -> None:
        self.id = page_id
        self.watch = watch
        self.on_attach: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None
        self.attention: Callable[[Page], None] = lambda page: None
        self.scope = self.foreground = Scope("the page", self)
        self.nonce = ""
        self.refs = Refs(settings.limits.refs)
        self.gone = ""
        self.dead_events = 0
        self._settings = settings
        self._pool = pool
        self._pace = Pace(pool, settings.event_rate, settings.event_burst)
        self._lines: Quota | None = None
        self._run_job = run_job
        self._stream = Stream(settings, self.refs, self.end, traced=watch is not None)
        self._asks = Asks()
        self._listeners: dict[int, Listener] = {}
        self._last_listener = self._last_timer = 0
        self._rendering: set[Any] = set()
        self._thread = _thread_id()

    @property
    def attached(self) -> bool:
        """Whether a browser is connected right now."""
        return not self.gone and self._stream.attached

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
        if self.gone:
            raise PageGone(f"the page is gone: {self.gone}")
        current = getcurrent()
        if type(current) is Task and current.scope.gone is not None and current.scope.owner is self:
            current.scope.check()
        if not self.nonce:
            raise NotAttached("the page has no browser yet; use it from load(), a handler or a timer")
        if current in self._rendering:
            raise NotAttached("the page cannot be used inside render(); use it from load(), a handler or a timer")

    def send(self, op: tuple[Any, ...]) -> None:
        """Append *op* to the page's stream.

        Waits only in the page's own handlers, and only behind a browser that takes nothing for long.
        """
        self.check()
        if self._stream.write(op):
            self._wait_drained()

    def ask(self, code: int, *fields: Any, label: str, convert: Callable[[Any], Any] | None = None) -> Any:
        """**Blocks** until the browser answers the op *code*; return the answer.

        Args:
            code: The op.
            fields: Its fields behind the ask number.
            label: What is read, for messages.
            convert: Makes of the answer what is returned; called as the answer comes in, so it must not wait.

        Raises:
            ReadTimeout: if the browser does not answer in time.
            PageGone: if the page ends meanwhile.
            BrowserError: if the browser answers with an error.
            WaitForbidden: where waiting is not allowed.
        """
        self.check()
        check_may_wait()
        number = self._asks.open(label, convert)
        self._stream.write((code, number, *fields))
        self.attention(self)
        return without_slot(self._asks.wait, number)

    def _wait_drained(self) -> None:
        """Let the page's own handler wait until its browser takes something. Nobody else ever waits here."""
        task = current_task()
        if task is None or task.no_wait or task.scope.owner is not self:
            return
        if self._stream.flush():  # else the browser keeps up, and much was only written in one turn
            self._stream.wait_drained()
            self.check()

    def listen(
        self,
        ref: int,
        event: str,
        options: dict[str, Any],
        handler: Callable[..., Any],
        carries: bool,
        label: object,
    ) -> int:
        """Call *handler* each time *event* happens on the node *ref*, with what it carries if *carries*.

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
            number, scope, handler, carries, label, limits.events, self._pace, self._start_handler
        )
        scope.listeners.add(number)
        self.send((LISTEN, number, ref, event, options))
        return number

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
            if not self._pool.closed and (not running or running[0].dead):
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
                self._stream.write((UNLISTEN, sorted(scope.listeners)))
            scope.listeners.clear()

    def _run(self, label: object, call: Callable[..., Any], args: tuple[Any, ...]) -> None:
        task = current_task()
        assert task is not None
        self._pool.running.add(task)
        try:
            self._run_job(call, *args)
        except gevent.GreenletExit:
            pass
        except Gone as error:
            # How handlers of a page or view that has ended unwind; anything else is the app's own.
            if not (self.gone or isinstance(error, ViewGone)):
                self.failed(label, error)
        except BaseException as error:
            self.failed(label, error)
        finally:
            task.scope.tasks.discard(task)
            self._pool.running.discard(task)
            self._stream.send_releases()

    def failed(self, label: object, error: BaseException) -> None:
        """Log that a piece of the app's code raised *error*; to be called where it is handled."""
        if self._may_log():
            _log.error("%s failed", label, exc_info=exc_info_of(error))
        if self.watch is not None:
            self.watch(self, fault_of_code(label, error))

    def tell(self, op: tuple[Any, ...]) -> None:
        """Append *op* from outside of the app's code, if a browser is connected; never waits or raises."""
        if self.attached:
            self._stream.write(op)

    def _may_log(self) -> bool:
        """Return whether one more line may be logged of what goes wrong here, and count it."""
        if self._lines is None:
            self._lines = Quota(_LINES_A_SECOND, _MOST_LINES)
        if not self._lines.take():
            return False
        if self._lines.seconds_until(1):
            log_later(logging.ERROR, "so much goes wrong on page %s that most of it is not logged any more", self.id)
        return True

    def _start_handler(self, listener: Listener, carried: dict[str, Any]) -> None:
        task = Task(self._run_handler, listener, carried)
        task.scope = listener.scope
        task.slot = self._pace.change
        listener.scope.tasks.add(task)
        task.start()

    def _run_handler(self, listener: Listener, carried: dict[str, Any]) -> None:
        try:
            self._run(listener.label, listener.handler, (carried,) if listener.carries else ())
        finally:
            listener.handler_ended()
            credit = listener.credit_due(self._settings.limits.events)
            if credit and listener.number in self._listeners and not self.gone:
                self._stream.write((CREDIT, listener.number, credit))

    # --- what the browser says ----------------------------------------------------------------------------------

    def attach(self, carrier: Carrier, hello: Hello) -> None:
        """Let the document that said *hello* in; from now on *carrier* brings its frames."""
        self._stream.attach(carrier, hello)
        carrier.receiver = self
        carrier.allow(self._settings.limits.frame)
        first, self.nonce = not self.nonce, hello.nonce
        if first:
            self.on_attach()

    def receive(self, data: bytes) -> None:
        """Take in one frame from the browser; never waits."""
        if self.gone:
            return
        try:
            message = self._stream.receive(data)
            if message is not None:
                self._take(message)
        except RemoteProtocolError as error:
            log_later(logging.WARNING, "page %s ends: its browser broke the protocol: %s", self.id, str(error))
            self.end("its browser broke the protocol", "violation", "stop")
        if self._stream.ack_due and not self.gone:
            self.attention(self)

    def lost(self, carrier: Carrier) -> None:
        """Take note that *carrier* is gone."""
        if carrier is self._stream.carrier:
            self._stream.lose()
            self.end("its browser disconnected", "", "")

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
                # Of words that we know: what the browser says is in messages and logs from now on.
                code = message.code if message.code in BYE_CODES else "for a reason of its own"
                self.end(f"its browser left ({code})", "", "")

    def _take_event(self, event: Event) -> None:
        if event.carried:
            raise RemoteProtocolError(f"expected no carried values, which nobody asked for, got {len(event.carried)}")
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
                self.refs.release(ref, 1)
            self._stream.send_releases()
            return
        if reply.error is None:
            self._asks.answer(reply.ask, reply.value)
        else:
            code, text = reply.error
            self._asks.fail(reply.ask, error_of(code, f"{label}: {text}"))

    def _take_gone(self, report: GoneReport) -> None:
        if report.listeners and not 0 < min(report.listeners) <= max(report.listeners) <= self._last_listener:
            raise RemoteProtocolError(f"expected some of {self._last_listener} listeners, got others")
        for number in [number for number in report.listeners if number in self._listeners]:
            self._forget_listener(number)
        for wrapper in self.refs.known(report.refs):
            wrapper.mark_gone()

    def _forget_listener(self, number: int) -> None:
        listener = self._listeners.pop(number, None)
        if listener is not None:
            listener.scope.listeners.discard(number)

    def _take_failure(self, failure: Failure) -> None:
        code, text = failure.error
        op = self._stream.failed_op
        # With its quotes and escapes: the text comes from anybody, and a log has its lines.
        trail = self._stream.failed_trail
        what = describe(op, self.refs.get)
        if self._may_log():
            where = f", written at {place_of(trail)}" if trail else ""
            log_later(logging.ERROR, "a write to the page failed: %s: %r (%s)", code, text, what + where)
        if self.watch is not None:
            self.watch(self, fault_of_write(code, text, op, what, trail))
        if op and op[0] == CREATE and (wrapper := self.refs.get(op[1])) is not None:
            wrapper.mark_gone()  # it stands for a node that was never made
        elif op and op[0] == LISTEN:
            self._forget_listener(op[1])
        elif op and op[0] == VIEW:
            self.end("its view could not be shown", "ended", "reload")

    # --- the clock ----------------------------------------------------------------------------------------------

    def tick(self, now: float) -> bool:
        """Look after deadlines and late acknowledgements; return whether to be called again."""
        if self.gone:
            return False
        self._asks.expire(now, self._stream.heard, self._settings.read_silence, self._settings.read_timeout)
        self._stream.send_ack()
        return bool(self._asks)

    @property
    def holds_back(self) -> bool:
        """Whether something waits for the browser to take what was sent before."""
        return self.attached and self._stream.holds_back

    def stop_timers(self) -> None:
        """Start no timer any more."""
        self.scope.stop_timers()
        self.foreground.stop_timers()

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
        self._stream.close(why, code, action)
        self.scope.end(PageGone)
        self.foreground.end(PageGone)
        self._listeners.clear()
        self._pace.end()
        self._asks.fail_all(PageGone, f"the page is gone: {why}")
        self.on_end()


def _refs_in(value: Any) -> Iterator[int]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _refs_in(item)
