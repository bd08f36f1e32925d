"""Tests of what handlers get: what it tells, what it does not carry, and what could not travel."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from pycommunicate.errors import FieldMissing, JSError, UnsupportedValue, ValueTooLarge
from pycommunicate.proxies.dom import Event
from pycommunicate.proxies.dom.event_fields import plan_of


def happened(
    event: str, values: dict[Any, Any] | None = None, fields: Any = (), problems: dict[int, Any] | None = None
) -> Event:
    """Return an event with *values*, by the wire's names; the others are None."""
    plan = plan_of(event, fields, (), False)
    return Event(event, "the element", plan, [(values or {}).get(path) for path in plan.places], problems)


def test_an_event_tells_what_its_type_carries() -> None:
    event = happened("keydown", {("key",): "a", ("code",): "KeyA", ("repeat",): False})

    assert (event.type, event.current_target) == ("keydown", "the element")
    assert (event.key, event.code, event.repeat) == ("a", "KeyA", False)


def test_modifiers_are_those_that_were_held() -> None:
    held = {("altKey",): True, ("ctrlKey",): False, ("metaKey",): False, ("shiftKey",): True}

    assert happened("keydown", held).modifiers == {"Alt", "Shift"}
    assert "Control" not in happened("click", held).modifiers
    assert happened("click").modifiers == frozenset()


def test_the_mouse_is_where_it_was() -> None:
    event = happened("click", {("clientX",): 3, ("clientY",): 4.5, ("button",): 0, ("offsetX",): 1})

    assert (event.x, event.y, event.button, event.offset_x) == (3, 4.5, 0, 1)


def test_a_field_tells_its_value_and_its_files() -> None:
    file = {"name": "a.txt", "size": 3, "type": "text/plain", "last_modified": None}
    event = happened("change", {("target", "value"): "x", ("target", "checked"): True, ("target", "files"): [file]})

    assert (event.value, event.checked, event.files) == ("x", True, [file])
    assert happened("change").files == []


def test_the_data_of_a_form_is_a_multidict() -> None:
    file = {"name": "a.txt", "size": 3}
    event = happened("submit", {("form",): [["name", "x"], ["tag", "a"], ["tag", "b"], ["file", file]]})

    assert isinstance(event.data, MultiDict)
    assert (event.data["name"], event.data.getlist("tag"), event.data["file"]) == ("x", ["a", "b"], file)
    assert event.data.get("nothing") is None
    assert event.data.getlist("nothing") == []
    with pytest.raises(KeyError, match="the form has no field 'nothing'; it has 'name', 'tag', 'file'") as caught:
        event.data["nothing"]
    assert type(caught.value) is KeyError


@pytest.mark.parametrize("form", [None, 3, "ab", {"a": 1}, [], ["ab", 3, ["one"], ["a", "b", "c"], None, {"a": 1}]])
def test_what_is_no_form_has_no_data(form: Any) -> None:
    assert happened("submit", {("form",): form}).data == MultiDict()


@pytest.mark.parametrize(("state", "visible"), [("visible", True), ("hidden", False), (None, False)])
def test_a_document_is_visible_or_not(state: str | None, visible: bool) -> None:
    assert happened("visibilitychange", {("target", "visibilityState"): state}).visible is visible


def test_what_a_script_has_put_into_its_event_is_the_detail() -> None:
    assert happened("chosen", {("detail",): {"id": 3}}).detail == {"id": 3}


@pytest.mark.parametrize("field", ["key", "detail", "data", "modifiers", "is_intersecting"])
def test_what_is_not_carried_is_said_with_what_to_listen_with(field: str) -> None:
    event = happened("scrolled") if field != "detail" else happened("focus")
    text = rf"^this '\w+' event carries no '{field}'; listen with fields=\['{field}'\]$"

    with pytest.raises(FieldMissing, match=text):
        getattr(event, field)
    with pytest.raises(FieldMissing, match=text):
        event[field]


def test_other_fields_are_read_as_they_were_asked_for() -> None:
    event = happened("focus", {("target", "dataset", "id"): "7", ("data",): "x"}, ["target.dataset.id", ("data",)])

    assert event["target.dataset.id"] == "7"
    assert event["target", "dataset", "id"] == "7"
    assert event["data",] == "x"
    with pytest.raises(FieldMissing, match=r"carries no 'target\.id'; listen with fields=\['target\.id'\]"):
        event["target.id"]


def test_pythons_and_javascripts_names_are_the_same_field() -> None:
    event = happened("click", {("clientX",): 3})

    assert event.x == event["x"] == event["clientX"] == 3


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (["unsupported", "value: a function"], UnsupportedValue),
        (["too-large", "10 MB"], ValueTooLarge),
        (["js-error", "a getter threw", {"name": "TypeError", "message": "no"}], JSError),
    ],
)
def test_what_could_not_travel_raises_when_it_is_read(error: list[Any], kind: type[Exception]) -> None:
    event = happened("chosen", problems={0: error})

    for _ in range(2):
        with pytest.raises(kind, match=f"^'detail' of this 'chosen' event: {error[1]}$") as caught:
            _ = event.detail
    if isinstance(caught.value, JSError):
        assert (caught.value.name, caught.value.message) == ("TypeError", "no")


def test_one_that_could_not_travel_hurts_no_other() -> None:
    event = happened("keydown", {("key",): "a"}, problems={1: ["unsupported", "x"]})

    assert event.key == "a"
    with pytest.raises(UnsupportedValue):
        _ = event.code


def test_what_an_event_does_not_know_is_said_with_how_to_get_it() -> None:
    with pytest.raises(
        AttributeError, match=r"no attribute 'clientX'; .* by event\['clientX'\], .*fields=\['clientX'\]"
    ):
        happened("click").clientX  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(happened("click"), "key")


def test_an_event_cannot_be_changed() -> None:
    event = happened("click")
    with pytest.raises(AttributeError):
        event.key = "a"
    with pytest.raises(AttributeError):
        event.other = "a"  # type: ignore[attr-defined]


def test_an_event_shows_what_it_carries() -> None:
    event = happened("change", {("target", "value"): "x" * 100})
    assert repr(event).startswith(f"<Event 'change' target.value='{'x' * 39} target.checked=None")


def test_every_field_says_on_the_class_what_it_is() -> None:
    assert "Enter" in (Event.key.__doc__ or "")
