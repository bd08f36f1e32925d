"""W2: from a click until the text that the server's handler wrote is seen.

The handler shows what an input holds. It asks for it with a real blocking read; on the second page it gets the value
with the event. Clicks come one after the other, either with a pause in between, as people click, or back to back.
"""

from __future__ import annotations

from functools import partial
from statistics import median_grouped

from playwright.sync_api import Browser

from .browser import cold_page
from .measure import Figures, alternate, percentile, tell
from .peers import Peer
from .servers import Server

__all__ = ["CLOCK_STEP", "HELPERS", "WARM_UP", "measure"]

PAGES = {"ask": "blocking read", "carried": "value in the event"}
PAUSES = {"paused": 20, "back to back": 0}
WARM_UP = 20
# Milliseconds between two values of performance.now(): so coarse that the median is taken of grouped values.
CLOCK_STEP = 0.1

# The clock starts before the click is dispatched and stops in the MutationObserver's turn.
HELPERS = """
globalThis.textSeen = wanted => new Promise((resolve, reject) => {
  const seen = document.getElementById("seen");
  if (seen.textContent === wanted) return resolve(performance.now());
  const late = setTimeout(() => reject(new Error(`expected ${wanted}, got ${seen.textContent}`)), 10_000);
  new MutationObserver((_, observer) => {
    if (seen.textContent !== wanted) return;
    resolve(performance.now());
    clearTimeout(late);
    observer.disconnect();
  }).observe(seen, {subtree: true, childList: true, characterData: true});
});
globalThis.nextTask = () => new Promise(resolve => {
  const {port1, port2} = new MessageChannel();
  port2.onmessage = () => { resolve(); port1.close(); };
  port1.postMessage(null);
});
globalThis.clicks = async (first, count, pause) => {
  const took = [];
  for (let number = first; number < first + count; number++) {
    document.getElementById("next").value = "text " + number;
    await (pause ? new Promise(resolve => setTimeout(resolve, pause)) : nextTask());
    const seen = textSeen("seen text " + number);
    const start = performance.now();
    document.getElementById("add").click();
    took.push(await seen - start);
  }
  return took;
};
"""


def measure(browser: Browser, peers: list[Peer], clicks: int, runs: int, failures: list[str]) -> list[Figures]:
    """Measure W2: *runs* times *clicks* clicks for each peer, page and pause."""
    figures = []
    for page, words in PAGES.items():
        able = [peer for peer in peers if page in peer.click_pages]
        tell(f"W2: {words}, {runs} times {clicks} clicks, paused and back to back")
        collected = alternate(able, runs, partial(_run, browser, page, clicks), failures)
        for pause in PAUSES:
            for percent in (50, 99):
                values = collected.get(f"{pause} {percent}", {})
                figures.append(Figures(f"W2 {words}, {pause}, p{percent}", "ms", values))
    return figures


def _run(browser: Browser, path: str, clicks: int, _: Peer, server: Server) -> dict[str, float]:
    figures = {}
    with cold_page(browser, HELPERS) as page:
        page.goto(f"{server.url}/{path}")
        page.evaluate("textSeen('ready')")
        page.evaluate("count => clicks(0, count, 0)", WARM_UP)
        for number, (pause, milliseconds) in enumerate(PAUSES.items(), 1):
            took = page.evaluate("numbers => clicks(...numbers)", [number * 100_000, clicks, milliseconds])
            figures[f"{pause} 50"] = median_grouped([round(one, 1) for one in took], CLOCK_STEP)
            figures[f"{pause} 99"] = percentile(took, 99)
    return figures
