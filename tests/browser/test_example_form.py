"""The form example: it is checked while somebody types, says each mistake once, and books a table once."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "form"

# What a screen reader would say: each text that one of the messages gets, from now on.
LISTEN = """
() => {
    window.said = [];
    for (const message of document.querySelectorAll("[aria-live]"))
        new MutationObserver(() => message.textContent && window.said.push(message.textContent))
            .observe(message, { childList: true, characterData: true, subtree: true });
}
"""


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("fieldset button")).to_be_enabled()
    return page


def fill_in(page: Page, guests: str, time: str = "19:30") -> None:
    for name, text in {"name": "Ada", "email": "ada@example.com", "guests": guests}.items():
        page.fill(f"#{name}", text)
    page.select_option("#time", time)


def test_each_mistake_is_said_once_however_long_somebody_types(app_server: StartApp, tab: Tab) -> None:
    page = opened(tab.page, app_server(EXAMPLE).url)
    page.evaluate(LISTEN)
    page.type("#email", "ada")
    expect(page.locator("#email-problem")).not_to_be_empty()
    page.type("#email", " lovelace at the example", delay=20)
    page.fill("#guests", "many")
    expect(page.locator("#guests-problem")).not_to_be_empty()
    assert page.evaluate("said") == [
        "Please give an address like ada@example.com.",
        "Please give a number from 1 to 20.",
    ]
    assert page.input_value("#email") == "ada lovelace at the example"


def test_message_belongs_to_its_field_and_the_first_wrong_one_has_the_focus(app_server: StartApp, tab: Tab) -> None:
    page = opened(tab.page, app_server(EXAMPLE).url)
    page.fill("#name", "Ada")
    page.press("#name", "Enter")
    email = page.get_by_label("E-mail")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("Please give an address like ada@example.com.")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_have_accessible_description("")
    email.fill("ada@example.com")
    expect(email).to_have_attribute("aria-invalid", "false")


def test_seats_that_somebody_else_has_booked_meanwhile_are_refused(app_server: StartApp, open_tab: OpenTab) -> None:
    url = app_server(EXAMPLE).url
    page, other = opened(open_tab().page, url), opened(open_tab(fresh=True).page, url)
    fill_in(page, "4")
    fill_in(other, "2")
    page.click("button")
    expect(page.get_by_text("Thank you, Ada! We have a table for 4 at 19:30.")).to_be_focused()
    other.click("button")
    expect(other.locator("#guests-problem")).to_have_text("At 19:30 there is room for 0 only.")
    other.select_option("#time", "21:00")
    expect(other.locator("#guests-problem")).to_be_empty()
    other.click("button")
    expect(other.get_by_text("at 21:00")).to_be_focused()


def test_form_that_is_sent_twice_at_once_books_one_table(app_server: StartApp, open_tab: OpenTab) -> None:
    url = app_server(EXAMPLE).url
    page, other = opened(open_tab().page, url), opened(open_tab().page, url)
    fill_in(page, "3")
    page.evaluate("for (let i = 0; i < 2; i++) document.querySelector('form').requestSubmit()")
    expect(page.get_by_text("Thank you, Ada!")).to_be_visible()
    fill_in(other, "4")
    expect(other.locator("#guests-problem")).to_have_text("At 19:30 there is room for 1 only.")
    assert page.locator("main > p").count() == 1
