"""Takes the pictures of the examples in docs/images: ``make screenshots``, or ``python -m tools.screenshots todo``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.support.app_server import AppServer

__all__ = ["HEIGHT", "SCENES", "WIDTH", "take"]

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT = 800, 500


def hello(page: Page, url: str) -> None:
    for _ in range(3):
        page.goto(url)


def exists(page: Page, url: str) -> None:
    page.goto(url)
    page.click("#flap")
    expect(page.locator("#cat")).to_be_visible()
    page.click("#look")
    expect(page.locator("#answer")).to_contain_text("Yes")


def events(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Start").click()
    # Looked at with every frame: it is there for one second only.
    page.wait_for_function("document.querySelector('#display').textContent === '239 s'")


def errors(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Table 13").click()
    expect(page.locator("h1")).to_have_text("We do not have that")


def redirects(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#controls button").first).to_be_enabled()
    page.select_option("#dish", "pears")


def view_swapping(page: Page, url: str) -> None:
    page.goto(url)
    page.fill("#name", "Ada")
    page.press("#name", "Enter")
    expect(page.locator("#leave")).to_be_enabled()


def counter(page: Page, url: str) -> None:
    page.goto(url)
    for count in ("1", "2", "3"):
        page.click("#more")
        expect(page.locator("#count")).to_have_text(count)


def todo(page: Page, url: str) -> None:
    page.goto(url)
    for text in ("Buy bread", "Water the flowers", "Write to Grandmother"):
        page.fill("#next", text)
        page.click("#add")
        expect(page.get_by_text(text)).to_be_visible()


def grid(page: Page, url: str) -> None:
    page.goto(url)
    # Conditions in JavaScript: what fails at first is described by `expect`, which takes long with so many rows.
    page.wait_for_function("document.querySelector('#total').textContent.startsWith('10,000')")
    page.click("thead button[value=kilos]")
    page.wait_for_function("document.querySelector('tbody td:last-child').textContent === '5'")
    page.wait_for_function("document.querySelector('table').rows.length === 10001")
    page.locator("tbody button").nth(2).click()
    page.wait_for_function("document.activeElement.matches('tbody input')")
    page.keyboard.type("42")


def form(page: Page, url: str) -> None:
    page.goto(url)
    for name, text in {"name": "Ada", "email": "ada@example.com", "guests": "6"}.items():
        page.fill(f"#{name}", text)
    page.select_option("#time", "19:30")
    expect(page.locator("#guests-problem")).to_have_text("At 19:30 there is room for 4 only.")


def keyboard(page: Page, url: str) -> None:
    page.goto(url)
    page.click("#start")
    # All apples hang at first within six tenths of the field's height: they are seen together for a while.
    page.wait_for_function("""
        Array.from(document.querySelectorAll(".apple"), apple => parseFloat(apple.style.top))
            .every(top => 0 < top && top < 87)
    """)


def canvas(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#random")).to_be_enabled()
    box = page.locator("#map").bounding_box()
    assert box is not None
    for x, y in [(0.1, 0.3), (0.9, 0.7), (0.3, 0.8), (0.25, 0.15), (0.75, 0.2), (0.6, 0.85), (0.5, 0.4), (0.85, 0.35)]:
        page.click("#map", position={"x": x * box["width"], "y": y * box["height"]})
    expect(page.locator("#news")).to_contain_text("Towns: 8.")


#: What is done with each example before its picture is taken, by the name of its folder.
SCENES: dict[str, Callable[[Page, str], None]] = {
    scene.__name__: scene
    for scene in (
        *(hello, exists, events, errors, redirects, view_swapping, counter, todo),
        *(form, grid, keyboard, canvas),
    )
}


def take(browser: Browser, name: str, images: Path) -> Path:
    """Use the example *name* as a person would, and return the picture of it that is then in the folder *images*."""
    with TemporaryDirectory() as temporary:
        # A copy, because an example may write beside itself.
        server = AppServer(shutil.copytree(ROOT / "examples" / name, Path(temporary, name)))
        server.start()
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1, color_scheme="light", locale="en-US"
        )
        try:
            page = context.new_page()
            SCENES[name](page, server.url)
            page.screenshot(path=images / f"{name}.png", animations="disabled")
        finally:
            context.close()
            server.stop()
    return images / f"{name}.png"


def main(names: list[str]) -> None:
    """Take the pictures of the examples *names*, or of all."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        for name in names or SCENES:
            image = take(browser, name, ROOT / "docs" / "images")
            print(f"{image.relative_to(ROOT)}: {image.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
