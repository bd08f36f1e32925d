"""What `make fuzz` measures is a fault where it is too much, and only there."""

from __future__ import annotations

import pytest

from tests.hostile.__main__ import _latency, _log, _memory

MIB = 2**20
PAGE = "WARNING pycommunicate.page: page {} ends: its browser broke the protocol: so"
FAILURE = "ERROR pycommunicate.page: a write to the page failed: js-error: 'x' (set)"


def milliseconds(*values: float) -> list[float]:
    """Return a hundred waits, of which so many percent took what the values say: 80, 16 and 4."""
    return [one / 1000 for one, count in zip(values, (80, 16, 4), strict=True) for _ in range(count)]


@pytest.mark.parametrize(
    ("attacked", "flood", "faults"),
    [
        ((0.9, 8, 80), "", []),
        ((3.2, 18, 80), "", ["p50"]),
        ((3.2, 18, 80), "frames", []),
        ((6, 18, 80), "frames", ["p50"]),
        ((0.9, 20, 80), "", ["p95"]),
        ((0.9, 8, 120), "", ["p99"]),
    ],
)
def test_latency_of_others_counts_at_each_percentile(
    attacked: tuple[float, float, float], flood: str, faults: list[str]
) -> None:
    found = _latency(milliseconds(2, 3, 4), milliseconds(*attacked), flood)
    assert [one.partition("(")[2].partition(")")[0] for one in found] == faults


@pytest.mark.parametrize(
    ("step", "pages", "faults"),
    [(0, 1000, 0), (1000, 5000, 0), (60_000, 1000, 1), (60_000, 0, 0), (600_000, 0, 1), (600_000, 1000, 2)],
)
def test_memory_is_flat_or_a_fault(step: int, pages: int, faults: int) -> None:
    samples = [(at / 2, 40 * MIB + step * at) for at in range(200)]
    assert len(_memory(samples, pages)) == faults


@pytest.mark.parametrize(
    ("lines", "hostile", "faults"),
    [
        ([PAGE.format("a"), PAGE.format("b"), FAILURE], 2, 0),
        ([PAGE.format("a"), PAGE.format("a")], 2, 1),
        ([PAGE.format("a"), PAGE.format("b")], 1, 1),
        ([PAGE.format("a")], 2, 1),
        ([PAGE.format("a"), "Traceback (most recent call last):"], 1, 1),
        ([PAGE.format("a"), *[FAILURE] * 5], 1, 1),
    ],
)
def test_log_has_one_line_for_each_page_that_ended(lines: list[str], hostile: int, faults: int) -> None:
    log = "\n".join(["... (Ctrl-C stops it)", *lines])
    assert len(_log(log, {"hostile": hostile, "unheard": 0, "pages": 4})) == faults
