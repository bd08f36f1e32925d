"""The to-do tutorial as a user tries it: ours as it lies in examples/, and the one that the 0.0.8 manual printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "todo"

# The manual's own words, but for the lines that named eventlet.
MANUAL = """
import gevent.pool
import gevent.queue

from pycommunicate.server.bases.views import View
from pycommunicate.server.bases.controller import ControllerFactory
from pycommunicate.server.app.communicate import CommunicateApp

app = CommunicateApp()

# This class uses some greenlet things and is beyond the scope of this tutorial


class TodoReader:
    def __init__(self):
        self.todos = {}
        self.last_todo = 0
        try:
            with open('todo.txt', 'r') as old:
                for i, line in enumerate(old.readlines()):
                    self.todos[i] = line
                    self.last_todo = max(self.last_todo, i)
        except IOError:
            pass
        self.add_queue = gevent.queue.Queue()
        self.adds = {}
        self.remove_queue = gevent.queue.Queue()

    def add_daemon(self):
        while True:
            add = self.add_queue.get()

            self.todos[self.last_todo + 1] = add
            self.adds[add].put(self.last_todo + 1)
            self.last_todo += 1

            with open('todo.txt', 'w') as new:
                for index in self.todos:
                    new.write(self.todos[index] + ("\\n" if not self.todos[index].endswith("\\n") else ""))

    def del_daemon(self):
        while True:
            d = self.remove_queue.get()

            del self.todos[d]
            self.last_todo = 0
            for i in self.todos:
                self.last_todo = max(self.last_todo, i)

            with open('todo.txt', 'w') as new:
                for index in self.todos:
                    new.write(self.todos[index] + ("\\n" if not self.todos[index].endswith("\\n") else ""))

    def start(self):
        pool = gevent.pool.Pool(2)
        pool.spawn(self.add_daemon)
        pool.spawn(self.del_daemon)

    def add(self, text):
        self.add_queue.put(text)
        self.adds[text] = gevent.queue.Queue()

    def wait_on(self, text):
        ind = self.adds[text].get()
        del self.adds[text]
        return ind

    def remove(self, index):
        self.remove_queue.put(index)

todo = TodoReader()
todo.start()  # start up the TodoReader.


class TodoView(View):
    def render(self):
        return self.controller.templater.render("home.html")

    def make_handler(self, index):
        def handler():
            todo.remove(index)

            todo_div = self.html_wrapper.element("#todo{}".format(index))
            todo_div.delete()
        return handler

    def add_handler(self):
        text = "- " + self.html_wrapper.element("#next").get_property("value")
        todo.add(text)
        self.html_wrapper.element("#next").set_property("value", "")
        index = todo.wait_on(text)
        todo_div = self.html_wrapper.element("#todo")
        todo_page_div = todo_div.add_child("div")
        todo_page_div.id = "todo{}".format(index)
        text_p = todo_page_div.add_child("p")
        text_p.id = "todoText{}".format(index)
        text_p.content = text
        button = todo_page_div.add_child("button")
        button.id = "todo{}".format(index)
        button.add_event_listener("click", self.make_handler(index))
        button.content = "Remove"

    def load(self):
        # add existing todos:
        todo_div = self.html_wrapper.element("#todo")

        loading_message = self.html_wrapper.element("#loadingBar")
        loading_message.delete()

        for index in todo.todos:
            text = todo.todos[index]
            todo_page_div = todo_div.add_child("div")
            todo_page_div.id = "todo{}".format(index)
            text_p = todo_page_div.add_child("p")
            text_p.id = "todoText{}".format(index)
            text_p.content = text
            button = todo_page_div.add_child("button")
            button.id = "todo{}".format(index)
            button.add_event_listener("click", self.make_handler(index))
            button.content = "Remove"

        add_button = self.html_wrapper.element("#add")
        add_button.add_event_listener("click", self.add_handler)

controller = ControllerFactory().add_view(TodoView).set_default_view(TodoView)
app.add_controller("/", controller)

app.set_secret_key("todo_secrets!")
app.run()
"""

MANUAL_PAGE = """
<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <title>Tutorial Checklist</title>
    {{ add_includes() }}
</head>
<body>
<h1>Welcome to the TODO!</h1>
<div id="todo">
    <p id="loadingBar">Please wait... loading todos</p>
</div>
<br />
<input type="text" id="next" /><button id="add">Add</button>
</body>
</html>
"""


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """examples/todo, with a list that the tests of this module share."""
    file = tmp_path_factory.mktemp("todo") / "todo.txt"
    return shared_app_server(EXAMPLE, environment={"TODO_FILE": str(file)})


def opened(page: Page, url: str) -> Page:
    """Goes to a to-do page and waits until it has been loaded."""
    page.goto(url)
    expect(page.locator("#loadingBar")).to_have_count(0)
    return page


def add(page: Page, text: str) -> None:
    page.fill("#next", text)
    page.click("#add")
    expect(page.locator("#next")).to_have_value("")


def texts(page: Page) -> list[str]:
    return page.locator("#todo p").all_inner_texts()


def test_todos_are_added_removed_and_kept_over_a_reload(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    add(page, "buy milk")
    add(page, "Zoë ☃ 𝄞 日本")
    expect(page.get_by_text("- buy milk")).to_be_visible()
    expect(page.get_by_text("- Zoë ☃ 𝄞 日本")).to_be_visible()

    page.get_by_role("button", name="Remove - buy milk").click()
    expect(page.get_by_text("- buy milk")).to_have_count(0)
    opened(page, example.url)
    assert "- buy milk" not in texts(page)
    assert texts(page).count("- Zoë ☃ 𝄞 日本") == 1


def test_double_click_on_add_makes_one_todo(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.fill("#next", "once only")
    page.dblclick("#add")
    # The handler of the first click empties the field; what is typed before that is not a matter of the double click.
    expect(page.locator("#next")).to_have_value("")
    add(page, "behind it")
    expect(page.get_by_text("- behind it")).to_be_visible()
    assert texts(page).count("- once only") == 1
    assert "-" not in texts(page)


def test_enter_adds_and_a_blank_text_adds_nothing(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    page.fill("#next", "   ")
    page.press("#next", "Enter")
    page.fill("#next", "by the keyboard")
    page.press("#next", "Enter")
    expect(page.get_by_text("- by the keyboard")).to_be_visible()
    assert "-" not in texts(page)
    assert page.url == f"{example.url}/"


def test_double_click_on_remove_and_a_remove_in_two_tabs_are_no_fault(example: AppServer, open_tab: OpenTab) -> None:
    page, other = open_tab().page, open_tab().page
    opened(page, example.url)
    add(page, "goes twice")
    expect(page.get_by_text("- goes twice")).to_be_visible()
    opened(other, example.url)
    page.get_by_role("button", name="Remove - goes twice").dblclick()
    expect(page.get_by_text("- goes twice")).to_have_count(0)
    expect(other.get_by_text("- goes twice")).to_be_visible()
    other.get_by_role("button", name="Remove - goes twice").click()
    expect(other.get_by_text("- goes twice")).to_have_count(0)
    opened(page, example.url)
    assert "- goes twice" not in texts(page)


def test_markup_is_shown_as_text(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    add(page, "<b>bold</b> <script>alert(1)</script>")
    expect(page.get_by_text("- <b>bold</b> <script>alert(1)</script>")).to_be_visible()
    opened(page, example.url)
    expect(page.get_by_text("- <b>bold</b> <script>alert(1)</script>")).to_be_visible()
    assert page.locator("#todo b, #todo script").count() == 0


def test_long_text_is_kept_whole(example: AppServer, tab: Tab) -> None:
    page = opened(tab.page, example.url)
    long = "0123456789" * 500
    add(page, long)
    expect(page.get_by_text(long)).to_be_visible()
    opened(page, example.url)
    assert texts(page).count(f"- {long}") == 1


def test_page_comes_back_by_itself_when_the_server_was_killed_and_started_again(
    app_server: StartApp, tab: Tab, tmp_path: Path
) -> None:
    server = app_server(EXAMPLE, environment={"TODO_FILE": str(tmp_path / "todo.txt")})
    page = opened(tab.page, server.url)
    add(page, "survives")
    expect(page.get_by_text("- survives")).to_be_visible()
    page.evaluate("window.old = true")
    tab.allow_no_server()

    server.kill()
    server.restart()
    page.wait_for_function("!window.old")
    expect(page.locator("#loadingBar")).to_have_count(0)
    add(page, "comes later")
    expect(page.get_by_text("- comes later")).to_be_visible()
    assert texts(page) == ["- survives", "- comes later"]


def test_tutorial_of_the_old_manual_runs(app_server: StartApp, tab: Tab) -> None:
    server = app_server(MANUAL, {"home.html": MANUAL_PAGE})
    page = opened(tab.page, server.url)
    for text in ("first", "second", "third"):
        add(page, text)
        expect(page.get_by_text(f"- {text}")).to_be_visible()
    page.locator("#todo > div", has_text="second").get_by_role("button").click()
    expect(page.get_by_text("- second")).to_have_count(0)
    assert texts(page) == ["- first", "- third"]

    tab.allow_no_server()
    page.evaluate("window.old = true")
    server.restart()
    page.wait_for_function("!window.old")
    expect(page.locator("#todo p")).to_contain_text(["- first", "- third"])
