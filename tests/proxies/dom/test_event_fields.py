"""Tests of what events carry: what a program asks for, and what the wire says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError
from pycommunicate.proxies.dom.event import Event, Field
from pycommunicate.proxies.dom.event_fields import PATHS, Plan, paths_of, plan_of


def wire(event: str, fields: Any = (), more: tuple[str, ...] = (), *, delegated: bool = False) -> list[Any]:
    """Return the fields of a `listen`."""
    options = plan_of(event, fields, more, delegated).options
    return list(options["fields"]) if options else []


KEYS = ["altKey", "ctrlKey", "metaKey", "shiftKey"]
MOUSE = ["button", "buttons", "clientX", "clientY", "offsetX", "offsetY", *KEYS]


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("keydown", ["key", "code", "repeat", *KEYS]),
        ("click", [*MOUSE, "target"]),
        ("pointermove", MOUSE),
        ("wheel", [*MOUSE, "deltaX", "deltaY"]),
        ("input", [["target", "value"], ["target", "checked"], "target"]),
        ("change", [["target", "value"], ["target", "checked"], ["target", "files"], "target"]),
        ("submit", ["form", "target"]),
        ("focus", ["target"]),
        ("visibilitychange", [["target", "visibilityState"]]),
        ("a-pages-own", ["detail"]),
        ("IntersectionObserver", ["isIntersecting", "intersectionRatio"]),
        ("ResizeObserver", [["contentRect", "width"], ["contentRect", "height"]]),
        ("MutationObserver", ["type"]),
    ],
)
def test_each_type_carries_a_little_by_itself(event: str, fields: list[Any]) -> None:
    assert wire(event) == fields


def test_what_happens_many_times_a_second_carries_no_node() -> None:
    for event in ("mousemove", "pointermove", "wheel", "dragover", "keydown", "scroll"):
        assert "target" not in wire(event)


def test_with_delegate_the_current_element_is_carried() -> None:
    assert wire("click", delegated=True) == ["current", *MOUSE, "target"]


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("value", ["target", "value"]),
        ("delta_y", "deltaY"),
        ("isComposing", "isComposing"),
        ("target.dataset.id", ["target", "dataset", "id"]),
        ("current_target.id", ["current", "id"]),
        ("currentTarget.id", ["current", "id"]),
        (("data",), "data"),
        (("target", "a.b"), ["target", "a.b"]),
        (["target", "id"], ["target", "id"]),
    ],
)
def test_fields_are_names_of_python_or_paths_of_javascript(field: Any, path: Any) -> None:
    assert wire("reset", [field]) == ["target", path]


def test_a_field_that_is_carried_already_is_not_carried_twice() -> None:
    assert wire("keydown", ["key", "modifiers", "altKey", "key"]) == wire("keydown")


def test_what_is_listened_to_may_carry_more() -> None:
    assert wire("change", more=("matches",))[-1] == "matches"


@pytest.mark.parametrize("fields", ["key", None, 3, {"key"}])
def test_fields_must_be_a_list(fields: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected a list of names for fields, got"):
        plan_of("click", fields, (), False)


def test_a_name_in_place_of_a_list_is_refused_with_the_list() -> None:
    with pytest.raises(ConfigurationError, match=re.escape("write fields=['key']")):
        plan_of("click", "key", (), False)


@pytest.mark.parametrize("field", ["", ".", "a..b", "a.", 3, None, (), ("a", ""), ("a", 3), [[]]])
def test_a_field_must_be_a_name_or_a_path(field: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r'expected a field of an event, as "key" or "target\.dataset\.id", got'
    ):
        plan_of("click", [field], (), False)


def test_listeners_with_the_same_fields_share_what_describes_them() -> None:
    assert plan_of("click", ["key"], (), False) is plan_of("click", ("key",), (), False)


def test_every_name_of_python_is_an_attribute_of_events_and_none_is_forgotten() -> None:
    attributes = {name for name, value in vars(Event).items() if isinstance(value, Field)}
    assert attributes | {"current_target"} == set(PATHS)
    assert len(set(PATHS.values())) == len(PATHS)


def test_the_path_of_a_name_is_found() -> None:
    assert paths_of("x") == (("clientX",),)
    assert Plan([("a", "b"), ("current",)]).current == 1
