"""Selectors find what browsers find."""

from __future__ import annotations

import pytest

from pycommunicate.testing.dom import INSIDE, DomError, actions
from pycommunicate.testing.dom.selecting import BadSelector, condition_of
from tests.support.dom import element, show

HTML = (
    "<div id=d class='a b'><p id=p title='x y'>t<b id=b></b></p><p id=q class=c></p>"
    "<a id=l href=x></a><input id=i type=CHECKBOX checked></div>"
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("p", "p q"),
        ("#p, .c, #p", "p q"),
        ("div > p", "p q"),
        ("p + p", "q"),
        ("p ~ a", "l"),
        ("body b", "b"),
        (".a.b > [title~=y]", "p"),
        ("[type=checkbox]", "i"),
        ("[title='X Y' i]", "p"),
        ("[title='X Y' s], [title='X Y']", ""),
        ("[type=checkbox s]", ""),
        (":nth-child(2n + 1)", "d p b l"),
        ("p:nth-of-type(2)", "q"),
        ("*:last-of-type", "d b q l i"),
        (":not(:not(p), #q)", "p"),
        (":is(p, :nonsense) b", "b"),
        ("p:has(> b)", "p"),
        (":checked", "i"),
        (":any-link", "l"),
        (":empty", "b q l i"),
        (":scope > div", "d"),
        ("[id=p", "p"),
        ("#\\70", "p"),
        ("p::before", ""),
        ("p::spelling-error, p::grammar-error", ""),
        (":visited, :target, :xr-overlay", ""),
    ],
)
def test_selectors(selector: str, found: str) -> None:
    document = show(HTML)
    assert " ".join(str(node.get("id")) for node in document.query_all(document.body, selector)) == found


@pytest.mark.parametrize(
    "selector",
    ["", "#", "#1", "p >", "> p", "a!", "[a!=b]", ":nonsense", "p::nonsense", "p,", "ns|p", ":nth-child(x)", "{", "p)"],
)
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(BadSelector):
        condition_of(selector)
    with pytest.raises(DomError) as caught:
        show(HTML).query(None, selector)
    assert (caught.value.code, caught.value.text) == ("invalid-selector", f"not a selector: {selector}")


def test_the_scope_is_looked_inside_of_and_around() -> None:
    document = show(HTML)
    scope = element(document, "#p")
    assert document.query(scope, "div b") is element(document, "#b")
    assert document.query(scope, ":scope > b") is element(document, "#b")
    assert document.query(scope, "p") is None
    assert document.query(scope, "#q") is None
    assert document.query(document, "#q") is element(document, "#q")


def test_ids_are_found_wherever_they_come_from() -> None:
    document = show("<p id=a></p><div></div>")
    first, box = element(document, "#a"), element(document, "div")
    document.write(first, "id", "z")
    assert document.query(None, "#a") is None
    assert document.query(None, "#z") is first
    document.write(box, "innerHTML", "<b id=a></b>")
    assert document.query(None, "#a") is box[0]
    document.take_out(box)
    assert document.query(None, "#a") is None
    assert document.query(box, "#a") is box[0]
    document.place(box, INSIDE, document.body)
    assert document.query(None, "#a") is box[0]
    assert document.call(None, "getElementById", ["a"]) is box[0]


def test_an_id_is_found_that_comes_from_outside_of_the_document() -> None:
    document = show("")
    box, body = document.create("div"), document.body
    document.write(box, "innerHTML", "<b id=a></b>")
    inner = box[0]
    assert document.query(None, "#a") is None
    document.place(inner, INSIDE, body)
    assert document.query(None, "#a") is inner


def test_of_two_with_the_same_id_the_first_is_found() -> None:
    document = show("<p></p><b id=x></b>")
    element(document, "#x")
    document.write(element(document, "p"), "id", "x")
    assert element(document, "#x").tag == "p"


def test_states_are_those_of_now() -> None:
    document = show("<input id=i required placeholder=x>")
    field = element(document, "#i")
    assert document.matches(field, ":invalid:placeholder-shown:not(:focus)")
    document.write(field, "value", "v")
    document.call(field, "focus", [])
    assert document.matches(field, ":valid:focus:not(:placeholder-shown)")


def test_states_that_a_user_brings_about() -> None:
    document = show("<input id=i required>")
    field = element(document, "#i")
    document.write(field, "value", "v")
    assert not document.matches(field, ":user-valid, :user-invalid")
    actions.fill(document, field, "w")
    assert document.matches(field, ":user-valid:focus")
    actions.fill(document, field, "")
    assert document.matches(field, ":user-invalid")
    document.take_out(field)
    assert not document.matches(field, ":focus")


def test_closest_and_matches() -> None:
    document = show(HTML)
    inner = element(document, "#b")
    assert document.call(inner, "closest", ["div.a"]) is element(document, "#d")
    assert document.call(inner, "closest", [".none"]) is None
    with pytest.raises(DomError) as caught:
        document.call(inner, "matches", ["#"])
    assert caught.value.code == "js-error"
