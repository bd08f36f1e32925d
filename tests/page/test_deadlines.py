"""Tests of when a wait has lasted too long, and of the words for it."""

from __future__ import annotations

import pytest

from pycommunicate.errors import ReadTimeout, WaitTimeout
from pycommunicate.page.deadlines import Deadlines


def at(now: float, heard: float | None = None) -> Deadlines:
    return Deadlines(now, heard, silence=10, total=120)


@pytest.mark.parametrize(("now", "heard"), [(119, None), (9, 0), (119, 110), (9.9, -50)])
def test_a_wait_goes_on_while_none_of_its_times_is_up(now: float, heard: float | None) -> None:
    assert at(now, heard).passed("it", 0) is None


@pytest.mark.parametrize(
    ("now", "heard", "timeout", "patience", "kind", "text"),
    [
        (120, None, None, 0, ReadTimeout, "no answer within 120 seconds to it"),
        (125, 124, None, 5, ReadTimeout, "no answer within 125 seconds to it"),
        (10, 0, None, 0, ReadTimeout, "no sign of the browser for 10 seconds, waiting for it"),
        (10, -99, None, 50, ReadTimeout, "no sign of the browser for 10 seconds, waiting for it"),
        (3, 3, 3, 0, WaitTimeout, "it did not come within 3 seconds"),
        (300, 299, 300, 0, WaitTimeout, "it did not come within 300 seconds"),
    ],
)
def test_a_wait_ends_with_the_time_that_is_up_first(
    now: float, heard: float | None, timeout: float | None, patience: float, kind: type[Exception], text: str
) -> None:
    error = at(now, heard).passed("it", 0, timeout, patience)
    assert type(error) is kind
    assert str(error) == text


def test_a_program_that_waits_longer_than_any_read_does_so() -> None:
    assert at(299, 298).passed("it", 0, timeout=300) is None
    assert at(124, 120).passed("it", 0, patience=5) is None


def test_half_of_the_silence_is_noticed() -> None:
    assert not at(4.9, 0).half_silent(0)
    assert at(5, 0).half_silent(0)
    assert not at(5, 0).half_silent(1)  # it has been waited for less
    assert not at(500, None).half_silent(0)  # nobody is there to be silent
