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
    NotAttached,
    PageGone,
    RemoteProtocolError,
    Superseded,
    ViewGone,
    WrongThread,
)
from ..protocol.messages import BYE_CODES, Ack, Bye, Event, Failure, GoneReport, Hello, Message, Reply
from ..protocol.ops import CREATE, LISTEN, LOADED, SET, UNLISTEN, VIEW
from ..settings import Settings
from .asking import Asking
from .asks import Asks
from .budget import Budget
from .clock import Clock
from .faults import KEPT, describe, error_of, fault_of_code
from .link import Carrier, Ending
from .listeners import HandlerPool, Listener, Pace, Snapshot, WhenBusy
from .listening import Listening
from .refs import Refs
from .reports import Reports
from .scope import Scope, Task, current_task
from .stream import Stream, log_later
from .watch import Watch

__all__ = ["Page"]

# The real one: under a patched standard library, threading's would tell greenlets apart.
_thread_id: Callable[[], int] = get_original("_thread", "get_ident")


class Page(Asking):
    """One page.

    Args:
        page_id: Its name, unguessable.
        settings: Times and limits.
        pool: Bounds the handlers of the whole app.
        run_job: Runs a piece of the app's code: called with the code and its arguments in the code's own greenlet.
        clock: What its times are counted by.
        budget: Bounds what all pages hold back.

    Attributes:
        authorize: Asks the app whether the user may have the page, still; None where anybody may.
        on_attach: Called when a browser attaches for the first time.
        on_end: Called once when the page has ended.
        attention: Called with the page when it wants `tick` to be called from now on.
        away: Called with the page when its carrier is gone, and how that came; its browser may come back.
        back: Called with the page when it has.
        scope: What lives as long as the page.
        foreground: The scope that listeners belong to that were not added by one of the page's own tasks.
        nonce: The random text of the document that claimed it, or an empty text.
        refs: The nodes that are stood for; see `proxies`.
        templater: Renders templates for this page; None where there are none.
        listening: The listeners.
        gone: Why it has ended, or an empty text.
        watch: Who looks on, or None.
    """

    __slots__ = (
        "__weakref__",
        "_asks",
        "_clock",
        "_last_timer",
        "_pace",
        "_pool",
        "_rendering",
        "_reports",
        "_run_job",
        "_settings",
        "_stream",
        "_thread",
        "attention",
        "authorize",
        "away",
        "back",
        "foreground",
        "gone",
        "id",
        "listening",
        "nonce",
        "on_attach",
        "on_end",
        "refs",
        "scope",
        "templater",
        "watch",
    )

    def __init__(
        self,
        page_id: str,
        settings: Settings,
        pool: HandlerPool,
        run_job: Callable[..., None],
        clock: Clock,
        budget: Budget,
        watch: Watch | None = None,
    ) -> None:
        self.id = page_id
        self.watch = watch
        self.authorize: Callable[[], bool] | None = None
        self.on_attach: Callable[[], None] = lambda: None
        self.on_end: Callable[[], None] = lambda: None
        self.attention: Callable[[Page], None] = lambda page: None
        self.away: Callable[[Page, Ending], None] = lambda page, ending: None
        self.back: Callable[[Page], None] = lambda page: None
        self.scope = self.foreground = Scope("the page", self)
        self.nonce = ""
        self.refs = Refs(settings.limits.refs)
        self.templater: Any = None
        self.gone = ""
        self._settings = settings
        self._pool = pool
        self._clock = clock
        self._pace = Pace(pool, settings.event_rate, settings.event_burst, clock)
        self._reports = Reports(page_id, clock)
        self._run_job = run_job
        self._stream = Stream(settings, self.refs, self.end, clock, budget, traced=watch is not None)
        self._asks = Asks(clock)
        self.listening = Listening(
            self, settings.limits, pool, self._pace, self._start_handler, self._stream.write, clock
        )
        self._last_timer = 0
        self._rendering: set[Any] = set()
        self._thread = _thread_id()

    @property
    def attached(self) -> bool:
        """Whether a browser is connected right now."""
        return not self.gone and self._stream.attached

    @property
    def dead_events(self) -> int:
        """How many events came for listeners that had ended."""
        return self.listening.dead_events

    @property
    def at_rest(self) -> bool:
        """Whether nothing of the app's runs here but what waits for a user, and its browser has applied all ops."""
        tasks = (*self.scope.tasks, *self.foreground.tasks)
        return all(task.wake is not None for task in tasks) and self._stream.at_rest

    @property
    def heard(self) -> float:
        """When its browser's last frame came."""
        return self._stream.heard

    @property
    def taken(self) -> int:
        """The number of the last frame of its browser's that was taken in."""
        return self._stream.taken

    def knows(self, frame: int) -> None:
        """Take note that the running task has looked at what a field held, as *frame* told it (spec 6.4)."""
        task = current_task()
        if task is not None and task.scope.owner is self and task.known < frame:
            task.known = frame

    def known(self, frame: int) -> int:
        """Return the newest frame by which the running task may know what a field held.

        That is the one by which it has looked, whatever others have seen since: what it writes knows nothing of that.
        A handler that has not looked at all knows what was there at its event.

        Args:
            frame: The newest one by which anybody knows it of that very field; 0 for none.
        """
        task = current_task()
        if task is not None and task.scope.owner is self and (known := task.known or task.since):
            return known
        return frame or self._stream.taken

    @property
    def held(self) -> int:
        """About how many bytes are held back for its browser, which takes nothing or is away."""
        return self._stream.held

    # --- what handlers do ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise if the caller may not use the page now.

        Raises:
            WrongThread: if it runs in a thread that is not the page's.
            NotAttached: if no browser has attached yet, or the caller is inside ``render``.
            PageGone: if the page has ended.
            ViewGone, Superseded: if the caller is a handler whose view or event is not the one that counts any more.
        """
        if _thread_id() != self._thread:
            raise WrongThread("a page can only be used from its own thread; hand the call over with app.call_soon(...)")
        if self.gone:
            raise PageGone(f"the page is gone: {self.gone}")
        current = getcurrent()
        if type(current) is Task and (current.superseded or current.scope.gone) and current.scope.owner is self:
            if current.superseded:
                raise Superseded("a newer event has taken this handler's place (when_busy='latest')")
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
        snapshot: Snapshot | None,
        label: object,
        when_busy: WhenBusy = WhenBusy.SERIAL,
    ) -> int:
        """Call *handler* each time *event* happens on the node *ref*, with what *snapshot* makes of what it carries.

        Returns:
            The listener's number.

        Raises:
            LimitReached: if the page has as many listeners as it may.
        """
        self.check()
        number = self.listening.add(self.scope_of_caller(), handler, snapshot, options, label, when_busy)
        self.send((LISTEN, number, ref, event, options))
        return number

    def scope_of_caller(self) -> Scope:
        """Return what ends with the code that runs: the scope of the page's own task, or the foreground."""
        task = current_task()
        return task.scope if task is not None and task.scope.owner is self else self.foreground

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

        def run() -> Task | None:
            return None if self._pool.closed else self.spawn(scope, label, call)

        scope.add_timer(timer_id, self._clock.timer(seconds, seconds), run)
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
        numbers = self.listening.end(scope)
        if numbers and not self.gone:
            self._stream.write((UNLISTEN, numbers))

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
            if not (self.gone or isinstance(error, (ViewGone, Superseded))):
                self.failed(label, error)
        except BaseException as error:
            self.failed(label, error)
        finally:
            task.scope.tasks.discard(task)
            self._pool.running.discard(task)
            self._stream.send_releases()

    def failed(self, label: object, error: BaseException) -> None:
        """Log that a piece of the app's code raised *error*; to be called where it is handled."""
        self._reports.code_failed(label, error)
        if self.watch is not None:
            self.watch.failed(self, fault_of_code(label, error))

    def tell(self, op: tuple[Any, ...]) -> None:
        """Append *op* from outside of the app's code, if a browser is connected; never waits or raises."""
        if self.attached:
            self._stream.write(op)

    def loaded(self, scope: Scope) -> None:
        """Tell the browser that the ``load`` of *scope* has ended, if that is still what it shows."""
        if not self.gone and scope is self.foreground:
            self._stream.write((LOADED,))

    def _start_handler(self, listener: Listener, event: Any) -> Task:
        task = Task(self._run_handler, listener, event)
        task.since = self._stream.taken
        task.scope = listener.scope
        task.slot = self._pace.change
        listener.scope.tasks.add(task)
        task.start()
        return task

    def _run_handler(self, listener: Listener, event: Any) -> None:
        try:
            self._run(listener.label, listener.handler, listener.arguments(event))
        finally:
            listener.handler_ended(event)
            self.listening.grant(listener)

    # --- what the browser says ----------------------------------------------------------------------------------

    def attach(self, carrier: Carrier, hello: Hello) -> None:
        """Let the document that said *hello* in; from now on *carrier* brings its frames.

        What still carries the page is let go. Nothing is lost: what was written meanwhile follows.

        Raises:
            RemoteProtocolError: if the hello does not fit to what was exchanged before; then nothing has changed.
        """
        self._stream.attach(carrier, hello)
        carrier.receiver = self
        carrier.allow(self._settings.limits.frame)
        first, self.nonce = not self.nonce, hello.nonce
        if first:
            self.on_attach()
        else:
            self.back(self)

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
        """Take note that *carrier* is gone: its browser may come back on another one."""
        if carrier is self._stream.carrier:
            self._stream.lose()
            if carrier.ending is Ending.BROKEN:
                self.end("its browser broke a rule of its socket", "", "")
            elif not self.gone:  # else too much waited for its browser
                self.away(self, carrier.ending)

    def _take(self, message: Message) -> None:
        match message:
            case Event():
                self._take_event(message)
            case Reply():
                self.take_reply(message)
            case GoneReport():
                self._take_gone(message)
            case Failure():
                self._take_failure(message)
            case Ack(answer=True):
                self._stream.send_ack(asked=True)
            case Bye():
                # Of words that we know: what the browser says is in messages and logs from now on.
                code = message.code if message.code in BYE_CODES else "for a reason of its own"
                self.end(f"its browser left ({code})", "", "")

    def _take_event(self, event: Event) -> None:
        self.listening.take(event)
        if event.carried:
            self._stream.send_releases()  # of what was dropped at once

    def _take_gone(self, report: GoneReport) -> None:
        # First the nodes: what a listener's handler holds of them need not be released any more, only the rest.
        for wrapper in self.refs.known(report.refs):
            wrapper.mark_gone()
        self.listening.gone(report.listeners)
        self._stream.send_releases()

    def _take_failure(self, failure: Failure) -> None:
        code, text, *_ = failure.error
        op = self._stream.failed_op
        if op and op[0] == SET and len(op) > 6 and self._asks.tell(op[6], failure.error):
            return  # somebody waits in `carry_out`
        trail = self._stream.failed_trail
        what = describe(op, self.refs.get)
        if code == KEPT:
            self._reports.kept(what, trail)
            return
        self.report_failure(code, text, op, what, trail)
        if op and op[0] == CREATE and (wrapper := self.refs.get(op[1])) is not None:
            wrapper.mark_gone()  # it stands for a node that was never made
        elif op and op[0] == LISTEN:
            self.listening.forget(op[1], error_of(*failure.error))
        elif op and op[0] == VIEW:
            self.end("its view could not be shown", "ended", "reload")

    # --- the clock ----------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Look after deadlines and late acknowledgements; return whether to be called again."""
        if self.gone:
            return False
        heard = self._stream.heard if self._stream.attached else None
        wants_sign = self._asks.expire(heard, self._settings.read_silence, self._settings.read_timeout)
        self._stream.send_ack(ask=wants_sign)
        return self._asks.waiting

    @property
    def holds_back(self) -> bool:
        """Whether something waits for the browser to take what was sent before."""
        return self.attached and self._stream.holds_back

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
        self.listening.clear(why)
        self._pace.end()
        self._asks.fail_all(PageGone, f"the page is gone: {why}")
        self.on_end()
