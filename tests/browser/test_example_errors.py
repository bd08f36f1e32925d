"""The errors example: what is missing, refused or broken has a page of the app's own, with its status."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "errors"


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def follow(page: Page, link: str) -> Response:
    """Click a link as a person does; return what came."""
    with page.expect_navigation() as navigation:
        page.get_by_role("link", name=link).click()
    return navigation.value


def test_pages_that_are_there_are_shown(example: AppServer, tab: Tab) -> None:
    tab.page.goto(example.url)
    assert follow(tab.page, "Table 7").status == 200
    assert tab.page.inner_text("h1") == tab.page.title() == "Table 7"
    assert follow(tab.page, "The entrance").status == 200
    assert tab.page.inner_text("h1") == "At the restaurant"


@pytest.mark.parametrize(("link", "path"), [("Table 13", "/tables/13"), ("The garden", "/garden")])
def test_what_is_refused_or_not_there_has_the_page_of_404(example: AppServer, tab: Tab, link: str, path: str) -> None:
    tab.allow("status of 404")
    tab.page.goto(example.url)
    assert follow(tab.page, link).status == 404
    assert tab.page.url == example.url + path
    assert tab.page.inner_text("h1") == "We do not have that"
    assert follow(tab.page, "Table 7").status == 200


def test_page_that_breaks_shows_nothing_of_the_program_and_the_terminal_has_the_traceback(
    example: AppServer, tab: Tab
) -> None:
    example.expect_traceback()
    tab.allow("status of 500")
    tab.page.goto(example.url)
    assert follow(tab.page, "A page that breaks").status == 500
    assert tab.page.inner_text("h1") == "Something went wrong"
    for word in ("Traceback", "LookupError", "recipe", "main.py"):
        assert word not in tab.page.content()
    example.wait_for_log("LookupError: the recipe is lost")
    assert follow(tab.page, "The entrance").status == 200
