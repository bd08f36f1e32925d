"""One page with a controller of two views, whose handlers are programs, and the model browser that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from gevent import getcurrent
from gevent.event import Event as Signal

from pycommunicate import View
from pycommunicate.errors import BrowserError, Gone, LimitReached, PageGone, ReadTimeout, StaleElement
from pycommunicate.page import MAX_HELLO, Door, Registry
from pycommunicate.server.bases.controller import Controller, ControllerSetup
from pycommunicate.settings import Settings
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.links import End
from pycommunicate.testing.network import Network
from tests.support.examples import Program
from tests.support.model_browser import ModelBrowser
from tests.support.page_model import STALE, PageModel, Run, WatchedPage

__all__ = ["STATEMENTS", "WHEN_BUSY", "Scripts", "Tab"]

#: What handlers do, and how often.
STATEMENTS = {
    "read": 6,
    "write": 6,
    "read, write, read": 4,
    "write much": 2,
    "add": 3,
    "add and listen": 4,
    "delete": 3,
    "drop": 3,
    "find": 3,
    "exists": 1,
    "wait": 6,
    "yield": 2,
    "change view": 4,
    "timer": 1,
    "raise": 1,
}

WHEN_BUSY = ("serial", "parallel", "latest", "drop")
#: What each view shows at first.
BODIES = ("root a", "root b")
NAMES = ("value", "title")
_MOST_VIEWS = 8


class Oops(Exception):
    """What the app's code raises."""


class Scripts:
    """What one app does.

    Args:
        loads: What the two views do when they are loaded.
        handlers: What handlers do.
        timers: What timers do.
    """

    def __init__(self, loads: list[Program], handlers: list[Program], timers: list[Program]) -> None:
        self.loads = loads
        self.handlers = handlers
        self.timers = timers

    def __repr__(self) -> str:
        return f"Scripts({self.loads}, {self.handlers}, {self.timers})"


class _Scripted(View):
    """A view that does what the tab's scripts say."""

    index = 0

    def render(self) -> str:
        return BODIES[self.index]

    def load(self) -> None:
        tab: Tab = self.controller.d["tab"]
        tab.loads += 1
        tab.run(Run(tab.model.shown.popleft()), lambda run: tab.load(run, self))

    def teardown(self) -> None:
        tab: Tab = self.controller.d["tab"]
        tab.teardowns += 1


class First(_Scripted):
    index = 0


class Second(_Scripted):
    index = 1


class Tab:
    """The page, and its browser.

    Args:
        registry: Where the page is.
        settings: Of the registry.
        clock: Of both.
        seed: Of the network.
        scripts: What the app does.
        asks_app: Whether the app is asked if the user may have the page.

    Attributes:
        allowed: What it says then.
        slow_answer: Whether it takes its time.
        loads: How many views have been shown.
        teardowns: How many have been left.
        raised: How many pieces of the app's code have raised.
        ended: Why the page has ended, as often as it has.
    """

    def __init__(
        self, registry: Registry, settings: Settings, clock: VirtualClock, seed: int, scripts: Scripts, asks_app: bool
    ) -> None:
        self.registry = registry
        self.clock = clock
        self.scripts = scripts
        self.allowed = True
        self.denied = False
        self.slow_answer = False
        self.waits = True
        self.loads = self.teardowns = self.raised = 0
        self.ended: list[str] = []
        self.gates: list[Signal] = []
        self.elements: list[Any] = []
        self._settings = settings
        self._written = 0
        credit = settings.limits.events
        self.model = PageModel(BODIES[0], credit)
        self.network = Network(clock, seed, self._serve)
        self.browser = ModelBrowser(self.network, BODIES[0], credit)
        self.page = page = registry.new_page(lambda call, *args: call(*args))
        WatchedPage.watch_over(page, self.model)
        authorize = self._authorize if asks_app else None
        user: Any = None
        templater: Any = None
        setup = ControllerSetup(page, user, {}, (First, Second), 0, templater, lambda leaving: "/", authorize)
        self.controller = Controller(setup)
        self.controller.d["tab"] = self
        page.on_attach = self.controller.load_shown
        page.on_end = self._page_ended
        registry.expect(page, "user", "address")

    def _serve(self, end: End) -> None:
        timeout = self._settings.hello_timeout
        door = Door(end, self.registry, self.page.id, "user", lambda *words: True, timeout)
        end.accept(door, "", MAX_HELLO)
        door.wait()

    def _page_ended(self) -> None:
        self.ended.append(self.page.gone)
        self.registry.drop(self.page)
        self.controller.page_ended(self.page)

    def _authorize(self, controller: Controller) -> bool:
        allowed = self.allowed
        if self.slow_answer:
            self._wait()
        if not allowed:
            self.denied = True
        return allowed

    # --- the app ------------------------------------------------------------------------------------------------

    def run(self, run: Run, call: Callable[[Run], None]) -> None:
        """Run a piece of the app's code."""
        run.began = True
        self.model.runs[getcurrent()] = run
        try:
            call(run)
        except Oops:
            self.raised += 1
            raise
        finally:
            self.model.ended(run)

    def load(self, run: Run, view: View) -> None:
        """Find the root of a view, add a button for each kind of listener, and go on as the scripts say."""
        self.elements.clear()
        root = self._use(run, lambda: view.html_wrapper.element("#root"))
        if root is None or root is STALE:
            return
        self.elements.append(root)
        for number, when_busy in enumerate(WHEN_BUSY):
            self._listen(run, root, number, when_busy)
        self._do(run, self.scripts.loads[self.controller._index])

    def _listen(self, run: Run, parent: Any, number: int, when_busy: str) -> None:
        button = self._use(run, lambda: parent.add_child("button"))
        if button is STALE:
            return
        script = self.scripts.handlers[number % len(self.scripts.handlers)]

        def handle() -> None:
            running = self.model.runs[getcurrent()]
            self.run(running, lambda run: self._do(run, script))

        def handle_event(event: object) -> None:
            handle()

        handler = handle if number % 3 else handle_event
        self.model.when_busy = when_busy
        self._use(run, lambda: button.add_event_listener("click", handler, when_busy=when_busy))
        if number % 2:
            self.elements.append(button)

    def _do(self, run: Run, script: Program) -> None:
        for statement, how in script:
            self._statement(run, statement, how)

    def _statement(self, run: Run, statement: str, how: int) -> None:
        element = self.elements[how % len(self.elements)] if self.elements else None
        name = NAMES[how % 2]
        match statement:
            case "wait":
                self._wait()
            case "yield":
                gevent.sleep(0)
            case "raise":
                raise Oops
            case "find":
                found = self._use(run, lambda: self.controller.html_wrapper.element(f"#{['root', 'a', 'b'][how % 3]}"))
                if found is not None and found is not STALE:
                    self.elements.append(found)
            case "exists":
                self._use(run, lambda: self.controller.html_wrapper.exists("#a"))
            case "change view":
                if self.model.view < _MOST_VIEWS:  # two views that are left as they load would never come to an end
                    self._use(run, lambda: self.controller.change_view(how % 2), reads=False)
            case "timer":
                self._timer(run, how)
            case _ if element is None:
                return
            case "read":
                self._use(run, lambda: element.get_property(name))
            case "write" | "write much":
                self._write(run, element, name, 500 if "much" in statement else 0)
            case "read, write, read":
                self._use(run, lambda: element.get_property(name))
                self._write(run, element, name)
                self._use(run, lambda: element.get_property(name))
            case "add":
                child = self._use(run, lambda: element.add_child("p"))
                if child is not STALE:
                    self.elements.append(child)
            case "add and listen":
                self._listen(run, element, how, WHEN_BUSY[how // 8 % 4])
            case "delete":
                self._use(run, element.delete)
                if element in self.elements:
                    self.elements.remove(element)
            case "drop":
                self.elements.remove(element)

    def _write(self, run: Run, element: Any, name: str, size: int = 0) -> None:
        self._written += 1
        value = f"{self._written} {'x' * size}"

        def write() -> None:
            element.set_property(name, value)
            # Its own greenlet's: it may wait for the browser to take something, and others write meanwhile.
            last = self.model.last_ops.pop(getcurrent(), (None,))
            self.model.check(last[3:4] == (value,), "a write was not the last op that was written")

        self._use(run, write)

    def _timer(self, run: Run, how: int) -> None:
        script = self.scripts.timers[how % len(self.scripts.timers)]
        script = [one for one in script if one[0] != "timer"]  # one that adds another would have thousands in no time
        view = run.view

        def tick() -> None:
            self.run(Run(view), lambda run: self._do(run, script))

        self._use(run, lambda: self.controller.add_timer(5 + how % 7, tick), reads=False)

    def _wait(self) -> None:
        if self.waits:
            self.gates.append(Signal())
            self.gates[-1].wait()

    def open_gates(self, most: int = 10**6, *, for_ever: bool = False) -> None:
        """Let what waits go on, the oldest first."""
        self.waits = self.waits and not for_ever
        for gate in self.gates[:most]:
            gate.set()
        del self.gates[:most]

    def _use(self, run: Run, call: Callable[[], Any], *, reads: bool = True) -> Any:
        """Use the page, and compare what that comes to with what it must; return STALE for an element that is gone."""
        model, page = self.model, self.page
        must = model.error_for(run, page.gone)
        began = self.clock.now()
        me = getcurrent()
        model.asked.pop(me, None)
        what = f"a use of the page in a run of view {run.view}"
        try:
            value = call()
        except Gone as error:
            may = {must} if must else {model.error_for(run, page.gone)}
            model.check(type(error) in may, f"{what} raised {error!r}, and not one of {may}")
            raise
        except ReadTimeout:
            waited = self.clock.now() - began
            model.check(waited >= self._settings.read_silence, f"a read gave up after {waited:g} s")
            return STALE
        except (StaleElement, BrowserError) as error:
            answer = model.replies.get(model.asked.get(me, 0), STALE)
            model.check(isinstance(error, StaleElement), f"{what} raised {error!r}")
            model.check(answer is STALE, f"{what} raised {error!r}, and the element was there")
            return STALE
        except LimitReached:
            return STALE
        model.check(must is None, f"{what} went through, and should have raised {must}")
        if reads and (ask := model.asked.get(me)) is not None:
            answer = model.replies[ask]
            got = value._ref if hasattr(value, "_ref") else value
            model.check(answer is not STALE, f"{what} returned {got!r} of an element that was gone")
            model.check(got == answer, f"{what} returned {got!r}, and the document had {answer!r}")
        return value

    def write_from_outside(self, how: int) -> None:
        """Let a piece of code that belongs to no page write."""
        try:
            self.controller.html_wrapper._page.send((3, 0, NAMES[how % 2], f"outside {how}"))
        except PageGone:
            self.model.check(self.page.gone, "the page was gone, and was not")
