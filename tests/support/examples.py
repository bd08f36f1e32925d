"""How many examples property tests run, and the programs that they run: lists of actions, drawn by hypothesis."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, TypeAlias

import hypothesis
from hypothesis import strategies as st

__all__ = ["PASS", "Program", "impatient", "parts_of", "programs", "some_examples", "until_enough"]

#: Actions, each with a number that says how.
Program: TypeAlias = list[tuple[str, int]]

#: The action that does nothing: what a program that fails shrinks to.
PASS = "pass"

#: Examples of all property tests together: `make test-long` has more of them.
_EXAMPLES = int(os.environ.get("EXAMPLES", "2000"))
#: Most examples of one test: one that fails is made smaller for a while, and pytest ends a test that takes too long.
_PART = 500
#: A prime that is no factor of any number of steps.
_SPREAD = 7919
#: Seconds in which an example that fails is made smaller.
_PATIENCE = 20.0


def programs(actions: Mapping[str, int], least: int, most: int) -> st.SearchStrategy[Program]:
    """Return programs of *actions*, each of which is as frequent as its number says.

    One integer stands for an action and its number: that is a third of what a pair takes to be drawn. Hypothesis likes
    some integers better than others, so neighbours are no alike.
    """
    table = [PASS, *(name for name, weight in actions.items() for _ in range(weight))]
    size = len(table) * 256

    places = st.integers(0, size - 1).map(lambda number: number * _SPREAD % size)
    numbers = places.map(lambda place: (table[place // 256], place % 256))
    return st.lists(numbers, min_size=least, max_size=most)


def parts_of(share: float) -> list[int]:
    """Return how many examples each part of a property test runs whose share of all of them is *share*."""
    whole = max(1, round(_EXAMPLES * share))
    return [min(_PART, whole - begin) for begin in range(0, whole, _PART)]


def some_examples(count: int) -> hypothesis.settings:
    """Return the settings of a property test of *count* examples: other ones at each run.

    One that fails says how it can be run again. A part is short and draws much: how slowly is nobody's business.
    """
    return hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )


def impatient(check: Callable[..., None]) -> Callable[..., None]:
    """Let *check* be made smaller only for a while where it fails; for `until_enough`.

    Else that could take minutes, and pytest ends a test that takes so long without a word of it.
    """
    failed: list[tuple[str, Exception]] = []
    until: list[float] = []

    @functools.wraps(check)
    def patiently(**drawn: Any) -> None:
        if until and monotonic() > until[0]:
            raise _Enough(*failed[-1])
        try:
            check(**drawn)
        except Exception as error:
            if not until:
                until.append(monotonic() + _PATIENCE)
            failed.append((repr(drawn), error))
            raise

    return patiently


def until_enough(test: Callable[[], None]) -> None:
    """Run a property test whose check is `impatient`."""
    try:
        test()
    except _Enough as enough:
        raise AssertionError(f"this failed, and could perhaps be smaller: {enough.drawn}") from enough.error


class _Enough(BaseException):
    """Ends what hypothesis does; it catches no exception that is none of Exception."""

    def __init__(self, drawn: str, error: Exception) -> None:
        self.drawn = drawn
        self.error = error
