"""W1: from the start of the navigation until N to-dos stand, with nothing cached.

Each to-do is a div with a p and a button: three nodes with ids, two texts, one click listener. It stands when its last
text stands. Both pages are watched by the same MutationObserver, and checked afterwards: the DOM must be complete, and
the last button must remove its to-do by way of the server.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from .browser import cold_page
from .measure import Figures, alternate, tell
from .peers import Peer
from .servers import Server

__all__ = ["measure"]

WARM_UP = 2

# performance.now() counts from the start of the navigation.
WATCH = """
globalThis.standing = new Promise((resolve, reject) => {
  const buttons = document.getElementsByTagName("button");
  setTimeout(() => reject(new Error(`expected COUNT to-dos within 20 s, got ${buttons.length}`)), 20_000);
  new MutationObserver((_, observer) => {
    if (buttons.length < COUNT || buttons[COUNT - 1].textContent !== "Remove") return;
    resolve(performance.now());
    observer.disconnect();
  }).observe(document, {subtree: true, childList: true, characterData: true});
});
"""

CHECK = """
count => {
  const todos = document.getElementById("todo").children;
  if (todos.length !== count) return `expected ${count} to-dos, got ${todos.length}`;
  for (let index = 0; index < count; index++) {
    const [p, button] = todos[index].children;
    const got = [todos[index].tagName, todos[index].id, p.tagName, p.id, p.textContent,
                 button.tagName, button.id, button.textContent].join(" ");
    const wanted = `DIV todo${index} P todoText${index} - buy item ${index} BUTTON todoRemove${index} Remove`;
    if (got !== wanted) return `expected ${wanted}, got ${got}`;
  }
  todos[count - 1].lastElementChild.click();
  return "";
}
"""


def measure(browser: Browser, peers: list[Peer], counts: dict[int, int], failures: list[str]) -> list[Figures]:
    """Measure W1 for each of *counts*, which says how many loads of each peer go with it."""
    return [_measure(browser, peers, count, runs, failures) for count, runs in counts.items()]


def _measure(browser: Browser, peers: list[Peer], count: int, runs: int, failures: list[str]) -> Figures:
    tell(f"W1: {runs} cold loads of {count} to-dos each")

    warm: set[Peer] = set()

    def run(peer: Peer, server: Server) -> dict[str, float]:
        if peer not in warm:
            # The first requests of a process compile templates and import; that is not what a load costs.
            warm.add(peer)
            for _ in range(WARM_UP):
                _load(browser, server, count)
        return {"load": _load(browser, server, count)}

    return Figures(f"W1 cold load, N={count}", "ms", alternate(peers, runs, run, failures).get("load", {}))


def _load(browser: Browser, server: Server, count: int) -> float:
    with cold_page(browser, WATCH.replace("COUNT", str(count))) as page:
        page.goto(f"{server.url}/todo/{count}", wait_until="commit")
        took: float = page.evaluate("standing")
        _check(page, count)
        return took


def _check(page: Page, count: int) -> None:
    wrong = page.evaluate(CHECK, count)
    if wrong:
        raise RuntimeError(wrong)
    page.wait_for_function("count => !document.getElementById('todo' + (count - 1))", arg=count, timeout=10_000)
