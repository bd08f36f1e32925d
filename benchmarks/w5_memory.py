"""W5: what one more idle page with ten listeners costs the server's process.

The pages are opened by protocol-level clients in a process of their own. The figure is the slope between two numbers of
pages, so that neither imports nor what the first pages warm up counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from .measure import Figures, alternate, tell
from .peers import Peer
from .servers import ROOT, Server

__all__ = ["measure"]

LISTENERS = 10
WARM_UP = 5
SETTLE_SECONDS = 1.0


class Clients:
    """The process that holds the pages."""

    def __init__(self, peer: Peer, url: str) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "benchmarks.idle_clients", peer.client, url, str(LISTENERS)),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def grow(self, pages: int) -> None:
        """**Blocks.** Open pages until there are *pages*."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{pages}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if answer != str(pages):
            raise RuntimeError(f"expected {pages} open pages, got {answer or 'the end of the clients'}")

    def stop(self) -> None:
        """End the process, and with it all pages."""
        self._process.kill()
        self._process.communicate()


def measure(peers: list[Peer], low: int, high: int, runs: int, failures: list[str]) -> list[Figures]:
    """Measure W5: the slope from *low* to *high* pages, *runs* times for each peer."""
    tell(f"W5: {runs} times from {low} to {high} pages")

    def run(peer: Peer, server: Server) -> dict[str, float]:
        return {"memory": _slope(peer, server, low, high)}

    collected = alternate(peers, runs, run, failures, fresh=True)
    return [Figures(f"W5 memory per idle page, {LISTENERS} listeners", "KiB", collected.get("memory", {}))]


def _slope(peer: Peer, server: Server, low: int, high: int) -> float:
    clients = Clients(peer, f"{server.url}/idle/{LISTENERS}")
    try:
        clients.grow(WARM_UP)
        weights = []
        for pages in (low, high):
            clients.grow(pages)
            time.sleep(SETTLE_SECONDS)
            weights.append(server.memory)
        clients.grow(high)  # all of them are still there
        return (weights[1] - weights[0]) / (high - low)
    finally:
        clients.stop()
