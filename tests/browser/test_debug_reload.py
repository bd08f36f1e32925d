"""Reload on save, as an open page sees it: the new program's page, with what was typed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.program import Program
from tests.support.tab import Tab

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View


class Form(View):
    def render(self):
        return f'''<!DOCTYPE html><title>WORD</title>{self.controller.templater.add_includes()}
        <style>body {{ min-height: 3000px }}</style>
        <form id="first"><input name="title"><input name="title"><textarea name="text"></textarea>
        <input type="checkbox" name="check" value="a"><input type="checkbox" name="check" value="b" checked>
        <input type="radio" name="radio" value="a" checked><input type="radio" name="radio" value="b">
        <select name="choice"><option>one<option>two</select>
        <select name="many" multiple><option>x<option>y<option>z</select>
        </form>
        <div id="rich" contenteditable></div><input id="kept" value="WORD of the program">
        <input id="password" type="password"><input id="code" autocomplete="one-time-code">
        <input id="card" autocomplete="section-a cc-number"><input id="off" autocomplete="off">
        <form autocomplete="off"><input id="inside"></form>
        <input id="asked"><p id="out"></p><p id="place"></p><button id="go">Go</button>'''

    def load(self):
        self.html_wrapper.element("#go").add_event_listener("click", self.go)
        self.html_wrapper.element("#asked").add_event_listener("input", self.heard)
        built = self.html_wrapper.element("#place").add_child("input")
        built.id = "built"
        self.html_wrapper.element("#out").content = "ready"

    def go(self):
        self.html_wrapper.element("#out").content = self.html_wrapper.element("#asked").value

    def heard(self):
        self.html_wrapper.element("#out").content = "heard " + self.html_wrapper.element("#asked").value


class Crash(View):
    def render(self):
        raise LookupError("WORD")


app = CommunicateApp(0, "127.0.0.1")
app.set_secret_key("key")
app.add_controller("/", ControllerFactory().add_view(Form).set_default_view(Form))
app.add_controller("/crash", ControllerFactory().add_view(Crash).set_default_view(Crash))
"""

Save = Callable[[str], None]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Saves the program: so that its page has a title, or as it is."""
    (tmp_path / "program").mkdir()

    def save(text: str) -> None:
        program = APP.replace("WORD", text) if text.isalpha() else text
        (tmp_path / "program" / "main.py").write_text(program, encoding="utf-8")

    save("first")
    return save


@pytest.fixture
def program(tmp_path: Path, save: Save) -> Iterator[Program]:
    arguments = ["-m", "pycommunicate", "serve", str(tmp_path / "program" / "main.py"), "--debug"]
    with Program(arguments, tmp_path) as program:
        assert program.url
        yield program


@pytest.fixture
def page(program: Program, tab: Tab) -> Page:
    """The program's page, live."""
    # While the program is broken or away, the client's attempts to come back fail.
    tab.allow("WebSocket|status of 50[03]|ERR_")
    tab.page.goto(program.url)
    expect(tab.page.locator("#out")).to_have_text("ready")
    return tab.page


def test_saved_program_is_shown_with_what_was_typed(page: Page, save: Save) -> None:
    fields = {"[name=title] >> nth=0": "one", "[name=title] >> nth=1": "two", "[name=text]": "lines\nof text"}
    fields |= {"#asked": "asked", "#built": "built by load"}
    for selector, text in fields.items():
        page.fill(selector, text)
    page.check("[name=check][value=a]")
    page.uncheck("[name=check][value=b]")
    page.check("[name=radio][value=b]")
    page.select_option("[name=choice]", "two")
    page.select_option("[name=many]", ["x", "z"])
    page.locator("#rich").press_sequentially("rich")
    save("second")
    expect(page).to_have_title("second")
    for selector, text in fields.items():
        expect(page.locator(selector)).to_have_value(text)
    expect(page.locator("[name=check][value=a]")).to_be_checked()
    expect(page.locator("[name=check][value=b]")).not_to_be_checked()
    expect(page.locator("[name=radio][value=b]")).to_be_checked()
    expect(page.locator("[name=choice]")).to_have_value("two")
    expect(page.locator("[name=many]")).to_have_values(["x", "z"])
    expect(page.locator("#rich")).to_have_text("rich")
    # It was put back behind load(), which had added its listener, and as a user's input.
    expect(page.locator("#out")).to_have_text("heard asked")
    # What nobody has typed in is the new program's.
    expect(page.locator("#kept")).to_have_value("second of the program")


def test_one_save_is_one_load(page: Page, program: Program, save: Save) -> None:
    for word in ("second", "third"):
        counts = f"def render(self):\n        print('{word} is loaded', flush=True)\n        return f'''<!DOCTYPE"
        counting = APP.replace("def render(self):\n        return f'''<!DOCTYPE", counts)
        save(counting.replace("WORD", word))
        expect(page).to_have_title(word)
        expect(page.locator("#out")).to_have_text("ready")
        page.wait_for_timeout(1000)  # longer than it takes to find out twice
        assert program.out.count(f"{word} is loaded") == 1


def test_it_goes_on_for_as_many_saves_as_come(page: Page, save: Save) -> None:
    page.fill("#asked", "typed once")
    # The client gives up after two loads in half a minute; a page that connects begins that count anew.
    page.evaluate("sessionStorage.setItem('pycommunicate.reloads', JSON.stringify([Date.now(), Date.now()]))")
    for word in ("second", "third", "fourth", "fifth"):
        save(word)
        expect(page).to_have_title(word)
        expect(page.locator("#asked")).to_have_value("typed once")
    page.click("#go")
    expect(page.locator("#out")).to_have_text("typed once")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.evaluate("sessionStorage.getItem('pycommunicate.reloads')") is None


def test_secrets_are_not_kept(page: Page, save: Save) -> None:
    names = ("password", "code", "card", "off", "inside")
    for name in names:
        page.fill(f"#{name}", f"secret {name}")
    # As pages do that show what was typed.
    page.evaluate("document.querySelector('#password').type = 'text'")
    page.locator("#password").press_sequentially(" and more")
    page.fill("#asked", "asked")
    assert page.evaluate("sessionStorage.length") == 0  # nothing is kept while the page works
    save("def x(:")
    expect(page.locator("pre")).to_contain_text("def x(:")
    kept = page.evaluate("JSON.stringify(sessionStorage)")  # on its way to the mended page
    assert "asked" in kept
    assert "secret" not in kept
    save("second")
    expect(page).to_have_title("second")
    expect(page.locator("#asked")).to_have_value("asked")
    for name in names:
        expect(page.locator(f"#{name}")).to_have_value("")
    assert "secret" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_focus_selection_and_scroll_come_back(page: Page, save: Save) -> None:
    page.fill("#asked", "some text")
    page.evaluate("document.querySelector('#asked').setSelectionRange(2, 5); scrollTo(0, 700)")
    save("second")
    expect(page).to_have_title("second")
    expect(page.locator("#asked")).to_be_focused()
    assert page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [2, 5]
    page.wait_for_function("scrollY === 700")


def test_user_who_reloads_gets_the_page_as_it_comes(page: Page) -> None:
    page.fill("#asked", "asked")
    page.reload()
    expect(page.locator("#out")).to_have_text("ready")
    page.wait_for_timeout(500)  # longer than it takes to put something back
    expect(page.locator("#asked")).to_have_value("")


def test_syntax_error_comes_to_the_open_page_and_goes_when_mended(page: Page, save: Save) -> None:
    page.fill("#asked", "kept all the way")
    save("def x(:")
    expect(page.locator("pre")).to_contain_text("def x(:")
    expect(page.locator("pre")).to_contain_text("SyntaxError: invalid syntax")
    save("x = 1 / 0")
    expect(page.locator("pre")).to_contain_text("ZeroDivisionError: division by zero")
    save("mended")
    expect(page).to_have_title("mended")
    expect(page.locator("#asked")).to_have_value("kept all the way")
    page.click("#go")
    expect(page.locator("#out")).to_have_text("kept all the way")


def test_page_whose_render_fails_is_loaded_anew_when_it_is_mended(page: Page, program: Program, save: Save) -> None:
    page.goto(f"{program.url}crash")
    expect(page.locator(".errormsg")).to_contain_text("LookupError: first")
    save("second")
    expect(page.locator(".errormsg")).to_contain_text("LookupError: second")


def test_browser_that_comes_during_the_start_waits(page: Page, program: Program, save: Save) -> None:
    save("import time\ntime.sleep(1)\n" + APP.replace("WORD", "slow"))
    program.wait_until(lambda: "starting anew" in program.err, "a start")
    page.goto(program.url)
    expect(page).to_have_title("slow")
