"""Changing views in a real browser: what is replaced, what stays, what runs again, and what ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
import gevent
import gevent.event

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.errors import ViewGone


class Shown(View):
    shown = 0

    def __init__(self, controller):
        super().__init__(controller)
        self.controller.d.setdefault("made", []).append(type(self).__name__)
        self.controller.d.setdefault("lines", [])

    def element(self, selector):
        return self.html_wrapper.element(selector)

    def log(self, *words):
        self.controller.d["lines"].append(" ".join(map(str, words)))
        self.element("#log").content = "; ".join(self.controller.d["lines"])

    def click(self, selector, handler):
        self.element(selector).add_event_listener("click", handler)

    def render(self):
        return self.controller.templater.render(f"{type(self).__name__.lower()}.html")

    def load(self):
        self.shown += 1
        self.click("#go", self.go)
        self.click("#reload", self.reload)
        self.click("#count", lambda: self.log("clicked"))
        self.log("loaded", type(self).__name__, self.shown)

    def go(self):
        self.controller.change_view(self.other)

    def reload(self):
        self.controller.change_view(self.other, reload=True)

    def teardown(self):
        print("teardown of", type(self).__name__)


class First(Shown):
    other = 1

    def load(self):
        self.click("#bad", lambda: self.controller.change_view(7))
        self.click("#timer", self.start_timer)
        self.click("#wait", self.wait)
        self.click("#write", self.write)
        super().load()

    def start_timer(self):
        self.controller.d["ticks"] = 0
        self.add_timer(0.01, self.tick)
        self.log("timer started")

    def tick(self):
        self.controller.d["ticks"] += 1

    def wait(self):
        self.controller.d["go on"] = gevent.event.Event()
        self.log("waits")
        self.controller.d["go on"].wait(10)
        try:
            self.element("#log")
            print("got no ViewGone")
        except ViewGone as error:
            print("got ViewGone:", error)

    def write(self):
        self.controller.change_view(1)
        self.element("#note").content = "written by the handler that left"


class Second(Shown):
    other = 0

    def load(self):
        self.click("#ticks", self.tell_ticks)
        self.click("#free", lambda: self.controller.d["go on"].set())
        self.click("#made", lambda: self.log(*self.controller.d["made"]))
        super().load()

    def tell_ticks(self):
        before = self.controller.d["ticks"]
        gevent.sleep(0.05)
        self.log("ticks" if self.controller.d["ticks"] > before else "no ticks")


class Hasty(Shown):
    def render(self):
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<p id=log></p>"

    def load(self):
        self.controller.change_view(0)


class Early(View):
    def render(self):
        self.controller.change_view(0)


class Sender(View):
    def render(self):
        self.controller.redirect("/?sent=1")


class Plain(Shown):
    def render(self):
        return (f"<!DOCTYPE html>{self.controller.templater.add_includes()}<p id=log></p>"
                "<button id=go></button><button id=reload></button><button id=count></button>")


class ToSender(Plain):
    other = 1


def only(*views):
    factory = ControllerFactory()
    for view in views:
        factory.add_view(view)
    return factory


app = CommunicateApp()
app.set_secret_key("views")
app.add_controller("/", only(First, Second).set_default_view(First))
app.add_controller("/hasty", only(First, Second, Hasty).set_default_view(Hasty))
app.add_controller("/early", only(Early).set_default_view(Early))
app.add_controller("/to-sender", only(ToSender, Sender).set_default_view(ToSender))
"""

TEMPLATES = {
    "first.html": """
        <!DOCTYPE html>
        <html lang="en" class="first">
        <head>
            <meta charset="utf-8"><title>First</title><meta name="description" content="first">
            {{ add_includes() }}
            <link rel="stylesheet" href="/common.css"><style>h1 { color: rgb(255, 0, 0) }</style>
            <script src="/common.js"></script>
        </head>
        <body data-view="first">
            <h1>First</h1>
            <button id="go">Go</button><button id="reload">Reload</button><button id="count">Count</button>
            <button id="bad">Bad</button><button id="timer">Timer</button><button id="wait">Wait</button>
            <button id="write">Write</button><p id="log"></p>
            <script>(window.order ??= []).push("first inline")</script>
        </body>
        </html>
    """,
    "second.html": """
        <!DOCTYPE html>
        <html lang="fr">
        <head>
            <meta charset="utf-8"><title>Second</title>
            {{ add_includes() }}
            <link rel="stylesheet" href="/common.css"><style>h1 { color: rgb(0, 0, 255) }</style>
            <script src="/common.js"></script><script src="/second.js"></script>
        </head>
        <body data-view="second" class="dark">
            <h1>Second</h1>
            <button id="go">Go</button><button id="reload">Reload</button><button id="count">Count</button>
            <button id="ticks">Ticks</button><button id="free">Free</button><button id="made">Made</button>
            <p id="note"></p><p id="log"></p>
            <script src="/slow.js"></script><script>order.push("second inline")</script><script src="/last.js"></script>
        </body>
        </html>
    """,
}

FILES = {
    "/common.css": "h1 { font-style: italic }",
    "/common.js": "window.common = (window.common ?? 0) + 1; addEventListener('load', () => window.loads++)",
    "/second.js": "window.second = (window.second ?? 0) + 1",
    "/slow.js": "(window.order ??= []).push(`slow ${document.body.dataset.view}`)",
    "/last.js": "order.push('last')",
}


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP, TEMPLATES)


@pytest.fixture(scope="module")
def files(server: AppServer, module_tab: Tab) -> list[str]:
    """Serves the page's files; which of them its browser asks for, in order."""
    asked: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(server.url)
        asked.append(path)
        route.fulfill(body=FILES[path], content_type="text/css" if path.endswith(".css") else "text/javascript")

    for path in FILES:
        module_tab.page.route(server.url + path, serve)
    return asked


@pytest.fixture
def asked(files: list[str]) -> list[str]:
    """Which of the page's files its browser has asked for in this test."""
    files.clear()
    return files


@pytest.fixture
def page(server: AppServer, module_tab: Tab, asked: list[str]) -> Iterator[Page]:
    """The first view, shown and loaded."""
    module_tab.page.goto(server.url)
    expect_lines(module_tab.page, "loaded First 1")
    yield module_tab.page
    module_tab.check()


def go(page: Page, line: str) -> None:
    """Changes the view, and waits until the new one has been loaded and logged the line."""
    page.click("#go")
    expect(page.locator("#log")).to_contain_text(line)


def expect_lines(page: Page, *lines: str) -> None:
    expect(page.locator("#log")).to_have_text("; ".join(lines))


def test_change_of_view_replaces_title_head_and_body(server: AppServer, page: Page) -> None:
    page.click("#go")
    expect_lines(page, "loaded First 1", "loaded Second 1")
    assert page.title() == "Second"
    assert page.inner_text("h1") == "Second"
    assert page.url == f"{server.url}/"
    attributes = (
        "[document.documentElement.lang, document.documentElement.className, document.body.outerHTML.slice(0, 38)]"
    )
    assert page.evaluate(attributes) == ["fr", "", '<body data-view="second" class="dark">']
    assert page.locator("meta[name=description]").count() == 0
    assert page.locator("body").count() == page.locator("head").count() == page.locator("title").count() == 1
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontStyle") == "italic"


def test_change_of_view_is_no_page_load(page: Page) -> None:
    documents: list[str] = []
    page.on("domcontentloaded", lambda page: documents.append(page.url))
    page.evaluate("""
        window.marker = window.repeated = 0;
        for (const type of ['DOMContentLoaded', 'load']) addEventListener(type, () => window.repeated++)
    """)
    page.click("#go")
    expect_lines(page, "loaded First 1", "loaded Second 1")
    assert page.evaluate("[window.marker, window.repeated]") == [0, 0]
    assert documents == []


def test_ten_changes_keep_one_connection_and_count_one_click_once(server: AppServer, page: Page) -> None:
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    lines = ["loaded First 1"]
    for i in range(10):
        page.click("#go")
        lines.append(f"loaded {'First' if i % 2 else 'Second'} {i // 2 + (2 if i % 2 else 1)}")
        expect_lines(page, *lines)
    page.click("#count")
    go(page, "loaded Second 6")
    expect_lines(page, *lines, "clicked", "loaded Second 6")
    assert sockets == []


def test_view_objects_and_shared_data_are_kept(page: Page) -> None:
    go(page, "loaded Second 1")
    go(page, "loaded First 2")
    expect_lines(page, "loaded First 1", "loaded Second 1", "loaded First 2")
    page.click("#go")
    expect_lines(page, "loaded First 1", "loaded Second 1", "loaded First 2", "loaded Second 2")
    page.click("#made")
    expect(page.locator("#log")).to_contain_text("; First Second")


def test_script_in_the_head_runs_once_however_often_its_view_is_shown(page: Page, asked: list[str]) -> None:
    for line in ("loaded Second 1", "loaded First 2", "loaded Second 2"):
        go(page, line)
    assert page.evaluate("[window.common, window.second]") == [1, 1]
    assert asked.count("/common.js") == asked.count("/second.js") == 1


def test_stylesheet_that_both_views_have_is_not_loaded_again(page: Page, asked: list[str]) -> None:
    go(page, "loaded Second 1")
    assert asked.count("/common.css") == 1


def test_scripts_of_the_body_run_in_order_each_time_and_before_load(page: Page) -> None:
    assert page.evaluate("order") == ["first inline"]
    go(page, "loaded Second 1")
    second = ["slow second", "second inline", "last"]
    assert page.evaluate("order") == ["first inline", *second]
    go(page, "loaded First 2")
    go(page, "loaded Second 2")
    assert page.evaluate("order") == ["first inline", *second, "first inline", *second]


def test_timers_of_the_view_that_was_left_stop(page: Page) -> None:
    page.click("#timer")
    expect(page.locator("#log")).to_contain_text("timer started")
    go(page, "loaded Second 1")
    page.click("#ticks")
    expect(page.locator("#log")).to_contain_text("no ticks")


def test_handlers_of_the_view_that_was_left_are_dead(page: Page) -> None:
    page.evaluate("window.old = document.querySelector('#count')")
    page.click("#go")
    expect_lines(page, "loaded First 1", "loaded Second 1")
    page.evaluate("window.old.click()")
    page.click("#count")
    expect_lines(page, "loaded First 1", "loaded Second 1", "clicked")


def test_handler_that_still_runs_when_its_view_is_left_gets_viewgone(server: AppServer, page: Page) -> None:
    page.click("#wait")
    expect(page.locator("#log")).to_contain_text("waits")
    go(page, "loaded Second 1")
    mark = len(server.log)
    page.click("#free")
    server.wait_for_log("got ViewGone: the view First is gone", since=mark)
    page.click("#count")
    expect_lines(page, "loaded First 1", "waits", "loaded Second 1", "clicked")


def test_handler_that_changes_the_view_goes_on_in_the_new_one(page: Page) -> None:
    page.click("#write")
    expect(page.locator("#note")).to_have_text("written by the handler that left")
    expect(page.locator("#log")).to_contain_text("loaded Second 1")


def test_teardown_is_called_when_a_view_is_left_and_when_its_page_goes(server: AppServer, page: Page) -> None:
    mark = len(server.log)
    go(page, "loaded Second 1")
    server.wait_for_log("teardown of First", since=mark)
    assert "teardown of Second" not in server.log[mark:]
    page.goto("about:blank")
    server.wait_for_log("teardown of Second", since=mark)
    assert server.log[mark:].count("teardown of First\n") == 1


def test_load_may_change_the_view_at_once(server: AppServer, page: Page) -> None:
    page.goto(f"{server.url}/hasty")
    expect_lines(page, "loaded First 1")
    page.click("#count")
    expect_lines(page, "loaded First 1", "clicked")


def test_change_with_reload_is_a_page_load_that_keeps_the_controller(server: AppServer, page: Page) -> None:
    page.goto(f"{server.url}/?dish=soup")
    expect_lines(page, "loaded First 1")
    page.evaluate("window.marker = 1")
    with page.expect_navigation(url=f"{server.url}/?dish=soup"):
        page.click("#reload")
    expect_lines(page, "loaded First 1", "loaded Second 1")
    assert page.evaluate("window.marker") is None
    assert page.title() == "Second"
    with page.expect_navigation(url=f"{server.url}/?dish=soup"):
        page.click("#reload")
    expect_lines(page, "loaded First 1", "loaded Second 1", "loaded First 2")
    page.click("#go")
    expect_lines(page, "loaded First 1", "loaded Second 1", "loaded First 2", "loaded Second 2")
    page.reload()
    expect_lines(page, "loaded First 1")


def test_view_that_is_not_there_is_an_error_that_names_those_that_are(server: AppServer, page: Page) -> None:
    server.expect_traceback()
    page.click("#bad")
    server.wait_for_log("ViewError: expected the index of a view, one of 0 (First), 1 (Second), got 7")
    page.click("#count")
    expect_lines(page, "loaded First 1", "clicked")


def test_change_in_render_is_an_error_that_says_where_it_may_be(server: AppServer, tab: Tab) -> None:
    server.expect_traceback()
    tab.allow("status of 500")
    tab.page.goto(f"{server.url}/early")
    server.wait_for_log("NotAttached: ")
    assert "use it from load(), a handler or a timer" in server.log


def test_view_that_redirects_in_render_sends_the_page_there(server: AppServer, page: Page) -> None:
    page.goto(f"{server.url}/to-sender")
    expect_lines(page, "loaded ToSender 1")
    with page.expect_navigation(url=f"{server.url}/?sent=1"):
        page.evaluate("document.querySelector('#go').click()")
    expect_lines(page, "loaded First 1")
