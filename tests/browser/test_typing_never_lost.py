"""What a user types while the server writes to the same field (spec 6.4): no letter is lost, the caret stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import StartApp
from tests.support.app_server import AppServer

PROGRAM = """
import gevent

from pycommunicate import CommunicateApp, ControllerFactory, View

PAGE = '''<!DOCTYPE html><html lang="en"><title>Typing</title>{includes}
<input id="field"><textarea id="area"></textarea><output id="out"></output>
<button id="start">Start</button><button id="stop">Stop</button>'''


class Typing(View):
    def render(self):
        return PAGE.format(includes=self.controller.templater.add_includes())

    def load(self):
        find = self.html_wrapper.element
        self.field, self.area, self.out = find("#field"), find("#area"), find("#out")
        self.texts = [f"{'.' * (number % 7)}{number}: " for number in range(100_000)]
        self.at = 0
        self.timer = None
        find("#start").add_event_listener("click", self.start)
        find("#stop").add_event_listener("click", self.stop)
        self.area.add_event_listener("input", self.shout)
        self.out.content = "ready"

    def start(self):
        self.field.value = "0: "
        self.timer = self.add_timer(0.01, self.write)

    def write(self):
        self.at += 1
        self.field.value = self.texts[self.at]

    def stop(self):
        self.cancel_timer(self.timer)
        self.out.content = self.texts[self.at]

    def shout(self, event):
        text = event.value
        gevent.sleep(0.05)
        self.area.value = text.upper()
        self.out.content = text.upper()


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(Typing).set_default_view(Typing))
app.set_secret_key("typing")
"""

WORDS = "the quick brown fox jumps over the lazy dog"
#: Milliseconds from key to key.
PACE = 30


@pytest.fixture(scope="module")
def typing(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(PROGRAM)


@pytest.fixture
def page(typing: AppServer, open_tab: object) -> Page:
    page: Page = open_tab().page  # type: ignore[operator]
    page.goto(typing.url)
    expect(page.locator("#out")).to_have_text("ready")
    return page


def caret(page: Page, selector: str) -> int:
    return int(page.evaluate("(selector) => document.querySelector(selector).selectionStart", selector))


def begin(page: Page) -> None:
    """Lets the server write to the field, every 10 ms."""
    page.click("#start")
    page.wait_for_function("document.querySelector('#field').value.length > 2")
    page.locator("#field").focus()
    page.keyboard.press("End")


def end(page: Page) -> str:
    """Lets the server write no more; returns what it has written last."""
    page.evaluate("document.querySelector('#stop').click()")  # the caret stays in the field
    expect(page.locator("#out")).not_to_have_text("ready")
    return str(page.evaluate("document.querySelector('#out').textContent"))


def test_words_follow_what_the_server_writes_all_the_time(page: Page) -> None:
    begin(page)
    page.keyboard.type(WORDS, delay=PACE)
    text = end(page)

    assert page.input_value("#field") == text + WORDS
    assert caret(page, "#field") == len(text + WORDS)


def test_caret_stays_at_its_letter_in_the_middle_of_the_words(page: Page) -> None:
    begin(page)
    page.keyboard.type("bread milk", delay=PACE)
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type(", butter,", delay=PACE)
    page.keyboard.press("Backspace")
    text = end(page)

    assert page.input_value("#field") == text + "bread, butter milk"
    assert caret(page, "#field") == len(text + "bread, butter")


def test_selection_stays_with_its_letters(page: Page) -> None:
    begin(page)
    page.keyboard.type("bread milk", delay=PACE)
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_timeout(50)  # the server writes meanwhile
    page.keyboard.type("tea", delay=PACE)
    text = end(page)

    assert page.input_value("#field") == text + "bread tea"


def test_handler_that_writes_what_it_was_told_takes_no_later_letter_away(page: Page) -> None:
    page.locator("#area").focus()
    page.keyboard.type(WORDS, delay=PACE)
    expect(page.locator("#out")).to_have_text(WORDS.upper(), timeout=20_000)

    assert page.input_value("#area") == WORDS.upper()
    assert caret(page, "#area") == len(WORDS)


def test_input_method_is_not_disturbed(page: Page) -> None:
    begin(page)
    session = page.context.new_cdp_session(page)
    for part in ("n", "ni", "nih", "niho", "nihon"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        page.wait_for_timeout(PACE)
        assert page.input_value("#field").endswith(part)
    session.send("Input.insertText", {"text": "\u65e5\u672c"})
    page.keyboard.type(" ok", delay=PACE)
    text = end(page)

    assert page.input_value("#field") == text + "\u65e5\u672c ok"


def test_undo_takes_back_what_the_server_wrote_and_then_what_was_typed_and_nobody_hears_of_the_write(
    page: Page,
) -> None:
    page.evaluate("heard = []; area.addEventListener('input', ({inputType}) => heard.push(inputType))")
    page.locator("#area").focus()
    page.keyboard.type("milk\nand bread")
    expect(page.locator("#area")).to_have_value("MILK\nAND BREAD")
    page.wait_for_function("out.innerText === 'MILK\\nAND BREAD'")
    assert page.evaluate("heard.length") == len("milk\nand bread")
    page.evaluate("area.addEventListener('input', (event) => event.stopImmediatePropagation(), true)")

    seen = []
    while seen[-1:] != [""]:
        page.keyboard.press("Control+z")
        seen.append(page.input_value("#area"))
        assert len(seen) < 50
    assert seen[0] != "MILK\nAND BREAD"
    assert all(text.upper() == "MILK\nAND BREAD"[: len(text)] for text in seen)
