"""W11: interactions a second that the test kit's simulated browsers have with an app, on one core.

One interaction is a fill, a key or a click, with all that the app makes of it: events, reads, writes. Each run has a
process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from .measure import Figures, tell
from .peers import OURS

__all__ = ["measure"]

TODO = Path(__file__).parents[1] / "examples" / "todo" / "main.py"


def measure(rounds: int, runs: int, failures: list[str]) -> list[Figures]:
    """Measure W11: *runs* runs of *rounds* to-dos each, added and removed."""
    values = []
    for run in range(runs):
        tell(f"W11: run {run + 1} of {runs}")
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.w11_kit", str(rounds)],
                env={**os.environ, "TODO_FILE": str(Path(folder) / "todo.txt")},
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            failures.append(f"W11: {done.stderr[-500:]}")
        else:
            values.append(float(done.stdout))
    return [Figures("W11 test kit, interactions", "1/s", {OURS.name: values})]


def _run(rounds: int) -> float:
    """Return interactions a second: each to-do is filled in, added and removed."""
    import runpy

    from pycommunicate.testing import TestClient

    with TestClient(runpy.run_path(str(TODO))["app"]) as client:
        page = client.open("/")
        began = perf_counter()
        for _ in range(rounds):
            page.find("#next").fill("milk")
            page.find("#add").click()
            page.find("#todo button").click()
        took = perf_counter() - began
        assert not page.exists("#todo li")
    return 3 * rounds / took


if __name__ == "__main__":
    print(_run(int(sys.argv[1])))
