"""Many spoiled sessions at a time against one server, and what its log says of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
from gevent import socket
from gevent.pool import Pool

from tests.support.attacker import Attack, Outcome, open_page
from tests.support.mutator import Mutator
from tests.support.websocket import BINARY, CONTINUATION, PING, TEXT
from tests.support.wire import WireClient

__all__ = ["TARGET", "Campaign"]

#: Where the app lies that is attacked.
TARGET = Path(__file__).parent / "target"

_REPORT_TIMEOUT = 20.0
#: One for each page or socket that the server ends, and one for each write that was said to have failed.
_LINES = {
    "page": re.compile(r"WARNING pycommunicate\.page: page (\S+) ends: its browser broke the protocol: .*"),
    "socket": re.compile(r"WARNING pycommunicate\.transport: a WebSocket is closed: 1\d\d\d: .*"),
    "refusal": re.compile(r"INFO pycommunicate\.page: a browser is refused \(.*"),
    "failure": re.compile(r"ERROR pycommunicate\.page: a write to the page failed: .*"),
    "many": re.compile(r"ERROR pycommunicate\.page: so much goes wrong on page \S+ that .*"),
}


class Campaign:
    """Attacks one server.

    Args:
        url: Of the target.
        session: What is spoiled.
        seed: Of all choices.
        at_once: How many pages are attacked at a time.
        rate: Frames a second, in all; 0 for as many as go.
    """

    def __init__(self, url: str, session: Sequence[bytes], seed: int, at_once: int = 8, rate: float = 0) -> None:
        self.url = url
        self.session = list(session)
        self.mutator = Mutator(seed, session)
        self.sent = 0
        self.outcomes: list[Outcome] = []
        self.wrong: list[str] = []
        self._at_once = at_once
        self._rate = rate
        self._next = monotonic()

    def run(self, frames: int) -> None:
        """Send so many frames and some more, page by page."""
        pool = Pool(self._at_once)
        goal = self.sent + frames
        while self.sent < goal:
            pool.spawn(self._attack)
            pool.wait_available()
        pool.join()

    def _attack(self) -> None:
        try:
            hello = self.mutator.random.random() < 0.05
            client = self._early() if hello else open_page(self.url)
            self.outcomes.append(Attack(client, self._pace).run(self._shots(hello)))
        except Exception as error:  # the server must let everybody in who comes in order
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _early(self) -> WireClient:
        """Return a browser that has not said hello."""
        client = WireClient(self.url, socket)
        client.get()
        client.connect()
        return client

    def _shots(self, hello: bool) -> list[bytes | tuple[int, bytes]]:
        shots: list[bytes | tuple[int, bytes]] = [*self.mutator.session(self.session)]
        if hello:
            shots.insert(0, self.mutator.mutate(self.mutator.random.choice(self.mutator.corpus)))
        if self.mutator.random.random() < 0.05:
            odd = self.mutator.random.choice(
                ((TEXT, b"text"), (CONTINUATION, b"?"), (0x3, b""), (PING, b"x" * 126), (BINARY, b"\0" * (1 << 20 | 1)))
            )
            shots.insert(self.mutator.random.randrange(len(shots) + 1), odd)
        return shots

    def _pace(self) -> None:
        self.sent += 1
        if self._rate:
            self._next = max(self._next + 1 / self._rate, monotonic() - 0.1)
            gevent.sleep(max(0.0, self._next - monotonic()))

    # --- what became of it ----------------------------------------------------------------------------------------

    @property
    def ended(self) -> Counter[str]:
        """How pages ended, in words."""
        return Counter(one.why or (str(one.code) if one.code >= 1002 else "") or "not" for one in self.outcomes)

    def report(self) -> dict[str, Any]:
        """Return what the target says of itself."""
        report: dict[str, Any] = json.loads(WireClient(self.url, socket, timeout=_REPORT_TIMEOUT).get("/report").text)
        return report

    def wait_for_report(self, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the target's report as soon as it is *good*."""
        deadline = monotonic() + _REPORT_TIMEOUT
        while not good(report := self.report()):
            assert monotonic() < deadline, f"waited {_REPORT_TIMEOUT:g} s, and still got {report}"
            gevent.sleep(0.05)
        return report

    def lines_in(self, log: str) -> tuple[Counter[str], list[str]]:
        """Return how many lines of each kind there are, and those that are of none, or name a page again."""
        counts: Counter[str] = Counter()
        odd: list[str] = []
        pages: set[str] = set()
        for line in log.splitlines():
            kind, found = next(((kind, m) for kind, rule in _LINES.items() if (m := rule.fullmatch(line))), ("", None))
            if found is None or (kind == "page" and found[1] in pages):
                odd.append(line)
            elif kind == "page":
                pages.add(found[1])
            counts[kind] += found is not None
        return counts, odd

    def faults_in(self, log: str) -> list[str]:
        """Return what is wrong with the log and with how pages ended."""
        counts, odd = self.lines_in(log)
        faults = self.wrong + odd
        lines = counts["page"] + counts["socket"] + counts["refusal"]
        hostile = sum(one.hostile for one in self.outcomes)
        # A page whose browser has hung up as well is logged, and the browser did not hear of it.
        unheard = sum(not one.why and not one.code for one in self.outcomes)
        if not hostile <= lines <= hostile + unheard:
            faults.append(
                f"{hostile} pages were ended for what was sent ({unheard} unheard), by {lines} lines: {counts}"
            )
        return faults
