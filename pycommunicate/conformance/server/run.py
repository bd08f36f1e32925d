"""Goes through the sections for a server under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..report import Report, Result
from .house import Target
from .peer import PATIENCE
from .sections import chosen, without_app

__all__ = ["check_server", "main"]


def check_server(
    url: str,
    sections: Sequence[str] = (),
    *,
    slow: bool = False,
    patience: float = PATIENCE,
    at_once: int = 1,
    told: Callable[[Result], None] = lambda result: None,
) -> Report:
    """**Blocks**: go through sections with a server.

    Args:
        url: Where it serves the conformance app.
        sections: Their names; all if there are none.
        slow: Whether to look at what takes a minute, too.
        patience: Seconds within which what MUST come is waited for, where the spec gives no time.
        at_once: How many sections may be at work at the same time, each with users of its own.
        told: Called with each result, in the order of the sections.

    Raises:
        ValueError: if there is no such section, or the URL is none.
        AssertionError: if nothing answers there, or what does is no document of a live page.
    """
    to_do = chosen(sections, slow=slow)
    target = Target(url, patience)
    lacks = target.find_app()
    if lacks:
        to_do = list(without_app(to_do, lacks))
    report = Report("server")
    with ThreadPoolExecutor(at_once) as pool:
        results = pool.map if at_once > 1 else map
        for result in results(lambda one: one.result(target), to_do):
            report.results.append(result)
            told(result)
    return report


def main(url: str, names: Sequence[str], *, as_json: bool, slow: bool, tell: Callable[[str], None]) -> int:
    """Be the command; return its exit code.

    Args:
        url: Where the server serves the conformance app.
        names: Names of sections; all if there are none.
        as_json: Whether to print JSON, and nothing else.
        slow: Whether to go through those that take long, too.
        tell: Shows people a line.

    Raises:
        ValueError: if there is no such section, or the URL is none.
        AssertionError: if nothing answers there, or what does is no document of a live page.
    """

    def told(result: Result) -> None:
        if not as_json:
            tell(str(result))

    report = check_server(url, names, slow=slow, told=told)
    tell(report.to_json() if as_json else report.summary)
    return 1 if report.failed or not report.level else 0
