"""The test kit's browser passes all sections of the conformance kit, over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from threading import Event, Thread

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.report import Level, Outcome
from tests.conformance.simulated_client import run
from tests.support.notation import PROTOCOL

SEEDS = count(1)


def visit(url: str) -> Callable[[], None]:
    """Let a browser of its own open an address; return what closes it."""
    stopped = Event()
    thread = Thread(target=run, args=(url, next(SEEDS), stopped.is_set))
    thread.start()

    def close() -> None:
        stopped.set()
        thread.join()

    return close


def test_simulated_browser_passes_all_sections() -> None:
    report = check_client(visit, at_once=12, vectors=PROTOCOL / "v1" / "vectors" / "ops")
    assert [str(result) for result in report.results if result.outcome is not Outcome.PASSED] == []
    assert report.level is Level.RESUMING
