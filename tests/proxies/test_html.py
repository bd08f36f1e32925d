"""Tests of the document as a handler sees it: finding elements."""

from __future__ import annotations

import gc
from typing import Any, cast

import pytest

from pycommunicate.errors import (
    ConfigurationError,
    InvalidName,
    InvalidSelector,
    JSError,
    NoSuchElement,
    ReadTimeout,
    StaleElement,
    UnsupportedValue,
    WaitForbidden,
)
from pycommunicate.page import waiting_forbidden
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.protocol.ops import CALL, DOCUMENT, EXISTS, FIND, GET, LISTEN, NO_ASK, SET, UNLISTEN
from pycommunicate.proxies.dom import HTMLWrapper
from tests.support.house import StartRig
from tests.support.rig import Rig, settle
from tests.support.stand_ins import answered, did, find, node


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


# --- all of them, and those that come late ----------------------------------------------------------------------------


def test_all_elements_are_found(rig: Rig) -> None:
    op, found = answered(rig, lambda: HTMLWrapper(rig.page).elements("li"), [node(-1), node(-2)])
    assert op == [CALL, 1, DOCUMENT, "querySelectorAll", ["li"]]
    assert [repr(one) for one in found] == ["<ElementWrapper 'li'>"] * 2
    assert answered(rig, lambda: HTMLWrapper(rig.page).elements("li"), [])[1] == []


def test_an_element_is_waited_for(rig: Rig) -> None:
    op, found = answered(rig, lambda: HTMLWrapper(rig.page).element("#name", timeout=5), node(-1))
    assert op == [FIND, 1, DOCUMENT, "#name", 5000]
    assert repr(found) == "<ElementWrapper '#name'>"


def test_an_element_that_does_not_come_in_time_is_an_error(rig: Rig) -> None:
    for timeout in (0, 5):
        outcome = rig.start(lambda timeout=timeout: HTMLWrapper(rig.page).element("#name", timeout))
        rig.answer(None)
        with pytest.raises(NoSuchElement, match=f"expected element '#name' within {timeout} seconds, found none"):
            outcome.get()


def test_the_browser_has_all_the_time_that_the_program_gives(rig: Rig) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#name", timeout=500))
    rig.take()
    heard = rig.clock.now()
    for seconds in range(8, 620, 8):  # it says that it is there, again and again
        rig.clock.ahead = seconds
        rig.ack()
    assert rig.clock.now() - heard > 600
    rig.clock.ahead = 0
    rig.tick(619)
    assert not outcome.done
    rig.clock.ahead = 625
    rig.ack()
    rig.clock.ahead = 0
    rig.tick(626)
    with pytest.raises(ReadTimeout, match="no answer within 620 seconds to element '#name'"):
        outcome.get()


@pytest.mark.parametrize("timeout", ["5", -1, True, float("inf"), 1e9])
def test_a_timeout_is_a_number_of_seconds(rig: Rig, timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected timeout to be"):
        rig.run(lambda: HTMLWrapper(rig.page).element("#name", timeout))
    assert rig.take() == []


# --- reading much at once ---------------------------------------------------------------------------------------------


def test_several_properties_are_read_in_one_frame_and_come_in_order(rig: Rig) -> None:
    page = HTMLWrapper(rig.page)
    field, box = find(rig, -1), find(rig, -2)
    outcome = rig.start(
        lambda: page.read(
            *((field, "value"), (box, "checked"), (field, "content"), (box, "style.color")),
            *((field, "classes"), (field, "tag"), (page.window, "innerWidth"), (field, "html")),
        )
    )
    frames = len(rig.batches)
    asks = rig.take()
    assert len(rig.batches) == frames + 1
    assert [ask[2:] for ask in asks] == [
        *([-1, "value"], [-2, "checked"], [-1, "innerText"], [-2, ["style", "color"]]),
        *([-1, "classList"], [-1, "localName"], [DOCUMENT, ["defaultView", "innerWidth"]], [-1, "innerHTML"]),
    ]
    for ask in reversed(asks):
        rig.reply(ask[1], node(-2) if ask[2:] == [-1, "value"] else ask[1])

    assert outcome.get() == (box, *(ask[1] for ask in asks[1:]))


def test_to_read_nothing_asks_for_nothing(rig: Rig) -> None:
    assert rig.run(lambda: HTMLWrapper(rig.page).read()) == ()
    assert rig.take() == []


def test_a_read_of_several_is_told_to_who_looks_on_once(rig: Rig) -> None:
    field, box = find(rig, -1, "#field"), find(rig, -2, "#box")
    told: list[str] = []

    class Watch:
        def asks(self, page: object, what: str, trail: object) -> None:
            told.append(what)

    rig.page.watch = cast(Any, Watch())
    outcome = rig.start(lambda: HTMLWrapper(rig.page).read((field, "value"), (box, "checked"), (field, "id")))
    for ask in rig.take():
        rig.reply(ask[1], "x")
        settle()
    assert outcome.get() == ("x", "x", "x")
    assert told == ["property 'value' of '#field' and 2 more"]


def test_one_that_cannot_be_read_is_named(rig: Rig) -> None:
    field, box = find(rig, -1, "#field"), find(rig, -2, "#box")
    outcome = rig.start(lambda: HTMLWrapper(rig.page).read((field, "value"), (box, "checked")))
    first, second = rig.take()
    rig.reply(second[1], None, ["js-error", "boom"])
    rig.reply(first[1], node(-9))

    with pytest.raises(JSError, match="property 'checked' of '#box': boom"):
        outcome.get()


def test_an_element_that_is_gone_is_said_before_anything_is_asked(rig: Rig) -> None:
    field, box = find(rig, -1), find(rig, -2, "#box")
    rig.run(box.delete)
    rig.take()
    with pytest.raises(StaleElement, match="the element '#box' is gone"):
        rig.run(lambda: HTMLWrapper(rig.page).read((field, "value"), (box, "checked")))
    assert rig.take() == []


def test_an_element_of_another_page_is_refused(start_rig: StartRig) -> None:
    rig, other = start_rig(), start_rig()
    stranger = find(other, -2, "#stranger")
    with pytest.raises(UnsupportedValue, match=r"'#stranger'.* of another one"):
        rig.run(lambda: HTMLWrapper(rig.page).read((stranger, "value")))


@pytest.mark.parametrize("what", ["value", ("value",), (5, "value"), None])
def test_what_is_no_pair_is_refused(rig: Rig, what: Any) -> None:
    with pytest.raises(ConfigurationError, match=r'expected pairs to read, as \(element, "value"\), got'):
        rig.run(lambda: HTMLWrapper(rig.page).read(what))


def test_the_name_of_what_is_read_must_be_text(rig: Rig) -> None:
    field, name = find(rig), cast(Any, None)
    with pytest.raises(InvalidName, match="expected the name of a property"):
        rig.run(lambda: HTMLWrapper(rig.page).read((field, name)))


# --- what every document has ------------------------------------------------------------------------------------------


def test_the_document_is_there_without_asking(rig: Rig) -> None:
    page = HTMLWrapper(rig.page)
    document = rig.run(lambda: page.document)
    assert rig.take() == []
    assert document is rig.run(lambda: page.document)
    assert repr(document) == "<ElementWrapper document>"
    op, found = answered(rig, lambda: page.document.element("p"), node(-1))
    assert op == [FIND, 1, DOCUMENT, "p"]
    assert repr(found) == "<ElementWrapper 'p' at document>"
    assert answered(rig, lambda: page.document.get_property("x"), node(DOCUMENT))[1] is document


def test_the_document_is_never_released(rig: Rig) -> None:
    rig.run(lambda: repr(HTMLWrapper(rig.page).document))
    gc.collect()
    rig.run(lambda: None)
    assert rig.take() == []


@pytest.mark.parametrize("name", ["body", "head"])
def test_the_parts_of_the_document_are_asked_for(rig: Rig, name: str) -> None:
    op, found = answered(rig, lambda: getattr(HTMLWrapper(rig.page), name), node(-1))
    assert op == [GET, 1, DOCUMENT, name]
    assert repr(found) == f"<ElementWrapper '{name}' at document>"


def test_the_title_is_read_and_written(rig: Rig) -> None:
    page = HTMLWrapper(rig.page)
    assert answered(rig, lambda: page.title, "held") == ([GET, 1, DOCUMENT, "title"], "held")
    assert did(rig, lambda: setattr(page, "title", "new")) == [[SET, DOCUMENT, "title", "new"]]


def test_a_callback_is_handed_over_and_removed(rig: Rig) -> None:
    page, element = HTMLWrapper(rig.page), find(rig)
    heard: list[Any] = []
    kept: list[Any] = []
    [listen] = did(rig, lambda: kept.append(page.callback(heard.append, once=True)))
    assert listen[:4] == [LISTEN, 1, 0, ""]
    assert listen[4]["once"] is True
    assert did(rig, lambda: element.send("f", kept[0])) == [[CALL, NO_ASK, -1, "f", [Callback(1)]]]
    assert did(rig, kept[0].remove) == [[UNLISTEN, [1]]]
