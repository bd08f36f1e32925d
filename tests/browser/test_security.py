"""What a page gives away and lets in: strict content policies, globals, other sites, broken frames."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
from werkzeug.wrappers import Response

from pycommunicate import CommunicateApp, ControllerFactory, View


class Counter(View):
    count = 0

    def render(self):
        return self.controller.templater.render("counter.html", name="<script>alert(1)</script>'\\"&")

    def load(self):
        self.html_wrapper.element("#count").add_event_listener("click", self.count_up)
        self.html_wrapper.element("#count").content = "0"

    def count_up(self):
        self.count += 1
        self.html_wrapper.element("#count").content = str(self.count)
        self.html_wrapper.element("#count").style["color"] = "rgb(0, 0, 255)"


class Changing(Counter):
    def load(self):
        self.html_wrapper.element("#change").add_event_listener("click", lambda: self.controller.change_view(1))
        super().load()


class Strict(Changing):
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"

    def render(self):
        page = super().render()
        self.controller.special_return_handler = lambda: Response(
            page, content_type="text/html", headers={"Content-Security-Policy": self.policy}
        )


class Other(Counter):
    def render(self):
        return super().render().replace("<title>Counter", "<title>Other")


class Static(View):
    def render(self):
        return "<!DOCTYPE html><title>Static</title>"


def only(view):
    return ControllerFactory().add_view(view).set_default_view(view)


app = CommunicateApp()
app.set_secret_key("security")
app.add_controller("/", only(Changing).add_view(Other))
app.add_controller("/strict", only(Strict).add_view(Other))
app.add_controller("/static", only(Static))
"""

TEMPLATES = {
    "counter.html": """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Counter</title>{{ add_includes() }}</head>
        <body>
        <p id="name" title="{{ name }}">{{ name }}</p>
        <button id="count">-</button><button id="change">Change</button>
        </body>
        </html>
    """
}


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP, TEMPLATES)


def opened(tab: Tab, url: str) -> None:
    tab.page.goto(url)
    expect(tab.page.locator("#count")).to_have_text("0")


def test_strict_content_policy_stops_nothing(server: AppServer, tab: Tab) -> None:
    tab.page.add_init_script("""
        window.violations = [];
        addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))
    """)
    opened(tab, f"{server.url}/strict")
    tab.page.click("#count")
    expect(tab.page.locator("#count")).to_have_text("1")
    expect(tab.page.locator("#count")).to_have_css("color", "rgb(0, 0, 255)")
    tab.page.click("#change")
    expect(tab.page).to_have_title("Other")
    expect(tab.page.locator("#count")).to_have_text("0")
    assert [one for one in tab.page.evaluate("violations") if not one.startswith("img-src")] == []


def test_client_makes_one_global_and_changes_none(server: AppServer, tab: Tab) -> None:
    names = "Object.getOwnPropertyNames(window)"
    # Functions that the page's script could have been given in place of the browser's own.
    foreign = """
        [window, EventTarget.prototype, Node.prototype, Element.prototype, Document.prototype, History.prototype,
         HTMLElement.prototype, HTMLFormElement.prototype, XMLHttpRequest.prototype, WebSocket.prototype, console,
         Object.prototype, Array.prototype, Promise.prototype, Function.prototype]
        .flatMap(owner => Object.entries(Object.getOwnPropertyDescriptors(owner)))
        .filter(([name, {value}]) => typeof value === 'function' && !String(value).includes('[native code]'))
        .map(([name]) => name)
    """
    tab.page.goto(f"{server.url}/static")
    before, foreign_before = set(tab.page.evaluate(names)), tab.page.evaluate(foreign)
    opened(tab, server.url)
    assert set(tab.page.evaluate(names)) - before == {"pycommunicate"}
    assert before - set(tab.page.evaluate(names)) == set()
    assert tab.page.evaluate(foreign) == foreign_before == []
    assert tab.page.evaluate("Object.keys(window).includes('pycommunicate')") is False
    assert tab.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_global_tells_and_cannot_be_changed(server: AppServer, tab: Tab) -> None:
    opened(tab, server.url)
    told = "[pycommunicate.version, pycommunicate.state, Object.keys(pycommunicate).length]"
    assert tab.page.evaluate(told) == [1, "connected", 3]
    tab.page.evaluate("() => { pycommunicate.state = 'x'; window.pycommunicate = 'y' }")
    assert tab.page.evaluate(told) == [1, "connected", 3]


def test_templates_are_escaped(server: AppServer, tab: Tab) -> None:
    opened(tab, server.url)
    name = "<script>alert(1)</script>'\"&"
    assert tab.page.inner_text("#name") == tab.page.get_attribute("#name", "title") == name
    tab.page.click("#change")
    expect(tab.page).to_have_title("Other")
    assert tab.page.inner_text("#name") == name


CONNECT = """
url => new Promise(resolve => {
    const socket = new WebSocket(url, 'pycommunicate.v1');
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
})
"""


def test_page_of_another_site_cannot_open_a_websocket(
    server: AppServer, shared_app_server: StartApp, open_tab: OpenTab
) -> None:
    other_site = shared_app_server(APP, TEMPLATES)
    mine, foreign = open_tab(), open_tab()
    opened(mine, server.url)
    path = mine.page.get_attribute("script[data-pycommunicate]", "data-pycommunicate")
    socket = f"{server.url.replace('http', 'ws')}{path}"
    assert mine.page.evaluate(CONNECT, socket) == "open"

    foreign.page.goto(f"{other_site.url}/static")
    foreign.allow("WebSocket connection .* failed")
    mark = len(server.log)
    assert foreign.page.evaluate(CONNECT, socket) == "refused"
    server.wait_for_log(f"a WebSocket is refused: its origin '{other_site.url}'", since=mark)
    mine.page.bring_to_front()
    mine.page.click("#count")
    expect(mine.page.locator("#count")).to_have_text("1")


def test_broken_frames_end_their_page_alone(server: AppServer, open_tab: OpenTab) -> None:
    broken, other = open_tab(fresh=True), open_tab(fresh=True)
    # The page's own socket, as a hostile script in the page would get hold of it.
    broken.page.add_init_script("""
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) { window.socket = this; send.call(this, data) }
    """)
    opened(broken, server.url)
    opened(other, server.url)
    mark = len(server.log)
    broken.page.evaluate("socket.send(Uint8Array.of(0xc1, 0xff))")
    expect(broken.page.get_by_role("alert")).to_contain_text("broke the protocol")
    server.wait_for_log("its browser broke the protocol", since=mark)
    other.page.click("#count")
    expect(other.page.locator("#count")).to_have_text("1")
    opened(broken, server.url)
