"""Methods do and return what those of browsers do."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.testing.dom import INSIDE, DomError, Event, actions
from tests.support.dom import Heard, element, show


@pytest.mark.parametrize(
    ("name", "args", "value", "html"),
    [
        ("getAttribute", ["CLASS"], "a", '<p class="a"></p>'),
        ("getAttribute", ["none"], None, '<p class="a"></p>'),
        ("setAttribute", ["Foo", 5], None, '<p class="a" foo="5"></p>'),
        ("removeAttribute", ["class"], None, "<p></p>"),
        ("toggleAttribute", ["hidden"], True, '<p class="a" hidden=""></p>'),
        ("hasAttribute", ["class"], True, '<p class="a"></p>'),
        ("getAttributeNames", [], ["class"], '<p class="a"></p>'),
        ("append", ["x", 1], None, '<p class="a">x1</p>'),
        ("insertAdjacentHTML", ["beforeend", "<b>"], None, '<p class="a"><b></b></p>'),
        (["classList", "add"], ["b"], None, '<p class="a b"></p>'),
        (["classList", "toggle"], ["a"], False, '<p class=""></p>'),
        (["style", "setProperty"], ["color", "red"], None, '<p class="a" style="color: red;"></p>'),
        (["style", "getPropertyValue"], ["color"], "", '<p class="a"></p>'),
        ("matches", [".a"], True, '<p class="a"></p>'),
        ("scrollIntoView", [{"block": "end"}], None, '<p class="a"></p>'),
    ],
)
def test_methods(name: str | list[str], args: list[Any], value: Any, html: str) -> None:
    document = show("<p class=a></p>")
    node = element(document, "p")
    assert document.call(node, name, args) == value
    assert document.read(node, "outerHTML") == html


@pytest.mark.parametrize(
    ("name", "args", "code", "says"),
    [
        ("nothing", [], "not-a-function", "not a function: nothing"),
        ("id", [], "not-a-function", "not a function: id"),
        (["classList", "nothing"], [], "not-a-function", "nothing"),
        (["nothing", "x"], [], "invalid-name", "there is no nothing.x"),
        ("getBoundingClientRect", [], "unsupported", "--live"),
        ("showModal", [], "not-a-function", "showModal"),
        ("getAttribute", [], "js-error", "1 argument required"),
        ("matches", ["#"], "js-error", "SyntaxError"),
        ("removeChild", [None], "js-error", "TypeError"),
        (["classList", "add"], ["a b"], "js-error", "InvalidCharacterError"),
    ],
)
def test_what_cannot_be_called(name: str | list[str], args: list[Any], code: str, says: str) -> None:
    document = show("<p></p>")
    with pytest.raises(DomError) as caught:
        document.call(element(document, "p"), name, args)
    assert caught.value.code == code
    assert says in caught.value.text


def test_a_called_click_is_a_click() -> None:
    heard = Heard()
    document = show("<a id=a href=/to>x</a><input id=c type=checkbox><button id=d disabled>x</button>", heard)
    heard.listen(document, "click", "input", "change", "mousedown")
    for one in "acd":
        document.call(element(document, f"#{one}"), "click", [])
    assert heard.events == ["click:a", "click:c", "input:c", "change:c"]
    assert [request.url for request in heard.requests] == ["http://app.test/to"]


def test_focus_and_blur() -> None:
    heard = Heard()
    document = show("<input id=a><input id=b><p id=p>x</p>", heard)
    for one in "abp":
        heard.hear(document, f"#{one}", "focus", "blur")
        document.call(element(document, f"#{one}"), "focus", [])
    document.call(element(document, "#b"), "blur", [])
    assert heard.events == ["focus:a", "blur:a", "focus:b", "blur:b"]
    assert document.active is document.body


def test_dialogs() -> None:
    document = show("<dialog><button>x</button></dialog>")
    dialog = element(document, "dialog")
    closed: list[Event] = []
    document.listen(dialog, "close", closed.append)
    document.call(dialog, "showModal", [])
    assert document.read(None, ["activeElement", "tagName"]) == "BUTTON"
    assert document.matches(dialog, ":modal")
    document.call(dialog, "close", ["v"])
    assert (document.read(dialog, "open"), document.read(dialog, "returnValue")) == (False, "v")
    assert len(closed) == 1


def test_what_leaves_does_not_come_back_with_the_focus() -> None:
    document = show("<div><input></div>")
    box, field = element(document, "div"), element(document, "input")
    for take_out in (lambda: document.take_out(box), lambda: document.write(document.body, "textContent", "")):
        actions.click(document, field)
        assert (document.matches(field, ":focus"), document.matches(field, ":hover")) == (True, True)
        take_out()
        document.place(box, INSIDE, document.body)
        assert (document.matches(field, ":focus"), document.matches(field, ":hover")) == (False, False)
        assert document.active is document.body


def test_a_dialog_gives_the_focus_to_what_asks_for_it() -> None:
    document = show("<dialog><button id=a>x</button><button id=b autofocus>y</button></dialog>")
    document.call(element(document, "dialog"), "showModal", [])
    assert document.active is element(document, "#b")


def test_a_handler_moves_the_focus_elsewhere() -> None:
    document = show("<input id=a><input id=b><input id=c>")
    last = element(document, "#c")
    document.call(element(document, "#a"), "focus", [])
    document.listen(element(document, "#a"), "blur", lambda event: document.call(last, "focus", []))
    document.call(element(document, "#b"), "focus", [])
    assert document.active is last


def test_a_copy_has_what_was_entered() -> None:
    document = show("<div><input value=v></div>")
    document.write(element(document, "input"), "value", "w")
    copy = document.call(element(document, "div"), "cloneNode", [True])
    assert document.read(copy[0], "value") == "w"
    assert document.read(copy, "isConnected") is False


def test_a_copy_leaves_the_text_behind_where_it_is() -> None:
    document = show("<p><b>1</b>2</p>")
    copy = document.call(element(document, "b"), "cloneNode", [True])
    document.place(copy, INSIDE, element(document, "p"))
    assert document.read(element(document, "p"), "innerHTML") == "<b>1</b>2<b>1</b>"
    bare = document.call(element(document, "b"), "cloneNode", [])
    assert document.read(bare, "outerHTML") == "<b></b>"


def test_tables_grow_and_shrink() -> None:
    document = show("<table></table>")
    table = element(document, "table")
    row = document.call(table, "insertRow", [])
    document.call(row, "insertCell", [])
    assert document.read(table, "innerHTML") == "<tbody><tr><td></td></tr></tbody>"
    document.call(table, "deleteRow", [0])
    assert document.read(table, "innerHTML") == "<tbody></tbody>"


def test_leaving_by_location() -> None:
    heard = Heard()
    document = show("", heard)
    document.call(None, ["location", "assign"], ["/a"])
    document.write(None, "location", "b")
    document.write(None, ["location", "hash"], "part")
    assert [request.url for request in heard.requests] == ["http://app.test/a", "http://app.test/dir/b"]
    assert document.url == "http://app.test/dir/page?q=1#part"
