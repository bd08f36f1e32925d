"""The overlay of debug: what fails in a page is shown in it, with the line of the program."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View
from werkzeug.wrappers import Response


class Base(View):
    def render(self):
        includes = self.controller.templater.add_includes()
        return f'''<!DOCTYPE html><title>Debug</title>{includes}
        <style>* {{ display: none !important; color: white !important }}
        html, body, body * {{ display: block !important }}</style><input id="name"><p id="out"></p>
        <button id="boom">-</button><button id="write">-</button><button id="both">-</button><button id="bad">-</button>
        <button id="view">-</button><button id="found">-</button><button id="modal">-</button><dialog></dialog>'''

    def load(self):
        for name in ("boom", "write", "both", "bad", "view", "found"):
            self.html_wrapper.element(f"#{name}").add_event_listener("click", getattr(self, name))
        self.html_wrapper.element("#out").content = "ready"

    def boom(self):
        secret = "<b>" + "bold</b>"
        raise LookupError(secret)  # the line that fails

    def write(self):
        name = self.html_wrapper.element("#name")
        name.set_property("value", "written")
        name.set_property("selectionDirection", "forward")
        self.html_wrapper.element("#boom").set_property("innerHTML", 5)
        name.set_property("files", "no files")  # the line that fails

    def both(self):
        self.html_wrapper.element("#out").content = "one"
        raise ValueError("one")

    def bad(self):
        self.html_wrapper.element("##")

    def view(self):
        self.controller.change_view(1)

    def found(self):
        found = [self.html_wrapper.exists(name) for name in ("pre", "section", "h1", "header", "[role=alert]", "small")]
        self.html_wrapper.element("#out").content = repr(found)


class Second(Base):
    def render(self):
        return super().render().replace("Debug", "Second")

    def load(self):
        super().load()
        raise RuntimeError("load fails")


class Timer(Base):
    def load(self):
        self.add_timer(0.05, self.tick)

    def tick(self):
        raise OSError("tick")


class Strict(Base):
    def render(self):
        page = super().render().replace("style", "template")
        csp = "default-src 'self'; require-trusted-types-for 'script'; trusted-types pycommunicate"
        return Response(page, headers={"Content-Security-Policy": csp, "Content-Type": "text/html"})


class Half(Base):
    def load(self):
        self.html_wrapper.element("#out").content = "half"
        1 / 0


app = CommunicateApp()
app.set_secret_key("debug")
for route, views in {"/": (Base, Second), "/timer": (Timer,), "/strict": (Strict,), "/half": (Half,)}.items():
    factory = ControllerFactory()
    for view in views:
        factory.add_view(view)
    app.add_controller(route, factory.set_default_view(views[0]))
"""
LINES = APP.splitlines()

Open = Callable[..., Tab]


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP, arguments=["--debug", "--no-reload"])


@pytest.fixture
def opened(server: AppServer, tab: Tab) -> Open:
    """Opens a page of the app and waits until it is live."""
    server.expect_traceback()

    def open_page(path: str = "/", text: str = "ready") -> Tab:
        tab.page.goto(server.url + path)
        expect(tab.page.locator("#out")).to_have_text(text)
        return tab

    return open_page


def overlay(tab: Tab) -> Locator:
    return tab.page.locator("pycommunicate-error")


def line_of(text: str, name: str) -> str:
    """Return the line of a traceback for the program's line with *text*, in the function *name*."""
    (number,) = [number for number, line in enumerate(LINES, 1) if text in line]
    return f'main.py", line {number}, in {name}'


def test_exception_of_a_handler_is_shown_with_its_line(opened: Open) -> None:
    tab = opened()
    tab.page.click("#boom")
    shown = overlay(tab)
    expect(shown.get_by_role("alert")).to_be_visible()
    expect(shown.locator("h1")).to_have_text("handler Base.boom of 'click' on '#boom' failed")
    expect(shown.locator("p")).to_have_text("LookupError: <b>bold</b>")
    trace = shown.locator("pre").inner_text()
    assert trace.startswith("Traceback (most recent call last):")
    assert line_of("raise LookupError(secret)", "boom") in trace.splitlines()[1]
    assert "pycommunicate/page" not in trace


def test_write_that_failed_is_shown_and_logged_with_the_line_that_made_it(opened: Open, server: AppServer) -> None:
    tab = opened()
    mark = len(server.log)
    tab.page.click("#write")
    expect(overlay(tab).locator("h1")).to_contain_text("a write to the page failed: set ref=")
    expect(overlay(tab).locator("p")).to_contain_text("js-error: TypeError")
    trace = overlay(tab).locator("pre").inner_text()
    number = line_of('"no files"', "write")
    assert number in trace
    assert 'name.set_property("files", "no files")' in trace
    expect(tab.page.locator("#name")).to_have_value("written")
    server.wait_for_log("written at main.py:" + number.split()[2].rstrip(",") + " in write", since=mark)


def test_selector_that_is_none_is_shown_as_the_exception_that_it_is(opened: Open) -> None:
    tab = opened()
    tab.page.click("#bad")
    expect(overlay(tab).locator("p")).to_have_text("InvalidSelector: element '##': not a selector: ##")
    assert line_of('element("##")', "bad") in overlay(tab).locator("pre").inner_text()


def test_close_and_escape_take_it_away_and_the_next_fault_brings_it_back(opened: Open) -> None:
    tab = opened()
    for close in (
        lambda: overlay(tab).get_by_role("button", name="Close").click(),
        lambda: tab.page.keyboard.press("Escape"),
    ):
        tab.page.click("#boom")
        expect(overlay(tab).locator("p")).to_have_text("LookupError: <b>bold</b>")
        expect(overlay(tab).locator("small")).to_have_text("")
        close()
        expect(overlay(tab)).to_have_count(0)
    tab.page.click("#both")
    expect(overlay(tab).locator("p")).to_have_text("ValueError: one")


def test_further_faults_are_counted_behind_the_first(opened: Open) -> None:
    tab = opened()
    for name in ("#boom", "#bad", "#both"):
        tab.page.click(name)
    expect(overlay(tab).locator("small")).to_have_text("and 2 more, see the terminal")
    expect(overlay(tab).locator("p")).to_have_text("LookupError: <b>bold</b>")
    expect(overlay(tab)).to_have_count(1)


def test_focus_stays_in_the_field_that_is_typed_in(opened: Open) -> None:
    tab = opened()
    tab.page.focus("#name")
    tab.page.evaluate("document.querySelector('#boom').click()")
    expect(overlay(tab).get_by_role("alert")).to_be_visible()
    tab.page.keyboard.type("still typing")
    expect(tab.page.locator("#name")).to_have_value("still typing")


def test_app_finds_nothing_of_it_and_does_not_style_it(opened: Open) -> None:
    tab = opened()
    tab.page.click("#boom")
    expect(overlay(tab).locator("pre")).to_be_visible()
    assert overlay(tab).locator("pre").evaluate("node => getComputedStyle(node).color") == "rgb(34, 34, 34)"
    tab.page.evaluate("document.querySelector('#found').click()")
    expect(tab.page.locator("#out")).to_have_text(repr([False] * 6))


def test_it_stands_above_a_modal_dialog(opened: Open) -> None:
    tab = opened()
    tab.page.evaluate("document.querySelector('dialog').showModal()")
    tab.page.evaluate("document.querySelector('#boom').click()")
    box = overlay(tab).locator("h1").bounding_box()
    assert box is not None
    at = tab.page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.localName", [box["x"] + 5, box["y"] + 5])
    expect(overlay(tab).locator("pre")).to_be_visible()
    assert at in ("pycommunicate-error", "dialog", "html")  # a modal dialog makes all else inert, but not unseen
    tab.page.keyboard.press("Escape")
    expect(overlay(tab)).to_have_count(0)


def test_it_stays_through_a_change_of_view_whose_load_fails_too(opened: Open) -> None:
    tab = opened()
    tab.page.click("#boom")
    expect(overlay(tab).locator("pre")).to_be_visible()
    tab.page.evaluate("document.querySelector('#view').click()")
    expect(tab.page).to_have_title("Second")
    expect(overlay(tab).locator("p")).to_have_text("LookupError: <b>bold</b>")
    expect(overlay(tab).locator("small")).to_have_text("and 1 more, see the terminal")
    tab.page.keyboard.press("Escape")
    tab.page.click("#both")
    expect(overlay(tab).locator("p")).to_have_text("ValueError: one")


def test_load_that_fails_is_shown(opened: Open) -> None:
    tab = opened("/half", "half")
    expect(overlay(tab).locator("h1")).to_have_text("load of Half failed")
    assert line_of("1 / 0", "load") in overlay(tab).locator("pre").inner_text()


def test_timer_that_fails_again_and_again_is_counted(opened: Open) -> None:
    tab = opened("/timer", "")
    expect(overlay(tab).locator("h1")).to_have_text("timer Timer.tick failed")
    expect(overlay(tab).locator("small")).to_have_text(re.compile(r"^and ([3-9]|\d\d+) more, see the terminal$"))


def test_it_works_under_a_strict_policy_with_trusted_types(opened: Open) -> None:
    tab = opened("/strict")
    tab.page.click("#boom")
    expect(overlay(tab).locator("p")).to_have_text("LookupError: <b>bold</b>")
    assert overlay(tab).locator("h1").evaluate("node => getComputedStyle(node).fontSize") == "16px"


def test_overlay_that_fails_itself_makes_no_loop(opened: Open, server: AppServer) -> None:
    tab = opened()
    tab.allow("the overlay failed|no shadow")
    tab.page.evaluate("() => { Element.prototype.attachShadow = () => { throw new Error('no shadow') } }")
    mark = len(server.log)
    tab.page.click("#boom")
    server.wait_for_log("LookupError: <b>bold</b>", since=mark)
    tab.page.click("#found")
    expect(tab.page.locator("#out")).to_have_text(repr([False] * 6))
    assert "a write to the page failed" not in server.log[mark:]


def test_without_debug_there_is_no_overlay(app_server: StartApp, tab: Tab) -> None:
    server = app_server(APP)
    server.expect_traceback()
    requested: list[str] = []
    tab.page.on("request", lambda request: requested.append(request.url))
    tab.page.goto(server.url)
    expect(tab.page.locator("#out")).to_have_text("ready")
    tab.page.click("#boom")
    tab.page.click("#both")
    expect(tab.page.locator("#out")).to_have_text("one")
    expect(overlay(tab)).to_have_count(0)
    assert not [url for url in requested if "debug" in url]
    assert tab.page.evaluate("'pycommunicateError' in document.documentElement") is False
    mark = len(server.log)
    tab.page.click("#write")
    server.wait_for_log("a write to the page failed", since=mark)
    assert "written at" not in server.log[mark:]
