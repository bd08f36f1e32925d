"""Tests of finding listeners by their labels."""

from __future__ import annotations

from typing import Any

from pycommunicate.page.labels import Labels


class Entry:
    """All of a listener that counts here."""

    def __init__(self, label: str) -> None:
        self.label = label


def test_listeners_are_found_by_equal_labels_in_their_order() -> None:
    labels = Labels()
    living: dict[int, Any] = {number: Entry("ab"[number % 2]) for number in range(1, 6)}

    assert labels.find("a", living) == [2, 4]
    assert labels.find("b", living) == [1, 3, 5]
    assert labels.find("c", living) == []


def test_what_was_added_since_is_found_and_what_has_ended_is_not() -> None:
    labels = Labels()
    living: dict[int, Any] = {1: Entry("a"), 2: Entry("a")}
    assert labels.find("a", living) == [1, 2]

    del living[1]
    living[3] = Entry("a")

    assert labels.find("a", living) == [2, 3]
    living.clear()
    assert labels.find("a", living) == []


def test_what_has_ended_is_let_go() -> None:
    labels = Labels()
    living: dict[int, Any] = {}
    for number in range(1, 5000):
        living = {number: Entry(f"{number}")}
        assert labels.find(f"{number}", living) == [number]

    assert len(labels._numbers) < 200
