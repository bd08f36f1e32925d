"""Tests of objects of the page's scripts: their methods, what is handed to them, how long they are kept."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from pycommunicate.errors import (
    ConfigurationError,
    InvalidName,
    JSError,
    NotAFunction,
    ReadTimeout,
    UnsupportedValue,
    WaitTimeout,
)
from pycommunicate.protocol.codec import Callback, Ref
from pycommunicate.protocol.ops import CALL, GET, LISTEN, NEW, NO_ASK, OBJECT, RELEASE, SET
from pycommunicate.proxies.dom import ElementWrapper
from pycommunicate.proxies.dom.objects import JSObject
from tests.support.house import StartRig
from tests.support.rig import Rig
from tests.support.stand_ins import answered, did, find, node, refused


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


def chart(rig: Rig, element: ElementWrapper, ref: int = -7) -> JSObject:
    """Let a handler get hold of an object."""
    outcome = rig.start(lambda: element.object("chart"))
    asks = rig.take()
    rig.reply(asks[0][1], node(ref))
    rig.reply(asks[1][1], None)
    found = outcome.get()
    assert type(found) is JSObject
    return found


# --- methods ----------------------------------------------------------------------------------------------------------


def test_a_method_is_called_and_its_value_comes_back(rig: Rig, element: ElementWrapper) -> None:
    op, value = answered(rig, lambda: element.call("closest", "form", 5), {"a": [1, node(-1)]})

    assert op == [CALL, 2, -1, "closest", ["form", 5]]
    assert value == {"a": [1, element]}


def test_a_path_leads_to_a_method_or_property(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: element.call("style.getPropertyValue", "x"), "y")[0] == [
        *(CALL, 2, -1, ["style", "getPropertyValue"], ["x"]),
    ]
    assert answered(rig, lambda: element.get_property("dataset.id"), "7") == ([GET, 3, -1, ["dataset", "id"]], "7")
    assert did(rig, lambda: element.set_property("a.b.c", 1)) == [[SET, -1, ["a", "b", "c"], 1]]


@pytest.mark.parametrize("name", ["", None, 3, "a..b", ".a", "a."])
@pytest.mark.parametrize("use", ["call", "send", "object", "call_object", "new"])
def test_the_name_of_a_method_must_be_text(rig: Rig, element: ElementWrapper, name: Any, use: str) -> None:
    with pytest.raises(InvalidName, match=r"expected the name of a (method|property)"):
        rig.run(lambda: getattr(element, use)(name))
    assert rig.take() == []


def test_what_is_sent_waits_for_nothing_and_keeps_its_order(rig: Rig, element: ElementWrapper) -> None:
    def write() -> None:
        element.send("scrollTo", 0, 5)
        element.set_property("title", "x")
        element.send("normalize")

    assert did(rig, write) == [
        [CALL, NO_ASK, -1, "scrollTo", [0, 5]],
        [SET, -1, "title", "x"],
        [CALL, NO_ASK, -1, "normalize", []],
    ]


def test_what_a_script_throws_arrives_with_name_message_and_stack(rig: Rig, element: ElementWrapper) -> None:
    details = {"name": "RangeError", "message": "too\x1b[2Jmuch", "stack": "at f\n at g\x07"}
    outcome = refused(rig, lambda: element.call("f"), ["js-error", "RangeError: too much", details])

    with pytest.raises(JSError, match=r"^f\(\) of '#here': RangeError: too much$") as caught:
        outcome.get()
    error = caught.value
    assert (error.name, error.message, error.stack) == ("RangeError", r"too\x1b[2Jmuch", "at f\n at g\\x07")


def test_what_is_thrown_and_no_error_has_no_name(rig: Rig, element: ElementWrapper) -> None:
    outcome = refused(rig, lambda: element.call("f"), ["js-error", "5"])
    with pytest.raises(JSError) as caught:
        outcome.get()
    assert (caught.value.name, caught.value.message, caught.value.stack) == ("", "", "")


def test_what_is_no_function_is_named_with_its_path(rig: Rig, element: ElementWrapper) -> None:
    outcome = refused(rig, lambda: element.call("a.b"), ["not-a-function", "it is undefined"])
    with pytest.raises(NotAFunction, match=r"a\.b\(\) of '#here': it is undefined"):
        outcome.get()


@pytest.mark.parametrize("use", ["call", "send", "call_object", "new"])
def test_an_argument_that_cannot_travel_is_refused_with_the_path_to_it(
    rig: Rig, element: ElementWrapper, use: str
) -> None:
    with pytest.raises(UnsupportedValue, match=r"'#here'.*at value\[1\]\['x'\]\[0\]: .*got <object"):
        rig.run(lambda: getattr(element, use)("f", 1, {"x": [object()]}))
    assert rig.take() == []


def test_a_promise_may_take_as_long_as_the_program_says(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.call("slow", timeout=3))
    rig.take()
    rig.tick(2.9)
    assert not outcome.done
    rig.tick(3.1)

    with pytest.raises(WaitTimeout, match=r"slow\(\) of '#here' did not come within 3 seconds"):
        outcome.get()


def test_a_browser_that_says_nothing_is_not_waited_for_although_the_program_would(
    rig: Rig, element: ElementWrapper
) -> None:
    outcome = rig.start(lambda: element.call("slow", timeout=300))
    rig.take()
    rig.tick(11)

    with pytest.raises(ReadTimeout, match="no sign of the browser for 10 seconds"):
        outcome.get()


@pytest.mark.parametrize("timeout", ["5", -1, float("nan"), float("inf"), True])
def test_a_timeout_is_a_number_of_seconds(rig: Rig, element: ElementWrapper, timeout: Any) -> None:
    for use in (element.call, element.call_object):
        with pytest.raises(ConfigurationError, match="expected timeout to be a number of seconds"):
            rig.run(lambda use=use: use("f", timeout=timeout))
    assert rig.take() == []


# --- callbacks --------------------------------------------------------------------------------------------------------


def test_a_function_is_a_callback_made_before_what_carries_it(rig: Rig, element: ElementWrapper) -> None:
    def hear(what: object) -> None:
        """Hear."""

    listen, send = did(rig, lambda: element.send("f", {"then": [hear]}))
    assert listen[:4] == [LISTEN, 1, 0, ""]
    assert send == [CALL, NO_ASK, -1, "f", [{"then": [Callback(1)]}]]
    # The same one for the same function.
    assert did(rig, lambda: element.set_property("g", hear)) == [[SET, -1, "g", Callback(1)]]


# --- objects ----------------------------------------------------------------------------------------------------------


def test_an_object_is_asked_for_by_itself_and_whether_it_is_a_node(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.object("a.chart"))
    asks = rig.take()
    assert asks == [[GET, 2, -1, ["a", "chart"], OBJECT], [GET, 3, -1, ["a", "chart", "nodeType"]]]
    assert len(rig.batches) == 2  # one for finding the element, one for both
    rig.reply(2, node(-7))
    rig.reply(3, None)

    found = outcome.get()
    assert type(found) is JSObject
    assert repr(found) == "<JSObject 'a.chart' at '#here'>"
    assert did(rig, lambda: found.send("update", 5)) == [[CALL, NO_ASK, -7, "update", [5]]]
    assert did(rig, lambda: element.set_property("other", [found])) == [[SET, -1, "other", [Ref(-7)]]]


def test_an_object_that_is_a_node_is_an_element(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.object("form"))
    rig.take()
    rig.reply(2, node(-7))
    rig.reply(3, 1)

    form = outcome.get()
    assert type(form) is ElementWrapper
    assert answered(rig, lambda: element.get_property("form"), node(-7))[1] is form
    del form, outcome
    gc.collect()
    rig.run(lambda: None)
    assert rig.take() == [[RELEASE, [-7, 2]]]


def test_an_object_that_is_known_is_the_same_one(rig: Rig, element: ElementWrapper) -> None:
    known = chart(rig, element)
    assert chart(rig, element) is known
    outcome = rig.start(lambda: element.object("self"))
    asks = rig.take()
    rig.reply(asks[0][1], node(-1))
    rig.reply(asks[1][1], 1)
    assert outcome.get() is element


@pytest.mark.parametrize("value", [None, 5, "text", [1]])
def test_what_is_no_object_is_its_value(rig: Rig, element: ElementWrapper, value: Any) -> None:
    outcome = rig.start(lambda: element.object("x"))
    rig.take()
    rig.reply(2, value)
    rig.reply(3, None, ["invalid-name", "there is nothing to read it from"])
    assert outcome.get() == value


def test_an_object_that_cannot_be_had_is_an_error(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.object("x"))
    rig.take()
    rig.reply(2, None, ["js-error", "boom"])
    rig.reply(3, None, ["js-error", "boom"])
    with pytest.raises(JSError, match="object 'x' of '#here': boom"):
        outcome.get()


def test_what_a_method_returns_or_constructs_is_had_by_itself(rig: Rig, element: ElementWrapper) -> None:
    for use, flags, name in [("call_object", OBJECT, "make()"), ("new", OBJECT | NEW, "new make()")]:
        outcome = rig.start(lambda use=use: getattr(element, use)("make", 5))
        op = rig.answer(node(-7))
        assert op[2:] == [-1, "make", [5], flags]
        kind = rig.answer(None)
        assert kind[2:] == [-7, "nodeType"]
        made = outcome.get()
        assert type(made) is JSObject
        del made, outcome
        error = refused(rig, lambda use=use: getattr(element, use)("make", 5), ["js-error", "boom"])
        with pytest.raises(JSError) as caught:
            error.get()
        assert str(caught.value) == f"{name} of '#here': boom"


def test_a_node_that_is_constructed_is_an_element(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.new("Image"))
    rig.answer(node(-7))
    rig.answer(1)
    assert type(outcome.get()) is ElementWrapper


def test_an_object_is_kept_as_long_as_somebody_has_it(rig: Rig, element: ElementWrapper) -> None:
    kept = chart(rig, element)
    gc.collect()
    rig.run(lambda: None)
    assert rig.take() == []
    del kept
    gc.collect()
    rig.run(lambda: None)
    assert rig.take() == [[RELEASE, [-7, 1]]]


def test_an_object_of_another_page_is_refused(start_rig: StartRig) -> None:
    rig, other = start_rig(), start_rig()
    element, stranger = find(rig), chart(other, find(other))
    with pytest.raises(UnsupportedValue, match="of another one"):
        rig.run(lambda: element.send("f", stranger))
    assert rig.take() == []


def test_what_an_object_has_not_says_what_there_is(rig: Rig, element: ElementWrapper) -> None:
    found: Any = chart(rig, element)
    with pytest.raises(AttributeError, match=r"JSObject has no attribute 'update'; .*call\('update', \.\.\.\)"):
        found.update()
