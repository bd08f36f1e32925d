"""The grid example: ten thousand rows are sorted, and edited in place, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "grid"

# All conditions are JavaScript: what fails at first is described by `expect`, which takes long with so many rows.
IS_LOADED = "document.querySelector('#total').textContent.startsWith('10,000 ')"
IS_OPEN = "document.activeElement.matches('tbody input')"
IS_CLOSED = "!document.querySelector('tbody input')"

COLUMN = "place => [...document.querySelectorAll('tbody tr')].map(row => Number(row.cells[place].textContent))"
#: Whether all rows are there, in the order of the column at a place.
IS_SORTED = """
([place, sign]) => {
    const rows = [...document.querySelectorAll("tbody tr")].map(row => Number(row.cells[place].textContent));
    return rows.length === 10000 && rows.every((one, at) => at === 0 || sign * (one - rows[at - 1]) >= 0);
}
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.wait_for_function(IS_LOADED)
    return page


def kilos_of(page: Page, tree: int) -> str:
    """Return what the button of a tree shows."""
    return page.inner_text(f"tbody button[value='{tree}']")


def total_of(page: Page) -> int:
    return int(page.inner_text("#total").split()[2].replace(",", ""))


def test_heading_sorts_all_rows_and_sorts_them_the_other_way_round(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    for sign, order in ((1, "ascending"), (-1, "descending")):
        page.click("thead button[value=kilos]")
        page.wait_for_function(IS_SORTED, arg=[3, sign])
        assert page.evaluate("[...document.querySelectorAll('th[aria-sort]')].map(th => th.ariaSort)") == [
            *["none"] * 3,
            order,
        ]
        assert page.evaluate("document.activeElement.value") == "kilos"
    assert sorted(page.evaluate(COLUMN, 0)) == list(range(1, 10_001))


def test_who_sorts_anew_while_rows_arrive_gets_each_row_once(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.evaluate(
        "for (const name of ['kilos', 'variety', 'planted']) document.querySelector(`[value=${name}]`).click()"
    )
    page.wait_for_function(IS_SORTED, arg=[2, 1])
    assert sorted(page.evaluate(COLUMN, 0)) == list(range(1, 10_001))


def test_cell_is_edited_by_keyboard_and_the_focus_comes_back(example: AppServer, open_tab: OpenTab) -> None:
    page = opened(open_tab().page, example.url)
    before, old = total_of(page), int(kilos_of(page, 2))
    page.focus("tbody button[value='2']")
    page.keyboard.press("Enter")
    page.wait_for_function(IS_OPEN)
    page.keyboard.type("1000")  # all of the old text is selected
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('tbody button')")
    assert page.evaluate("document.activeElement.value") == "2"
    assert kilos_of(page, 2) == "1000"
    page.wait_for_function(
        "text => document.querySelector('#total').textContent === text", arg=told(before - old + 1000)
    )
    page.keyboard.press("Enter")
    page.wait_for_function(IS_OPEN)
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.matches('tbody button')")
    assert kilos_of(page, 2) == "1000"
    assert kilos_of(opened(open_tab(fresh=True).page, example.url), 2) == "1000"  # the orchard is everybody's


def told(kilos: int) -> str:
    return f"10,000 trees, {kilos:,} kilos"


def test_click_elsewhere_keeps_what_was_typed(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.click("tbody button[value='3']")
    page.wait_for_function(IS_OPEN)
    page.keyboard.type("33")
    page.click("tbody button[value='4']")
    page.wait_for_function(f"{IS_OPEN} && document.activeElement.ariaLabel === 'Kilos of tree 4'")
    assert kilos_of(page, 3) == "33"
    page.keyboard.type("44")
    page.click("thead button[value=tree]")  # which also takes the row away
    page.wait_for_function(IS_SORTED, arg=[0, -1])
    page.wait_for_function(IS_CLOSED)
    assert kilos_of(page, 4) == "44"


def test_double_click_opens_a_cell_once(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.dblclick("tbody button[value='5']")
    page.wait_for_function(IS_OPEN)
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.value === '5' && document.activeElement.matches('button')")
    page.click("tbody button[value='6']")  # would wait for that field, if the cell were open again
    page.wait_for_function(f"{IS_OPEN} && document.activeElement.ariaLabel === 'Kilos of tree 6'")
    assert page.locator("tbody input").count() == 1
