"""Goes through the sections with one client."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from time import monotonic

from gevent.pool import Pool

from ..report import Report, Result, Section, choose
from .peer import Peer
from .sections import CLIENT
from .site import Site
from .vectors import sections_of
from .visitor import TIMES, Times
from .visits import ByCommand, ByFunction, ByHand, Visit, Visits

__all__ = ["check_client", "chosen", "go_through", "main"]

#: Seconds that people may take to open a document.
_BY_HAND = 300.0


def chosen(names: Iterable[str] = (), *, slow: bool = False, vectors: Path | None = None) -> list[Section[Peer]]:
    """Return the sections of those names, or all; those that are slow only if they are named, or *slow*.

    Behind them come those of the ops vectors in the folder *vectors*.

    Raises:
        ValueError: if there is no such section.
    """
    return choose((*CLIENT, *(sections_of(vectors) if vectors else ())), tuple(names), slow=slow)


def check_client(
    visit: Visit,
    sections: Iterable[str] = (),
    *,
    slow: bool = False,
    vectors: Path | None = None,
    at_once: int = 1,
    patience: float = TIMES.patience,
    open_within: float = TIMES.open_within,
    port: int = 0,
    told: Callable[[Result], None] = lambda _: None,
) -> Report:
    """Put a client through the sections. **Blocks** until it has gone through all.

    Args:
        visit: Lets the client open an address, in place of what it shows. It is called in a thread of its own, once
            or more for each section, and may return a function that lets the client go.
        sections: Names of sections; all if there are none.
        slow: Whether to go through those that take long, too.
        vectors: Folder of ops vectors to go through, too.
        at_once: How many sections may be at work at the same time, each with a client of its own.
        patience: Seconds that the client may take for what it does at once.
        open_within: Seconds that it may take to show a document.
        port: Where to serve; 0 for any that is free.
        told: Is called with each section's result, when it has ended.

    Raises:
        ValueError: if there is no such section.
    """
    wanted = chosen(sections, slow=slow, vectors=vectors)
    site = Site(wanted, port=port)
    site.start()
    try:
        return go_through(site, wanted, lambda: ByFunction(visit), told, at_once, Times(patience, open_within))
    finally:
        site.stop()


def go_through(
    site: Site,
    sections: Iterable[Section[Peer]],
    visits: Callable[[], Visits],
    told: Callable[[Result], None],
    at_once: int = 1,
    times: Times = TIMES,
) -> Report:
    """Go through the sections; return what they come to, in their order."""
    report = Report("client")

    def one(section: Section[Peer]) -> Result:
        result = _result(site, section, visits(), times)
        told(result)
        return result

    report.results += Pool(at_once).imap(one, sections)
    return report


def _result(site: Site, section: Section[Peer], visits: Visits, times: Times) -> Result:
    peer = Peer(section.name, lambda: visits.go(f"{site.url}/{section.name}"), times)
    site.add(peer)
    try:
        result = section.result(peer)
    finally:
        visits.leave()
        site.discard(peer)
    result.checks += peer.breaches
    return result


def main(
    port: int,
    command: str | None,
    names: tuple[str, ...],
    *,
    as_json: bool,
    slow: bool,
    vectors: Path | None,
    tell: Callable[..., None],
) -> int:
    """Be the command; return its exit code.

    Args:
        port: Where to serve.
        command: Starts the client; None if somebody else does.
        names: Names of sections; all if there are none.
        as_json: Whether to print JSON, and nothing else.
        slow: Whether to go through those that take long, too.
        vectors: Folder of ops vectors to go through, too.
        tell: Shows people a line; with ``err=True`` on standard error.

    Raises:
        ValueError: if there is no such section.
        OSError: if it cannot serve there.
    """
    sections = chosen(names, slow=slow, vectors=vectors)
    site = Site(sections, port=port)
    site.start()
    tell(f"pycommunicate: a client is awaited on {site.url}/", err=True)
    begun = monotonic()

    def told(result: Result) -> None:
        if not as_json:
            tell(str(result))

    def visits() -> Visits:
        if command is not None:
            return ByCommand(command)
        return ByHand(site, lambda line: tell(f"pycommunicate: {line}", err=True))

    # Whoever sits before it may want to read first.
    times = TIMES if command is not None else replace(TIMES, open_within=_BY_HAND)
    try:
        report = go_through(site, sections, visits, told, times=times)
    finally:
        site.stop()
    tell(report.to_json() if as_json else f"{report.summary}, in {monotonic() - begun:.1f} s")
    return 1 if report.failed else 0
