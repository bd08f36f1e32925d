"""Figures: alternating runs of both sides, and what is said about them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any

from .peers import LIMIT, Peer
from .servers import Server

__all__ = ["Figures", "alternate", "percentile", "tell"]


@dataclass(slots=True)
class Figures:
    """What was measured for one line of the table.

    Attributes:
        label: What it is.
        unit: Of every value.
        values: By peer, one value per run, in order; run n of one peer stood beside run n of the other.
    """

    label: str
    unit: str
    values: dict[str, list[float]] = field(default_factory=dict)

    def of(self, peer: str) -> float | None:
        """Return the median of *peer*, or None where it was not measured."""
        return median(self.values[peer]) if self.values.get(peer) else None

    def ratios(self, peer: str) -> list[float]:
        """Return, run by run, how many times the limit's value that of *peer* is."""
        limit = self.values.get(LIMIT.name, [])
        # A peer that fails is left out from then on, so the runs that there are still stand side by side.
        return [other / mine for mine, other in zip(limit, self.values.get(peer, []), strict=False) if mine]

    def to_map(self) -> dict[str, Any]:
        """Return everything as it goes into JSON."""
        peers = {
            peer: {"median": self.of(peer), "runs": values, "ratios": self.ratios(peer)}
            for peer, values in self.values.items()
        }
        return {"label": self.label, "unit": self.unit, "peers": peers}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of *values* that *percent* of them do not exceed."""
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def alternate(
    peers: Sequence[Peer],
    runs: int,
    run: Callable[[Peer, Server], dict[str, float]],
    failures: list[str],
    *,
    fresh: bool = False,
) -> dict[str, dict[str, list[float]]]:
    """Run all peers in turn, *runs* times, so that a drifting machine drifts for all of them.

    A peer whose run fails is left out from then on, and the failure noted: the others are still worth their figures.

    Args:
        peers: Who takes part.
        runs: How many values each of them gets.
        run: Makes one run with the peer's server; returns values by name.
        failures: Where failures are noted.
        fresh: Whether every run gets a server process of its own; else each peer has one for all of them.

    Returns:
        By name of the figure, by peer: one value per run.
    """
    collected: dict[str, dict[str, list[float]]] = {}
    standing = list(peers)
    servers: dict[str, Server] = {}
    try:
        for number in range(runs):
            # Every second round goes the other way, so that nobody always runs behind the same one.
            for peer in standing[:: -1 if number % 2 else 1]:
                try:
                    if peer.name not in servers:
                        servers[peer.name] = Server(peer)
                    figures = run(peer, servers[peer.name])
                except Exception as error:
                    standing.remove(peer)
                    output = servers[peer.name].output if peer.name in servers else ()
                    failures.append(f"{peer.name}: {error}\n{''.join(output)}")
                    continue
                for name, value in figures.items():
                    collected.setdefault(name, {}).setdefault(peer.name, []).append(value)
                if fresh:
                    servers.pop(peer.name).stop()
    finally:
        for server in servers.values():
            server.stop()
    return collected


def tell(text: str) -> None:
    """Write progress where it does not mix with the results."""
    print(text, file=sys.stderr, flush=True)
