"""Too much of what is allowed: each flood meets a bound, and who is not part of it goes on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import gevent
import pytest

from pycommunicate.protocol import Limits
from pycommunicate.protocol.codec import Ref, pack, to_wire
from pycommunicate.protocol.messages import Bye, Refuse, Welcome
from pycommunicate.protocol.ops import CREDIT, GET, LISTEN
from pycommunicate.server.bases.views import View
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors
from tests.support.house import expect_errors as expect_errors
from tests.support.local_app import LocalApp
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, client_frame
from tests.support.wire import WireClient

StartLocal = Callable[..., LocalApp]


class Home(View):
    """Is read at each click, and counts visits and clicks."""

    clicks = 0

    def render(self) -> Any:
        self.controller.user.session["visits"] = self.controller.user.session.get("visits", 0) + 1
        return f"<head>{self.controller.templater.add_includes()}</head>"

    def load(self) -> None:
        self.button = self.html_wrapper.element("#button")
        self.button.add_event_listener("click", self.count)
        self.button.add_event_listener("fill", self.fill)

    def count(self) -> None:
        Home.clicks += 1

    def fill(self) -> None:
        for _ in range(100):
            self.button.add_child("p").content = "x" * 1000


@pytest.fixture
def start_local(expect_errors: ExpectErrors) -> Iterator[StartLocal]:
    started: list[LocalApp] = []

    def start(**settings: Any) -> LocalApp:
        started.append(LocalApp(Home, settings=Settings(**settings)))
        return started[-1]

    Home.clicks = 0
    yield start
    for local in started:
        local.close()
    settle()


def ready(client: WireClient) -> WireClient:
    """Let the page of *client* be in use."""
    client.open()
    client.answer(to_wire(Ref(-1)))
    client.wait(lambda: sum(op[0] == LISTEN for op in client.ops) == 2)
    return client


def works(client: WireClient) -> None:
    """Click, and see that it is handled."""
    before = Home.clicks
    client.event(1)
    until(lambda: Home.clicks == before + 1, "a click")


def test_gets_that_never_attach_leave_no_more_than_may_be(start_local: StartLocal) -> None:
    local = start_local(max_unclaimed_pages_per_address=20, max_users=30)
    user = ready(local.client())
    for _ in range(200):
        local.client().get()
    same = local.client(dict(user.cookies))
    for _ in range(60):
        same.get()

    assert len(local.app._registry) == 20 + 1
    assert len(local.app._users) == 30
    assert len(local.app._users._store._users) == 30  # type: ignore[attr-defined]
    works(user)


def test_users_who_came_once_are_freed_with_their_pages(start_local: StartLocal) -> None:
    local = start_local(unclaimed_lifetime=0.01, user_lifetime=0.01)
    for _ in range(50):
        local.client().get()

    gevent.sleep(0.02)
    local.app._sweep()  # the pages, and with them what keeps their users
    gevent.sleep(0.02)
    local.app._sweep()
    gc.collect()

    assert (len(local.app._registry), len(local.app._users), len(local.app._users._living)) == (0, 0, 0)


def test_sockets_that_never_say_hello_make_room(start_local: StartLocal) -> None:
    local = start_local(max_waiting_sockets=5)
    user = ready(local.client())
    silent = [local.client() for _ in range(8)]
    for client in silent:
        client.get()
        client.connect()

    for client in silent[:3]:
        assert client.receive() is None
        assert client.close_code == 1013
    assert isinstance(silent[7].hello(), Welcome)
    works(user)


def test_a_user_who_opens_page_after_page_is_refused_the_next_one(start_local: StartLocal) -> None:
    local = start_local(max_pages_per_user=3)
    first = ready(local.client())
    others = [ready(local.client(first.cookies)) for _ in range(2)]
    fourth = local.client(first.cookies)
    fourth.get()
    fourth.connect()

    refusal = fourth.hello()

    assert isinstance(refusal, Refuse)
    assert (refusal.code, refusal.action) == ("limits", "stop")
    works(first)
    works(ready(local.client()))  # somebody else
    others[0].close()
    until(lambda: sum(page.attached for page in local.app._registry) == 3, "room for one more")
    assert ready(local.client(first.cookies))


def test_clicks_as_fast_as_credit_allows_are_handled_at_the_rate(start_local: StartLocal) -> None:
    local = start_local(event_rate=100, event_burst=20)
    hostile, user = ready(local.client()), ready(local.client())
    credit, sent = hostile.channel.limits.events, 0
    began = monotonic()
    while (seconds := monotonic() - began) < 0.5:
        for _ in range(credit - sent):
            hostile.event(1)
            sent += 1
        hostile.ack()
        since = len(hostile.ops)
        credit = hostile.wait_op(CREDIT, since)[2]
    handled = Home.clicks

    assert handled <= 20 + 100 * (seconds + 0.1)
    works(user)


def test_handlers_of_a_reader_that_takes_nothing_wait_and_hold_nobody_up(start_local: StartLocal) -> None:
    local = start_local(high_water=50_000, limits=Limits(window_frames=1))
    slow, user = ready(local.client()), ready(local.client())
    for _ in range(16):
        slow.event(2)  # and never an acknowledgement

    until(lambda: any(page._stream._drained is not None for page in local.app._registry), "a handler to wait")

    works(user)


def test_a_frame_that_comes_byte_by_byte_is_taken_and_holds_nobody_up(start_local: StartLocal) -> None:
    local = start_local()
    slow, user = ready(local.client()), ready(local.client())
    assert slow.websocket is not None
    for byte in client_frame(BINARY, slow.channel.event(1)):
        slow.websocket.send_raw(bytes([byte]))
        works(user)

    until(lambda: Home.clicks >= 12)


@pytest.mark.parametrize("kind", ["acks", "duplicates", "dead events", "gone"])
def test_frames_that_mean_nothing_are_taken_and_hold_nobody_up(start_local: StartLocal, kind: str) -> None:
    local = start_local()
    hostile, user = ready(local.client()), ready(local.client())
    number = hostile.channel.sent
    flood = {
        "acks": lambda i: pack([8, 0]),
        "duplicates": lambda i: pack([5, 1, 0, 1, None]),
        "dead events": lambda i: pack([4, number + i, 0, 2]),
        "gone": lambda i: pack([6, number + i, 0, list(range(-1000, 0)), [2] * 1000]),
    }[kind]
    if kind == "dead events":
        hostile.send(hostile.channel.gone([], [2]))
        number += 1
    assert hostile.websocket is not None
    for i in range(1, 501):
        hostile.websocket.send_frame(BINARY, flood(i))
        if i % 100 == 0:
            works(user)
    pages = list(local.app._registry)

    assert len(pages) == 2
    assert sum(page._stream._channel.received for page in pages) < 2000


def test_a_page_whose_browser_takes_nothing_is_told_why_it_ends(start_local: StartLocal) -> None:
    local = start_local(overflow=50_000, high_water=40_000_000, limits=Limits(window_frames=1))
    slow = ready(local.client())
    for _ in range(3):
        slow.event(2)

    last = None
    while (message := slow.receive()) is not None:
        last = message

    assert isinstance(last, Bye)
    assert (last.code, last.action) == ("overflow", "reload")


def test_a_read_that_is_never_answered_holds_nobody_up(start_local: StartLocal) -> None:
    local = start_local()
    silent = local.client()
    silent.open()
    assert silent.wait(lambda: silent.ops)[0][0] != GET

    works(ready(local.client()))
