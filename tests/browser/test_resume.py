"""Pages behind a network that breaks: nothing is lost, nothing happens twice, and the user is told what goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from pycommunicate.testing.driver import ProxyProcess
from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
from gevent import sleep
from pycommunicate import CommunicateApp, ControllerFactory, View


class Lively(View):
    def render(self):
        return f'''<!DOCTYPE html><title>Lively</title>{self.controller.templater.add_includes()}
        <input id="name" value="Ada"><button id="count">0</button><button id="write">-</button>
        <button id="read">-</button>
        <button id="change">-</button><button id="end">-</button><ol id="log"></ol><p id="loads"></p><p id="out"></p>'''

    def load(self):
        print("load", flush=True)
        self.count = 0
        self.html_wrapper.element("#loads").add_child("b").content = "loaded"
        for name in ("write", "read", "change", "end"):
            self.html_wrapper.element(f"#{name}").add_event_listener("click", getattr(self, name))
        self.log = self.html_wrapper.element("#log")
        self.name = self.html_wrapper.element("#name")
        self.button = self.html_wrapper.element("#count")
        self.button.add_event_listener("click", self.count_up)
        self.out = self.html_wrapper.element("#out")
        self.out.content = "ready"

    def count_up(self):
        self.count += 1
        self.button.content = str(self.count)

    def write(self):
        print("to write", flush=True)
        while not flags["go"]:
            sleep(0.01)
        self.log.add_child("li").content = "written"
        print("written", flush=True)

    def read(self):
        print("to read", flush=True)
        while not flags["go"]:
            sleep(0.01)
        print("asks", flush=True)
        self.out.content = "read " + self.name.value

    def change(self):
        self.controller.change_view(1)

    def teardown(self):
        print("teardown", flush=True)

    def end(self):
        self.controller.user.close_pages()


class Go(View):
    def render(self):
        flags["go"] = self.controller.route_data["go"] == "go"
        return "set"


class Second(View):
    def render(self):
        return f'''<!DOCTYPE html><title>Second</title>{self.controller.templater.add_includes()}
        <script src="/late.js"></script><ol id="log"></ol>'''

    def load(self):
        self.html_wrapper.element("#log").add_child("li").content = "loaded"


class Same(Lively):

    def render(self):
        kept = flags.pop("html", None)
        if kept is None and not flags.get("was kept"):
            kept = flags["html"] = super().render()
            flags["was kept"] = True
        return kept or super().render()


class Frame(View):
    def render(self):
        return f'<!DOCTYPE html><title>Frame</title><iframe src="http://127.0.0.1:{self.controller.route_data["port"]}/">'


flags = {"go": False}
app = CommunicateApp()
app.set_secret_key("a test's")
app.add_controller("/", ControllerFactory().add_view(Lively).add_view(Second).set_default_view(Lively))
app.add_controller("/same", ControllerFactory().add_view(Same).set_default_view(Same))
app.add_controller("/frame/<port>", ControllerFactory().add_view(Frame).set_default_view(Frame))
app.add_controller("/flag/<go>", ControllerFactory().add_view(Go).set_default_view(Go))
"""

# What the document is told of its connection, in order.
EVENTS = """
window.told = [];
window.sockets = [];
const Socket = WebSocket;
window.WebSocket = class extends Socket {
    constructor(...rest) {
        super(...rest);
        sockets.push(this);
    }
};
for (const state of ["connecting", "connected", "waiting", "gone"]) {
    document.addEventListener(`pycommunicate:${state}`, ({detail}) => {
        told.push(document.documentElement.dataset.pycommunicate === state ? state : `${state} too early`);
        if (detail.reason) told.push(detail.reason);
    });
}
"""


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP)


@pytest.fixture
def proxy(server: AppServer) -> Iterator[ProxyProcess]:
    with ProxyProcess(("127.0.0.1", server.port), websockets_only=True) as proxy:
        yield proxy


@pytest.fixture
def page(tab: Tab, proxy: ProxyProcess) -> Page:
    """The page, live, behind the proxy."""
    tab.allow_no_server()
    tab.page.add_init_script(EVENTS)
    tab.page.goto(proxy.url)
    expect(tab.page.locator("#out")).to_have_text("ready")
    return tab.page


def state(page: Page, value: str) -> None:
    """Waits until the document is in a state."""
    page.locator(f"html[data-pycommunicate={value}]").wait_for()


def cut_off(page: Page, proxy: ProxyProcess) -> None:
    proxy.refuse()
    proxy.cut_all()
    state(page, "waiting")


def come_back(page: Page, proxy: ProxyProcess) -> None:
    proxy.accept()
    page.evaluate("dispatchEvent(new Event('online'))")
    state(page, "connected")


def test_click_while_the_network_is_away_runs_exactly_once(page: Page, proxy: ProxyProcess) -> None:
    page.click("#count")
    expect(page.locator("#count")).to_have_text("1")
    cut_off(page, proxy)
    for _ in range(3):
        page.click("#count")
    come_back(page, proxy)
    expect(page.locator("#count")).to_have_text("4")
    page.click("#count")
    expect(page.locator("#count")).to_have_text("5")


def test_more_clicks_than_there_is_credit_for_all_run_after_the_break(page: Page, proxy: ProxyProcess) -> None:
    cut_off(page, proxy)
    page.evaluate("for (let i = 0; i < 100; i++) document.querySelector('#count').click()")
    come_back(page, proxy)
    expect(page.locator("#count")).to_have_text("100")


def test_write_while_the_network_is_away_arrives_once(page: Page, proxy: ProxyProcess, server: AppServer) -> None:
    mark = len(server.log)
    page.request.get(f"{server.url}/flag/wait")
    page.click("#write")
    server.wait_for_log("to write", since=mark)
    cut_off(page, proxy)
    page.request.get(f"{server.url}/flag/go")
    server.wait_for_log("written", since=mark)
    come_back(page, proxy)
    expect(page.locator("#log li")).to_have_text(["written"])
    page.click("#count")
    expect(page.locator("#count")).to_have_text("1")
    expect(page.locator("#log li")).to_have_text(["written"])


def test_read_that_waits_over_a_break_gets_its_answer(page: Page, proxy: ProxyProcess, server: AppServer) -> None:
    mark = len(server.log)
    page.request.get(f"{server.url}/flag/wait")
    page.click("#read")
    server.wait_for_log("to read", since=mark)
    cut_off(page, proxy)
    page.request.get(f"{server.url}/flag/go")
    server.wait_for_log("asks", since=mark)
    page.fill("#name", "Grace")
    come_back(page, proxy)
    expect(page.locator("#out")).to_have_text("read Grace")


def test_what_waits_for_a_script_survives_the_break(page: Page, proxy: ProxyProcess) -> None:
    held: list[Route] = []
    page.route("**/late.js", lambda route: held.append(route))
    page.click("#change")
    expect(page).to_have_title("Second")
    state(page, "connected")
    while not held:
        page.evaluate("0")
    cut_off(page, proxy)
    come_back(page, proxy)
    held.pop().fulfill(body="window.late = true", content_type="text/javascript")
    expect(page.locator("#log li")).to_have_text(["loaded"])
    assert page.evaluate("late")
    assert page.evaluate("told") == ["connecting", "connected", "waiting", "connected"]


def test_page_is_loaded_once_and_its_listeners_count_once(page: Page, proxy: ProxyProcess, server: AppServer) -> None:
    mark = len(server.log)
    for number in range(1, 6):
        proxy.cut_all()
        page.click("#count")
        expect(page.locator("#count")).to_have_text(str(number))
    assert "load" not in server.log[mark:]
    expect(page.locator("#loads")).to_have_text("loaded")


def test_document_is_told_of_each_change_of_its_state(page: Page, proxy: ProxyProcess) -> None:
    assert page.evaluate("told") == ["connecting", "connected"]
    cut_off(page, proxy)
    come_back(page, proxy)
    assert page.evaluate("told") == ["connecting", "connected", "waiting", "connected"]
    assert page.evaluate("pycommunicate.state") == "connected"


def test_socket_comes_back_by_itself(page: Page, proxy: ProxyProcess) -> None:
    cut_off(page, proxy)
    proxy.accept()
    state(page, "connected")
    page.click("#count")
    expect(page.locator("#count")).to_have_text("1")


def test_tab_that_becomes_visible_comes_back_at_once(page: Page, proxy: ProxyProcess) -> None:
    cut_off(page, proxy)
    # So long that the backoff would not come to it within this test.
    page.evaluate("Math.random = () => 60")
    opened = proxy.counts["websockets"]
    page.wait_for_function("performance.now() > 0")
    while proxy.counts["websockets"] == opened:
        page.evaluate("dispatchEvent(new Event('online'))")
    proxy.accept()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    state(page, "connected")


@pytest.fixture
def slow_page(tab: Tab, proxy: ProxyProcess) -> Page:
    """The page, live, with a clock that the test moves."""
    tab.allow_no_server()
    tab.page.clock.install()
    tab.page.add_init_script(EVENTS)
    tab.page.goto(proxy.url)
    expect(tab.page.locator("#out")).to_have_text("ready")
    tab.page.clock.pause_at(tab.page.evaluate("Date.now() + 1000"))
    return tab.page


def half_open(page: Page, proxy: ProxyProcess) -> None:
    """The connection is a black hole from now on, and a new one would not be."""
    proxy.swallow()
    proxy.release()


def test_half_open_socket_is_found_by_a_click_without_an_answer(slow_page: Page, proxy: ProxyProcess) -> None:
    page = slow_page
    half_open(page, proxy)
    page.click("#count")
    page.clock.run_for(9_000)
    assert page.evaluate("told.at(-1)") == "connected"
    page.clock.run_for(3_000)
    expect(page.locator("#count")).to_have_text("1")
    assert page.evaluate("told") == ["connecting", "connected", "waiting", "connected"]
    # Whatever still comes of the old one, nobody hears it.
    assert page.evaluate("sockets.map(one => [one.onmessage, one.onclose].map(Boolean))") == [[False] * 2, [True] * 2]


def test_half_open_socket_is_found_though_nobody_does_anything(slow_page: Page, proxy: ProxyProcess) -> None:
    page = slow_page
    half_open(page, proxy)
    page.clock.run_for(28_000)
    assert page.evaluate("told.at(-1)") == "connected"
    page.clock.run_for(6_000)
    page.wait_for_function("told.length === 4")
    assert page.evaluate("told") == ["connecting", "connected", "waiting", "connected"]


def test_question_that_is_answered_keeps_the_socket(slow_page: Page, proxy: ProxyProcess) -> None:
    page = slow_page
    before = proxy.counts["up"]
    for _ in range(8):
        down = proxy.counts["down"]
        page.clock.run_for(20_000)
        while proxy.counts["down"] == down:
            page.evaluate("0")
    assert proxy.counts["up"] - before >= 8
    assert page.evaluate("told") == ["connecting", "connected"]
    assert proxy.counts["websockets"] == 1


def test_network_that_returns_makes_a_half_open_socket_known_sooner(slow_page: Page, proxy: ProxyProcess) -> None:
    page = slow_page
    half_open(page, proxy)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.clock.run_for(12_000)
    page.wait_for_function("told.length === 4")


def test_hello_without_an_answer_is_said_on_another_socket(slow_page: Page, proxy: ProxyProcess) -> None:
    page = slow_page
    proxy.swallow()
    proxy.cut_all()
    state(page, "waiting")
    page.clock.run_for(1_000)
    while proxy.counts["websockets"] < 2:
        page.evaluate("0")
    proxy.release()
    page.clock.run_for(4_000)  # time goes on by itself, too
    assert page.evaluate("told.at(-1)") == "waiting"
    page.clock.run_for(9_000)
    state(page, "connected")


def test_dialog_that_holds_everything_up_is_not_taken_for_silence(page: Page, proxy: ProxyProcess) -> None:
    clicked: list[str] = []

    def wait(dialog: Dialog) -> None:
        clicked.append("shown")
        dialog.accept()

    page.on("dialog", wait)
    # The clock jumps by minutes behind the dialog, as it does for whoever was away.
    page.evaluate(
        "document.querySelector('#count').click(); const now = Date.now; Date.now = () => now() + 600000; alert('held')"
    )
    expect(page.locator("#count")).to_have_text("1")
    assert clicked == ["shown"]
    assert page.evaluate("told") == ["connecting", "connected"]
    assert proxy.counts["websockets"] == 1


def test_notice_is_shown_after_two_seconds_and_goes_when_connected(page: Page, proxy: ProxyProcess) -> None:
    cut_off(page, proxy)
    assert page.get_by_role("status").count() == 0
    expect(page.get_by_role("status")).to_have_text("Waiting for the server …")
    come_back(page, proxy)
    expect(page.get_by_role("status")).to_have_count(0)


def test_notice_of_the_app_takes_its_place(page: Page, proxy: ProxyProcess) -> None:
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p id=mine data-pycommunicate-notice hidden>mine</p>')"
    )
    cut_off(page, proxy)
    assert not page.is_visible("#mine")
    expect(page.locator("#mine")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)
    come_back(page, proxy)
    expect(page.locator("#mine")).to_be_hidden()


def test_notice_can_be_switched_off(page: Page, proxy: ProxyProcess) -> None:
    page.evaluate("document.documentElement.setAttribute('data-pycommunicate-notice', 'off')")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p id=mine data-pycommunicate-notice hidden>mine</p>')"
    )
    cut_off(page, proxy)
    page.evaluate("window.ticks = 0; setInterval(() => ticks++, 1000)")
    page.wait_for_function("ticks > 3")
    assert page.get_by_role("status").count() == 0
    assert not page.is_visible("#mine")
    assert page.is_visible("html")


def test_page_that_the_app_has_ended_says_why_and_is_loaded_anew(page: Page, server: AppServer) -> None:
    page.evaluate(
        "window.old = true; addEventListener('pagehide', () => sessionStorage.setItem('told', JSON.stringify(told)))"
    )
    page.click("#end")
    page.wait_for_function("!window.old")
    expect(page.locator("#out")).to_have_text("ready")
    told = json.loads(page.evaluate("sessionStorage.getItem('told')"))
    assert told == ["connecting", "connected", "waiting", "gone", "the page is not here any more"]
    assert page.get_by_role("alert").count() == 0


@pytest.mark.parametrize("how", ["goto", "reload", "close"])
def test_page_that_is_left_ends_at_once(page: Page, server: AppServer, how: str) -> None:
    mark = len(server.log)
    if how == "goto":
        page.goto("about:blank")
    elif how == "reload":
        page.reload()
    else:
        page.close()
    server.wait_for_log("teardown", since=mark)


def test_document_that_may_come_back_closes_its_socket_in_good_order_and_goes_on(
    page: Page, proxy: ProxyProcess
) -> None:
    page.evaluate("""() => {
        window.codes = [];
        const close = WebSocket.prototype.close;
        WebSocket.prototype.close = function (code) { codes.push(code); close.call(this, code) };
    }""")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    state(page, "waiting")
    assert page.evaluate("codes") == [1000]
    page.click("#count")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("#count")).to_have_text("1")
    assert page.evaluate("told") == ["connecting", "connected", "waiting", "connected"]


def test_duplicated_tab_gets_a_page_of_its_own_while_the_first_works(server: AppServer, open_tab: OpenTab) -> None:
    first, second = open_tab().page, open_tab().page
    loads: list[str] = []
    second.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    for page in (first, second):
        page.goto(f"{server.url}/same")
        expect(page.locator("#out")).to_have_text("ready")
    tickets = [page.locator("script[data-ticket]").get_attribute("data-ticket") for page in (first, second)]
    assert tickets[0] != tickets[1]
    assert len(loads) == 2  # the kept document, and its own
    for page in (first, second, first):
        page.click("#count")
    expect(first.locator("#count")).to_have_text("2")
    expect(second.locator("#count")).to_have_text("1")
    assert second.get_by_role("alert").count() == 0


def test_frame_of_another_site_says_what_is_blocked_and_is_not_loaded_again_and_again(
    server: AppServer, tab: Tab
) -> None:
    loads: list[str] = []
    tab.page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    tab.page.goto(f"http://localhost:{server.port}/frame/{server.port}")
    frame = tab.page.frame_locator("iframe")
    expect(frame.get_by_role("alert")).to_contain_text("are cookies blocked?")
    frame.locator("html[data-pycommunicate=gone]").wait_for()
    assert len(loads) == 2  # the page and its frame
