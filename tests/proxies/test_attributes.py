"""Tests of attributes and data of an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest

from pycommunicate.errors import InvalidName, JSError, UnsupportedValue
from pycommunicate.protocol.ops import CALL, GET, NO_ASK, SET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.rig import Rig
from tests.support.stand_ins import answered, did, find, refused


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


def test_an_attribute_is_read(rig: Rig, element: ElementWrapper) -> None:
    read = answered(rig, lambda: element.attributes["href"], "/next")
    assert read == ([CALL, 2, -1, "getAttribute", ["href"]], "/next")


def test_an_attribute_that_is_not_there_is_a_key_error_that_names_it(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.attributes["href"])
    rig.answer(None)
    with pytest.raises(KeyError, match="'href' among the attributes of <ElementWrapper '#here'>"):
        outcome.get()
    assert answered(rig, lambda: element.attributes.get("href", "none"), None)[1] == "none"


@pytest.mark.parametrize(("value", "written"), [("/next", "/next"), (3, "3"), (1.5, "1.5"), ("", "")])
def test_an_attribute_is_written_without_waiting(rig: Rig, element: ElementWrapper, value: Any, written: str) -> None:
    ops = did(rig, lambda: element.attributes.__setitem__("x", value))
    assert ops == [[CALL, NO_ASK, -1, "setAttribute", ["x", written]]]


@pytest.mark.parametrize("value", [True, False, None, ["x"], b"x"])
@pytest.mark.parametrize("group", ["attributes", "dataset"])
def test_what_is_no_text_is_refused_with_what_to_write(
    rig: Rig, element: ElementWrapper, value: Any, group: str
) -> None:
    with pytest.raises(UnsupportedValue, match=rf"element\.{group}\['x'\], got .*del element\.{group}\['x'\]"):
        rig.run(lambda: getattr(element, group).__setitem__("x", value))
    assert rig.take() == []


def test_an_attribute_is_deleted_and_toggled_without_waiting(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: element.attributes.__delitem__("x")) == [[CALL, NO_ASK, -1, "removeAttribute", ["x"]]]
    assert did(rig, lambda: element.attributes.toggle("open")) == [[CALL, NO_ASK, -1, "toggleAttribute", ["open"]]]
    assert did(rig, lambda: element.attributes.toggle("open", False)) == [
        [CALL, NO_ASK, -1, "toggleAttribute", ["open", False]]
    ]


def test_whether_an_attribute_is_there_is_asked(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: "x" in element.attributes, True) == ([CALL, 2, -1, "hasAttribute", ["x"]], True)
    what: Any = 5
    assert rig.run(lambda: what in element.attributes) is False


def test_all_attributes_are_read_in_two_round_trips(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: dict(element.attributes.items()))
    assert rig.answer(["id", "title", "gone"]) == [CALL, 2, -1, "getAttributeNames", []]
    asks = rig.take()
    assert asks == [[CALL, 3 + i, -1, "getAttribute", [name]] for i, name in enumerate(["id", "title", "gone"])]
    for ask, value in zip(asks, ["here", "", None], strict=True):
        rig.reply(ask[1], value)

    assert outcome.get() == {"id": "here", "title": ""}


def test_all_data_and_all_styles_are_a_dict_in_one_round_trip(rig: Rig, element: ElementWrapper) -> None:
    held = {"userId": "17", "kind": "row"}
    for group in ("dataset", "style"):
        op, came = answered(rig, lambda group=group: dict(getattr(element, group)), held)
        assert (op[2:], came) == ([-1, group], held)
        assert rig.take() == []


def test_all_attributes_are_a_dict_in_two_round_trips(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: {**element.attributes})
    rig.answer(["id", "title"])
    for ask in rig.take():
        rig.reply(ask[1], ask[4][0])
    assert outcome.get() == {"id": "id", "title": "title"}


@pytest.mark.parametrize("meanwhile", ["a write", "a wait", "an event"])
def test_what_was_read_is_read_again_when_anything_has_happened(
    rig: Rig, element: ElementWrapper, meanwhile: str
) -> None:
    data = element.dataset
    listener = rig.listen()
    rig.take()

    def handler() -> list[Any]:
        names = list(data.keys())
        before = data["kind"]
        if meanwhile == "a write":
            element.id = "x"
        elif meanwhile == "a wait":
            gevent.sleep(0.001)
        else:
            rig.event(listener)
        return [names, before, data["kind"]]

    outcome = rig.start(handler)
    rig.answer({"kind": "old"})
    assert rig.answer("new")[2:] == [-1, ["dataset", "kind"]]
    assert outcome.get() == [["kind"], "old", "new"]


def test_an_element_without_attributes_has_none(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: dict(element.attributes.items()), [])[1] == {}
    assert answered(rig, lambda: len(element.attributes), ["id"])[1] == 1
    assert answered(rig, lambda: list(element.attributes), ["id"])[1] == ["id"]


def test_all_attributes_are_taken_away(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(element.attributes.clear)
    rig.answer(["a", "b"])
    outcome.get()
    assert rig.take() == [[CALL, NO_ASK, -1, "removeAttribute", [name]] for name in "ab"]


@pytest.mark.parametrize("name", ["", "a b", "a=b", "<x>", None, 3, "a\n"])
@pytest.mark.parametrize(
    "use",
    [
        lambda e, name: e.attributes[name],
        lambda e, name: e.attributes.__setitem__(name, "x"),
        lambda e, name: e.attributes.__delitem__(name),
        lambda e, name: e.attributes.toggle(name),
    ],
)
def test_what_is_no_name_of_an_attribute_is_refused_at_once(
    rig: Rig, element: ElementWrapper, use: Callable[..., Any], name: Any
) -> None:
    with pytest.raises(InvalidName, match='expected the name of an attribute, as "href", got'):
        rig.run(lambda: use(element, name))
    assert rig.take() == []


@pytest.mark.parametrize("name", ["", "a b", "a=b", "<x>"])
def test_whether_an_attribute_is_there_is_asked_of_any_text(rig: Rig, element: ElementWrapper, name: str) -> None:
    asked = answered(rig, lambda: name in element.attributes, False)
    assert asked == ([CALL, 2, -1, "hasAttribute", [name]], False)


def test_an_error_names_the_attribute_and_the_element(rig: Rig, element: ElementWrapper) -> None:
    outcome = refused(rig, lambda: element.attributes["href"], ["js-error", "boom"])
    with pytest.raises(JSError, match="attribute 'href' of <ElementWrapper '#here'>: boom"):
        outcome.get()


# --- data -------------------------------------------------------------------------------------------------------------


def test_data_is_read_and_written_by_its_name_in_javascript(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: element.dataset["userId"], "17") == ([GET, 2, -1, ["dataset", "userId"]], "17")
    assert did(rig, lambda: element.dataset.__setitem__("userId", 17)) == [[SET, -1, ["dataset", "userId"], "17"]]
    assert did(rig, lambda: element.dataset.__delitem__("userId")) == [
        [CALL, NO_ASK, -1, "removeAttribute", ["data-user-id"]]
    ]


def test_all_data_is_read_in_one_round_trip(rig: Rig, element: ElementWrapper) -> None:
    held = {"userId": "17", "kind": "row"}
    for read, result in [
        (lambda: dict(element.dataset.items()), held),
        (lambda: list(element.dataset), list(held)),
        (lambda: list(element.dataset.values()), list(held.values())),
        (lambda: len(element.dataset), 2),
    ]:
        op, came = answered(rig, read, held)
        assert (op[2:], came) == ([-1, "dataset"], result)


def test_data_that_is_not_there(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: "x" in element.dataset, None)[1] is False
    outcome = rig.start(lambda: element.dataset["x"])
    rig.answer(None)
    with pytest.raises(KeyError, match="'x' among the dataset of <ElementWrapper '#here'>"):
        outcome.get()


@pytest.mark.parametrize("name", ["", "a b", "user-id", "data-x", None, 3])
def test_what_no_data_is_called_is_not_among_it(rig: Rig, element: ElementWrapper, name: Any) -> None:
    assert rig.run(lambda: name in element.dataset) is False
    assert rig.take() == []


@pytest.mark.parametrize(("name", "meant"), [("user-id", "userId"), ("data-user-id", "userId"), ("data-x", "x")])
def test_the_name_of_an_attribute_in_place_of_that_of_data_is_refused_with_what_was_meant(
    rig: Rig, element: ElementWrapper, name: str, meant: str
) -> None:
    with pytest.raises(InvalidName, match=f"as JavaScript has it, '{meant}', got '{name}'"):
        rig.run(lambda: element.dataset.__setitem__(name, "x"))
    assert rig.take() == []
