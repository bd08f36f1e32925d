"""Error pages: shown in place, with the status that belongs to them, and live where they are made so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

PAGES = """
from pycommunicate import CommunicateApp, ControllerFactory, View


class Private(View):
    def render(self):
        return "never shown"


class Crash(View):
    def render(self):
        raise LookupError("the secret recipe")


class Live(View):
    title = "Sorry"
    count = 0

    def render(self):
        includes = self.controller.templater.add_includes()
        return f"<!DOCTYPE html><title>{self.title}</title>{includes}<h1>{self.title}</h1><button>-</button>"

    def load(self):
        self.html_wrapper.element("button").add_event_listener("click", self.count_up)
        self.html_wrapper.element("button").content = "0"

    def count_up(self):
        self.count += 1
        self.html_wrapper.element("button").content = str(self.count)


def only(view):
    return ControllerFactory().add_view(view).set_default_view(view)


app = CommunicateApp()
app.set_secret_key("errors")
app.add_controller("/abort", only(Private).with_before_connect(lambda ctx: ctx.abort(401)))
app.add_controller("/use", only(Private).with_before_connect(lambda ctx: ctx.use("abort")(403)))
app.add_controller("/crash", only(Crash))
"""

HANDLERS = """
for code in (401, 403, 404, 405, 500):
    app.add_error_handler(code, only(type(f"Error{code}", (Live,), {"title": f"Sorry {code}"})))
"""


@pytest.fixture(scope="module")
def handled(shared_app_server: StartApp) -> AppServer:
    """An app with error handlers."""
    return shared_app_server(PAGES + HANDLERS)


@pytest.fixture(scope="module")
def plain(shared_app_server: StartApp) -> AppServer:
    """An app without error handlers."""
    return shared_app_server(PAGES)


PLACES = [("/abort", 401), ("/use", 403), ("/nowhere", 404), ("/crash", 500)]


@pytest.mark.parametrize(("path", "status"), PLACES)
def test_error_handler_serves_a_live_page_in_place_with_the_status(
    handled: AppServer, tab: Tab, path: str, status: int
) -> None:
    if path == "/crash":
        handled.expect_traceback()
    tab.allow(f"status of {status}")
    response = tab.page.goto(handled.url + path)
    assert response is not None
    assert response.status == status
    assert response.request.redirected_from is None
    assert tab.page.url == handled.url + path
    assert tab.page.title() == f"Sorry {status}"
    for count in ("0", "1", "2"):
        expect(tab.page.locator("button")).to_have_text(count)
        tab.page.click("button")


def test_method_that_is_not_allowed_has_its_page_too(handled: AppServer, tab: Tab) -> None:
    response = tab.page.request.post(f"{handled.url}/abort")
    assert response.status == 405
    assert "GET" in response.headers["allow"]
    assert "Sorry 405" in response.text()


def test_without_a_handler_the_page_says_the_error_and_nothing_of_the_program(plain: AppServer, tab: Tab) -> None:
    plain.expect_traceback()
    for path, status in PLACES:
        response = tab.page.request.get(plain.url + path)
        assert response.status == status
        assert f"<title>{status} " in response.text()
        for word in ("Traceback", "LookupError", "secret recipe", "main.py"):
            assert word not in response.text(), path
    plain.wait_for_log("LookupError: the secret recipe")


def test_crash_with_a_handler_says_nothing_of_the_program(handled: AppServer, tab: Tab) -> None:
    handled.expect_traceback()
    mark = len(handled.log)
    text = tab.page.request.get(f"{handled.url}/crash").text()
    for word in ("Traceback", "LookupError", "secret recipe", "main.py"):
        assert word not in text
    handled.wait_for_log("LookupError: the secret recipe", since=mark)


def test_debug_shows_the_traceback_of_render_in_the_browser(app_server: StartApp, tab: Tab) -> None:
    server = app_server(PAGES, arguments=["--debug"])
    server.expect_traceback()
    tab.allow("status of 500")
    response = tab.page.goto(f"{server.url}/crash")
    assert response is not None
    assert response.status == 500
    shown = tab.page.inner_text("body")
    assert "Traceback (most recent call last)" in shown
    assert "LookupError: the secret recipe" in shown
    assert "main.py" in shown
