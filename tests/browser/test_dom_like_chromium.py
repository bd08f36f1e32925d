"""The test kit's document answers, and hears of what a user does, as Chromium's does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.dom_actions import Chromium, act_here
from tests.support.dom_steps import SCRIPT, take_steps


def load(name: str) -> list[dict[str, Any]]:
    """Return the cases of one file."""
    text = (Path(__file__).with_name("dom_cases") / name).read_text(encoding="utf-8")
    return list(json.loads(text)["cases"])


ANSWERS = load("answers.json")
ACTIONS = load("actions.json")
#: Shows all cases in one page, one after the other.
ALL = f"(cases) => {{ const take = {SCRIPT}; return cases.map(({{ html, steps }}) => take(html, steps)); }}"


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Chromium]:
    context = browser.new_context()
    yield Chromium(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def answers(chromium: Chromium) -> dict[str, list[Any]]:
    """What Chromium says to all steps, by case."""
    found = chromium.page.evaluate(ALL, ANSWERS)
    return {case["name"]: answers for case, answers in zip(ANSWERS, found, strict=True)}


def test_names_of_cases_are_unique() -> None:
    for cases in (ANSWERS, ACTIONS):
        names = [case["name"] for case in cases]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in ANSWERS])
def test_answers_are_those_of_chromium(answers: dict[str, list[Any]], case: dict[str, Any]) -> None:
    steps = case["steps"]
    ours = take_steps(case["html"], steps)
    # Side by side, so that a failure tells the step.
    assert list(zip(steps, ours, strict=True)) == list(zip(steps, answers[case["name"]], strict=True))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in ACTIONS])
def test_what_a_user_does_has_the_effects_of_chromium(chromium: Chromium, case: dict[str, Any]) -> None:
    assert act_here(case) == chromium.act(case)
