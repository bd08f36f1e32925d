"""``python -m benchmarks``: measure pycommunicate and the limit in one run, and print the figures side by side."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from . import w1_load, w2_click, w5_memory, w6_size, w9_slopes, w10_cuts, w11_kit
from .browser import chromium
from .measure import Figures
from .peers import OURS, PEERS, Peer
from .table import table

WORKLOADS = ("w1", "w2", "w5", "w6", "w9", "w10", "w11")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        loads: W1: runs by number of to-dos.
        clicks: W2: clicks per run, page and pause.
        click_runs: W2: runs.
        pages: W5: between which numbers of pages the slope is taken.
        memory_runs: W5: runs.
        rounds: W9: rounds of each kind.
        page_loads: W9: page loads, and reconnects.
        cut_clicks: W10: clicks per run.
        cut_pages: W10: pages that lose their sockets.
        cut_runs: W10: runs.
        kit_rounds: W11: to-dos that are added and removed.
        kit_runs: W11: runs.
    """

    loads: dict[int, int]
    clicks: int
    click_runs: int
    pages: tuple[int, int]
    memory_runs: int
    rounds: int
    page_loads: int
    cut_clicks: int
    cut_pages: int
    cut_runs: int
    kit_rounds: int
    kit_runs: int


FULL = Plan(
    loads={1000: 21, 10: 11},
    clicks=300,
    click_runs=7,
    pages=(100, 600),
    memory_runs=3,
    rounds=100_000,
    page_loads=10_000,
    cut_clicks=500,
    cut_pages=1_000,
    cut_runs=5,
    kit_rounds=1_000,
    kit_runs=5,
)
QUICK = Plan(
    loads={1000: 3, 10: 3},
    clicks=50,
    click_runs=1,
    pages=(50, 250),
    memory_runs=1,
    rounds=FULL.rounds // 50,
    page_loads=FULL.page_loads // 50,
    cut_clicks=100,
    cut_pages=100,
    cut_runs=1,
    kit_rounds=200,
    kit_runs=1,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the options ask for; return the exit status."""
    options = _options(arguments)
    peers = [PEERS[name] for name in options.peer or PEERS]
    failures: list[str] = []
    figures = _measure(QUICK if options.quick else FULL, options.workload or WORKLOADS, peers, failures)
    print(json.dumps(_report(figures, failures), indent=2) if options.json else table(figures, peers))
    for failure in failures:
        print(f"\nfailed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("workload", nargs="*", help=f"what to measure: {', '.join(WORKLOADS)} (all)")
    parser.add_argument("--quick", action="store_true", help="few runs, a minute or two: to see that it works")
    parser.add_argument("--peer", action="append", choices=list(PEERS), help="measure only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="print every run as JSON instead of a table")
    options = parser.parse_args(arguments)
    for word in options.workload:
        if word not in WORKLOADS:
            parser.error(f"expected one of {', '.join(WORKLOADS)}, got {word}")
    return options


def _measure(plan: Plan, workloads: Sequence[str], peers: list[Peer], failures: list[str]) -> list[Figures]:
    figures: list[Figures] = []
    ours = OURS in peers
    if "w1" in workloads or "w2" in workloads:
        with chromium() as browser:
            if "w1" in workloads:
                figures += w1_load.measure(browser, peers, plan.loads, failures)
            if "w2" in workloads:
                figures += w2_click.measure(browser, peers, plan.clicks, plan.click_runs, failures)
    if "w5" in workloads:
        figures += w5_memory.measure(peers, *plan.pages, plan.memory_runs, failures)
    if "w6" in workloads:
        figures += w6_size.measure(peers, failures)
    if ours and ("w9" in workloads or "w10" in workloads):
        with chromium() as browser:
            if "w9" in workloads:
                figures += w9_slopes.measure(browser, plan.rounds, plan.page_loads, failures)
            if "w10" in workloads:
                figures += w10_cuts.measure(browser, plan.cut_clicks, plan.cut_runs, plan.cut_pages, failures)
    if ours and "w11" in workloads:
        figures += w11_kit.measure(plan.kit_rounds, plan.kit_runs, failures)
    return figures


def _report(figures: list[Figures], failures: list[str]) -> dict[str, object]:
    machine = {"python": platform.python_version(), "system": platform.system(), "cpus": os.cpu_count()}
    return {"machine": machine, "figures": [one.to_map() for one in figures], "failures": failures}


if __name__ == "__main__":
    sys.exit(main())
