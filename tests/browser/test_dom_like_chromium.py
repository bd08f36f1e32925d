"""The test kit's document answers, and hears of what a user does, as Chromium's does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from pycommunicate.testing.dom import Surroundings
from pycommunicate.testing.dom.media import answer_media
from tests.support.dom_actions import Chromium, act_here
from tests.support.dom_steps import SCRIPT, take_steps


def load(name: str) -> list[dict[str, Any]]:
    """Return the cases of one file."""
    text = (Path(__file__).with_name("dom_cases") / name).read_text(encoding="utf-8")
    return list(json.loads(text)["cases"])


ANSWERS = load("answers.json")
ACTIONS = load("actions.json")
MEDIA = [
    *("", "all", "screen", "print", "not print", "not screen", "only screen", "nothing"),
    *("(min-width: 100px)", "(max-width: 100px)", "(min-width: 1280px)", "(min-width: 80em)", "(width: 1280px)"),
    *("(min-width: 40em) and (orientation: landscape)", "screen and (max-width: 40rem)", "(orientation: portrait)"),
    *("(width >= 600px)", "(400px <= width <= 2000px)", "(width < 100px)", "(height = 720px)", "(2000px > width)"),
    *("(prefers-color-scheme: light)", "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"),
    *("(min-width: 9000px), screen", "not (min-width: 9000px)", "not screen and (min-width: 9000px)", "(nothing: 1)"),
    *("(hover: hover)", "(pointer: coarse)", "(hover)", "(color)", "(width)", "(min-width)", "(display-mode: browser)"),
    *("screen and (min-width: 10px) and (max-width: 9000px)", "(min-width: 10quarks)", "width: 10px", "SCREEN"),
]
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


def test_media_queries_are_answered_as_by_chromium(chromium: Chromium) -> None:
    around = Surroundings()
    chromium.page.set_viewport_size({"width": around.width, "height": around.height})
    answers = chromium.page.evaluate("(queries) => queries.map((one) => matchMedia(one).matches)", MEDIA)
    assert dict(zip(MEDIA, answers, strict=True)) == {query: answer_media(query, around) for query in MEDIA}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in ACTIONS])
def test_what_a_user_does_has_the_effects_of_chromium(chromium: Chromium, case: dict[str, Any]) -> None:
    assert act_here(case) == chromium.act(case)
