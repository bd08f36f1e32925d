"""The canvas example: what Python sends is drawn, and where somebody clicks comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "canvas"

RED = [192, 57, 43, 255]

# The colour at a place that is given in parts of the width and the height.
COLOUR = """
([x, y]) => {
    const canvas = document.querySelector("#map");
    const at = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
    return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
}
"""
# Whether anything is drawn near a place, or near none: anywhere.
DRAWN = """
place => {
    const canvas = document.querySelector("#map");
    const { width, height } = canvas;
    const [x, y] = place ?? [];
    const part = place ? [Math.round(x * width) - 3, Math.round(y * height) - 3, 7, 7] : [0, 0, width, height];
    return canvas.getContext("2d").getImageData(...part).data.some(Boolean);
}
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("#random")).to_be_enabled()
    return page


def click(page: Page, x: float, y: float) -> None:
    """Click on the map as a mouse does, at a place in parts of its width and height."""
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def expect_towns(page: Page, count: int) -> None:
    expect(page.locator("#news")).to_have_text(re.compile(rf"^Towns: {count}\. "))


@pytest.mark.parametrize("scale", [1, 2])
def test_click_of_a_mouse_goes_to_python_and_is_drawn_where_it_was(
    example: AppServer, open_tab: OpenTab, scale: int
) -> None:
    page = opened(open_tab(device_scale_factor=scale).page, example.url)
    assert page.evaluate("document.querySelector('#map').width / document.querySelector('#map').clientWidth") == scale
    assert not page.evaluate(DRAWN)
    click(page, 0.25, 0.5)
    expect_towns(page, 1)
    click(page, 0.75, 0.5)
    expect_towns(page, 2)
    assert [page.evaluate(COLOUR, [x, 0.5]) for x in (0.25, 0.75)] == [RED, RED]
    assert page.evaluate(DRAWN, [0.5, 0.5])  # the way from one to the other
    assert not page.evaluate(DRAWN, [0.5, 0.8])
    page.get_by_role("button", name="Clear").click()
    expect_towns(page, 0)
    assert not page.evaluate(DRAWN)


def test_tour_does_not_cross_itself(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    for count, (x, y) in enumerate([(0.2, 0.2), (0.8, 0.8), (0.2, 0.8), (0.8, 0.2)], 1):
        click(page, x, y)
        expect_towns(page, count)
    assert not page.evaluate(DRAWN, [0.5, 0.5])
    assert page.evaluate(DRAWN, [0.2, 0.5])


def test_towns_are_added_without_a_mouse_and_twenty_are_enough(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add a town")).to_be_focused()
    for count in range(1, 21):
        page.keyboard.press("Enter")
        expect_towns(page, count)
    click(page, 0.5, 0.5)
    page.get_by_role("button", name="Add a town").click()
    page.get_by_role("button", name="Clear").click()
    expect_towns(page, 0)


def test_pages_have_a_map_each(example: AppServer, open_tab: OpenTab) -> None:
    page, other = opened(open_tab().page, example.url), opened(open_tab().page, example.url)
    click(page, 0.5, 0.5)
    expect_towns(page, 1)
    click(other, 0.2, 0.5)
    expect_towns(other, 1)
    assert other.evaluate(DRAWN, [0.2, 0.5])
    assert not other.evaluate(DRAWN, [0.5, 0.5])
