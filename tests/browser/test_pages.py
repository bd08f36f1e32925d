"""One document, one page: tabs, reloads, prefetches and what scripts ask for never disturb another page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

APP = '''
from pycommunicate import CommunicateApp, ControllerFactory, View

PAGE = """<!DOCTYPE html><title>{path}</title>{includes}
<button id=count>-</button><button id=newest>Newest?</button><button id=end>End</button><output>-</output>
"""


class Counter(View):
    count = 0

    def render(self):
        path = self.controller.route_data.get("path", "")
        print("renders", path)
        return PAGE.format(path=path, includes=self.controller.templater.add_includes())

    def load(self):
        print("loads", self.controller.route_data.get("path", ""))
        self.html_wrapper.element("#end").add_event_listener("click", lambda: print("the end"))
        self.html_wrapper.element("#newest").add_event_listener("click", self.tell)
        self.html_wrapper.element("#count").add_event_listener("click", self.count_up)
        self.html_wrapper.element("#count").content = "0"

    def count_up(self):
        self.count += 1
        self.html_wrapper.element("#count").content = str(self.count)

    def tell(self):
        user = self.controller.user
        newest = user.active_controller is self.controller and user.socket_connected
        self.html_wrapper.element("output").content = repr(newest)


class Sorry(Counter):
    pass


class Copied(Counter):
    """Each second document is a copy of the one before, as a cache in between would serve it."""

    copies = {}

    def render(self):
        path = self.controller.route_data["path"]
        if path in self.copies:
            return self.copies.pop(path)
        self.copies[path] = super().render()
        return self.copies[path]


app = CommunicateApp()
app.set_secret_key("pages")
app.add_controller("/page/<path>", ControllerFactory().add_view(Counter).set_default_view(Counter))
app.add_controller("/copied/<path>", ControllerFactory().add_view(Copied).set_default_view(Copied))
app.add_error_handler(404, ControllerFactory().add_view(Sorry).set_default_view(Sorry))
'''


@pytest.fixture(scope="module")
def server(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(APP)


def expect_count(page: Page, count: int) -> None:
    expect(page.locator("#count")).to_have_text(str(count))


def opened(tab: Tab, url: str) -> Page:
    tab.page.goto(url)
    expect_count(tab.page, 0)
    return tab.page


def expect_newest(page: Page) -> None:
    """Asserts that the user's newest page is still this one, and that it works."""
    page.evaluate("document.querySelector('output').textContent = '-'")
    page.click("#newest")
    expect(page.locator("output")).to_have_text("True")


def test_two_tabs_of_one_user_count_for_themselves(server: AppServer, open_tab: OpenTab) -> None:
    one, two = open_tab(), open_tab()
    opened(one, f"{server.url}/page/tabs").click("#count")
    expect_count(one.page, 1)
    opened(two, f"{server.url}/page/tabs")
    one.page.bring_to_front()
    for count in (2, 3):
        one.page.click("#count")
        expect_count(one.page, count)
    two.page.bring_to_front()
    two.page.click("#count")
    expect_count(two.page, 1)


def test_reload_makes_a_new_page_that_is_loaded_once(server: AppServer, tab: Tab) -> None:
    page = opened(tab, f"{server.url}/page/reload")
    page.click("#count")
    expect_count(page, 1)
    page.reload()
    expect_count(page, 0)
    page.click("#count")
    expect_count(page, 1)
    page.click("#end")
    server.wait_for_log("the end\n")
    assert server.log.count("loads reload\n") == 2


def test_going_back_shows_a_page_that_works(server: AppServer, tab: Tab) -> None:
    page = opened(tab, f"{server.url}/page/first")
    opened(tab, f"{server.url}/page/second")
    page.go_back()
    expect(page).to_have_title("first")
    expect_count(page, 0)
    page.click("#count")
    expect_count(page, 1)


def test_what_the_pages_script_asks_for_takes_no_pages_place(server: AppServer, tab: Tab) -> None:
    page = opened(tab, f"{server.url}/page/fetch")
    text = page.evaluate("fetch('/page/other').then(response => response.text())")
    assert "data-pycommunicate" in text
    assert "data-ticket" not in text
    page.evaluate("new Promise(done => { const image = new Image(); image.onerror = done; image.src = '/page/image' })")
    expect_newest(page)


def test_prefetched_document_takes_no_pages_place_and_works_when_it_is_shown(server: AppServer, tab: Tab) -> None:
    page = opened(tab, f"{server.url}/page/prefetch")
    page.evaluate("""
        const link = Object.assign(document.createElement('link'), {rel: 'prefetch', href: '/page/later'});
        document.head.append(link)
    """)
    server.wait_for_log("renders later\n")
    expect_newest(page)
    opened(tab, f"{server.url}/page/later").click("#count")
    expect_count(page, 1)


@pytest.mark.parametrize("kind", ["prefetch", "prerender"])
def test_speculation_takes_no_pages_place_and_works_when_it_is_shown(server: AppServer, tab: Tab, kind: str) -> None:
    page = opened(tab, f"{server.url}/page/speculation")
    # Whether Chromium follows the rule is its own decision; what counts is that nothing is the worse for it.
    page.evaluate(
        """kind => {
            const rules = {[kind]: [{source: 'list', urls: [`/page/guess-${kind}`], eagerness: 'immediate'}]};
            const script = document.createElement('script');
            script.type = 'speculationrules';
            script.textContent = JSON.stringify(rules);
            document.head.append(script);
            const link = document.createElement('a');
            link.href = `/page/guess-${kind}`;
            link.textContent = 'Go';
            document.body.append(link);
        }""",
        kind,
    )
    expect_newest(page)
    page.click("a")
    expect(page).to_have_title(f"guess-{kind}")
    expect_count(page, 0)
    page.click("#count")
    expect_count(page, 1)


def test_duplicated_document_is_refused_reloads_once_and_works(server: AppServer, open_tab: OpenTab) -> None:
    original, duplicate = open_tab(), open_tab()
    url = f"{server.url}/copied/duplicate"
    opened(original, url).click("#count")
    expect_count(original.page, 1)

    documents: list[str] = []
    duplicate.page.on("domcontentloaded", lambda page: documents.append(page.url))
    mark = len(server.log)
    opened(duplicate, url).click("#count")
    expect_count(duplicate.page, 1)
    assert documents == [url, url]
    server.wait_for_log("a browser is refused (claimed, reload)", since=mark)
    original.page.bring_to_front()
    original.page.click("#count")
    expect_count(original.page, 2)


def test_document_of_another_user_is_refused(server: AppServer, open_tab: OpenTab) -> None:
    mine, others = open_tab(), open_tab(fresh=True)
    opened(others, f"{server.url}/page/other")  # now the other user has a cookie
    opened(mine, f"{server.url}/copied/ticket")
    mark = len(server.log)
    others.page.goto(f"{server.url}/copied/ticket")
    expect(others.page.get_by_role("alert")).to_contain_text("lost its server")
    server.wait_for_log("a browser is refused (forbidden, stop)", since=mark)
    others.page.click("#count")
    mine.page.click("#count")
    expect_count(mine.page, 1)


def test_document_that_nobody_has_claimed_yet_is_refused_to_another_user(server: AppServer, open_tab: OpenTab) -> None:
    mine, others = open_tab(), open_tab(fresh=True)
    opened(mine, f"{server.url}/page/mine")
    opened(others, f"{server.url}/page/other")
    body = mine.page.request.get(f"{server.url}/copied/unclaimed").text()
    assert "data-ticket" in body
    others.page.goto(f"{server.url}/copied/unclaimed")
    expect(others.page.get_by_role("alert")).to_contain_text("lost its server")


def test_browser_that_refuses_cookies_is_told_so(server: AppServer, tab: Tab) -> None:
    tab.page.request.get(f"{server.url}/copied/cookies")
    tab.page.context.clear_cookies()
    tab.page.goto(f"{server.url}/copied/cookies")
    expect(tab.page.get_by_role("alert")).to_contain_text("are cookies blocked?")
