"""Nothing in the examples keeps anybody out, as far as axe-core can see: at the start, and in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.tab import Tab
from tools.screenshots import SCENES

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
AXE = ROOT / "tests" / "client" / "node_modules" / "axe-core" / "axe.min.js"

State: TypeAlias = Callable[[Page, str], None]

# What is wrong, or cannot be judged: a line for each element. Of ten thousand rows those in sight are looked at.
FAULTS = """
async () => {
    document.querySelectorAll("tbody ~ tbody, tr:nth-child(n + 8)").forEach(rows => rows.remove());
    const { violations, incomplete } = await axe.run({ resultTypes: ["violations", "incomplete"] });
    return [...violations, ...incomplete].flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}\\n${failureSummary}`));
}
"""


def start(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-pycommunicate", "connected")
    expect(page.locator("fieldset[disabled]")).to_have_count(0)


def start_of_hello(page: Page, url: str) -> None:
    page.goto(url)  # which is not connected


def start_of_grid(page: Page, url: str) -> None:
    start(page, url)
    page.wait_for_function("document.querySelector('#total').textContent.startsWith('10,000')")


def start_of_errors(page: Page, url: str) -> None:
    page.goto(url)


def table_of_errors(page: Page, url: str) -> None:
    page.goto(f"{url}/tables/7")


def dish_of_redirects(page: Page, url: str) -> None:
    page.goto(f"{url}/dishes/pears")


def all_wrong_in_form(page: Page, url: str) -> None:
    start(page, url)
    page.click("button")
    expect(page.locator("[aria-invalid=true]")).to_have_count(4)


def booked_in_form(page: Page, url: str) -> None:
    SCENES["form"](page, url)
    page.fill("#guests", "2")
    page.click("button")
    expect(page.locator("main > p")).to_be_focused()


#: States of each example that are looked at, besides its start and what its picture shows.
STATES: dict[str, tuple[State, ...]] = {
    "hello": (start_of_hello,),
    "errors": (start_of_errors, table_of_errors),
    "redirects": (start, dish_of_redirects),
    "form": (start, all_wrong_in_form, booked_in_form),
    "grid": (start_of_grid,),
}
CASES = [
    pytest.param(path.parent.name, state, id=f"{path.parent.name}-{state.__name__}")
    for path in sorted(EXAMPLES.glob("*/main.py"))
    for state in (*STATES.get(path.parent.name, (start,)), SCENES[path.parent.name])
]


def faults_of(page: Page) -> list[str]:
    """Return what axe-core finds in the page. What it is run by is no script of the page, for which policies count."""
    if not AXE.exists():
        pytest.fail("axe-core is not installed: `make check` does that, or `npm ci` in tests/client", pytrace=False)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FAULTS)
    return found


@pytest.mark.parametrize(("name", "state"), CASES)
def test_example_keeps_nobody_out(
    name: str, state: State, app_server: StartApp, open_tab: OpenTab, tmp_path: Path
) -> None:
    app = app_server(EXAMPLES / name, environment={"TODO_FILE": str(tmp_path / "todo.txt")})
    tab = open_tab()
    if name == "errors":
        tab.allow("status of 404")
    state(tab.page, app.url)
    assert faults_of(tab.page) == []


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ("<input>", "label"),
        ("<button></button>", "button-name"),
        ('<p style="color: #999">Hardly to be read', "color-contrast"),
    ],
)
def test_what_is_wrong_is_seen_under_a_strict_policy(tab: Tab, wrong: str, rule: str) -> None:
    policy = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; require-trusted-types-for 'script'"
    }
    body = f'<!DOCTYPE html><html lang="en"><title>Page</title><main><h1>Page</h1>{wrong}</main>'
    tab.page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html", headers=policy))
    tab.page.goto("http://example.org/")
    assert [fault.partition(":")[0] for fault in faults_of(tab.page)] == [rule]
