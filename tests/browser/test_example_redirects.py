"""The redirects example: the browser is sent on by a handler and by render, and gets a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "redirects"


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def test_handler_sends_the_browser_to_the_dish_that_was_chosen_and_back_returns(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    page.select_option("#dish", "pears")
    with page.expect_navigation(url=f"{example.url}/dishes/pears"):
        page.get_by_role("button", name="Take me there").click()
    assert page.title() == page.inner_text("h1") == "Pears in red wine"
    page.go_back()
    expect(page.locator("#controls button").first).to_be_enabled()
    page.select_option("#dish", "soup")
    with page.expect_navigation(url=f"{example.url}/dishes/soup"):
        page.get_by_role("button", name="Take me there").click()


def test_render_sends_the_browser_back_by_a_302(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    with page.expect_response(f"{example.url}/dishes/stew") as response:
        page.get_by_role("link", name="The stew").click()
    assert response.value.status == 302
    page.wait_for_url(f"{example.url}/")
    expect(page.locator("#controls button").first).to_be_enabled()
    page.get_by_role("link", name="The pie").click()
    page.wait_for_url(f"{example.url}/dishes/pie")


def test_menu_is_saved_as_a_file(example: AppServer, tab: Tab) -> None:
    tab.page.goto(example.url)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="The menu, to take away").click()
    assert download.value.suggested_filename == "menu.txt"
    text = download.value.path().read_text(encoding="utf-8")
    assert text.splitlines() == ["Leek soup, with bread", "Mushroom pie", "Pears in red wine"]
    expect(tab.page.locator("h1")).to_have_text("Menu")
