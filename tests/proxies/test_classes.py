"""Tests of the classes of an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import InvalidName
from pycommunicate.protocol.ops import CALL, GET, NO_ASK, SET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.rig import Rig
from tests.support.stand_ins import answered, did, find


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


@pytest.mark.parametrize(
    ("write", "method", "arguments"),
    [
        (lambda c: c.add("a"), "add", ["a"]),
        (lambda c: c.add("a", "b"), "add", ["a", "b"]),
        (lambda c: c.remove("a"), "remove", ["a"]),
        (lambda c: c.discard("a"), "remove", ["a"]),
        (lambda c: c.toggle("a"), "toggle", ["a"]),
        (lambda c: c.toggle("a", True), "toggle", ["a", True]),
        (lambda c: c.toggle("a", on=False), "toggle", ["a", False]),
        (lambda c: c.replace("a", "b"), "replace", ["a", "b"]),
    ],
)
def test_classes_are_changed_without_waiting(
    rig: Rig, element: ElementWrapper, write: Callable[[Any], Any], method: str, arguments: list[Any]
) -> None:
    assert did(rig, lambda: write(element.classes)) == [[CALL, NO_ASK, -1, ["classList", method], arguments]]


def test_classes_are_asked_for(rig: Rig, element: ElementWrapper) -> None:
    asked = answered(rig, lambda: "a" in element.classes, True)
    assert asked == ([CALL, 2, -1, ["classList", "contains"], ["a"]], True)
    assert answered(rig, lambda: list(element.classes), ["a", "b"]) == ([GET, 3, -1, "classList"], ["a", "b"])
    assert answered(rig, lambda: len(element.classes), ["a", "b"])[1] == 2
    assert answered(rig, lambda: element.classes == {"b", "a"}, ["a", "b"])[1] is True
    assert answered(rig, element.classes.copy, ["b", "a"])[1] == {"a", "b"}
    assert answered(rig, lambda: element.classes & {"b", "c"}, ["b", "a"])[1] == {"b"}
    assert answered(rig, lambda: element.classes | {"c"}, ["b", "a"])[1] == {"a", "b", "c"}
    assert answered(rig, lambda: element.classes - {"b"}, ["b", "a"])[1] == {"a"}


@pytest.mark.parametrize("names", ["a b", ["a", "b"], ("a", "b"), " a  b "])
def test_all_classes_are_assigned_at_once(rig: Rig, element: ElementWrapper, names: Any) -> None:
    assert did(rig, lambda: setattr(element, "classes", names)) == [[SET, -1, ["classList", "value"], "a b"]]


def test_all_classes_are_taken_away(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: setattr(element, "classes", ())) == [[SET, -1, ["classList", "value"], ""]]
    assert did(rig, element.classes.clear) == [[SET, -1, ["classList", "value"], ""]]


def test_classes_are_added_in_place_as_to_a_set(rig: Rig, element: ElementWrapper) -> None:
    def add() -> None:
        element.classes |= {"a"}

    def remove() -> None:
        element.classes -= {"a"}

    assert did(rig, add) == [[CALL, NO_ASK, -1, ["classList", "add"], ["a"]]]
    assert did(rig, remove) == [[CALL, NO_ASK, -1, ["classList", "remove"], ["a"]]]


def test_a_text_beside_an_operator_stands_for_its_words(rig: Rig, element: ElementWrapper) -> None:
    def add() -> None:
        element.classes |= "warn large"

    def remove() -> None:
        element.classes -= " warn  large "

    def keep() -> None:
        element.classes &= "warn large"

    assert did(rig, add) == [[CALL, NO_ASK, -1, ["classList", "add"], ["warn", "large"]]]
    assert did(rig, remove) == [[CALL, NO_ASK, -1, ["classList", "remove"], ["warn", "large"]]]
    answered(rig, keep, ["a", "warn"])
    assert rig.take() == [[SET, -1, ["classList", "value"], "warn"]]
    for use, result in [
        (lambda c: c & "warn x", {"warn"}),
        (lambda c: c | "warn x", {"a", "warn", "x"}),
        (lambda c: c - "warn x", {"a"}),
        (lambda c: c ^ "warn x", {"a", "x"}),
    ]:
        assert answered(rig, lambda use=use: use(element.classes), ["a", "warn"])[1] == result


@pytest.mark.parametrize("left", [{"a", "x"}, frozenset("ax"), ["a", "x"], "a x"])
def test_classes_stand_on_the_right_of_an_operator_too(rig: Rig, element: ElementWrapper, left: Any) -> None:
    for use, result in [
        (lambda c: left & c, {"a"}),
        (lambda c: left | c, {"a", "b", "x"}),
        (lambda c: left - c, {"x"}),
        (lambda c: left ^ c, {"b", "x"}),
    ]:
        assert answered(rig, lambda use=use: use(element.classes), ["a", "b"])[1] == result


@pytest.mark.parametrize("name", ["", "a b", "a\n"])
def test_what_no_class_is_called_is_not_among_them(rig: Rig, element: ElementWrapper, name: str) -> None:
    asked = answered(rig, lambda: name in element.classes, False)
    assert asked == ([CALL, 2, -1, ["classList", "contains"], [name]], False)


@pytest.mark.parametrize("name", ["", "a b", " a", None, 3, "a\n"])
@pytest.mark.parametrize(
    "use",
    [
        lambda e, name: e.classes.add(name),
        lambda e, name: e.classes.remove(name),
        lambda e, name: e.classes.toggle(name),
        lambda e, name: e.classes.replace("x", name),
        lambda e, name: setattr(e, "classes", [name]),
    ],
)
def test_what_is_no_name_of_one_class_is_refused_at_once(
    rig: Rig, element: ElementWrapper, use: Callable[..., Any], name: Any
) -> None:
    with pytest.raises(InvalidName, match='expected the name of one class, as "warning", got'):
        rig.run(lambda: use(element, name))
    assert rig.take() == []


def test_the_classes_tell_whose_they_are(rig: Rig, element: ElementWrapper) -> None:
    assert repr(element.classes) == "<classes of <ElementWrapper '#here'>>"
    assert repr(element.style) == "<style of <ElementWrapper '#here'>>"
    what: Any = 5
    assert rig.run(lambda: what in element.classes) is False
    assert rig.run(lambda: element.classes == what) is False
    assert rig.run(lambda: element.classes == element.classes) is True
