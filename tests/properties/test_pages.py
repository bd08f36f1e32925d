"""Whole pages, random handlers, and all that browsers, networks and users do to them."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent import get_hub
from hypothesis import given, note
from hypothesis import strategies as st

from pycommunicate.page import Registry
from pycommunicate.page.listeners import Listener
from pycommunicate.page.permission import NOT_ALLOWED
from pycommunicate.protocol import Limits
from pycommunicate.settings import Settings
from pycommunicate.testing.clock import VirtualClock
from tests.support.examples import Program, impatient, parts_of, programs, some_examples, until_enough
from tests.support.page_model import WatchedPage
from tests.support.page_tab import STATEMENTS, Scripts, Tab

ACTIONS = {
    # the user and the browser
    "click": 26,
    "click the oldest": 4,
    "ack": 3,
    "ask": 1,
    "freeze": 2,
    "thaw": 3,
    "view takes long": 2,
    "view has come": 2,
    "connect": 6,
    "close": 1,
    "leave": 1,
    # the app
    "open a gate": 8,
    "write from outside": 3,
    "collect": 1,
    "forbid": 1,
    "allow": 2,
    "think": 1,
    "end": 1,
    # the network
    "step": 12,
    "idle": 8,
    "pass time": 3,
    "pass much time": 2,
    "cut": 3,
    "cut half": 2,
    "cut anywhere": 2,
    "cut soon": 3,
    "hold": 2,
    "release": 3,
    "swallow": 1,
    "delay": 1,
}

ENDINGS = ("bye", "lost", "left", "stop", "end", "forbid", "cut and end")

SETTINGS = st.builds(
    lambda events, frames, size, high: Settings(
        limits=Limits(events=events, window_frames=frames, window_bytes=size),
        high_water=high,
        overflow=20_000,
        backlog_memory=30_000,
    ),
    st.sampled_from([1, 2, 16]),
    st.sampled_from([1, 3, 64]),
    st.sampled_from([100, 4 * 1024 * 1024]),
    st.sampled_from([1500, 1024 * 1024]),
)

_SCRIPT = programs(STATEMENTS, 1, 6)
SCRIPTS = st.builds(
    Scripts,
    st.lists(_SCRIPT, min_size=2, max_size=2),
    st.lists(_SCRIPT, min_size=4, max_size=4),
    st.lists(_SCRIPT, min_size=1, max_size=1),
)


def settle() -> None:
    """Give every greenlet that is ready its turns."""
    for _ in range(12):
        gevent.sleep(0)


class Watch(logging.Filter):
    """Keeps what is logged as an error, as text, and lets nobody else: a traceback would hold what it leads through."""

    def __init__(self) -> None:
        super().__init__()
        self.raised = self.stale = 0
        self.silenced = False
        self.unseen: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            return False
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        if kind == "Oops":
            self.raised += 1
        elif record.getMessage().startswith("a write to the page failed: stale-ref"):
            self.stale += 1
        elif record.getMessage().startswith("so much goes wrong on page"):  # timers that raise, and much time passes
            self.silenced = True
        else:
            self.unseen.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")
        return False

    def handle_error(self, context: object, kind: Any, value: object, traceback: object) -> None:
        self.unseen.append(f"{context!r}: {value!r}")


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """What goes wrong unseen."""
    made = Watch()
    logger = logging.getLogger("pycommunicate.page")
    monkeypatch.setattr(get_hub(), "handle_error", made.handle_error)
    logger.addFilter(made)
    gc.collect()
    gc.freeze()  # a collection after each example looks at what that has made alone
    yield made
    gc.unfreeze()
    logger.removeFilter(made)


class House:
    """A process with its pages: does what a program says."""

    def __init__(self, settings: Settings, slots: int, seed: int, scripts: Scripts, count: int, asks_app: bool) -> None:
        self.clock = VirtualClock(settle)
        self.settings = settings
        self.slots = slots
        self.registry = Registry(settings, slots, self.clock)
        self.tabs = [
            Tab(self.registry, settings, self.clock, seed + number, scripts, asks_app) for number in range(count)
        ]

    def do(self, action: str, how: int) -> None:
        """Do one thing; *how* is a number below 256."""
        tab = self.tabs[how % len(self.tabs)]
        how //= len(self.tabs)
        network, browser = tab.network, tab.browser
        direction = ("up", "down", "both")[how % 3]
        match action:
            case "click" | "click the oldest":
                numbers = sorted(browser.document.listeners)
                for number in numbers[:1] if "oldest" in action else numbers[how % 8 :: 3]:
                    if not browser.over:
                        browser.click(number)
            case "ack" | "ask":
                browser.ack(answer=action == "ask")
            case "freeze":
                browser.freeze()
            case "thaw":
                browser.thaw()
            case "view takes long":
                browser.slow_views = True
            case "view has come":
                browser.slow_views = False
                browser.go_on()
            case "connect":
                if browser.end is None or how % 4 == 0:
                    browser.connect()
            case "close":
                browser.drop(1000)
            case "leave":
                if how % 4 == 0:
                    browser.leave()
            case "open a gate":
                tab.open_gates(how % 2 + 1)
            case "write from outside":
                if tab.page.nonce:
                    tab.write_from_outside(how)
            case "collect":
                if not tab.page.gone:
                    tab.page.spawn(tab.page.scope, "a collection", tab.elements.clear)
            case "forbid" | "allow":
                tab.allowed = action == "allow"
            case "think":
                tab.slow_answer = how % 2 == 0
            case "end":
                if how % 4 == 0:
                    tab.page.end("the program ends it", "ended", "reload")
            case "step":
                for _ in range(how % 4 + 1):
                    network.step()
            case "idle":
                network.run_until_idle()
            case "pass time":
                self.pass_time(how / 64)
            case "pass much time":
                self.pass_time((5, 11, 31, 61, 121)[how % 5])
            case "cut":
                network.cut_all()
            case "cut half":
                for link in [link for link in network.links if not link.cut_off]:
                    link.cut(how % 3, how % 2, ("client", "server")[how % 2])
            case "cut anywhere":
                network.cut_anywhere()
            case "cut soon":
                if network.links:
                    network.links[-1].cut_after(how % 4, ("up", "down")[how % 2], inside=how % 8 > 3)
            case "hold":
                network.hold(direction)
            case "release":
                network.release()
            case "swallow":
                if not any(link.cut_off for link in network.links):  # the news of a cut would be lost, too
                    network.swallow(direction)
            case "delay":
                network.delay(how % 4 / 2, direction, how % 3)
        settle()
        self.check()

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and the process look at its clock."""
        self.clock.advance(seconds)
        self.registry.sweep()
        settle()

    # --- what must be true --------------------------------------------------------------------------------------

    def check(self) -> None:
        """Check what must be true at any time."""
        for tab in self.tabs:
            assert not tab.model.faults, "\n".join(tab.model.faults)
            assert len(tab.ended) == bool(tab.page.gone)
            assert not tab.page.gone or any(tab.page.gone == why for why in self.reasons(tab)), tab.page.gone
            assert tab.page.dead_events == tab.model.dead
            assert tab.browser.over in ("", "left", "forbidden", "gone", "ended", "overflow", "stopping")
            if tab.page.nonce and not tab.page.gone:
                assert (tab.page in self.registry._away) != tab.page.attached, "it waits to end, or for ever"
            for listener in tab.page.listening._by_number.values():
                self.check_credit(listener)
            assert tab.browser.over != "gone" or tab.page.gone, "a page was said to be gone, and was not"
        held = sum(page.held for page in self.registry)
        assert self.registry._budget.held == held <= self.settings.backlog_memory

    def check_credit(self, listener: Listener) -> None:
        """Check that the browser has been told of the credit that is due."""
        window = self.settings.limits.events
        handled = listener._received - len(listener._events or ()) - listener._running
        assert handled + window - listener._granted < max(1, window // 2), "credit was not given back"

    def reasons(self, tab: Tab) -> Iterator[str]:
        """Yield why the page of *tab* may have ended."""
        yield "the program ends it"
        yield "its browser did not come back"
        yield "no browser came for it"
        yield "its browser took nothing for too long"
        yield "all pages together hold back too much"
        yield "the server stops"
        if tab.browser.over == "left":
            yield "its browser left (left)"
        if tab.denied:
            yield NOT_ALLOWED

    def settle(self) -> None:
        """Let all faults end, and everything be said, applied and handled."""
        for tab in self.tabs:
            tab.slow_answer, tab.allowed = False, True
            tab.browser.slow_views = False
            tab.network.release()
            tab.network.accept()
            tab.network.delay(0)
            tab.browser.thaw()
            tab.browser.go_on()
            tab.open_gates(for_ever=True)
            tab.browser.connect()
        for _ in range(200):
            for tab in self.tabs:
                tab.network.run_until_idle()
                if tab.browser.end is None:
                    tab.browser.connect()
                tab.browser.ack()
                tab.network.run_until_idle()
            self.registry.sweep()
            settle()
            if not any(self.unquiet(tab) for tab in self.tabs):
                break
            self.clock.advance(0.01)
        else:
            raise AssertionError(f"expected all to be said at last; yet {[self.unquiet(tab) for tab in self.tabs]}")
        self.check()
        for tab in self.tabs:
            if not tab.page.gone and not tab.browser.over:
                self.check_alive(tab)

    def unquiet(self, tab: Tab) -> list[str]:
        """Return what still goes on in a page."""
        if tab.page.gone or tab.browser.over:
            return []
        channel = tab.page._stream._channel
        listeners = tab.model.listeners.values()
        goes_on = {
            "handlers run": tab.model.runs,
            "ops wait": channel.backlog,
            "batches are kept": channel.resend(),
            "the server owes an acknowledgement": channel.ack_due,
            "releases wait": tab.page.refs.releasing,
            "the browser is busy": not tab.browser.is_quiet,
            "the page is away": not tab.page.attached,
            "frames are on their way": tab.network.in_flight,
            "events wait": any(one.queued and one.view == tab.model.view for one in listeners),
        }
        return [what for what, truth in goes_on.items() if truth]

    def check_alive(self, tab: Tab) -> None:
        """Check what must be true of a page that lives, once nothing happens any more."""
        page, model, browser = tab.page, tab.model, tab.browser
        assert set(page.listening._by_number) == model.living == set(browser.document.listeners)
        assert {number for scope in {page.scope, page.foreground} for number in scope.listeners} == model.living
        for number, entry in browser.document.listeners.items():
            assert entry.waiting == 0, f"listener {number} gets no credit any more"
            listener = model.listeners[number]
            assert browser.clicks[number] == listener.taken, f"clicks of listener {number} were lost"
            assert listener.handled + listener.dropped == listener.taken
            if listener.when_busy in ("serial", "parallel"):
                assert listener.dropped == 0
        alive = {ref for ref in page.refs._wrappers if page.refs.get(ref) is not None}
        assert alive == set(browser.document.nodes) - {0}, "the two sides know other nodes"
        assert alive == set(model.document.nodes) - {0}
        assert len(page.refs._wrappers) == len(alive)
        values = [[one.properties for one in side.document._root.walk()] for side in (browser, model)]
        assert values[0] == values[1]
        assert len(page._asks) == 0
        assert not page._asks._abandoned
        assert page.held == 0
        assert page._stream._channel.cost == 0
        assert page._stream._drained is None
        assert browser.document.loaded == 1
        assert page not in self.registry.asking
        assert not page.scope.tasks
        assert not page.foreground.tasks

    def end(self, ending: str) -> None:
        """End all pages in one of the ways that there are."""
        match ending:
            case "bye":
                for tab in self.tabs:
                    tab.browser.thaw()
                    tab.network.release()
                    tab.browser.leave()
                    tab.network.run_until_idle()
            case "stop":
                for tab in self.tabs:
                    tab.open_gates(for_ever=True)
                self.registry.finish(0)
            case "end" | "cut and end":
                for tab in self.tabs:
                    if ending != "end":
                        tab.network.cut_all()
                        tab.network.run_until_idle()
                    tab.page.end("the program ends it", "ended", "reload")
            case "left":
                for tab in self.tabs:
                    tab.network.release()
                    tab.browser.drop(1000)
                    tab.network.run_until_idle()
                self.pass_time(self.settings.left_lifetime)
            case "forbid":
                for tab in self.tabs:
                    tab.allowed = False
                    tab.browser.connect()
                    tab.network.run_until_idle()
        for tab in self.tabs:
            tab.open_gates(for_ever=True)
            tab.network.release()
            tab.network.cut_all()
            tab.network.run_until_idle()
            tab.browser.over = tab.browser.over or "gone"
        settle()
        for _ in range(3):
            self.pass_time(self.settings.detached_lifetime)

    def check_end(self, watch: Watch) -> None:
        """Check that nothing is left."""
        for tab in self.tabs:
            page, model = tab.page, tab.model
            assert not model.faults, "\n".join(model.faults)
            assert len(tab.ended) == 1
            assert not model.runs, "handlers run on"
            assert tab.loads == tab.teardowns, f"{tab.loads} views were shown, and {tab.teardowns} were left"
            assert not tab.network.links, str(tab.network)
            for scope in (page.scope, page.foreground):
                assert not scope.tasks
                assert not scope._timers
            assert not page.listening._by_number
            assert len(page._asks) == 0
            assert page._pace._timer is None
            assert page._stream._drained is None
        assert not watch.unseen, "\n".join(watch.unseen)
        raised = sum(tab.raised for tab in self.tabs)
        assert watch.raised == raised or (watch.silenced and watch.raised < raised)
        assert watch.stale <= sum(tab.model.stale_writes for tab in self.tabs)
        assert self.clock.active == 0, "timers run on"
        assert self.registry._pool._free == self.slots, "a slot was not given back, or twice"
        assert_empty(self.registry)


def assert_empty(registry: Registry) -> None:
    """Check that nothing of any page is left in a registry."""
    assert len(registry) == 0
    assert registry._owners == {}
    assert registry._unclaimed == {}
    assert registry._unclaimed_of_user._groups == registry._unclaimed_of_address._groups == {}
    assert registry._claimed_of_user == {}
    assert registry._away == {}
    assert registry._budget.held == 0
    assert registry._waiting == {}
    assert registry._attention == set()
    assert registry.asking == {}
    assert registry._pool.running == set()
    assert registry._pool.closed or not registry._pool._waiting  # a process that stops starts nothing any more


def play(
    watch: Watch,
    settings: Settings,
    slots: int,
    seed: int,
    scripts: Scripts,
    shape: int,
    program: Program,
    ending: str,
) -> list[weakref.ref[Any]]:
    """Play one example; return weak references to its pages."""
    watch.raised = watch.stale = 0
    watch.silenced = False
    watch.unseen.clear()
    count, asks_app, calm = shape % 4 // 3 + 1, shape // 4 % 2 == 1, shape // 8 % 2 == 0
    house = House(settings, slots, seed, scripts, count, asks_app)
    try:
        for tab in house.tabs:
            tab.browser.connect()
            if seed % 4:
                house.do("idle", 0)
        for action, how in program:
            house.do(action, how)
        if calm:
            house.settle()
        house.end(ending)
        house.check_end(watch)
    except BaseException:
        for tab in house.tabs:
            note(str(tab.network))
        raise
    finally:
        WatchedPage.models.clear()
    return [weakref.ref(tab.page) for tab in house.tabs]


@pytest.mark.parametrize("examples", parts_of(0.25))
def test_each_click_is_handled_once_and_nothing_is_left(examples: int, watch: Watch) -> None:
    @some_examples(examples)
    @given(
        SETTINGS,
        st.sampled_from([1, 2, 100]),
        st.integers(0, 2**16),
        SCRIPTS,
        st.integers(0, 15),
        programs(ACTIONS, 20, 80),
        st.sampled_from(ENDINGS),
    )
    @impatient
    def check(
        settings: Settings, slots: int, seed: int, scripts: Scripts, shape: int, program: Program, ending: str
    ) -> None:
        pages = play(watch, settings, slots, seed, scripts, shape, program, ending)
        if any(page() is not None for page in pages):
            gc.collect()
        if any(page() is not None for page in pages):
            settle()
            gc.unfreeze()  # a circle through what is frozen is none that is collected
            gc.collect()
        assert [page() for page in pages] == [None] * len(pages), "a page that has ended is still there"
        gc.freeze()  # what hypothesis keeps is nothing to look at each time

    until_enough(check)
