"""The sides that are measured, and how each of them is started."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LIMIT", "OURS", "PEERS", "SCALE", "Peer"]

HERE = Path(__file__).parent
LOCAL = ("--host", "127.0.0.1", "--port", "0")


@dataclass(frozen=True, slots=True)
class Peer:
    """One side of the comparison.

    Attributes:
        name: Its word in options, tables and JSON.
        command: What starts its server; a line of its output names the URL.
        directory: Where it is started.
        client: The module whose `connect` opens an idle page without a browser.
        click_pages: Which of the pages of W2 it has.
    """

    name: str
    command: tuple[str, ...]
    directory: Path
    client: str
    click_pages: tuple[str, ...]


LIMIT = Peer(
    "limit",
    (sys.executable, "-m", "benchmarks.peers.limit", *LOCAL),
    HERE / "limit",
    "benchmarks.peers.limit_client",
    ("ask", "carried"),
)
OURS = Peer(
    "pycommunicate",
    (sys.executable, "-m", "pycommunicate", "serve", "main:app", *LOCAL),
    HERE / "ours",
    "benchmarks.peers.pycommunicate_client",
    ("ask", "carried"),
)
#: The app whose pages can be checked to the last word; the tests use it as well.
SCALE = Peer("the app of tests/scale", OURS.command, HERE.parents[1] / "tests" / "scale" / "program", "", ())
PEERS = {peer.name: peer for peer in (LIMIT, OURS)}
