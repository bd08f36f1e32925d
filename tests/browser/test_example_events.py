"""The events example: an egg timer is started by Enter or its button, counts down, and is stopped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "events"

# What the display has shown from now on, each with its time in milliseconds.
WATCH = """
() => {
    window.shown = [];
    const display = document.querySelector('#display');
    new MutationObserver(() => window.shown.push([display.textContent, performance.now()]))
        .observe(display, {childList: true});
}
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def start(page: Page, seconds: str) -> None:
    expect(page.locator("#controls button").first).to_be_enabled()
    page.fill("#seconds", seconds)
    page.press("#seconds", "Enter")


def expect_shown(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#display")).to_have_text(text)


def test_timer_counts_down_and_ends(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    page.evaluate(WATCH)
    start(page, "2")
    expect_shown(page, "Your egg is ready!")
    assert [text for text, _ in page.evaluate("shown")] == ["2 s", "1 s", "Your egg is ready!"]
    assert page.url == f"{example.url}/"  # the form was not sent


def test_timer_that_was_stopped_does_not_run_beside_the_next_one(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    start(page, "60")
    expect_shown(page, re.compile("^5[0-9] s$"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#display")).to_contain_text("Stopped at 5")
    page.evaluate(WATCH)
    start(page, "2")
    start(page, "2")  # the first of these two is replaced
    expect_shown(page, "Your egg is ready!")
    shown = page.evaluate("shown")
    assert [text for text, _ in shown] == ["2 s", "2 s", "1 s", "Your egg is ready!"]
    # Timers that ran beside this one would have made it end early.
    assert shown[-1][1] - shown[0][1] > 1900


def test_two_tabs_have_a_timer_each(example: AppServer, open_tab: OpenTab) -> None:
    page, other = open_tab().page, open_tab().page
    page.goto(example.url)
    other.goto(example.url)
    start(page, "60")
    expect_shown(page, re.compile("^(60|5[0-9]) s$"))
    start(other, "30")
    expect_shown(other, re.compile("^2[0-9] s$"))
    other.get_by_role("button", name="Stop").click()
    expect(other.locator("#display")).to_contain_text("Stopped at 2")
    left = page.inner_text("#display")
    expect(page.locator("#display")).not_to_have_text(left)
    expect_shown(page, re.compile("^5[0-9] s$"))


def test_browser_refuses_what_is_no_number_of_seconds(example: AppServer, tab: Tab) -> None:
    page = tab.page
    page.goto(example.url)
    start(page, "0")
    assert page.evaluate("document.querySelector('#form').checkValidity()") is False
    expect_shown(page, "0 s")
    start(page, "1e2")  # which is a number to a browser
    expect_shown(page, re.compile("^(100|9[0-9]) s$"))
