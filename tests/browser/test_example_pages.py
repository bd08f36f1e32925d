"""What all examples have in common in a browser: in use, each is a sound page that anybody can use."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tools.screenshots import HEIGHT, SCENES, WIDTH, take

EXAMPLES = Path(__file__).parents[2] / "examples"

# What a person who cannot see the page, or has no mouse, would miss.
FAULTS = """
() => {
    const faults = [];
    const expected = (right, fault) => right || faults.push(fault);
    expected(document.doctype, "no doctype");
    expected(document.documentElement.lang, "no language");
    expected(document.title.trim(), "no title");
    expected(document.querySelectorAll("h1").length === 1, "not one h1");
    expected(document.querySelectorAll("main").length === 1, "not one main");
    expected(document.querySelector("link[rel=icon]")?.href === "data:,", "asks for a favicon");
    const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
    expected(new Set(ids).size === ids.length, "an id twice");
    for (const one of document.querySelectorAll("input, select, textarea"))
        expected(one.labels.length || one.ariaLabel, `no label: ${one.outerHTML}`);
    for (const one of document.querySelectorAll("button, a"))
        expected(one.innerText.trim() && !one.disabled, `no name, or switched off: ${one.outerHTML}`);
    for (const one of document.querySelectorAll("[src], link[href]"))
        expected(["data:", location.protocol].includes(new URL(one.src ?? one.href).protocol)
            && [location.host, ""].includes(new URL(one.src ?? one.href).host), `from elsewhere: ${one.outerHTML}`);
    expected(document.documentElement.scrollWidth <= innerWidth, "wider than the window");
    return faults;
}
"""


@pytest.mark.parametrize("name", SCENES)
def test_page_is_sound_and_fits_a_phone(name: str, app_server: StartApp, open_tab: OpenTab, tmp_path: Path) -> None:
    app = app_server(shutil.copytree(EXAMPLES / name, tmp_path / name))  # one that writes does so beside itself
    tab = open_tab()
    if name == "errors":
        tab.allow("status of 404")
    tab.page.set_viewport_size({"width": 360, "height": 640})
    SCENES[name](tab.page, app.url)
    expect(tab.page.locator("fieldset[disabled]")).to_have_count(0)
    assert tab.page.evaluate(FAULTS) == []


def test_picture_is_taken_of_an_example_in_use(browser: Browser, tmp_path: Path) -> None:
    picture = take(browser, "counter", tmp_path).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (WIDTH, HEIGHT)
