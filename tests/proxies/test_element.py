"""Tests of elements: which ops they send, which values travel, and what their errors say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, SupportsIndex

import pytest

from pycommunicate.errors import (
    ConfigurationError,
    InvalidName,
    JSError,
    LimitReached,
    PageGone,
    ReadTimeout,
    StaleElement,
    UnsupportedValue,
)
from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import AFTER, BEFORE, CALL, CREATE, GET, INSERT, INSIDE, NO_ASK, REMOVE, SET
from pycommunicate.proxies.dom import ElementWrapper
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import Rig, settle
from tests.support.stand_ins import answered, did, find

Do = Callable[[ElementWrapper], Any]


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


# --- properties -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (lambda e: e.value, "value"),
        (lambda e: e.content, "innerText"),
        (lambda e: e.id, "id"),
        (lambda e: e.prop("checked"), "checked"),
        (lambda e: e.get_property("checked"), "checked"),
        (lambda e: e.style["marginTop"], ["style", "marginTop"]),
    ],
)
def test_a_property_is_read_by_its_name_in_javascript(rig: Rig, element: ElementWrapper, read: Do, name: Any) -> None:
    outcome = rig.start(lambda: read(element))

    assert rig.answer("held by the browser") == [GET, 2, -1, name]
    assert outcome.get() == "held by the browser"


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (lambda e: setattr(e, "content", "x"), "innerText"),
        (lambda e: setattr(e, "id", "x"), "id"),
        (lambda e: e.prop("title", "x"), "title"),
        (lambda e: e.set_property("title", "x"), "title"),
        (lambda e: e.style.__setitem__("marginTop", "x"), ["style", "marginTop"]),
    ],
)
def test_a_property_is_written_by_its_name_in_javascript(
    rig: Rig, element: ElementWrapper, write: Do, name: Any
) -> None:
    assert did(rig, lambda: write(element)) == [[SET, -1, name, "x"]]


def test_a_value_is_written_with_the_last_frame_that_was_taken_in(rig: Rig, element: ElementWrapper) -> None:
    taken = rig.channel.sent
    assert did(rig, lambda: setattr(element, "value", "x")) == [[SET, -1, "value", "x", False, taken]]
    rig.send(rig.channel.gone([], []))
    assert did(rig, lambda: element.prop("value", "y")) == [[SET, -1, "value", "y", False, taken + 1]]


@pytest.mark.parametrize("value", [False, 0, "", []])
def test_prop_sets_whatever_is_not_none_and_can_be_chained(rig: Rig, element: ElementWrapper, value: Any) -> None:
    assert did(rig, lambda: element.prop("a", value).prop("b", value)) == [[SET, -1, "a", value], [SET, -1, "b", value]]


def test_style_as_a_whole_cannot_be_set_and_the_error_shows_how_to(element: ElementWrapper) -> None:
    with pytest.raises(AttributeError, match=r"element\.style\[key\] = 'red'"):
        element.style = "red"


def test_properties_tell_what_they_are_on_the_class() -> None:
    assert "innerText" in (type(ElementWrapper.content).__doc__ or "") + (ElementWrapper.content.__doc__ or "")
    assert "style" in (ElementWrapper.style.__doc__ or "")


@pytest.mark.parametrize("name", ["", None, 3, b"value", ["value"]])
@pytest.mark.parametrize("use", ["get_property", "prop", "set_property"])
def test_a_property_name_must_be_text(rig: Rig, element: ElementWrapper, name: Any, use: str) -> None:
    arguments = (name, "x") if use == "set_property" else (name,)
    with pytest.raises(InvalidName, match=r'expected the name of a property, as "value", got'):
        rig.run(lambda: getattr(element, use)(*arguments))
    assert rig.take() == []


# --- the value of a field --------------------------------------------------------------------------------------------


def test_a_value_is_set_and_what_became_of_it_is_waited_for(rig: Rig, element: ElementWrapper) -> None:
    for force in (False, True):
        outcome = rig.start(lambda force=force: element.set_value("x", force))
        write, fence = rig.take()
        assert write[:5] == [SET, -1, "value", "x", force]
        assert write[5] == rig.channel.sent, "what was taken in when it was written"
        assert fence == [GET, write[6], -1, "nodeType"]
        assert not outcome.done
        rig.reply(fence[1], 1)
        assert outcome.get() is True


def test_a_value_that_the_user_has_typed_is_kept_and_the_program_told(
    rig: Rig, element: ElementWrapper, expect_errors: ExpectErrors
) -> None:
    def write() -> bool:
        element.value = "x"  # the same, and not waited for
        return element.set_value("x")

    outcome = rig.start(write)
    [_, _, fence] = rig.take()
    rig.send(rig.channel.failure(rig.batches[-1].number, 1, ["kept", "the user has typed"]))
    rig.reply(fence[1], 1)

    assert outcome.get() is False
    assert expect_errors() == []


def test_a_plain_write_that_was_kept_is_told_in_the_log_and_is_no_error(
    rig: Rig, element: ElementWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    def write() -> bool:
        element.value = "x"
        return element.set_value("y")

    outcome = rig.start(write)
    fence = rig.take()[-1]
    rig.send(rig.channel.failure(rig.batches[-1].number, 0, ["kept", "the user has typed"]))
    rig.reply(fence[1], 1)
    assert outcome.get() is True
    settle()

    [record] = caplog.get_records("call")
    assert record.levelname == "INFO"
    assert record.getMessage() == (
        "kept what the user has typed: set ref=<ElementWrapper '#here'>, name='value', value='x'; "
        "element.set_value(value, force=True) writes over it"
    )


def test_a_value_that_cannot_be_set_is_an_error_where_it_is_waited_for(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.set_value("x"))
    fence = rig.take()[-1]
    rig.send(rig.channel.failure(rig.batches[-1].number, 0, ["js-error", "boom", {"name": "TypeError"}]))
    rig.reply(fence[1], 1)

    with pytest.raises(JSError, match="value of '#here': boom") as caught:
        outcome.get()
    assert caught.value.name == "TypeError"


def test_the_value_of_an_element_that_is_gone_in_the_browser_is_an_error(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.set_value("x"))
    fence = rig.take()[-1]
    rig.send(rig.channel.failure(rig.batches[-1].number, 0, ["stale-ref", "it is gone"]))
    rig.reply(fence[1], None, ["stale-ref", "it is gone"])

    with pytest.raises(StaleElement, match="value of '#here': it is gone"):
        outcome.get()


def test_a_failure_that_nobody_waits_for_any_more_is_logged(
    rig: Rig, element: ElementWrapper, expect_errors: ExpectErrors
) -> None:
    outcome = rig.start(lambda: element.set_value("x"))
    rig.take()
    outcome.task.kill()
    rig.send(rig.channel.failure(rig.batches[-1].number, 0, ["js-error", "boom"]))

    [line] = expect_errors()
    assert "a write to the page failed: js-error: 'boom'" in line


# --- what the browser does --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["focus", "blur", "click"])
def test_the_browser_does_things_without_being_waited_for(rig: Rig, element: ElementWrapper, method: str) -> None:
    assert did(rig, getattr(element, method)) == [[CALL, NO_ASK, -1, method, []]]


def test_an_element_is_scrolled_to(rig: Rig, element: ElementWrapper) -> None:
    nearest = {"block": "nearest", "inline": "nearest", "behavior": "auto"}
    assert did(rig, element.scroll_into_view) == [[CALL, NO_ASK, -1, "scrollIntoView", [nearest]]]
    [op] = did(rig, lambda: element.scroll_into_view("start", smooth=True))
    assert op[-1] == [{**nearest, "block": "start", "behavior": "smooth"}]
    for place in ("top", None, True):
        with pytest.raises(ConfigurationError, match="expected one of 'start', 'center', 'end', 'nearest'"):
            rig.run(lambda place=place: element.scroll_into_view(place))
    assert rig.take() == []


def test_the_tag_of_an_element(rig: Rig, element: ElementWrapper) -> None:
    assert answered(rig, lambda: element.tag, "div") == ([GET, 2, -1, "localName"], "div")


# --- the tree ---------------------------------------------------------------------------------------------------------

ADDS = [("add_child", INSIDE), ("add_after", AFTER), ("add_before", BEFORE)]


@pytest.mark.parametrize(("method", "position"), ADDS)
def test_a_new_element_is_made_without_waiting(rig: Rig, element: ElementWrapper, method: str, position: int) -> None:
    kept: list[ElementWrapper] = []

    assert did(rig, lambda: kept.append(getattr(element, method)("p"))) == [[CREATE, 1, position, -1, "p"]]
    assert did(rig, lambda: kept[0].set_property("id", "x")) == [[SET, 1, "id", "x"]]


@pytest.mark.parametrize(("method", "position"), ADDS)
def test_an_element_that_is_added_is_moved(rig: Rig, element: ElementWrapper, method: str, position: int) -> None:
    other = find(rig, -2)

    assert did(rig, lambda: getattr(element, method)(other)) == [[INSERT, -2, position, -1]]
    assert rig.run(lambda: getattr(element, method)(other)) is other


@pytest.mark.parametrize(("method", "position"), ADDS)
def test_an_element_of_another_page_cannot_be_added(start_rig: StartRig, method: str, position: int) -> None:
    rig, other = start_rig(), start_rig()
    element, stranger = find(rig), find(other, -2, "#stranger")

    with pytest.raises(UnsupportedValue, match=r"'#stranger'.* of another one"):
        rig.run(lambda: getattr(element, method)(stranger))
    assert rig.take() == []


@pytest.mark.parametrize("tag", ["", " ", None, 3, b"p", ["p"]])
def test_the_tag_of_a_new_element_must_be_text(rig: Rig, element: ElementWrapper, tag: Any) -> None:
    with pytest.raises(InvalidName, match=r'expected the type of an element, as "div", got'):
        rig.run(lambda: element.add_child(tag))
    assert rig.take() == []


def test_a_deleted_element_is_stale_at_once(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, element.delete) == [[REMOVE, -1, False]]

    other = find(rig, -2)
    uses: list[Callable[[], Any]] = [
        lambda: element.value,
        lambda: setattr(element, "value", "x"),
        lambda: element.add_child("p"),
        lambda: element.add_event_listener("click", lambda: None),
        element.detach,
        lambda: other.add_child(element),
        lambda: other.set_property("x", element),
    ]
    for use in uses:
        with pytest.raises(StaleElement, match="the element '#here' is gone from the page"):
            rig.run(use)
    assert rig.take() == []
    assert repr(element) == "<ElementWrapper '#here' (gone)>"


def test_to_delete_what_is_gone_already_is_no_fault(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, element.delete) == [[REMOVE, -1, False]]
    assert did(rig, element.delete) == []

    rig.page.end("its browser left", "", "")
    with pytest.raises(PageGone):
        rig.run(element.delete)


def test_a_detached_element_lives_on(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, element.detach) == [[REMOVE, -1, True]]

    assert did(rig, lambda: element.set_property("id", "x")) == [[SET, -1, "id", "x"]]


def test_errors_tell_where_a_made_element_came_from(rig: Rig, element: ElementWrapper) -> None:
    item = rig.run(lambda: element.add_child("ul").add_child("li"))
    outcome = rig.start(lambda: item.value)
    rig.answer(error=["js-error", "boom"])

    with pytest.raises(JSError, match="property 'value' of li at ul at '#here': boom"):
        outcome.get()


def test_an_element_of_a_page_that_is_gone_says_that_the_page_is(rig: Rig, element: ElementWrapper) -> None:
    rig.run(element.delete)
    rig.page.end("its browser disconnected", "", "")

    with pytest.raises(PageGone, match="its browser disconnected"):
        rig.run(lambda: element.value)


def test_a_read_that_is_not_answered_names_element_and_property(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.style["color"])
    rig.take()
    rig.tick(11)

    with pytest.raises(ReadTimeout, match=r"property 'style\.color' of '#here'"):
        outcome.get()


def test_no_more_elements_than_may_be_are_stood_for(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(refs=2)))
    element = find(rig)
    kept = rig.run(lambda: element.add_child("p"))

    with pytest.raises(LimitReached, match=r"settings\.limits\.refs"):
        rig.run(lambda: element.add_child("p"))

    del kept
    rig.run(lambda: element.add_child("p"))


@pytest.mark.parametrize("name", ["<tr>", "div class=x", "a/b", "a\nb", " div", "1st", "div>"])
def test_what_is_no_type_of_an_element_is_refused_at_once(rig: Rig, element: ElementWrapper, name: str) -> None:
    for add in (element.add_child, element.add_after, element.add_before):
        with pytest.raises(InvalidName, match=r'expected the type of an element, as "div", got'):
            rig.run(lambda add=add: add(name))
    assert rig.take() == []


@pytest.mark.parametrize("name", ["p", "h1", "my-element", "svg:path", "x-\u00e4"])
def test_what_a_browser_takes_as_a_type_is_taken(rig: Rig, element: ElementWrapper, name: str) -> None:
    made: list[ElementWrapper] = []
    assert did(rig, lambda: made.append(element.add_child(name))) == [[CREATE, 1, INSIDE, -1, name]]


# --- what is not there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda e: e.textContent, "an element has no attribute 'textContent' (write element.text); properties of the"),
        (lambda e: e.innerHTML, "(write element.html)"),
        (lambda e: e.classList, "(write element.classes)"),
        (lambda e: e.on, "(write element.add_event_listener())"),
        (lambda e: e.href, "an element has no attribute 'href'; properties of the browser are read by get_property("),
        (lambda e: e.href, "written by set_property('href', value), methods are called by call('href', ...)"),
        (lambda e: e.style.color, "write element.style['color']"),
        (lambda e: setattr(e.style, "color", "red"), "write element.style['color'] = 'red'"),
    ],
)
def test_an_attribute_that_is_not_there_says_what_to_write(
    rig: Rig, element: ElementWrapper, use: Do, said: str
) -> None:
    with pytest.raises(AttributeError) as caught:
        rig.run(lambda: use(element))
    assert said in str(caught.value)
    assert rig.take() == []


def test_whoever_asks_whether_an_attribute_is_there_gets_an_answer(rig: Rig, element: ElementWrapper) -> None:
    assert [rig.run(lambda name=name: hasattr(element, name)) for name in ("x", "add_child")] == [False, True]
    assert not isinstance(element, SupportsIndex)


def test_elements_made_one_beside_the_other_do_not_drag_all_before_them_along(
    rig: Rig, element: ElementWrapper
) -> None:
    def build() -> ElementWrapper:
        last = element
        for _ in range(5000):
            last = last.add_after("li")
        return last

    last: ElementWrapper = rig.run(build)
    steps, origin = 0, last._origin
    while origin is not None:
        steps, origin = steps + 1, origin[1]
    assert steps == 4
    assert repr(last) == "<ElementWrapper li at li at ... at '#here'>"
    last.mark_gone()
    with pytest.raises(StaleElement, match="the element li at li at \\.\\.\\. at '#here' is gone"):
        last.content = "x"
