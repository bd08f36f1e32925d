"""W9: what stays of what was made and forgotten: of elements and listeners, of page loads, of lost sockets.

Each kind has a server and a tab of its own, which do their rounds in steps; behind each step both are weighed. The
figures are slopes over the second half of the steps, by least squares, when caches are full and code is compiled.
Flat is wanted, so tables are compared as well: what they hold at the end more than at the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import linear_regression
from time import monotonic, sleep

from playwright.sync_api import Browser

from tests.support.crowd import Crowd
from tests.support.soak import KINDS, Soak, remembered

from .measure import Figures, tell
from .peers import OURS, SCALE
from .servers import Server

__all__ = ["measure"]

STEPS = 20
#: Rounds before the first step.
WARM_UP = 50
#: What is there for a moment while acknowledgements and releases are on their way.
PASSING = ("frames to send again", "ops that wait", "releases", "pages with deadlines", "idle users")
#: Connections come and go with the requests that ask.
PASSING_OBJECTS = ("pycommunicate.transport.websocket.Handler", "pycommunicate.transport.share.Account")
SETTLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Weight:
    """What was weighed behind one step.

    Attributes:
        rounds: How many there have been.
        server: KiB of its memory.
        heap: KiB of the tab's JavaScript heap behind a collection of garbage; None where there is no tab.
        nodes: DOM nodes and event listeners of the tab.
        tables: Entries of the server's tables.
        objects: Objects of the package's classes that live in the server.
    """

    rounds: int
    server: float
    heap: float | None
    nodes: int
    tables: dict[str, int]
    objects: dict[str, int]


def measure(browser: Browser, rounds: int, loads: int, failures: list[str]) -> list[Figures]:
    """Measure W9: *rounds* rounds of each kind, and *loads* page loads and reconnects."""
    figures = []
    kinds = {words: (kind, rounds) for kind, words in KINDS.items()}
    for words, (kind, count) in {**kinds, "page load": ("visit", loads), "reconnect": ("reconnect", loads)}.items():
        tell(f"W9: {words}, {count} times")
        server = Server(SCALE)
        try:
            weights = _weights(browser, server, kind, count)
        except Exception as error:
            failures.append(f"W9 {words}: {error}\n{''.join(server.output)}")
            continue
        finally:
            server.stop()
        figures += _figures(f"W9 {words}", weights)
    return figures


def _weights(browser: Browser, server: Server, kind: str, count: int) -> list[Weight]:
    with ExitStack() as ending:
        soak = None
        run: Callable[[int], object]
        if kind == "visit":
            crowd = ending.enter_context(Crowd(server.url, timeout=300.0))
            run = crowd.visit
        else:
            context = browser.new_context()
            ending.callback(context.close)
            tab = soak = Soak(context.new_page(), server.url)
            run = tab.reconnect if kind == "reconnect" else lambda rounds: tab.rounds(kind, rounds)
        run(WARM_UP)
        weights = [_weigh(server, soak, 0)]
        for step in range(1, STEPS + 1):
            run(count // STEPS)
            weights.append(_weigh(server, soak, step * (count // STEPS)))
        return weights


def _weigh(server: Server, soak: Soak | None, rounds: int) -> Weight:
    deadline = monotonic() + SETTLE_SECONDS
    while True:
        tables, objects = remembered(server.url)
        if not any(tables[name] for name in PASSING[:-1]) or monotonic() > deadline:
            break
        sleep(0.05)
    tab = soak.weigh() if soak is not None else None
    return Weight(
        rounds,
        server.memory,
        tab["JSHeapUsedSize"] / 1024 if tab else None,
        int(tab["Nodes"] + tab["JSEventListeners"]) if tab else 0,
        {name: size for name, size in tables.items() if name not in PASSING},
        {name: count for name, count in objects.items() if name not in PASSING_OBJECTS},
    )


def _figures(label: str, weights: Sequence[Weight]) -> list[Figures]:
    first, last = weights[0], weights[-1]
    grown = _grown(first.tables, last.tables)
    objects = _grown(first.objects, last.objects)
    for name, by in {**grown, **objects}.items():
        tell(f"    {name}: {by:+d}")
    figures = [("server", "KiB per 1,000", _slope(weights, lambda weight: weight.server))]
    if last.heap is not None:
        figures += [
            ("tab, JavaScript", "KiB per 1,000", _slope(weights, lambda weight: weight.heap or 0.0)),
            ("tab, nodes and listeners", "more", last.nodes - first.nodes),
        ]
    figures += [
        ("server, tables", "more", sum(grown.values())),
        ("server, tables at the end", "entries", sum(last.tables.values())),
        ("server, objects", "more", sum(objects.values())),
    ]
    return [Figures(f"{label}: {what}", unit, {OURS.name: [value]}) for what, unit, value in figures]


def _slope(weights: Sequence[Weight], value: Callable[[Weight], float]) -> float:
    half = weights[len(weights) // 2 :]
    return 1000 * linear_regression([one.rounds for one in half], [value(one) for one in half]).slope


def _grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: by for name in after if (by := after[name] - before.get(name, 0))}
