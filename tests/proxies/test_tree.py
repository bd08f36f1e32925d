"""Tests of finding elements from another one: inside of it, around it, beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError, InvalidSelector, JSError, NoSuchElement, StaleElement
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, GET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.rig import Rig
from tests.support.stand_ins import answered, find, node, refused

Do = Callable[[ElementWrapper], Any]


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


def test_an_element_is_found_inside_of_another(rig: Rig, element: ElementWrapper) -> None:
    op, found = answered(rig, lambda: element.element("li"), node(-2))
    assert op == [FIND, 2, -1, "li"]
    assert repr(found) == "<ElementWrapper 'li' at '#here'>"
    assert answered(rig, lambda: element.element("li"), None)[1] is None


def test_an_element_is_waited_for(rig: Rig, element: ElementWrapper) -> None:
    op, found = answered(rig, lambda: element.element("li", timeout=2.5), node(-2))
    assert op == [FIND, 2, -1, "li", 2500]
    assert isinstance(found, ElementWrapper)

    outcome = rig.start(lambda: element.element("li", timeout=2.5))
    rig.answer(None)
    with pytest.raises(NoSuchElement, match=r"expected element 'li' in '#here' within 2\.5 seconds, found none"):
        outcome.get()


def test_all_elements_inside_are_found(rig: Rig, element: ElementWrapper) -> None:
    op, found = answered(rig, lambda: element.elements("li"), [node(-2), node(-1)])
    assert op == [CALL, 2, -1, "querySelectorAll", ["li"]]
    assert [repr(one) for one in found] == ["<ElementWrapper 'li' at '#here'>", "<ElementWrapper '#here'>"]


def test_whether_an_element_is_inside_is_asked(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: element.exists("li"), True) == ([EXISTS, 2, -1, "li"], True)


@pytest.mark.parametrize(
    ("name", "in_javascript"),
    [("parent", "parentElement"), ("next", "nextElementSibling"), ("previous", "previousElementSibling")],
)
def test_the_elements_around_are_read(rig: Rig, element: ElementWrapper, name: str, in_javascript: str) -> None:
    op, found = answered(rig, lambda: getattr(element, name), node(-2))
    assert op == [GET, 2, -1, in_javascript]
    assert repr(found) == f"<ElementWrapper '{in_javascript}' at '#here'>"
    assert answered(rig, lambda: getattr(element, name), None)[1] is None


@pytest.mark.parametrize("name", ["children", "rows", "cells"])
def test_the_elements_inside_are_read(rig: Rig, element: ElementWrapper, name: str) -> None:
    op, found = answered(rig, lambda: getattr(element, name), [node(-2), node(-3)])
    assert op == [GET, 2, -1, name]
    assert len(found) == 2

    outcome = rig.start(lambda: getattr(element, name))
    rig.answer(None)
    with pytest.raises(ConfigurationError, match=f"expected an element that has {name}, got <ElementWrapper '#here'>"):
        outcome.get()


def test_an_element_is_matched_against_a_selector(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: element.matches(".done"), True) == ([CALL, 2, -1, "matches", [".done"]], True)
    op, found = answered(rig, lambda: element.closest("form"), node(-2))
    assert op == [CALL, 3, -1, "closest", ["form"]]
    assert repr(found) == "<ElementWrapper 'form' at '#here'>"


USES: list[Callable[[ElementWrapper, Any], Any]] = [
    lambda e, selector: e.element(selector),
    lambda e, selector: e.elements(selector),
    lambda e, selector: e.exists(selector),
    lambda e, selector: e.matches(selector),
    lambda e, selector: e.closest(selector),
]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("selector", ["", " ", None, 3, ["li"]])
def test_a_selector_must_be_text(rig: Rig, element: ElementWrapper, use: Any, selector: Any) -> None:
    with pytest.raises(InvalidSelector, match='expected a CSS selector, as "#name", got'):
        rig.run(lambda: use(element, selector))
    assert rig.take() == []


@pytest.mark.parametrize("use", USES[1:2] + USES[3:])
@pytest.mark.parametrize(
    "error",
    [
        ["js-error", "SyntaxError: 'p >> q' is not a valid selector", {"name": "SyntaxError"}],
        ["js-error", "SyntaxError: 'p >> q' is not a valid selector"],
        ["invalid-selector", "'p >> q' is not a valid selector"],
    ],
)
def test_a_selector_that_a_method_refuses_is_named(rig: Rig, element: ElementWrapper, use: Any, error: Any) -> None:
    outcome = refused(rig, lambda: use(element, "p >> q"), error)
    with pytest.raises(InvalidSelector, match=r"'p >> q'.*'#here'.*not a valid selector"):
        outcome.get()


def test_what_else_a_method_throws_is_no_matter_of_the_selector(rig: Rig, element: ElementWrapper) -> None:
    outcome = refused(rig, lambda: element.elements("p"), ["js-error", "Error: boom", {"name": "Error"}])
    with pytest.raises(JSError, match="elements 'p' in '#here': Error: boom"):
        outcome.get()


@pytest.mark.parametrize("use", [*USES, lambda e, _: e.parent, lambda e, _: e.children])
def test_nothing_is_found_from_an_element_that_is_gone(rig: Rig, element: ElementWrapper, use: Any) -> None:
    rig.run(element.delete)
    rig.take()
    with pytest.raises(StaleElement, match="the element '#here' is gone from the page"):
        rig.run(lambda: use(element, "p"))
    assert rig.take() == []


def test_the_same_node_is_the_same_element_and_can_be_a_key(rig: Rig, element: ElementWrapper) -> None:
    kept = {element: "here"}
    assert kept[answered(rig, lambda: element.element("li"), node(-1))[1]] == "here"
    other = find(rig, -2)
    assert element == find(rig, -1)
    assert element != other
    assert other not in kept
