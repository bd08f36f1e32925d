"""The tutorial, step by step: what a reader has saved does in Chromium what the text says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.docs import ROOT, steps_of
from tests.support.tab import Tab

STEPS = steps_of(ROOT / "docs" / "tutorial.md")
FIRST_TWO = ["- buy milk", "- learn pycommunicate"]


def start(title: str, app_server: StartApp) -> AppServer:
    files = STEPS[title]
    templates = {name.removeprefix("templates/"): text for name, text in files.items() if name != "main.py"}
    return app_server(files["main.py"], templates)


def texts(page: Page) -> list[str]:
    """Return the to-dos, without what their buttons say."""
    return [text.removesuffix("Remove").strip() for text in page.locator("#todo li").all_inner_texts()]


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("#loadingBar")).to_have_count(0)
    expect(page.locator("#add")).to_be_enabled()
    return page


def add(page: Page, text: str) -> None:
    page.fill("#next", text)
    page.press("#next", "Enter")
    expect(page.locator("#next")).to_have_value("")


def test_these_are_the_steps() -> None:
    assert list(STEPS) == [
        "A page",
        "HTML in a file",
        "The page comes alive",
        "It answers",
        "To-dos go again",
        "The list is kept",
        "The finished program",
    ]


@pytest.mark.parametrize("title", ["A page", "HTML in a file"])
def test_static_steps_show_the_heading(title: str, app_server: StartApp, tab: Tab) -> None:
    page = tab.page
    page.goto(start(title, app_server).url)
    expect(page.get_by_role("heading", name="Welcome to the TODO!")).to_be_visible()
    assert page.locator("script").count() == 0


def test_live_step_shows_two_todos_and_a_button_that_is_off(app_server: StartApp, tab: Tab) -> None:
    page = tab.page
    page.goto(start("The page comes alive", app_server).url)
    expect(page.locator("#loadingBar")).to_have_count(0)
    assert texts(page) == FIRST_TWO
    expect(page.locator("#add")).to_be_disabled()


def test_answering_step_adds_once_and_shows_the_same_in_another_tab(app_server: StartApp, open_tab: OpenTab) -> None:
    url = start("It answers", app_server).url
    page = opened(open_tab().page, url)
    add(page, "<b>bread</b>")
    page.fill("#next", "tea")
    page.dblclick("#add")
    expect(page.locator("#next")).to_have_value("")
    add(page, "last")
    expected = [*FIRST_TWO, "- <b>bread</b>", "- tea", "- last"]
    expect(page.locator("#todo li")).to_have_text(expected)
    assert texts(opened(open_tab().page, url)) == expected


def test_removing_step_removes_by_a_double_click_too(app_server: StartApp, tab: Tab) -> None:
    url = start("To-dos go again", app_server).url
    page = opened(tab.page, url)
    add(page, "bread")
    page.locator("li", has_text="buy milk").get_by_role("button").dblclick()
    expect(page.locator("#todo li p")).to_have_text(["- learn pycommunicate", "- bread"])
    assert texts(opened(page, url)) == ["- learn pycommunicate", "- bread"]


@pytest.mark.parametrize("title", ["The list is kept", "The finished program"])
def test_kept_list_is_there_after_a_new_start_and_the_page_comes_back(
    title: str, app_server: StartApp, tab: Tab
) -> None:
    server = start(title, app_server)
    page = opened(tab.page, server.url)
    assert texts(page) == []
    add(page, "bread   and\tbutter")
    add(page, "tea")
    expect(page.locator("#todo li p")).to_have_text(["- bread and butter", "- tea"])
    page.locator("li", has_text="tea").get_by_role("button").click()
    expect(page.locator("#todo li p")).to_have_text(["- bread and butter"])

    page.evaluate("window.old = true")
    tab.allow_no_server()
    server.restart()
    page.wait_for_function("!window.old")
    expect(page.locator("#todo li p")).to_have_text(["- bread and butter"])
