"""Nothing stays of what was made and forgotten: thousands of rounds in process, and every table is as it was."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pycommunicate import CommunicateApp, Settings, View
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Batch, Welcome
from pycommunicate.protocol.ops import CREATE, FIND, GET, LISTEN, RELEASE
from tests.scale.program.tables import living, tables
from tests.support.rig import settle
from tests.support.site import Attached, Visitor, live, make_app

ROUNDS = 2_000
# Handlers start as fast as the test clicks.
UNHURRIED = Settings(event_burst=1_000_000)


class Place(View):
    """Does what the test tells it, in a handler."""

    newest: Place
    todo: Callable[[Place], None]

    def render(self) -> str:
        return live(self)

    def load(self) -> None:
        Place.newest = self
        self.place = self.html_wrapper.element("#place")
        self.place.add_event_listener("click", self.run)

    def run(self) -> None:
        Place.todo(self)

    def nothing(self) -> None:
        pass


def add_listen_delete(view: Place) -> None:
    child = view.place.add_child("button")
    child.add_event_listener("click", view.nothing)
    child.delete()


def replace_by_content(view: Place) -> None:
    view.place.add_child("p").add_child("button").add_event_listener("click", view.nothing)
    view.place.content = "nothing else"


def leave_to_the_page(view: Place) -> None:
    view.place.add_child("p").add_child("button").add_event_listener("click", view.nothing)


def read(view: Place) -> None:
    view.place.get_property("title")


class Browser:
    """A browser in which every element that was added last is taken out again, in whatever way.

    It answers, acknowledges, and reports what is gone, as the client does.

    Attributes:
        refs: What the server may name here, the place aside.
        listeners: Listeners of these.
    """

    def __init__(self, app: CommunicateApp, visitor: Visitor | None = None) -> None:
        self.visitor = visitor or Visitor(app)
        self.response = self.visitor.get()
        self.attached: Attached = self.visitor.attach(self.response)
        self.refs: set[int] = set()
        self.listeners: set[int] = set()
        self.take(self.attached.messages)

    def take(self, messages: list[Any]) -> None:
        """Take in messages until no more come."""
        while messages:
            for message in messages:
                # The first welcome was taken in by the attached itself.
                if isinstance(message, Batch) and self.attached.channel.take(message) is not None:
                    for op in message.ops:
                        self.apply(op)
                    self.attached.channel.applied(message.number)
                    self.report()
            messages = self.attached.take()
        self.attached.messages.clear()

    def apply(self, op: list[Any]) -> None:
        match op:
            case [code, ask, _, _] if code == FIND:
                self.say(self.attached.channel.reply(ask, to_wire(Ref(-1))))
            case [code, ask, _, _] if code == GET:
                self.say(self.attached.channel.reply(ask, "title"))
            case [code, ref, *_] if code == CREATE:
                self.refs.add(ref)
            case [code, listener, ref, *_] if code == LISTEN and ref != -1:
                self.listeners.add(listener)
            case [code, pairs] if code == RELEASE:
                self.refs -= set(pairs[::2])

    def report(self) -> None:
        """Say that all is gone that was there."""
        if self.refs or self.listeners:
            self.say(self.attached.channel.gone(sorted(self.refs), sorted(self.listeners)))
            self.refs.clear()
            self.listeners.clear()

    def click(self) -> None:
        self.say(self.attached.channel.event(1))
        self.take(self.attached.take())

    def say(self, frame: bytes) -> None:
        assert self.attached.carrier.receiver is not None
        self.attached.carrier.receiver.receive(frame)

    def reconnect(self) -> None:
        """Lose the socket with a click on its way, and come back."""
        frame = self.attached.channel.event(1)
        self.attached.lose()
        self.visitor.resume(self.attached, self.response)
        assert isinstance(self.attached.messages[0], Welcome)
        self.say(frame)
        self.take(self.attached.messages + self.attached.take())

    def rest(self, app: CommunicateApp) -> None:
        """Acknowledge everything; let the app look at its clock."""
        self.say(self.attached.channel.ack())
        app._sweep()
        settle()


@contextmanager
def unchanged(app: CommunicateApp, rest: Callable[[], None]) -> Iterator[None]:
    """Fail if tables or living objects are more in the end; what other tests have left may go meanwhile."""
    rest()
    before = tables(app) | living()
    yield
    rest()
    after = tables(app) | living()
    assert {name: (before.get(name), size) for name, size in after.items() if size > before.get(name, 0)} == {}


@pytest.mark.parametrize("todo", [add_listen_delete, replace_by_content, leave_to_the_page])
def test_page_that_makes_and_forgets_elements_and_listeners_holds_as_much_as_before(
    todo: Callable[[Place], None],
) -> None:
    app = make_app(Place, settings=UNHURRIED)
    Place.todo = staticmethod(todo)
    browser = Browser(app)
    browser.click()
    with unchanged(app, lambda: browser.rest(app)):
        for _ in range(ROUNDS):
            browser.click()
    assert len(Place.newest.html_wrapper._page.refs._wrappers) == 1  # the place itself
    assert (browser.refs, browser.listeners) == (set(), set())


def test_page_that_loses_its_socket_again_and_again_holds_as_much_as_before() -> None:
    app = make_app(Place, settings=UNHURRIED)
    Place.todo = staticmethod(read)
    browser = Browser(app)
    browser.reconnect()
    with unchanged(app, lambda: browser.rest(app)):
        for _ in range(ROUNDS):
            browser.reconnect()
    assert browser.attached.channel.sent == 3 + 2 * ROUNDS  # nothing was said twice, or lost


def test_pages_that_were_left_are_forgotten_altogether() -> None:
    app = make_app(Place, settings=UNHURRIED)
    Place.todo = staticmethod(leave_to_the_page)
    visitor = Visitor(app)
    weak: list[weakref.ref[Any]] = []

    def visit() -> None:
        browser = Browser(app, visitor)
        browser.click()
        weak.append(weakref.ref(Place.newest.html_wrapper._page))
        browser.attached.leave()
        del Place.newest

    visit()
    with unchanged(app, app._sweep):
        for _ in range(ROUNDS // 4):
            visit()
    assert [one for one in weak if one() is not None] == []
