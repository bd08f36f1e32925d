"""Being sent elsewhere: by a 302 from render, by a navigation from everywhere else; responses of one's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.bench import Bench
from tests.support.tab import Tab

APP = """
from werkzeug.wrappers import Response

from pycommunicate import CommunicateApp, ControllerFactory, View


class FromRender(View):
    def render(self):
        self.controller.redirect({"far": "/target", "near": "near-target"}[self.controller.route_data["where"]])


class FromLoad(View):
    def render(self):
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}"

    def load(self):
        self.controller.redirect("/target")


class Special(View):
    def render(self):
        kind = self.controller.route_data["kind"]
        self.controller.special_return_handler = {
            "text": lambda: "<h1>text</h1>",
            "bytes": lambda: b"<h1>bytes</h1>",
            "status": lambda: ("<h1>tea</h1>", 418),
            "headers": lambda: ("name,price", 200, {"Content-Type": "text/csv"}),
            "response": lambda: Response("<svg/>", 201, content_type="image/svg+xml"),
        }[kind]
        return "not this"


class Target(View):
    def render(self):
        return "<!DOCTYPE html><h1>Target</h1>"


def only(view):
    return ControllerFactory().add_view(view).set_default_view(view)


app = CommunicateApp()
app.set_secret_key("redirects")
app.add_controller("/render/<where>", only(FromRender))
app.add_controller("/load", only(FromLoad))
app.add_controller("/special/<kind>", only(Special))
app.add_controller("/target", only(Target))
app.add_controller("/render/near-target", only(Target))
"""


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP)


def test_redirect_in_render_is_a_302(server: AppServer, tab: Tab) -> None:
    response = tab.page.request.get(f"{server.url}/render/far", max_redirects=0)
    assert response.status == 302
    assert response.headers["location"] == "/target"
    shown = tab.page.goto(f"{server.url}/render/far")
    assert shown is not None
    assert shown.status == 200
    assert tab.page.url == f"{server.url}/target"


def test_relative_redirect_in_render_counts_from_the_page(server: AppServer, tab: Tab) -> None:
    tab.page.goto(f"{server.url}/render/near")
    assert tab.page.url == f"{server.url}/render/near-target"
    assert tab.page.inner_text("h1") == "Target"


def test_redirect_in_load_navigates(server: AppServer, tab: Tab) -> None:
    tab.page.goto(f"{server.url}/load")
    tab.page.wait_for_url(f"{server.url}/target")


def test_redirect_in_a_handler_navigates(bench: Bench, workbench: AppServer) -> None:
    bench.tab.allow("404")
    bench.place("<button id=a>A</button>")
    bench.run("element('#a').add_event_listener('click', lambda: view.controller.redirect('/elsewhere?b=c#d'))")
    with bench.page.expect_navigation(url=f"{workbench.url}/elsewhere?b=c#d"):
        bench.page.click("#a")
    bench.page.go_back()
    bench.ready()


def test_relative_redirect_in_a_handler_counts_from_the_page(bench: Bench, workbench: AppServer) -> None:
    bench.page.goto(f"{workbench.url}/?x=1")
    bench.ready()
    bench.place("<button id=a>A</button>")
    bench.run("element('#a').add_event_listener('click', lambda: view.controller.redirect('?x=2'))")
    with bench.page.expect_navigation(url=f"{workbench.url}/?x=2"):
        bench.page.click("#a")
    bench.ready()


def test_redirect_to_another_site_navigates(bench: Bench) -> None:
    bench.page.route("http://site.test/**", lambda route: route.fulfill(body="<h1>Site</h1>"))
    bench.place("<button id=a>A</button>")
    bench.run("element('#a').add_event_listener('click', lambda: view.controller.redirect('http://site.test/x'))")
    with bench.page.expect_navigation(url="http://site.test/x"):
        bench.page.click("#a")
    bench.page.unroute("http://site.test/**")


@pytest.mark.parametrize("location", ["javascript:document.title='hacked'", "data:text/html,x", "http://["])
def test_redirect_to_what_is_no_web_address_is_refused_and_logged(
    bench: Bench, workbench: AppServer, location: str
) -> None:
    mark = len(workbench.log)
    bench.run(f"view.controller.redirect({location!r})")
    workbench.wait_for_log("a write to the page failed", since=mark)
    workbench.wait_for_log(location, since=mark)
    assert bench.run("result = element('title').prop('text')") == "'Workbench'"


def test_redirect_to_nothing_is_refused_at_once(bench: Bench) -> None:
    assert bench.error("view.controller.redirect('')").startswith("pycommunicate.errors.ConfigurationError")


def test_special_return_handler_makes_the_response(server: AppServer, tab: Tab) -> None:
    for kind, *expected in (
        ("text", 200, "text/html; charset=utf-8", "<h1>text</h1>"),
        ("bytes", 200, "text/html; charset=utf-8", "<h1>bytes</h1>"),
        ("status", 418, "text/html; charset=utf-8", "<h1>tea</h1>"),
        ("headers", 200, "text/csv", "name,price"),
        ("response", 201, "image/svg+xml", "<svg/>"),
    ):
        response = tab.page.request.get(f"{server.url}/special/{kind}")
        assert [response.status, response.headers["content-type"], response.text()] == expected, kind


def test_special_return_handler_is_shown_as_a_page(server: AppServer, tab: Tab) -> None:
    tab.allow("status of 418")
    tab.page.goto(f"{server.url}/special/status")
    expect(tab.page.locator("h1")).to_have_text("tea")
