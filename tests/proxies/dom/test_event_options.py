"""Tests of options of listeners: what the wire says, and what is refused with which words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError, InvalidName, InvalidSelector
from pycommunicate.page import WhenBusy
from pycommunicate.proxies.dom.event_options import check_event_name, check_timeout, when_busy_of, wire_options


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ({}, {}),
        ({"prevent_default": True}, {"prevent": True}),
        ({"prevent_default": False}, {"prevent": False}),
        ({"stop_propagation": True}, {"stop": True}),
        ({"stop_propagation": False, "once": False, "capture": False, "busy": False}, {}),
        ({"once": True}, {"once": True}),
        ({"capture": True}, {"capture": True}),
        ({"passive": True}, {"passive": True}),
        ({"passive": False}, {"passive": False}),
        ({"debounce": 0.25}, {"debounce": 250}),
        ({"throttle": 2}, {"throttle": 2000}),
        ({"debounce": 1e-9}, {"debounce": 1}),
        ({"delegate": "li > a"}, {"delegate": "li > a"}),
        ({"busy": True}, {"busy": 1}),
        ({"disable_while_running": True}, {"busy": 2}),
        ({"disable_while_running": True, "busy": True}, {"busy": 2}),
    ],
)
def test_options_are_those_of_the_wire(given: dict[str, Any], wire: dict[str, Any]) -> None:
    assert wire_options("click", **given) == wire


@pytest.mark.parametrize("event", ["focus", "blur", "load", "scroll", "toggle", "invalid", "play"])
def test_what_does_not_bubble_is_delegated_on_its_way_down(event: str) -> None:
    assert wire_options(event, delegate="input") == {"capture": True, "delegate": "input"}
    assert wire_options(event) == {}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"prevent_default": 1}, "expected prevent_default to be True, False or None, got 1"),
        ({"passive": "yes"}, "expected passive to be True, False or None, got 'yes'"),
        ({"stop_propagation": None}, "expected stop_propagation to be True or False, got None"),
        ({"once": 1}, "expected once to be True or False, got 1"),
        ({"capture": "x"}, "expected capture to be True or False, got 'x'"),
        ({"busy": 2}, "expected busy to be True or False, got 2"),
        ({"disable_while_running": 1}, "expected disable_while_running to be True or False, got 1"),
        ({"debounce": 0}, "expected debounce to be a number of seconds above 0, got 0"),
        ({"debounce": -1}, "expected debounce to be a number of seconds above 0, got -1"),
        ({"throttle": "1"}, "expected throttle to be a number of seconds above 0, got '1'"),
        ({"throttle": True}, "expected throttle to be a number of seconds above 0, got True"),
        ({"throttle": float("inf")}, "expected throttle to be a number of seconds above 0, got inf"),
        ({"throttle": float("nan")}, "expected throttle to be a number of seconds above 0, got nan"),
        ({"debounce": 1, "throttle": 2}, "expected either debounce or throttle, got both: 1 and 2"),
        ({"passive": True, "prevent_default": True}, "expected either passive=True or prevent_default=True, got both"),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_came(given: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(text)):
        wire_options("click", **given)


def test_passive_goes_with_what_prevents_nothing() -> None:
    assert wire_options("wheel", passive=True, prevent_default=False) == {"prevent": False, "passive": True}


@pytest.mark.parametrize("delegate", ["", "  ", 3, ["li"], b"li"])
def test_delegate_must_be_a_selector(delegate: Any) -> None:
    with pytest.raises(InvalidSelector, match='expected a CSS selector for delegate, as "li", got'):
        wire_options("click", delegate=delegate)


@pytest.mark.parametrize(("event", "other"), [("mouseenter", "mouseover"), ("pointerleave", "pointerout")])
def test_what_happens_on_each_element_by_itself_is_not_delegated(event: str, other: str) -> None:
    with pytest.raises(ConfigurationError, match=f"got '{event}', which happens on each .*; use '{other}'"):
        wire_options(event, delegate="li")
    assert wire_options(event) == {}


@pytest.mark.parametrize("name", ["", None, 3, b"click"])
def test_the_name_of_an_event_must_be_text(name: Any) -> None:
    with pytest.raises(InvalidName, match='expected the name of an event, as "click", got'):
        check_event_name(name)


@pytest.mark.parametrize("name", ["click", "input", "keydown", "pointerup", "toggle"])
def test_the_name_of_an_attribute_is_refused_with_that_of_the_event(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"name of an event, as '{name}', got 'on{name}'"):
        check_event_name(f"on{name}")


@pytest.mark.parametrize("name", ["online", "onward", "on", "once"])
def test_names_of_events_that_only_begin_like_one_are_taken(name: str) -> None:
    check_event_name(name)


@pytest.mark.parametrize("word", ["Serial", "", None, ["serial"]])
def test_when_busy_is_one_of_four_words(word: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected when_busy to be one of 'serial', 'parallel', 'latest', 'dr"):
        when_busy_of(word)
    assert [when_busy_of(one) for one in ("serial", "parallel", "latest", "drop")] == list(WhenBusy)


@pytest.mark.parametrize("timeout", [-1, "1", True, float("nan"), float("inf")])
def test_a_timeout_is_a_number_of_seconds_or_none(timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected timeout to be a number of seconds, or None for no end, got"):
        check_timeout(timeout)
    for fine in (None, 0, 0.5, 100):
        check_timeout(fine)
