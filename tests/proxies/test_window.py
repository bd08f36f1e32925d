"""Tests of the window."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.errors import InvalidName, JSError, UnsupportedValue
from pycommunicate.protocol.ops import CALL, DOCUMENT, GET, LISTEN, NEW, NO_ASK, OBJECT, RELEASE, SET
from pycommunicate.proxies.dom import HTMLWrapper
from pycommunicate.proxies.dom.window import MediaQuery, Window
from tests.support.house import StartRig
from tests.support.rig import Rig
from tests.support.stand_ins import answered, did, find, node, refused


@pytest.fixture
def window(rig: Rig) -> Window:
    return HTMLWrapper(rig.page).window


def test_to_get_hold_of_the_window_asks_for_nothing(rig: Rig) -> None:
    assert did(rig, lambda: HTMLWrapper(rig.page).window) == []
    assert len(rig.page.refs) == 0


def test_the_window_is_found_from_the_document(rig: Rig, window: Window) -> None:
    op, value = answered(rig, lambda: window.call("localStorage.getItem", "k"), "v")
    assert (op, value) == ([CALL, 1, DOCUMENT, ["defaultView", "localStorage", "getItem"], ["k"]], "v")
    assert answered(rig, lambda: window.get_property("innerWidth"), 800) == (
        [GET, 2, DOCUMENT, ["defaultView", "innerWidth"]],
        800,
    )
    assert did(rig, lambda: window.set_property("a.b", [1])) == [[SET, DOCUMENT, ["defaultView", "a", "b"], [1]]]
    assert did(rig, lambda: window.send("scrollTo", 0, 1)) == [
        [CALL, NO_ASK, DOCUMENT, ["defaultView", "scrollTo"], [0, 1]]
    ]


def test_objects_of_the_window_are_found_and_constructed(rig: Rig, window: Window) -> None:
    outcome = rig.start(lambda: window.object("navigator"))
    assert rig.take() == [
        [GET, 1, DOCUMENT, ["defaultView", "navigator"], OBJECT],
        [GET, 2, DOCUMENT, ["defaultView", "navigator", "nodeType"]],
    ]
    rig.reply(1, node(-3))
    rig.reply(2, None)
    assert repr(outcome.get()) == "<JSObject 'navigator' at window>"

    made = rig.start(lambda: window.new("Intl.NumberFormat", "de"))
    assert rig.answer(node(-4)) == [
        *(CALL, 3, DOCUMENT, ["defaultView", "Intl", "NumberFormat"], ["de"], OBJECT | NEW),
    ]
    rig.answer(None)
    assert repr(made.get()) == "<JSObject 'Intl.NumberFormat' at window>"


def test_an_error_names_the_window(rig: Rig, window: Window) -> None:
    outcome = refused(rig, lambda: window.call("f"), ["js-error", "boom"])
    with pytest.raises(JSError, match=r"f\(\) of window: boom"):
        outcome.get()


def test_the_window_is_no_value_and_the_error_says_what_can_be_one(rig: Rig, window: Window) -> None:
    element = find(rig)
    with pytest.raises(UnsupportedValue, match=r'window\.object\("self"\) can be one'):
        rig.run(lambda: element.send("f", window))
    assert rig.take() == []


def test_two_are_equal_if_they_are_of_one_page(start_rig: StartRig) -> None:
    rig, other = start_rig(), start_rig()
    window = HTMLWrapper(rig.page).window
    assert window == HTMLWrapper(rig.page).window
    assert len({window, HTMLWrapper(rig.page).window}) == 1
    assert window != HTMLWrapper(other.page).window
    assert repr(window) == "<Window window>"


def test_the_window_is_listened_to_from_the_document(rig: Rig, window: Window) -> None:
    [listen] = did(rig, lambda: window.add_event_listener("resize", lambda: None))
    assert listen == [LISTEN, 1, DOCUMENT, "resize", {"of": ["defaultView"]}]


def test_a_window_that_nobody_has_any_more_releases_nothing(rig: Rig) -> None:
    rig.run(lambda: repr(HTMLWrapper(rig.page).window))
    assert not any(op[0] == RELEASE for op in rig.take())


# --- media queries ----------------------------------------------------------------------------------------------------


def test_a_media_query_is_read_and_listened_to(rig: Rig, window: Window) -> None:
    op, wide = answered(rig, lambda: window.media("(min-width: 40em)"), node(-5))
    assert op == [CALL, 1, DOCUMENT, ["defaultView", "matchMedia"], ["(min-width: 40em)"], OBJECT]
    assert type(wide) is MediaQuery
    assert repr(wide) == "<MediaQuery '(min-width: 40em)' at window>"
    assert answered(rig, lambda: wide.matches, True) == ([GET, 2, -5, "matches"], True)
    heard: list[Any] = []
    [listen] = did(rig, lambda: wide.add_event_listener("change", lambda event: heard.append(event.matches)))
    assert listen[:4] == [LISTEN, 1, -5, "change"]
    fields = listen[4]["fields"]
    rig.send(rig.channel.event(1, [True if field in ("matches", ["matches"]) else None for field in fields]))
    rig.take()
    assert heard == [True]


@pytest.mark.parametrize("query", ["", " ", None, 3])
def test_a_media_query_must_be_text(rig: Rig, window: Window, query: Any) -> None:
    with pytest.raises(InvalidName, match="expected a media query, as"):
        rig.run(lambda: window.media(query))
    assert rig.take() == []


def test_a_media_query_that_the_browser_has_told_before_is_the_same_one(rig: Rig, window: Window) -> None:
    first = answered(rig, lambda: window.media("print"), node(-5))[1]
    assert answered(rig, lambda: window.media("print"), node(-5))[1] is first
