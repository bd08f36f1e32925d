"""The tutorial of the 0.0.7 manual in Chromium, as it is printed but for gevent's words and one import."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.old_tutorial import PROGRAM, TEMPLATES


@pytest.fixture
def server(app_server: StartApp) -> AppServer:
    return app_server(PROGRAM, TEMPLATES, environment={"PYTHONWARNINGS": "default::DeprecationWarning"})


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("#loadingBar")).to_have_count(0)
    return page


def add(page: Page, text: str) -> None:
    page.fill("#next", text)
    page.click("#add")
    expect(page.locator("#next")).to_have_value("")


def expect_todos(page: Page, *texts: str) -> None:
    expect(page.locator("#todo p")).to_have_text(list(texts))


def test_tutorial_adds_removes_and_keeps_todos(server: AppServer, open_tab: OpenTab) -> None:
    page = opened(open_tab().page, server.url)
    expect_todos(page)
    add(page, "buy milk")
    expect_todos(page, "- buy milk")
    add(page, "<b>learn</b>")
    expect_todos(page, "- buy milk", "- <b>learn</b>")
    expect(page.locator("#todo div button")).to_have_text(["Remove", "Remove"])

    other = opened(open_tab().page, server.url)
    expect_todos(other, "- buy milk", "- <b>learn</b>")
    other.locator("div", has_text="buy milk").last.get_by_role("button").click()
    expect_todos(other, "- <b>learn</b>")
    assert other.locator("#todo > div").count() == 1
    assert (server.folder / "todo.txt").read_text(encoding="utf-8") == "- <b>learn</b>\n"


def test_todos_of_the_tutorial_are_there_after_a_new_start(server: AppServer, open_tab: OpenTab) -> None:
    tab = open_tab()
    page = opened(tab.page, server.url)
    add(page, "bread")
    expect_todos(page, "- bread")
    page.evaluate("window.old = true")
    tab.allow_no_server()
    server.restart()
    page.wait_for_function("!window.old")
    expect_todos(page, "- bread")
    add(page, "butter")
    expect_todos(page, "- bread", "- butter")


def test_tutorial_is_told_todays_words_at_its_own_lines(server: AppServer, open_tab: OpenTab) -> None:
    page = opened(open_tab().page, server.url)
    add(page, "bread")
    expect_todos(page, "- bread")
    add(page, "butter")
    expect_todos(page, "- bread", "- butter")
    line = next(n for n, line in enumerate(PROGRAM.splitlines(), 1) if "text_p.content.set(text)" in line)
    warning = f"main.py:{line}: DeprecationWarning: content.set(text) is a word of 0.0.7; write content = text"
    server.wait_for_log(warning)
    assert server.log.count(warning) == 1  # at a second call, too
    for words in ("write element(selector)", "write add_child(element_type), and set its id"):
        assert words in server.log
