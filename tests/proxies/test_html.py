"""Tests of the document as a handler sees it: finding elements."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.errors import InvalidSelector, ReadTimeout, WaitForbidden
from pycommunicate.page import waiting_forbidden
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.ops import DOCUMENT, EXISTS, FIND
from pycommunicate.proxies.dom import HTMLWrapper
from tests.support.rig import Rig


def test_an_element_is_found_by_its_selector(rig: Rig) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#name"))

    assert rig.answer(to_wire(Ref(-1))) == [FIND, 1, DOCUMENT, "#name"]
    assert repr(outcome.get()) == "<ElementWrapper '#name'>"


def test_an_element_that_is_not_there_is_none(rig: Rig) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#name"))
    rig.answer(None)

    assert outcome.get() is None


@pytest.mark.parametrize("there", [True, False])
def test_whether_an_element_exists_is_asked_without_taking_hold_of_it(rig: Rig, there: bool) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).exists("p.hint"))

    assert rig.answer(there) == [EXISTS, 1, DOCUMENT, "p.hint"]
    assert outcome.get() is there
    assert len(rig.page.refs) == 0


@pytest.mark.parametrize("selector", ["", "  ", None, 3, b"#name", ["#name"]])
@pytest.mark.parametrize("use", ["element", "exists"])
def test_a_selector_must_be_text_and_is_refused_before_anything_is_asked(rig: Rig, use: str, selector: Any) -> None:
    with pytest.raises(InvalidSelector, match=r'expected a CSS selector, as "#name", got'):
        rig.run(lambda: getattr(HTMLWrapper(rig.page), use)(selector))
    assert rig.take() == []


@pytest.mark.parametrize("use", ["element", "exists"])
def test_a_selector_that_the_browser_refuses_is_named(rig: Rig, use: str) -> None:
    outcome = rig.start(lambda: getattr(HTMLWrapper(rig.page), use)("p >> q"))
    rig.answer(error=["invalid-selector", "'p >> q' is not a valid selector."])

    with pytest.raises(InvalidSelector, match=r"'p >> q'.*not a valid selector"):
        outcome.get()


def test_a_search_that_is_not_answered_names_its_selector(rig: Rig) -> None:
    outcomes = [
        rig.start(lambda: HTMLWrapper(rig.page).element("#name")),
        rig.start(lambda: HTMLWrapper(rig.page).exists("#name")),
    ]
    rig.take()
    rig.tick(11)

    for outcome, text in zip(outcomes, ["element '#name'", "whether '#name' exists"], strict=True):
        with pytest.raises(ReadTimeout, match=text):
            outcome.get()


def test_where_waiting_is_forbidden_a_search_says_why(rig: Rig) -> None:
    def handler() -> None:
        with waiting_forbidden("inside session.locked()"):
            HTMLWrapper(rig.page).element("#name")

    with pytest.raises(WaitForbidden, match=r"inside session\.locked\(\)"):
        rig.run(handler)
    assert rig.take() == []
