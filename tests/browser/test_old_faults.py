"""Faults that pycommunicate had up to 0.0.8: one test for each that shows in a browser, so that none comes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.bench import Bench
from tests.support.tab import Tab

APP = """
import gc
import random
import weakref

from pycommunicate import CommunicateApp, ControllerFactory, View

living = weakref.WeakSet()


class Counter(View):
    count = 0

    def render(self):
        random.seed(1)
        return self.controller.templater.render("counter.html", text="<i>text</i>")

    def load(self):
        living.add(self)
        self.html_wrapper.element("#mine").add_event_listener("click", self.tell)
        self.html_wrapper.element("#change").add_event_listener("click", lambda: self.controller.change_view(1))
        self.html_wrapper.element("#count").add_event_listener("click", self.count_up)
        if self.controller.route_data.get("who") == "rich":
            self.html_wrapper.element("#secret").add_event_listener("click", lambda: print("a secret is out"))
        self.html_wrapper.element("#count").content = str(self.count)

    def count_up(self):
        self.count += 1
        self.html_wrapper.element("#count").content = str(self.count)

    def tell(self):
        newest = self.controller.user.active_controller is self.controller
        self.html_wrapper.element("#answer").content = repr(newest)


class Again(Counter):
    def load(self):
        self.html_wrapper.element("#change").add_event_listener("click", lambda: self.controller.change_view(0))
        self.html_wrapper.element("#count").content = "again"


class Living(View):
    def render(self):
        gc.collect()
        return str(len(living))


class Private(View):
    def render(self):
        return "never shown"


app = CommunicateApp()
app.set_secret_key("old faults")
pages = ControllerFactory().add_view(Counter).add_view(Again).set_default_view(Counter)
private = ControllerFactory().add_view(Private).set_default_view(Private)
app.add_controller("/", pages)
app.add_controller("/of/<who>", pages)
app.add_controller("/living", ControllerFactory().add_view(Living).set_default_view(Living))
app.add_controller("/private", private.with_before_connect(lambda ctx: ctx.abort(401)))
app.add_error_handler(404, pages)
app.add_error_handler(401, pages)
"""

TEMPLATES = {
    "counter.html": """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Counter</title>{{ add_includes() }}</head>
        <body>
        <button id="count">-</button><button id="change">Change</button><button id="secret">Secret</button>
        <button id="mine">Mine?</button><p id="answer"></p><p id="text">{{ text }}</p>
        </body>
        </html>
    """
}


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP, TEMPLATES)


def expect_count(page: Page, count: int | str) -> None:
    expect(page.locator("#count")).to_have_text(str(count))


def click_once(page: Page, count: int) -> None:
    """Clicks, and asserts that this counted once: a second count would be there before the answer to another click."""
    page.click("#count")
    expect_count(page, count)
    page.evaluate("document.querySelector('#answer').textContent = ''")
    page.click("#mine")
    expect(page.locator("#answer")).to_have_text("True")
    expect_count(page, count)


def opened(tab: Tab, url: str) -> Page:
    tab.page.goto(url)
    expect_count(tab.page, 0)
    return tab.page


def test_two_writes_and_a_read_do_not_stall(bench: Bench) -> None:
    # The fault: Nagle's algorithm held the second small write back until the first was acknowledged, 40 ms later.
    bench.place("<input id=a>")
    milliseconds = float(
        bench.run("""
            import time
            a = element("#a")
            times = []
            for i in range(20):
                begin = time.perf_counter()
                a.value = "one"
                sleep(0)
                a.value = "two"
                sleep(0)
                assert a.value == "two"
                times.append(time.perf_counter() - begin)
            result = sorted(times)[10] * 1000
        """)
    )
    assert milliseconds < 35


def test_client_leaves_add_event_listener_of_the_window_alone(server: AppServer, tab: Tab) -> None:
    page = opened(tab, server.url)
    assert page.evaluate("window.addEventListener === EventTarget.prototype.addEventListener")
    assert "[native code]" in page.evaluate("String(window.addEventListener)")


def test_click_after_a_dropped_connection_counts_once(server: AppServer, tab: Tab) -> None:
    # The fault: a reconnect ran load() again, which listened a second time.
    tab.page.add_init_script("""
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) { window.socket = this; send.call(this, data) }
    """)
    page = opened(tab, server.url)
    for _ in range(2):
        page.evaluate("window.lost = socket; socket.close()")
        page.wait_for_function("window.socket && window.socket !== window.lost && pycommunicate.state === 'connected'")
        expect(page.locator("#count")).not_to_have_text("-")
    before = int(page.inner_text("#count"))
    click_once(page, before + 1)
    click_once(page, before + 2)


def test_thirty_changes_of_view_open_no_further_connection(server: AppServer, tab: Tab) -> None:
    sockets: list[str] = []
    tab.page.on("websocket", lambda socket: sockets.append(socket.url))
    page = opened(tab, server.url)
    for _ in range(15):
        page.click("#change")
        expect_count(page, "again")
        page.click("#change")
        expect_count(page, 0)
    click_once(page, 1)
    assert len(sockets) == 1


def test_second_tab_does_not_kill_the_first(server: AppServer, open_tab: OpenTab) -> None:
    first = opened(open_tab(), server.url)
    opened(open_tab(), server.url)
    first.bring_to_front()
    first.click("#count")
    expect_count(first, 1)


def test_page_of_error_404_for_the_favicon_does_not_take_the_pages_place(server: AppServer, tab: Tab) -> None:
    page = opened(tab, server.url)
    status = page.evaluate("fetch('/favicon.ico').then(response => response.status)")
    page.evaluate(
        "new Promise(done => { const image = new Image(); image.onerror = done; image.src = '/favicon.ico' })"
    )
    assert status == 404
    tab.allow("status of 404")
    page.click("#mine")
    expect(page.locator("#answer")).to_have_text("True")
    page.click("#count")
    expect_count(page, 1)


def test_abort_401_ends_as_401(server: AppServer, tab: Tab) -> None:
    # The fault: a 302 to the error's page, which came with 200.
    tab.allow("status of 401")
    response = tab.page.goto(f"{server.url}/private")
    assert response is not None
    assert (response.status, response.request.redirected_from) == (401, None)
    assert tab.page.url == f"{server.url}/private"


def test_read_of_a_deleted_element_does_not_wait_for_ever(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.run("a = element('#a'); b = element('#a').add_child('b')")
    bench.page.evaluate("document.querySelector('#a').remove()")
    for use in ("a.content", "b.content", "a.delete(); a.content"):
        assert bench.error(use).startswith("pycommunicate.errors.StaleElement")


def test_pages_that_were_left_are_freed(server: AppServer, open_tab: OpenTab) -> None:
    tab, other = open_tab(fresh=True), open_tab(fresh=True)
    for _ in range(5):
        opened(tab, server.url).click("#count")
        expect_count(tab.page, 1)
    # Leaving takes a moment, and may be detected late; what was left must go in the end.
    expect(other.page.locator("body")).to_be_attached()
    tab.page.goto("about:blank")
    other.page.goto(f"{server.url}/living")
    for _ in range(100):
        if other.page.reload() and other.page.inner_text("body") == "0":
            break
        other.page.wait_for_timeout(20)
    assert other.page.inner_text("body") == "0"


def test_user_cannot_fire_the_handlers_of_another(server: AppServer, open_tab: OpenTab) -> None:
    # The fault: handlers had ids of their own, and whoever sent one fired it. Now a number counts in its own page.
    victim, attacker = open_tab(fresh=True), open_tab(fresh=True)
    opened(victim, f"{server.url}/of/rich")
    attacker.page.add_init_script("""
        const send = WebSocket.prototype.send;
        // The last byte of the frame of an event is its listener's number.
        WebSocket.prototype.send = function (data) {
            if (window.number && data[1] === 4) data[data.length - 1] = window.number;
            send.call(this, data);
        }
    """)
    opened(attacker, f"{server.url}/of/poor")
    mark = len(server.log)
    attacker.page.evaluate("window.number = 4")  # the victim's page has four listeners, the attacker's three
    attacker.page.click("#count")
    server.wait_for_log("expected one of 3 listeners, got 4", since=mark)
    victim.page.click("#count")
    expect_count(victim.page, 1)
    assert "a secret is out" not in server.log[mark:]
    victim.page.click("#secret")
    server.wait_for_log("a secret is out", since=mark)


def test_ids_do_not_come_from_random(server: AppServer, tab: Tab) -> None:
    # Each render seeds `random` the same way: ids that came from it would repeat from the second request on.
    found: list[str] = []
    for _ in range(4):
        tab.page.context.clear_cookies()
        text = tab.page.request.get(server.url).text()
        found += re.findall(r'data-(?:pycommunicate|ticket)="([^"]+)"', text)
        found += [str(cookie.get("value")) for cookie in tab.page.context.cookies()]
    assert len(found) == len(set(found)) == 4 * 3


def test_templates_are_escaped_whatever_their_name(server: AppServer, tab: Tab) -> None:
    assert opened(tab, server.url).inner_text("#text") == "<i>text</i>"


def test_nothing_says_http_where_the_page_came_by_https(server: AppServer, tab: Tab) -> None:
    sockets: list[str] = []
    tab.page.route_web_socket(lambda url: True, lambda socket: sockets.append(socket.url))
    tab.page.route(
        "https://secure.test/**",
        lambda route: route.fulfill(
            response=tab.page.request.get(route.request.url.replace("https://secure.test", server.url))
        ),
    )
    requests: list[str] = []
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.page.goto("https://secure.test/")
    tab.page.wait_for_function("window.pycommunicate")
    assert "http:" not in tab.page.content()
    assert [url for url in requests if not url.startswith("https://secure.test/")] == []
    assert [url.startswith("wss://secure.test/__pycommunicate/") for url in sockets] == [True]


def test_submit_and_links_with_a_handler_do_not_leave_the_page(bench: Bench) -> None:
    bench.place("<form id=a><input><button>Go</button></form><a id=b href=/elsewhere>Link</a>")
    bench.run("""
        element("#a").add_event_listener("submit", lambda: log("submitted"))
        element("#b").add_event_listener("click", lambda: log("followed"))
    """)
    bench.page.evaluate("""
        window.prevented = [];
        for (const type of ['submit', 'click'])
            addEventListener(type, event => event.target.matches('#a, #b') && prevented.push(event.defaultPrevented))
    """)
    bench.page.press("input", "Enter")
    bench.page.click("#b")
    bench.expect_log("submitted", "followed")
    assert bench.page.evaluate("prevented") == [True, True]
