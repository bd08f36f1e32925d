"""The view_swapping example: two views take turns in one page, and share what they know."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "view_swapping"


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def enter(page: Page, name: str) -> None:
    expect(page.locator("#controls button").first).to_be_enabled()
    page.fill("#name", name)
    page.press("#name", "Enter")
    expect(page.locator("h1")).to_have_text(f"Good evening, {name}!")


def leave(page: Page) -> None:
    page.get_by_role("button", name="Leave").click()
    expect(page.locator("h1")).to_have_text("At the door")


def test_views_are_swapped_without_a_page_load(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    page.evaluate("window.same = true")
    for visit in (1, 2, 3):
        enter(page, "Ada")
        assert page.title() == "In the room"
        expect(page.locator("p")).to_contain_text(f"visits so far: {visit}.")
        leave(page)
        assert page.title() == "At the door"
        expect(page.locator("#name")).to_have_value("Ada")
    assert page.evaluate("window.same") is True
    assert page.url == f"{example.url}/"


def test_name_is_shown_as_text(example: AppServer, tab: Tab) -> None:
    tab.page.goto(example.url)
    enter(tab.page, '<b>Zoë</b> "&')
    leave(tab.page)
    expect(tab.page.locator("#name")).to_have_value('<b>Zoë</b> "&')


def test_reload_begins_at_the_door_and_knows_nobody(example: AppServer, tab: Tab) -> None:
    tab.page.goto(example.url)
    enter(tab.page, "Ada")
    tab.page.reload()
    expect(tab.page.locator("h1")).to_have_text("At the door")
    expect(tab.page.locator("#name")).to_have_value("")


def test_two_tabs_are_in_two_views(example: AppServer, open_tab: OpenTab) -> None:
    page, other = open_tab().page, open_tab().page
    page.goto(example.url)
    other.goto(example.url)
    enter(page, "Ada")
    enter(other, "Grace")
    leave(other)
    expect(page.locator("h1")).to_have_text("Good evening, Ada!")
