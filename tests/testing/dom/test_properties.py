"""Properties are read and written as in browsers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pycommunicate.testing.dom import DomError
from tests.support.dom import ADDRESS, element, show


@pytest.mark.parametrize(
    ("name", "value", "read", "html"),
    [
        ("id", 5, "5", '<p id="5"></p>'),
        ("className", "a b", "a b", '<p class="a b"></p>'),
        ("hidden", "yes", True, '<p hidden=""></p>'),
        ("hidden", 0, False, "<p></p>"),
        ("tabIndex", "3", 3, '<p tabindex="3"></p>'),
        ("ariaLabel", None, None, "<p></p>"),
        ("role", "note", "note", '<p role="note"></p>'),
        ("innerText", "a\nb", "a\nb", "<p>a<br>b</p>"),
        ("textContent", None, "", "<p></p>"),
        ("innerHTML", "<b>x", "<b>x</b>", "<p><b>x</b></p>"),
        (["style", "color"], "red", "red", '<p style="color: red;"></p>'),
        (["style", "--x"], 4, "4", '<p style="--x: 4;"></p>'),
        (["dataset", "fooBar"], True, "true", '<p data-foo-bar="true"></p>'),
        (["classList", "value"], "c", "c", '<p class="c"></p>'),
        ("own", {"a": 1}, {"a": 1}, "<p></p>"),
        ("onclick", "x()", None, "<p></p>"),
    ],
)
def test_written_properties(name: str | list[str], value: Any, read: Any, html: str) -> None:
    document = show("<p></p>")
    node = element(document, "p")
    document.write(node, name, value)
    assert document.read(node, name) == read
    assert document.read(node, "outerHTML") == html


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tagName", "P"),
        ("parentElement", "body"),
        ("nothing", None),
        ("value", None),
        ("style", {"color": "red"}),
        ("dataset", {"one": "1"}),
        ("classList", ["a", "b"]),
        (["classList", "length"], 2),
        (["style", "color"], "red"),
        (["style", "nothing"], None),
        (["id", "length"], 1),
        (["children", "0", "localName"], "b"),
        ("childElementCount", 1),
        ("contentEditable", "inherit"),
        ("draggable", False),
    ],
)
def test_read_properties(name: str | list[str], value: Any) -> None:
    document = show("<p id=x class='a b' style='color: red' data-one=1><b></b></p>")
    found = document.read(element(document, "p"), name)
    assert (found.tag if name == "parentElement" else found) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "t"),
        ("URL", ADDRESS),
        (["location", "search"], "?q=1"),
        ("readyState", "complete"),
        ("visibilityState", "visible"),
        (["activeElement", "tagName"], "BODY"),
        (["defaultView", "document", "nodeType"], 9),
        ("nothing", None),
    ],
)
def test_the_document(name: str | list[str], value: Any) -> None:
    document = show("<title>t</title>")
    assert document.read(None, name) == value
    assert document.read(document, name) == value


def test_the_document_is_a_value_itself() -> None:
    document = show("<p>")
    assert document.read(element(document, "p"), "ownerDocument") is document
    assert document.read(document.root, "parentNode") is document


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("click", "unsupported", "a function"),
        ("offsetWidth", "unsupported", "--live"),
        (["nothing", "x"], "invalid-name", "there is no nothing.x"),
        ("firstChild", "unsupported", "--live"),
    ],
)
def test_what_cannot_be_read(name: str | list[str], code: str, says: str) -> None:
    document = show("<p>text</p>")
    with pytest.raises(DomError, match=says) as caught:
        document.read(element(document, "p"), name)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "name", ["tagName", "children", "isConnected", "offsetWidth", "dataset", ["classList", "length"]]
)
def test_what_is_only_read_throws_when_it_is_written(name: str | list[str]) -> None:
    document = show("<p></p>")
    with pytest.raises(DomError, match="which has only a getter") as caught:
        document.write(element(document, "p"), name, 1)
    assert caught.value.code == "js-error"


def test_scrolling_is_taken_and_nothing_scrolls() -> None:
    document = show("<p></p>")
    document.write(element(document, "p"), "scrollTop", 5)


def test_addresses_are_whole() -> None:
    document = show("<a href='../x?y#z'></a><form></form><img>")
    link = element(document, "a")
    assert document.read(link, "href") == "http://app.test/x?y#z"
    assert document.read(link, "pathname") == "/x"
    assert document.read(element(document, "form"), "action") == ADDRESS
    assert document.read(element(document, "img"), "src") == ""


def test_numbers_that_are_none() -> None:
    document = show("<input type=number>")
    assert math.isnan(document.read(element(document, "input"), "valueAsNumber"))


def test_lists_of_nodes() -> None:
    document = show("<ul><li>1<li>2</ul><table><tr><td>1<td>2</table>")
    assert [node.tag for node in document.read(element(document, "ul"), "children")] == ["li", "li"]
    assert document.read(element(document, "table"), ["rows", "0", "cells", "1", "innerText"]) == "2"


def test_rows_of_a_table_come_in_the_order_of_its_parts() -> None:
    document = show("<table><tfoot><tr id=c><tbody><tr id=b><thead><tr id=a></table>")
    rows = document.read(element(document, "table"), "rows")
    assert [row.get("id") for row in rows] == ["a", "b", "c"]
    assert document.read(element(document, "#b"), "rowIndex") == 1


def test_an_important_style_says_so() -> None:
    document = show("<p></p>")
    node = element(document, "p")
    document.call(node, ["style", "setProperty"], ["color", "red", "important"])
    assert document.call(node, ["style", "getPropertyPriority"], ["color"]) == "important"
    assert node.get("style") == "color: red !important;"


def test_what_only_a_browser_keeps_for_a_document_is_not_written() -> None:
    document = show("")
    with pytest.raises(DomError, match="--live") as caught:
        document.write(None, "cookie", "a=b")
    assert caught.value.code == "unsupported"


def test_lengths_are_those_of_javascript() -> None:
    document = show("<p title='\U0001f600'>")
    assert document.read(element(document, "p"), ["title", "length"]) == 2
