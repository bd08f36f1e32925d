"""What the client does on a socket whose other end is played by the test: what no server of ours says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, WebSocketRoute

from pycommunicate.protocol import Limits, ServerChannel
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Ack, Bye, Failure, GoneReport, Message, Reply, decode, encode
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, FRAGMENT, GET, NAVIGATE, SET, VIEW
from tests.support.tab import Tab

SCRIPTS = Path(__file__).parents[2] / "client"
CLIENT = (SCRIPTS / "pycommunicate.js").read_text(encoding="utf-8")
MORE = f"(() => {{{(SCRIPTS / 'more.js').read_text(encoding='utf-8')}}})()"
PAGE = """<!DOCTYPE html><script type="module" src="/client.js" data-pycommunicate="/socket" data-ticket="t"></script>
<ul id="list">text<li>item</ul>"""


class Scripted:
    """A tab with a page of ours, and the server that it is attached to.

    Attributes:
        channels: One for each socket, the newest last.
        heard: What the client has said but acks, in order.
        closed: The codes that it has closed its sockets with.
        failures: How often the script that is loaded when it is needed cannot be had, from now on.
        loaded: How often it was had.
    """

    def __init__(self, tab: Tab, limits: Limits) -> None:
        self.page = tab.page
        self.channels: list[ServerChannel] = []
        self.heard: list[Message] = []
        self.closed: list[int | None] = []
        self.failures = self.loaded = 0
        self._limits = limits
        self._socket: WebSocketRoute | None = None
        self._asks = 0
        tab.page.route("http://localhost/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        tab.page.route("**/client.js", lambda route: route.fulfill(body=CLIENT, content_type="text/javascript"))
        tab.page.route("**/more.js", lambda route: self._more(route))
        tab.page.route_web_socket("ws://localhost/socket", self._open)
        tab.page.goto("http://localhost/")
        self.until(lambda: self.state == "connected")

    @property
    def state(self) -> str:
        """What the client makes of its connection."""
        return str(self.page.evaluate("pycommunicate.state"))

    def until(self, done: Callable[[], bool]) -> None:
        """Waits until something is so."""
        for _ in range(500):
            if done():
                return
            self.page.wait_for_timeout(10)
        raise AssertionError(f"it did not come to it; heard {self.heard}")

    def send(self, *ops: tuple[Any, ...]) -> None:
        """Sends a batch."""
        for op in ops:
            self.channels[-1].write(op)
        frame = self.channels[-1].batch_to_send()
        assert frame is not None
        self.say(frame)

    def say(self, frame: bytes) -> None:
        """Sends a frame."""
        assert self._socket is not None
        self._socket.send(frame)

    def ask(self, code: int, *fields: Any) -> Reply:
        """Sends an ask; returns what comes."""
        self._asks += 1
        self.send((code, self._asks, *fields))
        return self.next(Reply)

    def next(self, kind: type[Any]) -> Any:
        """Returns the next message of a kind, once it has come."""
        self.until(lambda: any(type(message) is kind for message in self.heard))
        found = next(message for message in self.heard if type(message) is kind)
        self.heard.remove(found)
        return found

    def _more(self, route: Route) -> None:
        if self.failures:
            self.failures -= 1
            route.abort()
        else:
            self.loaded += 1
            route.fulfill(body=MORE, content_type="text/javascript")

    def _open(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        self.channels.append(ServerChannel(self._limits))
        socket.on_message(self._receive)
        socket.on_close(lambda code, reason: self.closed.append(code))

    def _receive(self, data: str | bytes) -> None:
        channel = self.channels[-1]
        assert isinstance(data, bytes)
        if channel.state.value == "idle":
            channel.take(decode(data))
            self.say(channel.welcome())
            return
        message = channel.receive(data)
        if message is not None and not isinstance(message, Ack):
            self.heard.append(message)


@pytest.fixture
def scripted(tab: Tab) -> Callable[..., Scripted]:
    return lambda **limits: Scripted(tab, Limits(**limits))


def test_nothing_is_found_inside_of_a_text(scripted: Callable[..., Scripted]) -> None:
    server = scripted()
    list_ = server.ask(FIND, 0, "#list").value
    text = server.ask(GET, list_, "firstChild").value
    assert isinstance(text, Ref)
    assert server.ask(FIND, text, "li").value is None
    assert server.ask(EXISTS, text, "li").value is False
    assert server.ask(FIND, list_, "#").error == ["invalid-selector", "not a selector: #"]


def test_reply_has_the_value_at_its_op_and_not_what_later_ops_make_of_it(scripted: Callable[..., Scripted]) -> None:
    server = scripted()
    list_ = server.ask(FIND, 0, "#list").value
    server.send((SET, list_, "className", "before"))
    names, children = ["classList"], ["children"]
    server.send(
        (GET, 100, list_, names),
        (GET, 101, list_, children),
        (SET, list_, "className", "after all"),
        (SET, list_, "innerText", ""),
    )
    assert server.next(Reply).value == ["before"]
    item = server.next(Reply).value
    assert [type(one) for one in item] == [Ref]
    # What was told is gone now, and is told so behind the replies.
    assert server.next(GoneReport).refs == item


def test_text_of_an_error_is_shortened_to_what_a_frame_may_have(scripted: Callable[..., Scripted]) -> None:
    server = scripted(frame=200)
    selector = "\u20ac" * 500 + "("
    reply = server.ask(FIND, 0, selector)
    assert reply.error is not None
    assert reply.error[0] == "invalid-selector"
    assert f"not a selector: {selector}".startswith(reply.error[1])
    server.send((SET, 0, ["nothing", "\u20ac" * 500, "x"], 1))
    assert server.next(Failure).error[0] == "invalid-name"
    assert server.ask(EXISTS, 0, "#list").value is True


def test_report_of_what_has_gone_is_split_to_what_a_frame_may_have(scripted: Callable[..., Scripted]) -> None:
    server = scripted(frame=100)
    list_ = server.ask(FIND, 0, "#list").value
    server.send((SET, list_, "innerHTML", "<li></li>" * 50))
    told = {server.ask(FIND, list_, f"li:nth-child({i})").value for i in range(1, 51)}
    server.send((SET, list_, "innerHTML", ""))
    gone: list[int] = []
    while len(gone) < 50:
        gone += server.next(GoneReport).refs
    assert set(gone) == told


@pytest.mark.parametrize("url", ["http://", "javascript:alert(1)", "mailto:nobody@localhost"])
def test_address_that_is_none_is_an_invalid_name(scripted: Callable[..., Scripted], url: str) -> None:
    server = scripted()
    server.send((NAVIGATE, url))
    assert server.next(Failure).error == ["invalid-name", f"not a web address: {url}"]


def test_reply_that_a_view_replaces_the_node_of_is_sent_before_it(scripted: Callable[..., Scripted]) -> None:
    server = scripted()
    server.send((FIND, 1, 0, "#list"), (VIEW, "<p>other"), (FIND, 2, 0, "#list"))
    assert [server.next(Reply).ask for _ in range(2)] == [1, 2]


def test_what_a_method_takes_out_and_returns_is_kept_under_another_ref(scripted: Callable[..., Scripted]) -> None:
    server = scripted()
    list_, item = server.ask(FIND, 0, "#list").value, server.ask(FIND, 0, "li").value
    taken = server.ask(CALL, list_, "removeChild", [to_wire(Ref(item))]).value
    assert taken != item
    assert server.next(GoneReport).refs == [item]
    assert server.ask(GET, taken, "textContent").value == "item"


def test_client_that_is_told_to_reload_comes_back_though_the_socket_stays_open(
    scripted: Callable[..., Scripted],
) -> None:
    server = scripted()
    server.say(server.channels[0].bye("stopping", "reload", "the server stops"))
    server.until(lambda: len(server.channels) == 2)
    server.until(lambda: server.closed != [])
    assert server.closed[0] == 4000
    # It belongs to no channel: there is nothing to welcome it to.
    server.until(lambda: server.state == "gone")
    server.until(lambda: len(server.closed) == 2)
    assert server.closed[1] == 1000


@pytest.mark.parametrize(
    "frame",
    [b"\x93\x03\x01\x00", b"\x94\x03\x01\x00\xa3ops", b"\x92\x08\xff", encode(Bye(0, "ended", "dance", ""))],
    ids=["no ops", "ops of text", "a negative ack", "an unknown action"],
)
def test_malformed_message_ends_the_page_with_a_word(scripted: Callable[..., Scripted], frame: bytes) -> None:
    server = scripted()
    server.say(frame)
    bye = server.next(Bye)
    assert (bye.code, bye.action) == ("violation", "stop")
    server.until(lambda: server.closed == [1000])
    assert server.state == "gone"
    assert len(server.channels) == 1


def test_what_few_pages_need_is_loaded_once_and_later_ops_wait_for_it(
    scripted: Callable[..., Scripted], tab: Tab
) -> None:
    tab.allow("more.js|ERR_FAILED")
    server = scripted()
    list_ = server.ask(FIND, 0, "#list").value
    server.send((SET, list_, "title", "first"))
    assert server.ask(GET, list_, "title").value == "first"
    assert server.loaded == 0, "nothing has needed it"

    server.failures = 2  # it is tried again
    server.send(
        (SET, list_, "title", "second"),
        (FRAGMENT, 100, 3, list_, "<li>one<li>two"),
        (GET, 101, list_, "childElementCount"),
        (SET, list_, "title", "third"),
    )
    server.until(lambda: server.failures == 1)
    assert server.page.evaluate("list.title") == "second"
    replies = {reply.ask: reply.value for reply in (server.next(Reply), server.next(Reply))}
    assert (len(replies[100]), replies[101]) == (2, 2)
    assert server.page.evaluate("list.title") == "third"

    server.send((FRAGMENT, 102, 0, list_, "<li>three"))
    assert len(server.next(Reply).value) == 1
    assert (server.failures, server.loaded) == (0, 1)
    assert server.page.locator("script").count() == 1


def test_what_a_field_needs_is_loaded_when_the_user_enters_it(scripted: Callable[..., Scripted]) -> None:
    server = scripted()
    server.page.evaluate("list.innerHTML = '<li><input id=field>'")
    assert server.loaded == 0
    server.page.locator("#field").focus()
    server.until(lambda: server.loaded == 1)
