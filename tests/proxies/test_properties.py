"""Tests of properties that look like attributes of an element: flags, texts, styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from markupsafe import Markup

from pycommunicate.errors import InvalidName
from pycommunicate.protocol.ops import GET, SET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.rig import Rig
from tests.support.stand_ins import answered, did, find

Do = Callable[[ElementWrapper], Any]


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    return find(rig)


@pytest.mark.parametrize(
    ("name", "in_javascript"),
    [
        *[("content", "innerText"), ("text", "textContent"), ("html", "innerHTML"), ("value", "value"), ("id", "id")],
        *[("checked", "checked"), ("disabled", "disabled"), ("hidden", "hidden"), ("selected", "selected")],
    ],
)
def test_a_property_is_read_and_written(rig: Rig, element: ElementWrapper, name: str, in_javascript: str) -> None:
    assert answered(rig, lambda: getattr(element, name), "held") == ([GET, 2, -1, in_javascript], "held")
    assert did(rig, lambda: setattr(element, name, True if name in ("checked", "hidden") else "x"))[0][:3] == [
        SET,
        -1,
        in_javascript,
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        (Markup("<b>bold</b>"), "<b>bold</b>"),
        (Markup("<b>{}</b>").format("<i>"), "<b>&lt;i&gt;</b>"),
        (5, "5"),
        (None, ""),
    ],
)
def test_html_is_escaped_unless_it_is_markup(rig: Rig, element: ElementWrapper, value: Any, written: str) -> None:
    [op] = did(rig, lambda: setattr(element, "html", value))
    assert op == [SET, -1, "innerHTML", written]


# --- styles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["color", "marginTop", "margin-top", "--accent"])
def test_a_style_is_named_as_javascript_or_css_does(rig: Rig, element: ElementWrapper, name: str) -> None:
    assert answered(rig, lambda: element.style[name], "x") == ([GET, 2, -1, ["style", name]], "x")
    assert did(rig, lambda: element.style.__setitem__(name, "y")) == [[SET, -1, ["style", name], "y"]]
    assert did(rig, lambda: element.style.__delitem__(name)) == [[SET, -1, ["style", name], ""]]


def test_styles_are_a_mapping_that_is_read_in_one_round_trip(rig: Rig, element: ElementWrapper) -> None:
    held = {"color": "red", "--accent": "teal"}
    for read, result in [
        (lambda: sorted(element.style), ["--accent", "color"]),
        (lambda: len(element.style), 2),
        (lambda: dict(element.style.items()), held),
        (lambda: list(element.style.values()), ["red", "teal"]),
    ]:
        op, came = answered(rig, read, held)
        assert op[2:] == [-1, "style"]
        assert came == result


@pytest.mark.parametrize(("held", "there"), [("red", True), ("", False)])
def test_a_style_is_there_if_it_has_a_value(rig: Rig, element: ElementWrapper, held: str, there: bool) -> None:
    assert answered(rig, lambda: "color" in element.style, held) == ([GET, 2, -1, ["style", "color"]], there)


@pytest.mark.parametrize(
    ("use", "there", "written_there", "missing", "written_missing"),
    [
        (lambda s: s.get("color"), "red", None, None, None),
        (lambda s: s.get("color", "none"), "red", None, "none", None),
        (lambda s: s.pop("color", None), "red", "", None, None),
        (lambda s: s.pop("color", "none"), "red", "", "none", None),
        (lambda s: s.setdefault("color", "blue"), "red", None, "blue", "blue"),
    ],
)
def test_a_style_without_a_value_is_missing(
    rig: Rig,
    element: ElementWrapper,
    use: Callable[[Any], Any],
    there: str,
    written_there: Any,
    missing: Any,
    written_missing: Any,
) -> None:
    for held, result, written in [("red", there, written_there), ("", missing, written_missing)]:
        op, came = answered(rig, lambda: use(element.style), held)
        assert (op[2:], came) == ([-1, ["style", "color"]], result)
        assert rig.take() == ([] if written is None else [[SET, -1, ["style", "color"], written]])


def test_to_pop_a_style_that_is_not_there_is_a_key_error_that_names_it(rig: Rig, element: ElementWrapper) -> None:
    outcome = rig.start(lambda: element.style.pop("color"))
    rig.answer("")
    with pytest.raises(KeyError, match="'color' among the style of <ElementWrapper '#here'>"):
        outcome.get()


@pytest.mark.parametrize("name", ["", None, 3])
def test_what_no_style_is_called_is_not_among_them(rig: Rig, element: ElementWrapper, name: Any) -> None:
    assert rig.run(lambda: name in element.style) is False
    assert rig.take() == []


def test_all_styles_are_taken_away_at_once(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, element.style.clear) == [[SET, -1, ["style", "cssText"], ""]]


@pytest.mark.parametrize("name", ["", None, 3])
def test_the_name_of_a_style_must_be_text(rig: Rig, element: ElementWrapper, name: Any) -> None:
    for use in (lambda: element.style[name], lambda: element.style.__setitem__(name, "x")):
        with pytest.raises(InvalidName, match='expected the name of a style, as "color", got'):
            rig.run(use)
    assert rig.take() == []
