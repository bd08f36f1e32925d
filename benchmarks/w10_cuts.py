"""W10: what users notice of connections that are lost: the latency of clicks, and how soon a thousand pages are back.

Clicks are those of W2 with a blocking read, 20 ms apart, through a proxy that either lets everything pass or cuts the
connection every second; the two are measured in turn. The pages are opened by protocol-level clients in another
process, which all lose their sockets at the same moment, with clicks and reads on their way.
"""

from __future__ import annotations

from statistics import median_grouped

from playwright.sync_api import Browser

from pycommunicate.testing.driver import ProxyProcess
from tests.support.crowd import Crowd

from .browser import cold_page
from .measure import Figures, percentile, tell
from .peers import OURS, SCALE
from .servers import Server
from .w2_click import CLOCK_STEP, HELPERS, WARM_UP

__all__ = ["measure"]

PAUSE = 20
CUTS = {"without cuts": 0.0, "a cut every second": 1.0}


def measure(browser: Browser, clicks: int, runs: int, pages: int, failures: list[str]) -> list[Figures]:
    """Measure W10: *runs* times *clicks* clicks with cuts and without, and as often *pages* pages that come back."""
    figures = []
    tell(f"W10: {runs} times {clicks} clicks, with cuts and without")
    try:
        figures += _clicks(browser, clicks, runs)
    except Exception as error:
        failures.append(f"W10 clicks: {error}")
    tell(f"W10: {runs} times {pages} pages that come back")
    try:
        figures += _returns(pages, runs)
    except Exception as error:
        failures.append(f"W10 pages: {error}")
    return figures


def _clicks(browser: Browser, clicks: int, runs: int) -> list[Figures]:
    took: dict[str, dict[int, list[float]]] = {words: {50: [], 99: []} for words in CUTS}
    server = Server(OURS)
    try:
        with ProxyProcess(server.url.partition("//")[2], websockets_only=True) as proxy:
            for number in range(runs):
                for words in list(CUTS)[:: -1 if number % 2 else 1]:
                    times = _click(browser, proxy, clicks, CUTS[words])
                    took[words][50].append(median_grouped([round(one, 1) for one in times], CLOCK_STEP))
                    took[words][99].append(percentile(times, 99))
    finally:
        server.stop()
    figures = [
        Figures(f"W10 click, blocking read, {words}, p{percent}", "ms", {OURS.name: values})
        for words, by_percent in took.items()
        for percent, values in by_percent.items()
    ]
    without, cut = (took[words] for words in CUTS)
    return figures + [
        Figures(
            f"W10 click, cuts to no cuts, p{percent}",
            "x",
            {OURS.name: [b / a for a, b in zip(without[percent], cut[percent], strict=True)]},
        )
        for percent in (50, 99)
    ]


def _click(browser: Browser, proxy: ProxyProcess, clicks: int, cut_every: float) -> list[float]:
    with cold_page(browser, HELPERS) as page:
        page.goto(f"{proxy.url}/ask")
        page.evaluate("textSeen('ready')")
        page.evaluate("count => clicks(0, count, 0)", WARM_UP)
        proxy.cut_every(cut_every)
        try:
            took: list[float] = page.evaluate("numbers => clicks(...numbers)", [100_000, clicks, PAUSE])
        finally:
            proxy.cut_every(0)
        return took


def _returns(pages: int, runs: int) -> list[Figures]:
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(runs):
        server = Server(SCALE)
        try:
            with Crowd(server.url, timeout=60.0) as crowd:
                crowd.open(pages)
                for turn, backoff in enumerate(seconds, 1):
                    crowd.click(1, 2)
                    crowd.cut()
                    crowd.click(1, 2)
                    seconds[backoff].append(crowd.resume(backoff=backoff))
                    crowd.wait_for_texts(1 + 4 * turn)
        finally:
            server.stop()
    words = {True: "the client's backoff", False: "all at once"}
    return [
        Figures(f"W10 {pages} pages lost and back, {words[backoff]}", "s", {OURS.name: values})
        for backoff, values in seconds.items()
    ]
