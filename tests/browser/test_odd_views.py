"""Changing to views that make it hard, in a real browser: scripts that never tell, noscript, two changes at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
import gevent
from werkzeug.wrappers import Response
from pycommunicate import CommunicateApp, ControllerFactory, View


class Shown(View):
    head = body = ""
    slow = 0

    def render(self):
        gevent.sleep(self.slow)
        name = type(self).__name__
        includes = self.controller.templater.add_includes()
        buttons = "<button id=go>Go</button><button id=other>Other</button>"
        body = f"<h1>{name}</h1>{self.body}{buttons}<p id=log></p>"
        return f"<!DOCTYPE html><html><head>{includes}{self.head}</head><body>{body}</body></html>"

    def load(self):
        self.html_wrapper.element("#go").add_event_listener("click", self.go)
        self.html_wrapper.element("#other").add_event_listener("click", lambda: self.controller.change_view(2))
        self.html_wrapper.element("#log").content = f"loaded {type(self).__name__}"

    def go(self):
        self.controller.change_view(1)


class First(Shown):
    pass


class Second(Shown):
    clicks = 0

    def go(self):
        self.clicks += 1
        self.html_wrapper.element("#log").content = f"clicked {type(self).__name__} {self.clicks}"


class Third(Second):
    pass


class NoModule(Second):
    body = "<script nomodule src='/never.js'></script>"


class NoScript(Second):
    head = "<noscript><meta http-equiv=refresh content='0;url=/elsewhere'><p>No scripts</p></noscript><meta name=last>"


class Slow(Second):
    slow = 0.4


class Quick(Second):
    slow = 0.1


class Forbidden(First):
    def render(self):
        page = super().render()
        headers = {"Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types other"}
        self.controller.special_return_handler = lambda: Response(page, content_type="text/html", headers=headers)


class WrongMethod(Second):
    def render(self):
        return super().render()


def factory(*views):
    made = ControllerFactory()
    for view in views:
        made.add_view(view)
    return made.set_default_view(views[0])


app = CommunicateApp()
app.set_secret_key("odd views")
app.add_controller("/nomodule", factory(First, NoModule))
app.add_controller("/noscript", factory(First, NoScript))
app.add_controller("/race", factory(First, Slow, Quick))
app.add_controller("/forbidden", factory(Forbidden, Second))
app.add_error_handler(405, factory(WrongMethod))
"""


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP)


@pytest.mark.parametrize(("path", "view"), [("/nomodule", "NoModule"), ("/noscript", "NoScript")])
def test_view_with_what_is_for_other_browsers_is_shown_and_works(
    server: AppServer, tab: Tab, path: str, view: str
) -> None:
    page = tab.page
    page.goto(server.url + path)
    expect(page.locator("#log")).to_have_text("loaded First")
    page.click("#go")
    expect(page.locator("#log")).to_have_text(f"loaded {view}")
    page.click("#go")
    expect(page.locator("#log")).to_have_text(f"clicked {view} 1")
    assert page.url == server.url + path
    if view == "NoScript":
        assert page.locator("head noscript + meta[name=last]").count() == 1, "a paragraph in it does not end the head"


def test_of_two_changes_at_once_the_first_to_be_ready_stays_and_works(server: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(server.url + "/race")
    expect(page.locator("#log")).to_have_text("loaded First")
    page.evaluate("document.querySelector('#go').click(); document.querySelector('#other').click()")
    expect(page.locator("#log")).to_have_text("loaded Quick")
    page.click("#go")
    expect(page.locator("#log")).to_have_text("clicked Quick 1")
    # Until the slower view, too, has long been rendered.
    page.evaluate("window.shown = performance.now()")
    page.wait_for_function("() => performance.now() > shown + 800")
    page.click("#go")
    expect(page.locator("#log")).to_have_text("clicked Quick 2")
    expect(page.locator("h1")).to_have_text("Quick")


def test_view_that_the_browser_refuses_is_logged_and_the_page_comes_back(server: AppServer, tab: Tab) -> None:
    tab.allow("Policy|TrustedHTML|Trusted")
    page = tab.page
    page.goto(server.url + "/forbidden")
    expect(page.locator("#log")).to_have_text("loaded Forbidden")
    page.evaluate("window.before = true")
    page.click("#go")
    server.wait_for_log("a write to the page failed")
    page.wait_for_function("() => !window.before")
    expect(page.locator("#log")).to_have_text("loaded Forbidden")


def test_error_page_that_answers_a_form_is_live_and_sends_the_form_once(server: AppServer, tab: Tab) -> None:
    tab.allow("405")
    page = tab.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.is_navigation_request() else None)
    page.goto(server.url + "/race")
    expect(page.locator("#log")).to_have_text("loaded First")
    form = "<form method=post action=/race><button id=post>Post</button></form>"
    page.evaluate("form => document.body.insertAdjacentHTML('beforeend', form)", form)
    page.click("#post")
    expect(page.locator("#log")).to_have_text("loaded WrongMethod")
    page.click("#go")
    expect(page.locator("#log")).to_have_text("clicked WrongMethod 1")
    assert sent == ["GET", "POST"]
