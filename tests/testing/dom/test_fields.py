"""Fields hold what was entered, chosen and set."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.testing.dom import DomError, actions
from tests.support.dom import element, show


@pytest.mark.parametrize(
    ("type_", "value", "left"),
    [
        ("text", "a\nb", "ab"),
        ("email", " a@b ", "a@b"),
        ("number", "1e3", "1e3"),
        ("number", "x", ""),
        ("range", "200", "100"),
        ("range min=1 max=10 step=4", "10", "9"),
        ("range max=10 step=4", "10", "8"),
        ("color", "RED", "#ff0000"),
        ("color", "#ABCDEF", "#abcdef"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "2023-02-29", ""),
        ("time", "24:00", ""),
        ("week", "2020-W53", "2020-W53"),
        ("month", "2024-13", ""),
        ("datetime-local", "2024-02-29 12:30", "2024-02-29T12:30"),
        ("hidden", "a\nb", "a\nb"),
        ("text", 1.0, "1"),
        ("text", True, "true"),
        ("text", [1, None], "1,"),
        ("text", None, ""),
    ],
)
def test_values_that_are_set(type_: str, value: Any, left: str) -> None:
    document = show(f"<input type={type_}>")
    field = element(document, "input")
    document.write(field, "value", value)
    assert document.read(field, "value") == left


def test_the_value_leaves_its_attribute() -> None:
    document = show("<input value=v><textarea>d</textarea>")
    for selector, default in (("input", "v"), ("textarea", "d")):
        field = element(document, selector)
        document.write(field, "value", "w")
        assert document.read(field, "defaultValue") == default
        document.write(field, "defaultValue", "x")
        assert document.read(field, "value") == "w"


def test_a_radio_button_unchecks_its_group() -> None:
    document = show(
        "<input type=radio name=r id=a checked><input type=radio name=r id=b><input type=radio id=c checked>"
    )
    document.write(element(document, "#b"), "checked", True)
    assert [document.read(element(document, f"#{one}"), "checked") for one in "abc"] == [False, True, True]


def test_an_option_that_is_chosen_ends_the_choice_of_others() -> None:
    document = show("<select><option id=a>1<option id=b value=two>2</select>")
    select = element(document, "select")
    assert document.read(select, "value") == "1"
    document.write(element(document, "#b"), "selected", True)
    assert (document.read(select, "value"), document.read(select, "selectedIndex")) == ("two", 1)
    document.write(select, "value", "none of them")
    assert (document.read(select, "value"), document.read(select, "selectedIndex")) == ("", -1)
    document.write(select, "innerHTML", "<option>3")
    assert document.read(select, "value") == "3"


def test_many_options() -> None:
    document = show("<select multiple><option selected>1<option>2<option selected>3</select>")
    select = element(document, "select")
    assert [document.read(one, "value") for one in document.read(select, "selectedOptions")] == ["1", "3"]


def test_whose_form_it_is() -> None:
    document = show("<form id=f><input id=a></form><input id=b form=f><label for=a id=l>x</label>")
    form = element(document, "#f")
    assert document.read(element(document, "#b"), "form") is form
    assert document.read(form, "elements") == [element(document, "#a"), element(document, "#b")]
    assert document.read(element(document, "#a"), "labels") == [element(document, "#l")]
    assert document.read(element(document, "#l"), "control") is element(document, "#a")


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<input required>", "Please fill out this field."),
        ("<input required disabled>", ""),
        ("<input type=checkbox required>", "Please check this box if you want to proceed."),
        ("<input type=email value=x>", "Please include an '@' in the email address. 'x' is missing an '@'."),
        ("<input type=number min=3 value=2>", "Value must be greater than or equal to 3."),
        ("<input pattern=[0-9]+ value=a>", "Please match the requested format."),
        ("<input value=a>", ""),
    ],
)
def test_what_is_wrong_with_a_field(html: str, message: str) -> None:
    document = show(html)
    field = element(document, "input")
    assert document.read(field, "validationMessage") == message
    assert document.call(field, "checkValidity", []) == (message == "")
    assert document.read(field, ["validity", "valid"]) == (message == "")


def test_a_form_of_invalid_fields_is_told_to_them() -> None:
    document = show("<form><input id=a required><input id=b required></form>")
    heard: list[str] = []
    for one in "ab":
        document.listen(element(document, f"#{one}"), "invalid", lambda event: heard.append(event.target.get("id")))
    assert document.call(element(document, "form"), "reportValidity", []) is False
    assert heard == ["a", "b"]


def test_what_a_program_sets_may_have_any_length() -> None:
    document = show("<input maxlength=2 minlength=2>")
    field = element(document, "input")
    actions.type_text(document, field, "a")
    assert document.read(field, ["validity", "tooShort"]) is True
    document.write(field, "value", "b")
    assert document.read(field, ["validity", "valid"]) is True
    document.write(field, "value", "abc")
    assert document.read(field, ["validity", "valid"]) is True


def test_a_file_is_not_chosen_by_a_program() -> None:
    document = show("<input type=file>")
    with pytest.raises(DomError, match="InvalidStateError"):
        document.write(element(document, "input"), "value", "x")
