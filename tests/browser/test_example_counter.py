"""The counter example: a number in the session, the same after a reload and in every tab of one browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer

EXAMPLE = Path(__file__).parents[2] / "examples" / "counter"

# A tab shows the number of its own last click; how many there were in all is asked for anew.
ASK_UNTIL_100 = """
async () => {
    const deadline = performance.now() + 5000;
    while (!(await (await fetch("/")).text()).includes(">100</p>") && performance.now() < deadline)
        await new Promise(done => setTimeout(done, 20));
}
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def expect_count(page: Page, count: int) -> None:
    expect(page.locator("#count")).to_have_text(str(count))


def count_up(page: Page, count: int) -> None:
    page.get_by_role("button", name="Count").click()
    expect_count(page, count)


def test_count_survives_a_reload_and_can_start_again(example: AppServer, open_tab: OpenTab) -> None:
    page = open_tab().page
    page.goto(example.url)
    expect_count(page, 0)
    count_up(page, 1)
    count_up(page, 2)
    page.reload()
    expect_count(page, 2)
    page.get_by_role("button", name="Start again").click()
    expect_count(page, 0)
    page.reload()
    expect_count(page, 0)


def test_two_tabs_share_the_count_and_another_browser_has_its_own(example: AppServer, open_tab: OpenTab) -> None:
    page, other, stranger = open_tab().page, open_tab().page, open_tab(fresh=True).page
    for one in (page, other, stranger):
        one.goto(example.url)
    count_up(page, 1)
    count_up(other, 2)
    count_up(page, 3)
    count_up(stranger, 1)


def test_no_click_is_lost_however_quickly_two_tabs_click(example: AppServer, open_tab: OpenTab) -> None:
    page, other = open_tab().page, open_tab().page
    for one in (page, other):
        one.goto(example.url)
        expect(one.locator("#more")).to_be_enabled()
    for _ in range(5):
        for one in (page, other):
            one.evaluate("for (let i = 0; i < 10; i++) document.querySelector('#more').click()")
    page.evaluate(ASK_UNTIL_100)
    page.reload()
    expect_count(page, 100)
