"""A tab with the soak page of tests/scale/program in it: lets it make and forget much, and weighs what stays."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Page

__all__ = ["KINDS", "Soak", "remembered"]

#: What the page's handlers do so many times, and what that is.
KINDS = {
    "listen": "add, listen, delete",
    "content": "subtree replaced by content",
    "script": "subtree replaced by the page's script",
}

# The newest socket, so that the page's own script can lose it.
_KEEP_SOCKET = """
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    globalThis.newestSocket = this;
  }
};
"""
_ROUNDS = """
([kind, rounds]) => new Promise(resolve => {
  const done = document.querySelector("#done");
  done.textContent = "";
  new MutationObserver((_, observer) => {
    if (done.textContent !== "done") return;
    observer.disconnect();
    resolve();
  }).observe(done, {childList: true});
  document.querySelector("#rounds").value = rounds;
  document.querySelector("#" + kind).click();
})
"""
# Each loss with a click, which is handled once the socket is back.
_RECONNECTS = """
async times => {
  const done = document.querySelector("#done");
  for (let i = 0; i < times; i++) {
    const counted = new Promise(resolve => new MutationObserver((_, observer) => {
      observer.disconnect();
      resolve();
    }).observe(done, {childList: true}));
    document.addEventListener("pycommunicate:waiting", () => {
      setTimeout(() => dispatchEvent(new Event("online")));
      document.querySelector("#count").click();
    }, {once: true});
    newestSocket.close(4001);
    await counted;
  }
}
"""


def remembered(url: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the tables of the app at *url*, and its living objects by class."""
    with urlopen(f"{url}/tables", timeout=20) as response:
        tables, living = json.loads(response.read())
    return tables, living


class Soak:
    """The soak page in a tab.

    Args:
        page: The Playwright page.
        url: Of the app.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.set_default_timeout(120_000)
        page.add_init_script(_KEEP_SOCKET)
        page.goto(f"{url}/soak")
        page.get_by_text("ready", exact=True).wait_for()
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")

    def rounds(self, kind: str, rounds: int) -> None:
        """Let the handler of that kind do so many rounds."""
        self.page.evaluate(_ROUNDS, [kind, rounds])

    def reconnect(self, times: int) -> None:
        """Lose the socket so many times, each time with a click on its way."""
        self.page.evaluate(_RECONNECTS, times)

    def weigh(self) -> dict[str, float]:
        """Return what the tab holds behind a collection of garbage: bytes of JavaScript, nodes, and listeners."""
        self._cdp.send("HeapProfiler.collectGarbage")
        metrics: list[dict[str, Any]] = self._cdp.send("Performance.getMetrics")["metrics"]
        values = {one["name"]: one["value"] for one in metrics}
        return {name: values[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}

    def leave(self) -> None:
        """Leave the page for good."""
        self.page.goto("about:blank")
