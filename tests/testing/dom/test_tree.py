"""Moved nodes leave the texts around them where they are."""

from __future__ import annotations

import pytest

from pycommunicate.testing.dom import AFTER, BEFORE, INSIDE, Document, DomError
from tests.support.dom import element, show


@pytest.mark.parametrize(
    ("position", "left"),
    [
        (INSIDE, "12<b>x<i></i></b>3"),
        (BEFORE, "12<i></i><b>x</b>3"),
        (AFTER, "12<b>x</b><i></i>3"),
    ],
)
def test_places(position: int, left: str) -> None:
    document = show("<p>1<i></i>2<b>x</b>3</p>")
    document.place(element(document, "i"), position, element(document, "b"))
    assert document.read(element(document, "p"), "innerHTML") == left


def test_what_is_taken_out_leaves_its_texts() -> None:
    document = show("<p>1<i>x</i>2<b></b>3</p>")
    italic, bold = element(document, "i"), element(document, "b")
    document.take_out(bold)
    document.take_out(italic)
    assert document.read(element(document, "p"), "innerHTML") == "123"
    assert document.read(italic, "outerHTML") == "<i>x</i>"


def test_beside_what_has_no_parent_nothing_moves() -> None:
    document = show("<p>")
    lone, other = document.create("i"), document.create("b")
    document.place(other, AFTER, lone)
    assert document.read(other, "parentNode") is None


@pytest.mark.parametrize(("position", "code"), [(INSIDE, "js-error"), (AFTER, "js-error"), (3, "unsupported")])
def test_the_document_takes_no_further_root(position: int, code: str) -> None:
    document = show("")
    with pytest.raises(DomError) as caught:
        document.place(document.create("p"), position, None)
    assert caught.value.code == code


def test_a_node_does_not_go_into_itself() -> None:
    document = show("<p><b></b></p>")
    with pytest.raises(DomError, match="HierarchyRequestError"):
        document.place(element(document, "p"), INSIDE, element(document, "b"))
    assert document.read(document.body, "innerHTML") == "<p><b></b></p>"


@pytest.mark.parametrize("tag", ["", "1", "a b", "a>", "<"])
def test_names_that_no_element_can_have(tag: str) -> None:
    with pytest.raises(DomError) as caught:
        show("").create(tag)
    assert caught.value.code == "invalid-name"


def test_what_leaves_is_told_once() -> None:
    document = show("<div id=a><p></p></div><div id=b></div>")
    one, other, inner = (element(document, selector) for selector in ("#a", "#b", "p"))
    document.place(inner, INSIDE, other)  # moved
    document.take_out(one)
    document.write(other, "innerHTML", "<i></i>")
    assert set(document.take_removed()) == {one, inner}
    assert document.take_removed() == []


def test_what_was_never_in_the_document_does_not_leave_it() -> None:
    document = show("")
    box = document.create("div")
    document.write(box, "innerHTML", "<p></p><b></b>")
    document.take_out(box[0])
    document.write(box, "innerHTML", "")
    assert document.take_removed() == []


def test_of_what_leaves_elements_are_told() -> None:
    document = show("<div><!-- c --><p></p>x</div>")
    node = element(document, "p")
    document.write(element(document, "div"), "innerHTML", "")
    assert document.take_removed() == [node]


def test_what_comes_back_has_not_left() -> None:
    document = show("<p></p>")
    node, body = element(document, "p"), document.body
    document.take_out(node)
    document.place(node, INSIDE, body)
    assert document.take_removed() == []


@pytest.mark.parametrize(
    ("method", "args"), [("remove", []), ("replaceWith", ["x"]), ("replaceChildren", []), ("replaceChildren", ["x"])]
)
def test_methods_that_take_out(method: str, args: list[str]) -> None:
    document = show("<div><p></p></div>")
    node = element(document, "p" if method != "replaceChildren" else "div")
    gone = element(document, "p")
    document.call(node, method, args)
    assert document.take_removed() == [gone]


def test_another_view_takes_the_body_and_the_place_of_the_rest() -> None:
    document = show("<p></p>")
    root, head, body = document.root, document.head, document.body
    sheet = document.create("link")
    for name, value in (("rel", "stylesheet"), ("href", "/a.css")):
        sheet.set(name, value)
    document.place(sheet, INSIDE, head)
    document.show('<html lang=de><title>t</title><link rel="stylesheet" href="/a.css"><body id=new>y')
    assert document.root is root
    assert document.head is head
    assert document.query(None, "link") is sheet
    assert (document.title, document.read(root, "lang"), document.read(document.body, "id")) == ("t", "de", "new")
    assert document.take_removed() == [body]
    assert document.query(None, "#new") is document.body


def test_another_view_leaves_nothing_of_the_head() -> None:
    document = Document("<title id=t>one</title><!-- c --><style></style>x")
    assert document.query(None, "#t") is not None
    style = element(document, "style")
    document.show("<meta id=m>")
    assert document.read(document.head, "outerHTML") == '<head><meta id="m"></head>'
    assert style in document.take_removed()
    assert (document.query(None, "#t"), document.query(None, "#m")) == (None, element(document, "meta"))


def test_what_stands_in_noscript_is_text_in_another_view() -> None:
    document = show("")
    document.show("<title>t</title><noscript><p>a</p></noscript><link id=l><body><noscript><b>c</b></noscript>d")
    assert document.read(document.head, "innerHTML") == '<title>t</title><noscript><p>a</p></noscript><link id="l">'
    assert document.read(document.body, "innerHTML") == "<noscript><b>c</b></noscript>d"
    assert document.query_all(None, "p, b") == []
    assert document.read(document.body, "innerText") == "d"


def test_a_document_of_frames_cannot_be_shown() -> None:
    with pytest.raises(DomError) as caught:
        show("").show("<frameset><frame></frameset>")
    assert caught.value.code == "unsupported"


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("to", "http://app.test/dir/to"),
        ("#part", "http://app.test/dir/page?q=1#part"),
        ("HTTPS://Other.test", "https://other.test/"),
        ("//other.test/x", "http://other.test/x"),
        ("http:to", "http://app.test/dir/to"),
    ],
)
def test_whole_addresses(url: str, whole: str) -> None:
    assert show("").web_address(url) == whole


@pytest.mark.parametrize("url", ["http://", "https://", "https:", "http:///", "http://[", "javascript:1", "mailto:a@b"])
def test_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(DomError) as caught:
        show("").web_address(url)
    assert (caught.value.code, caught.value.text) == ("invalid-name", f"not a web address: {url}")


def test_an_address_is_seen_from_the_base() -> None:
    assert Document("<base href=/b/>", "http://app.test/").web_address("to") == "http://app.test/b/to"
