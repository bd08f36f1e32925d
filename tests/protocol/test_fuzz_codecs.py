"""Spoiled frames are seen alike by both codecs: a few of those that `make fuzz` tries."""

from __future__ import annotations

import shutil

import pytest

from tools.fuzz_codecs import REFUSED, disagreements, in_python, seeds


def test_spoiled_frames_are_seen_alike() -> None:
    if shutil.which("node") is None:
        pytest.fail("node is not on PATH: `make test` installs it, or says how to", pytrace=False)
    assert disagreements(2_000, seed=7) == []


def test_seeds_are_frames_that_are_taken_and_frames_that_are_not() -> None:
    verdicts = {in_python(data) == REFUSED for data in seeds()}
    assert verdicts == {True, False}
    assert len(seeds()) > 100
