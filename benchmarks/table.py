"""Figures as a table for people."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

from .measure import Figures
from .peers import LIMIT, Peer

__all__ = ["table"]


def table(figures: Sequence[Figures], peers: Sequence[Peer]) -> str:
    """Return one line per figure: of each peer, then of its ratios to the limit, the median and the middle half."""
    others = [peer.name for peer in peers if peer is not LIMIT]
    head = ["", "unit"]
    for peer in peers:
        head += [peer.name, "(half)"]
    head += ["x limit", "(half)"] * len(others)
    rows = [head]
    for one in figures:
        row = [one.label, one.unit]
        for peer in peers:
            row += [_number(one.of(peer.name)), _range(one.values.get(peer.name, []))]
        for name in others:
            ratios = one.ratios(name)
            row += [_number(median(ratios)) if ratios else "-", _range(ratios)]
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = enumerate(zip(row, widths, strict=True))
    padded = [cell.ljust(width) if place < 2 else cell.rjust(width) for place, (cell, width) in cells]
    return "  ".join(padded).rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def _range(values: Sequence[float]) -> str:
    """Say between what the middle half of the runs lies."""
    if len(values) < 2:
        return ""
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"{_number(low)}..{_number(high)}"
