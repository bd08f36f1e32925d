"""What a user does before the page is ready is not lost, and not done twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from pycommunicate.testing.driver import ProxyProcess
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
from gevent import sleep
from pycommunicate import CommunicateApp, ControllerFactory, View
from werkzeug.wrappers import Response


class Early(View):
    def render(self):
        return f'''<!DOCTYPE html><title>Early</title>{self.controller.templater.add_includes()}
        <body>{self.controller.route_data["mode"]}
        <p id="out"></p><button id="a">a</button><button id="b">b</button>
        <div id="box"><button id="inner">inner</button><input id="name"></div>
        <div data-pycommunicate-live><a id="link" href="/other/link"><b id="bold">link</b></a>
        <a id="second" href="/other/second">second</a><a id="away" target="_blank" href="/other/away">away</a>
        <form id="form" action="/other/form"><input name="text" value="x"><button id="send">send</button></form>
        <form id="plain"><button id="go">go</button></form></div>
        <a id="bare" href="/other/bare">bare</a>'''

    def load(self):
        self.seen = []
        find = self.html_wrapper.element
        self.out = find("#out")
        if self.controller.route_data["mode"] == "slow":
            self.listen("#box", "click", "box")
            self.listen("#a", "click", "a")
            self.out.content = "listens to a"
            while not flags.pop("go", False):
                sleep(0.01)
            self.listen("#b", "click", "b")
        elif self.controller.route_data["mode"] == "change":
            self.listen("#a", "click", "a")
            self.controller.change_view(1)
        elif self.controller.route_data["mode"] == "nothing":
            self.out.content = "loaded"
        elif self.controller.route_data["mode"] == "claims":
            for selector, event in (
                ("#a", "click"), ("#b", "click"), ("#box", "click"), ("#box", "focus"), ("#name", "focus"),
                ("#link", "click"), ("#form", "submit"), ("#go", "click"),
            ):
                self.listen(selector, event, f"{selector[1:]}.{event}")
            self.html_wrapper.element("#a").add_event_listener("click", lambda: self.listen("#inner", "click", "late"))

    def listen(self, selector, event, word):
        def heard():
            self.seen.append(word)
            self.out.content = " ".join(self.seen)

        self.html_wrapper.element(selector).add_event_listener(event, heard)


class Next(Early):
    def render(self):
        return super().render().replace("Early", "Next")

    def load(self):
        self.seen = []
        self.out = self.html_wrapper.element("#out")
        self.out.content = "next"
        while not flags.pop("go", False):
            sleep(0.01)
        self.listen("#b", "click", "b")


class Count(View):
    def render(self):
        return f'''<!DOCTYPE html><title>Count</title>{self.controller.templater.add_includes()}
        <button id="a">0</button>'''

    def load(self):
        self.count = 0
        self.button = self.html_wrapper.element("#a")
        self.button.add_event_listener("click", self.count_up)

    def count_up(self):
        self.count += 1
        self.button.content = str(self.count)


class Strict(Count):
    def render(self):
        headers = {"Content-Security-Policy": "default-src 'self'", "Content-Type": "text/html"}
        return Response(super().render(), headers=headers)


class Other(View):
    def render(self):
        return f"<!DOCTYPE html><title>Other</title><p id=which>{self.controller.route_data['which']}"


class Go(View):
    def render(self):
        flags["go"] = True
        return "set"


flags = {}
app = CommunicateApp()
app.set_secret_key("a test's")
app.add_controller("/in/<mode>", ControllerFactory().add_view(Early).add_view(Next).set_default_view(Early))
app.add_controller("/count", ControllerFactory().add_view(Count).set_default_view(Count))
app.add_controller("/strict", ControllerFactory().add_view(Strict).set_default_view(Strict))
app.add_controller("/other/<which>", ControllerFactory().add_view(Other).set_default_view(Other))
app.add_controller("/go", ControllerFactory().add_view(Go).set_default_view(Go))
"""


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP)


class Slow:
    """A page whose client reaches the server only when it is let through."""

    def __init__(self, page: Page, proxy: ProxyProcess) -> None:
        self.page = page
        self._proxy = proxy
        self._url = f"http://127.0.0.1:{proxy.port}"

    def open(self, path: str) -> None:
        """Opens an address; what stands in the document can be used, and nothing listens to it yet."""
        self._proxy.hold()
        self.page.goto(f"{self._url}{path}", wait_until="commit")
        self.page.wait_for_selector("#a")

    def let_through(self) -> None:
        """Lets the client reach the server."""
        self._proxy.release()

    def go(self) -> None:
        """Lets the load() of the page go on."""
        self.page.request.get(f"{self._url}/go")


@pytest.fixture(scope="module")
def proxy(server: AppServer) -> Iterator[ProxyProcess]:
    with ProxyProcess(server.url.removeprefix("http://"), websockets_only=True) as proxy:
        yield proxy


@pytest.fixture
def slow(proxy: ProxyProcess, tab: Tab) -> Iterator[Slow]:
    yield Slow(tab.page, proxy)
    proxy.release()


def out(slow: Slow, text: str) -> None:
    expect(slow.page.locator("#out")).to_have_text(text)


def test_early_clicks_are_heard_in_the_order_in_which_they_happened(slow: Slow) -> None:
    slow.open("/in/claims")
    for name in ("b", "a", "b", "a", "a"):
        slow.page.click(f"#{name}")
    slow.let_through()
    out(slow, "b.click a.click b.click a.click a.click")
    slow.page.click("#b")
    out(slow, "b.click a.click b.click a.click a.click b.click")


def test_two_hundred_early_clicks_are_all_heard(slow: Slow) -> None:
    slow.open("/count")
    for _ in range(200):
        slow.page.mouse.click(*_middle(slow.page, "#a"))
    slow.let_through()
    expect(slow.page.locator("#a")).to_have_text("200")
    slow.page.click("#a")
    expect(slow.page.locator("#a")).to_have_text("201")


def _middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_claims_are_made_by_the_way_that_the_event_took(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.focus("#name")  # bubbles no further than to the field itself
    slow.page.click("#inner")
    slow.let_through()
    out(slow, "name.focus box.click")


def test_what_nobody_claims_is_let_go(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.click("#bare", modifiers=["Alt"])
    slow.page.click("#inner")
    slow.page.click("#a")
    slow.let_through()
    # Whoever clicks "a" makes "inner" be listened to, and the early click on it was before that.
    out(slow, "box.click a.click")
    slow.page.click("#inner")
    out(slow, "box.click a.click late box.click")


def test_click_while_load_goes_on_is_claimed_by_what_load_adds_later(slow: Slow) -> None:
    slow.open("/in/slow")
    slow.page.click("#b")
    slow.let_through()
    out(slow, "listens to a")
    slow.page.click("#b")
    slow.page.click("#a")
    out(slow, "a")
    slow.go()
    out(slow, "a b b")


def test_what_is_heard_at_once_stays_behind_what_happened_before(slow: Slow) -> None:
    slow.open("/in/slow")
    slow.page.click("#inner")
    # Clicked as soon as it is listened to, while the early click waits for load().
    slow.page.evaluate("""() => new MutationObserver((_, observer) => {
        observer.disconnect();
        document.querySelector('#a').click();
    }).observe(document.querySelector('#out'), {childList: true})""")
    slow.let_through()
    out(slow, "box a")
    slow.go()


def test_view_begins_anew_with_its_own_early_clicks(slow: Slow) -> None:
    slow.open("/in/change")
    slow.page.click("#b")  # the b of the view that is changed away
    slow.let_through()
    out(slow, "next")
    slow.page.click("#b")
    slow.page.click("#b")
    slow.go()
    out(slow, "b b")


def test_click_of_a_minute_ago_does_not_count(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.click("#a")
    slow.page.evaluate("() => { const now = performance.now(); performance.now = () => now + 61000 }")
    slow.let_through()
    # Its clicks come one by one, until somebody listens.
    slow.page.wait_for_function("() => { document.querySelector('#b').click(); return out.textContent }")
    expect(slow.page.locator("#out")).to_have_text(re.compile(r"^b\.click( b\.click)*$"))


@pytest.mark.parametrize("selector", ["#link", "#bold"])
def test_link_in_a_live_part_is_held_for_whoever_claims_it(slow: Slow, selector: str) -> None:
    slow.open("/in/claims")
    slow.page.click(selector)
    slow.page.click("#a")
    slow.let_through()
    out(slow, "link.click a.click")
    assert slow.page.url.endswith("/in/claims")


def test_submit_in_a_live_part_is_held_for_whoever_claims_it(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.click("#send")
    slow.page.click("#a")
    slow.let_through()
    out(slow, "form.submit a.click")
    assert slow.page.url.endswith("/in/claims")


def test_click_on_the_button_of_a_form_without_an_action_stands_for_its_submit(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.click("#go")
    slow.let_through()
    out(slow, "go.click")
    slow.page.click("#a")
    out(slow, "go.click a.click")
    assert slow.page.url.endswith("/in/claims")


@pytest.mark.parametrize(("selector", "which"), [("#link", "link"), ("#send", "form")])
def test_what_was_held_and_nobody_claims_happens_after_all(slow: Slow, selector: str, which: str) -> None:
    slow.open("/in/nothing")
    slow.page.evaluate("() => { window.heard = 0; addEventListener('click', () => sessionStorage.heard = ++heard) }")
    slow.page.click(selector)
    assert slow.page.url.endswith("/in/nothing")
    slow.let_through()
    expect(slow.page.locator("#which")).to_have_text(which)
    assert slow.page.url.endswith("/other/form?text=x") == (which == "form")
    # The page's own scripts have heard of it when it was held.
    assert slow.page.evaluate("sessionStorage.heard") == "1"


def test_of_what_was_held_the_last_one_happens(slow: Slow) -> None:
    slow.open("/in/nothing")
    for selector in ("#send", "#link", "#second"):
        slow.page.click(selector)
    slow.let_through()
    expect(slow.page.locator("#which")).to_have_text("second")


def test_what_the_page_itself_prevents_does_not_happen_later(slow: Slow) -> None:
    slow.open("/in/nothing")
    slow.page.evaluate("() => { document.querySelector('#link').onclick = event => event.preventDefault() }")
    slow.page.click("#link")
    slow.let_through()
    slow.page.locator("html[data-pycommunicate=connected]").wait_for()
    out(slow, "loaded")
    slow.page.evaluate("new Promise(resolve => setTimeout(resolve, 50))")
    assert slow.page.url.endswith("/in/nothing")


def test_link_outside_of_a_live_part_is_followed_at_once(slow: Slow) -> None:
    slow.open("/in/claims")
    slow.page.click("#bare")
    expect(slow.page.locator("#which")).to_have_text("bare")


def test_link_that_opens_another_tab_is_not_held(slow: Slow) -> None:
    slow.open("/in/claims")
    with slow.page.expect_popup() as popup:
        slow.page.click("#away")
    expect(popup.value.locator("#which")).to_have_text("away")


def test_strict_content_security_policy_allows_all_of_it(slow: Slow) -> None:
    slow.open("/strict")
    slow.page.click("#a")
    slow.let_through()
    expect(slow.page.locator("#a")).to_have_text("1")


def test_client_is_there_before_anything_can_be_clicked(server: AppServer, tab: Tab) -> None:
    tab.page.goto(f"{server.url}/count")
    [(source, kind, blocks)] = tab.page.evaluate(
        "Array.from(document.scripts, (one) => [new URL(one.src).pathname, one.type, !one.async && !one.defer])"
    )
    assert (kind, blocks) == ("", True)
    response = tab.page.request.get(server.url + source)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
