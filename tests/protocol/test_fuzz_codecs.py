"""Spoiled frames are seen alike by both codecs: a few of those that `make fuzz` tries."""

from __future__ import annotations

import math
import shutil
from typing import Any

import pytest

from pycommunicate.protocol.codec import pack
from tools import fuzz_codecs
from tools.fuzz_codecs import REFUSED, disagreements, in_javascript, in_python, seeds


@pytest.fixture(autouse=True)
def node() -> None:
    if shutil.which("node") is None:
        pytest.fail("node is not on PATH: `make test` installs it, or says how to", pytrace=False)


def test_spoiled_frames_are_seen_alike() -> None:
    assert disagreements(2_000, seed=7) == []


@pytest.mark.parametrize("side", ["in_python", "in_javascript"])
def test_a_codec_that_refuses_too_much_is_found(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = {"in_python": lambda data: REFUSED, "in_javascript": lambda frames: [REFUSED for _ in frames]}
    monkeypatch.setattr(fuzz_codecs, side, verdicts[side])
    assert disagreements(100, seed=7)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, "1"), (0, -0.0), (1.5, 2.5), (2**53, float(2**53)), (math.nan, math.inf), ({"a": 1}, {"a": 2}), ([1], [2])],
)
def test_values_that_differ_are_told_apart(one: Any, other: Any) -> None:
    frames = [pack(one), pack(other)]
    assert in_python(frames[0]) != in_python(frames[1])
    assert in_javascript(frames) == [in_python(data) for data in frames]


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1})])
def test_values_that_are_one_to_javascript_are_not_told_apart(one: Any, other: Any) -> None:
    assert in_python(pack(one)) == in_python(pack(other))


def test_seeds_are_frames_that_are_taken_and_frames_that_are_not() -> None:
    verdicts = {in_python(data) == REFUSED for data in seeds()}
    assert verdicts == {True, False}
    assert len(seeds()) > 100
