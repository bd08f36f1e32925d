"""What rules that were kept or broken come to: of a section, of a level, of a run."""

from __future__ import annotations

import json

import pytest

from pycommunicate.conformance.report import Level, Outcome, Report, Result, Section, Sections, Skipped, choose


def result(level: Level, *kept: bool, should: bool = True, skipped: str = "") -> Result:
    """Return a result with a rule that MUST be kept for each of *kept*, and one that SHOULD be."""
    one = Result(level.value, level, skipped=skipped)
    for each in kept:
        one.must("1", "a rule", each, "what came")
    one.should("2", "a wish", should)
    return one


def report(*results: Result) -> Report:
    made = Report("client")
    made.results += results
    return made


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (result(Level.READER, True, True), Outcome.PASSED),
        (result(Level.READER, True, should=False), Outcome.WARNED),
        (result(Level.READER, True, False), Outcome.FAILED),
        (result(Level.READER, True, False, should=False), Outcome.FAILED),
        (result(Level.READER, True, skipped="why"), Outcome.SKIPPED),
        (result(Level.READER, True, should=False, skipped="why"), Outcome.SKIPPED),
        (result(Level.READER, False, skipped="why"), Outcome.FAILED),
        (Result("none", Level.READER), Outcome.PASSED),
    ],
)
def test_outcome_is_that_of_the_worst_rule(one: Result, outcome: Outcome) -> None:
    assert one.outcome is outcome


def test_must_and_should_say_whether_the_rule_is_kept() -> None:
    one = Result("one", Level.READER)
    assert one.must("1", "a rule", [1]) is True
    assert one.should("1", "a rule", []) is False
    assert [(check.must, check.kept) for check in one.checks] == [(True, True), (False, False)]


READER, INTERACTIVE, RESUMING = (result(level, True) for level in Level)


@pytest.mark.parametrize(
    ("results", "level"),
    [
        ((), None),
        ((READER,), Level.READER),
        ((RESUMING, INTERACTIVE, READER), Level.RESUMING),
        ((READER, result(Level.READER, False)), None),
        ((READER, result(Level.READER, should=False)), Level.READER),
        ((READER, result(Level.INTERACTIVE, skipped="why"), RESUMING), Level.READER),
        ((result(Level.READER, False), INTERACTIVE, RESUMING), None),
        ((READER, INTERACTIVE, result(Level.RESUMING, False)), Level.INTERACTIVE),
    ],
)
def test_level_is_the_last_below_which_all_was_gone_through(results: tuple[Result, ...], level: Level | None) -> None:
    assert report(*results).level is level


def test_failed_are_those_that_failed() -> None:
    bad = result(Level.INTERACTIVE, False)
    assert report(READER, bad, result(Level.RESUMING, should=False, skipped="why")).failed == ["interactive"]


def test_a_result_is_told_with_what_was_broken_only() -> None:
    assert str(result(Level.READER, True, False, should=False, skipped="why")).splitlines() == [
        " failed  reader (reader): 1 of 3 rules kept",
        "           MUST  1      a rule; got what came",
        "         SHOULD  2      a wish",
        "         skipped: why",
    ]


def test_summary_counts_outcomes() -> None:
    assert report(READER, result(Level.READER, should=False)).summary == "level reader (1 passed, 1 warned)"
    assert report().summary == "no level (no section was gone through)"


def test_machines_are_told_all() -> None:
    told = json.loads(report(result(Level.READER, False, skipped="why")).to_json())
    assert told == {
        "subject": "client",
        "version": 1,
        "level": None,
        "sections": [
            {
                "name": "reader",
                "level": "reader",
                "outcome": "failed",
                "skipped": "why",
                "checks": [
                    {"spec": "1", "rule": "a rule", "word": "MUST", "kept": False, "got": "what came"},
                    {"spec": "2", "rule": "a wish", "word": "SHOULD", "kept": True},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (Skipped("nothing there"), Outcome.SKIPPED, "skipped: nothing there"),
        (AssertionError("expected more"), Outcome.FAILED, "to its end; got expected more"),
        (
            KeyError("odd"),
            Outcome.FAILED,
            "to its end; got expected what the section can go on with, got KeyError('odd')",
        ),
    ],
)
def test_what_a_section_raises_is_its_end_and_not_that_of_the_run(
    error: Exception, outcome: Outcome, said: str
) -> None:
    def run(peer: None, result: Result) -> None:
        result.must("1", "a rule", True)
        raise error

    ended = Section("one", Level.READER, "", run).result(None)
    assert ended.outcome is outcome
    assert ended.checks[0].kept
    assert said in str(ended)


def test_sections_are_chosen_by_name_in_their_order_and_slow_ones_only_if_asked_for() -> None:
    sections: Sections[None] = Sections()
    for name in ("first", "slow", "last"):
        sections.add(name, Level.READER, "", slow=name == "slow")(lambda peer, result: None)

    def names(*wanted: str, slow: bool = False) -> list[str]:
        return [section.name for section in choose(sections, wanted, slow=slow)]

    assert names() == ["first", "last"]
    assert names(slow=True) == ["first", "slow", "last"]
    assert names("slow", "first") == ["first", "slow"]
    with pytest.raises(ValueError, match="expected sections among first, slow, last, got moons, stars"):
        names("moons", "first", "stars")
    with pytest.raises(ValueError, match="got a second 'first'"):
        sections.add("first", Level.READER, "")(lambda peer, result: None)
