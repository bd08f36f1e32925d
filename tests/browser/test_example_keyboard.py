"""The keyboard example: pictures arrive one after the other, and keys that are held move the basket."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "keyboard"

# Where things are in each picture from now on, in percent: the first apple from the top, the basket from the left.
WATCH = """
() => {
    window.pictures = [];
    const [apple, basket] = [".apple", "#basket"].map(selector => document.querySelector(selector).style);
    new MutationObserver(() => window.pictures.push([apple.top, basket.left].map(parseFloat)))
        .observe(document.querySelector(".apple"), { attributeFilter: ["style"] });
}
"""
#: Whether the basket has been where it is for so many pictures.
STANDS_STILL = """
count => {
    const last = window.pictures.slice(-count).map(([, left]) => left);
    return last.length === count && new Set(last).size === 1;
}
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def started(page: Page, url: str) -> Page:
    page.goto(url)
    page.click("#start")
    expect(page.locator("#field")).to_be_focused()
    page.evaluate(WATCH)
    return page


def basket_of(page: Page) -> float:
    return float(page.evaluate("parseFloat(document.querySelector('#basket').style.left)"))


def test_apples_fall_picture_by_picture(example: AppServer, tab: Tab) -> None:
    page = started(tab.page, example.url)
    # From above the field to its ground are 88 steps at least, fewer where a slow machine leaves some out.
    page.wait_for_function("window.pictures.length > 20")
    steps = page.evaluate("pictures.slice(1).map(([top], at) => top - pictures[at][0])")
    assert sum(step > 0 for step in steps) >= len(steps) - 2  # twice at most it hung anew
    assert min(step for step in steps if step > 0) < 5


def test_key_that_is_held_moves_the_basket_until_it_is_let_go(example: AppServer, tab: Tab) -> None:
    page = started(tab.page, example.url)
    page.keyboard.down("ArrowRight")
    page.wait_for_function("parseFloat(document.querySelector('#basket').style.left) === 92")
    page.keyboard.down("ArrowLeft")  # both at once: it stays
    page.keyboard.up("ArrowRight")
    page.wait_for_function("parseFloat(document.querySelector('#basket').style.left) < 80")
    page.keyboard.up("ArrowLeft")
    page.evaluate("pictures.length = 0")
    page.wait_for_function(STANDS_STILL, arg=5)
    assert basket_of(page) < 80


def test_key_that_is_down_while_the_focus_leaves_is_let_go(example: AppServer, tab: Tab) -> None:
    page = started(tab.page, example.url)
    page.keyboard.down("ArrowLeft")
    page.wait_for_function("parseFloat(document.querySelector('#basket').style.left) < 50")
    page.keyboard.press("Tab")
    expect(page.locator("#start")).to_be_focused()
    page.evaluate("pictures.length = 0")
    page.wait_for_function(STANDS_STILL, arg=5)
    page.keyboard.up("ArrowLeft")


def test_game_ends_and_begins_anew(example: AppServer, tab: Tab) -> None:
    page = started(tab.page, example.url)
    page.keyboard.down("ArrowLeft")
    news = page.locator("#news")
    expect(news).to_have_text(re.compile(r"^The end\. Apples in your basket: \d+\.$"), timeout=60_000)
    page.keyboard.up("ArrowLeft")
    page.keyboard.press("Tab")
    page.evaluate("pictures.length = 0")
    page.keyboard.press("Enter")
    expect(page.locator("#field")).to_be_focused()
    page.wait_for_function("window.pictures.length > 5")
