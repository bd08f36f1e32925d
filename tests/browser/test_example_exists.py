"""The exists example: a handler asks the browser what is on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "exists"


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def look(page: Page, answer: str) -> None:
    page.click("#look")
    expect(page.locator("#answer")).to_have_text(answer)


def test_cat_is_found_while_it_is_in_the_box(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    look(page, "No, the box is empty.")
    page.click("#flap")
    expect(page.locator("#box #cat")).to_contain_text("( o.o )")
    look(page, "Yes, there is a cat in the box.")
    page.click("#flap")
    expect(page.locator("#cat")).to_have_count(0)
    look(page, "No, the box is empty.")


def test_browser_is_asked_and_not_a_note_of_the_program(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    page.click("#flap")
    look(page, "Yes, there is a cat in the box.")
    page.evaluate("document.querySelector('#cat').remove()")
    look(page, "No, the box is empty.")


def test_two_quick_openings_let_the_cat_in_and_out(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    page.dblclick("#flap")
    expect(page.locator("#answer")).to_have_text("Something went through the flap.")
    look(page, "No, the box is empty.")
