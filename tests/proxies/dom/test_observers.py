"""Tests of what observers are made with."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError
from pycommunicate.proxies.dom import observers


@pytest.mark.parametrize(
    ("threshold", "margin", "options"),
    [
        (0, "0px", {"threshold": [0], "rootMargin": "0px"}),
        (0.25, "-10.5px 5%", {"threshold": [0.25], "rootMargin": "-10.5px 5%"}),
        ((0, 0.5, 1), "1px 2px 3px 4px", {"threshold": [0, 0.5, 1], "rootMargin": "1px 2px 3px 4px"}),
    ],
)
def test_an_intersection_has_thresholds_and_a_margin(threshold: Any, margin: str, options: dict[str, Any]) -> None:
    assert observers.intersection(threshold, margin) == options


@pytest.mark.parametrize("threshold", [-0.1, 1.1, "0.5", None, [], [0, 2], {0.5}])
def test_a_threshold_is_a_part_of_the_whole(threshold: Any) -> None:
    with pytest.raises(
        ConfigurationError, match="expected threshold to be a number from 0 to 1, or a list of such, got"
    ):
        observers.intersection(threshold, "0px")


@pytest.mark.parametrize("margin", ["", "10", "10em", 10, None, "1px 2px 3px 4px 5px", "10px; x"])
def test_a_margin_is_in_pixels_or_parts(margin: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected margin to be in px or %"):
        observers.intersection(0, margin)


def test_a_size_is_that_of_a_box() -> None:
    assert observers.resize("border-box") == {"box": "border-box"}
    with pytest.raises(ConfigurationError, match=re.escape("expected box to be one of 'content-box', 'border-box', ")):
        observers.resize("box")


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ((True, False, False, False, False), {"childList": True, "subtree": False}),
        ((True, False, False, True, True), {"childList": True, "subtree": True}),
        (
            (False, True, False, False, True),
            {"childList": False, "subtree": False, "attributes": True, "attributeOldValue": True},
        ),
        (
            (False, ["a"], False, False, False),
            {"childList": False, "subtree": False, "attributes": True, "attributeFilter": ["a"]},
        ),
        (
            (False, False, True, False, True),
            {"childList": False, "subtree": False, "characterData": True, "characterDataOldValue": True},
        ),
    ],
)
def test_changes_are_of_children_attributes_and_text(given: tuple[Any, ...], options: dict[str, Any]) -> None:
    assert observers.mutation(*given) == options


@pytest.mark.parametrize("attributes", ["class", None, [3], [""], {"class"}])
def test_attributes_are_all_or_named(attributes: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected attributes to be True, False or a list of names, got"):
        observers.mutation(True, attributes, False, False, False)


def test_something_must_be_observed() -> None:
    with pytest.raises(ConfigurationError, match="expected something to observe"):
        observers.mutation(False, [], False, True, True)
