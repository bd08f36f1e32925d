"""A server that goes and comes back under a user who types: what was typed is there, and nothing that must not be."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = """
from gevent import sleep
from pycommunicate import CommunicateApp, ControllerFactory, View


class Form(View):
    def render(self):
        return f'''<!DOCTYPE html><title>Form</title>{self.controller.templater.add_includes()}
        <body style="min-height: 3000px"><p id="out"></p>
        <form id="first"><input name="title"><input name="title"><textarea name="text"></textarea>
        <input type="checkbox" name="check" value="a"><input type="checkbox" name="check" value="b" checked>
        <input type="radio" name="radio" value="a" checked><input type="radio" name="radio" value="b">
        <select name="choice"><option>one<option>two</select>
        <select name="many" multiple><option>x<option>y<option>z</select></form>
        <div id="rich" contenteditable></div><input id="kept" value="as it comes">
        <input id="password" type="password"><input id="code" autocomplete="one-time-code">
        <input id="card" autocomplete="section-a cc-number"><input id="off" autocomplete="off">
        <input id="new" autocomplete="new-password"><input id="file" type="file"><input id="hidden" type="hidden">
        <form autocomplete="off"><input id="inside"><input id="on" autocomplete="on"></form>
        <input id="written"><input id="asked"><select id="picked"><option>one<option>two</select>
        <button id="go">-</button><p id="place"></p>'''

    def load(self):
        find = self.html_wrapper.element
        self.out = find("#out")
        self.asked, self.written = find("#asked"), find("#written")
        self.asked.add_event_listener("input", lambda: self.heard("asked"))
        find("#picked").add_event_listener("change", lambda: self.heard("picked"))
        find("#go").add_event_listener("click", self.write)
        built = find("#place").add_child("input")
        built.id = "built"
        built.add_event_listener("input", lambda: self.heard("built"))
        self.words = []
        self.out.content = "ready"

    def heard(self, what):
        self.words.append(what)
        self.out.content = " ".join(sorted(self.words))

    def write(self):
        self.written.set_value("by the server", force=True)
        self.out.content = "written"


app = CommunicateApp()
app.set_secret_key("a test's")
app.add_controller("/", ControllerFactory().add_view(Form).set_default_view(Form))
"""


@pytest.fixture
def server(app_server: StartApp) -> AppServer:
    return app_server(APP)


@pytest.fixture
def page(server: AppServer, tab: Tab) -> Page:
    """The page, live."""
    tab.allow_no_server()
    tab.page.goto(f"{server.url}/?a=b")
    expect(tab.page.locator("#out")).to_have_text("ready")
    return tab.page


def start_anew(server: AppServer, page: Page) -> None:
    """Kills the server and starts it again; waits until the new document is live."""
    page.evaluate("window.old = true")
    server.kill()
    page.locator("html[data-pycommunicate=waiting]").wait_for()
    server.restart()
    page.wait_for_function("!window.old && document.documentElement.dataset.pycommunicate === 'connected'")
    page.locator("#built").wait_for()


FIELDS = {
    "[name=title] >> nth=0": "one",
    "[name=title] >> nth=1": "two",
    "[name=text]": "lines\nof text",
    "#asked": "asked",
    "#built": "built by load",
    "#on": "on",
}


def test_what_was_typed_is_there_when_the_server_was_started_anew(server: AppServer, page: Page) -> None:
    for selector, text in FIELDS.items():
        page.fill(selector, text)
    page.check("[name=check][value=a]")
    page.uncheck("[name=check][value=b]")
    page.check("[name=radio][value=b]")
    page.select_option("[name=choice]", "two")
    page.select_option("[name=many]", ["x", "z"])
    page.select_option("#picked", "two")
    page.locator("#rich").press_sequentially("rich")
    page.keyboard.press("Enter")
    page.keyboard.type("text")
    start_anew(server, page)
    # It was put back behind load(), which had added its listeners, and as the user's own doing.
    expect(page.locator("#out")).to_have_text("asked built picked")
    for selector, text in FIELDS.items():
        expect(page.locator(selector)).to_have_value(text)
    expect(page.locator("[name=check][value=a]")).to_be_checked()
    expect(page.locator("[name=check][value=b]")).not_to_be_checked()
    expect(page.locator("[name=radio][value=b]")).to_be_checked()
    expect(page.locator("[name=choice]")).to_have_value("two")
    expect(page.locator("[name=many]")).to_have_values(["x", "z"])
    assert page.evaluate("document.querySelector('#rich').innerText") == "rich\ntext"
    expect(page.locator("#kept")).to_have_value("as it comes")
    assert page.evaluate("sessionStorage.getItem('pycommunicate.typed')") is None
    # And it is kept once more, though nobody has typed anything here.
    start_anew(server, page)
    expect(page.locator("#asked")).to_have_value("asked")


def test_focus_caret_and_scroll_are_where_they_were(server: AppServer, page: Page) -> None:
    page.fill("#asked", "some text")
    page.evaluate("document.querySelector('#asked').setSelectionRange(2, 5); scrollTo(0, 700)")
    start_anew(server, page)
    expect(page.locator("#asked")).to_be_focused()
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [2, 5]
    assert page.evaluate("scrollY") == 700


def test_user_can_go_on_typing_where_they_were(server: AppServer, page: Page) -> None:
    page.locator("#built").press_sequentially("before")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    server.kill()
    page.locator("html[data-pycommunicate=waiting]").wait_for()
    page.keyboard.type("-")
    page.evaluate("window.old = true")
    server.restart()
    page.wait_for_function("!window.old && document.activeElement?.id === 'built'")
    page.keyboard.type("-")
    expect(page.locator("#built")).to_have_value("bef--ore")


def test_secrets_are_never_kept(server: AppServer, page: Page) -> None:
    names = ("password", "code", "card", "off", "new", "inside")
    for name in names:
        page.fill(f"#{name}", f"secret {name}")
    page.evaluate("document.querySelector('#password').type = 'text'")
    # A field that hides what was typed in the open, and shows it again.
    page.fill("#written", "secret shown")
    for kind in ("password", "text"):
        page.evaluate("kind => { document.querySelector('#written').type = kind }", kind)
    page.locator("#password").press_sequentially(" and more")
    page.set_input_files("#file", {"name": "secret.txt", "mimeType": "text/plain", "buffer": b"secret"})
    page.evaluate("""() => {
        const hidden = document.querySelector('#hidden');
        hidden.value = 'secret hidden';
        hidden.dispatchEvent(new Event('input', {bubbles: true}));
    }""")
    page.fill("#asked", "asked")
    page.evaluate(
        "addEventListener('pagehide', () => localStorage.setItem('kept', JSON.stringify({...sessionStorage})))"
    )
    start_anew(server, page)
    expect(page.locator("#asked")).to_have_value("asked")
    kept = page.evaluate("localStorage.kept")
    assert "asked" in kept
    assert "secret" not in kept
    for name in names:
        expect(page.locator(f"#{name}")).to_have_value("")


def test_field_that_has_become_a_password_is_not_filled(server: AppServer, page: Page) -> None:
    page.fill("#asked", "asked")
    page.fill("#kept", "kept")
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelector('#kept').autocomplete = 'off')"
    )
    start_anew(server, page)
    expect(page.locator("#asked")).to_have_value("asked")
    expect(page.locator("#kept")).to_have_value("as it comes")


def test_what_the_server_wrote_last_is_not_kept(server: AppServer, page: Page) -> None:
    page.fill("#written", "typed before")
    page.fill("#asked", "asked")
    page.click("#go")
    expect(page.locator("#out")).to_have_text("written")
    start_anew(server, page)
    expect(page.locator("#asked")).to_have_value("asked")
    expect(page.locator("#written")).to_have_value("")


def test_what_the_user_types_meanwhile_wins(server: AppServer, page: Page) -> None:
    page.fill("#asked", "old")
    page.fill("#kept", "old")
    # The new document is typed into before its client runs.
    page.add_init_script("""new MutationObserver((_, observer) => {
        const field = document.querySelector('#asked');
        if (!field) return;
        observer.disconnect();
        field.value = 'new';
        field.dispatchEvent(new Event('input', {bubbles: true}));
    }).observe(document, {childList: true, subtree: true})""")
    page.evaluate("window.old = true")
    server.kill()
    server.restart()
    page.wait_for_function("!window.old && document.querySelector('#kept').value === 'old'")
    expect(page.locator("#asked")).to_have_value("new")


@pytest.mark.parametrize("other", ["user", "address", "time"])
def test_it_is_for_the_same_user_and_address_and_a_short_time(server: AppServer, page: Page, other: str) -> None:
    page.fill("#asked", "asked")
    page.evaluate(
        """spoil => addEventListener('pagehide', () => {
        const saved = JSON.parse(sessionStorage.getItem('pycommunicate.typed'));
        if (spoil === 'user') saved.user += 'x';
        if (spoil === 'address') saved.url += 'x';
        if (spoil === 'time') saved.time -= 121000;
        sessionStorage.setItem('pycommunicate.typed', JSON.stringify(saved));
    })""",
        other,
    )
    start_anew(server, page)
    expect(page.locator("#out")).to_have_text("ready")
    expect(page.locator("#asked")).to_have_value("")


def test_another_user_gets_nothing_of_it(server: AppServer, page: Page) -> None:
    page.fill("#asked", "asked")
    user = page.locator("script[data-user]").get_attribute("data-user")
    page.context.clear_cookies()
    start_anew(server, page)
    expect(page.locator("#out")).to_have_text("ready")
    assert page.locator("script[data-user]").get_attribute("data-user") != user
    expect(page.locator("#asked")).to_have_value("")


def test_page_that_works_is_reloaded_as_it_comes(page: Page) -> None:
    page.fill("#asked", "asked")
    expect(page.locator("#out")).to_have_text("asked")
    page.reload()
    expect(page.locator("#out")).to_have_text("ready")
    expect(page.locator("#asked")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_user_is_told_that_what_they_did_last_may_not_have_been_done(server: AppServer, page: Page) -> None:
    server.kill()
    page.locator("html[data-pycommunicate=waiting]").wait_for()
    page.click("#go")
    server.restart()
    notice = page.get_by_role("status").filter(has_text="What you did last may not have been done.")
    expect(notice).to_be_visible()
    notice.click()
    expect(notice).to_have_count(0)


def test_user_who_did_nothing_is_told_nothing(server: AppServer, page: Page) -> None:
    start_anew(server, page)
    expect(page.locator("#out")).to_have_text("ready")
    assert page.get_by_role("status").count() == 0


def test_page_is_loaded_anew_twice_in_half_a_minute_and_then_says_why(page: Page) -> None:
    # As if the server forgot every page that it serves.
    page.add_init_script("""
        const Socket = WebSocket;
        window.WebSocket = class extends Socket {
            constructor(url, protocol) {
                super(url.replace(/[^/]+.socket$/, "nothing/socket"), protocol);
            }
        };
    """)
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    page.goto(page.url)
    alert = page.get_by_role("alert")
    expect(alert).to_have_text("This page has lost its server: the page is not here any more. Reload to try again.")
    assert len(loads) == 3
    assert page.evaluate("document.documentElement.dataset.pycommunicate") == "gone"
