"""Goes through the sections for a server under test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..report import Report, Result
from .house import Server
from .peer import PATIENCE
from .sections import chosen, without_app

__all__ = ["check_server", "main"]


def check_server(
    url: str,
    sections: Sequence[str] = (),
    *,
    slow: bool = False,
    patience: float = PATIENCE,
    told: Callable[[Result], None] = lambda result: None,
) -> Report:
    """**Blocks**: go through sections with a server.

    Args:
        url: Where it serves the conformance app.
        sections: Their names; all if there are none.
        slow: Whether to look at what takes a minute, too.
        patience: Seconds within which what MUST come is waited for, where the spec gives no time.
        told: Called with each result as it comes.

    Raises:
        ValueError: if there is no such section, or the URL is none.
        AssertionError: if nothing answers there, or what does is no document of a live page.
    """
    to_do = chosen(sections, slow=slow)
    server = Server(url, patience)
    lacks = server.find_app()
    report = Report("server")
    for one in to_do:
        result = (without_app(one, lacks) if lacks else one).result(server)
        if lacks and result.skipped == lacks:
            lacks = "the server does not serve the conformance app, as was said"
        report.results.append(result)
        told(result)
    return report


def main(url: str, sections: Sequence[str] = (), as_json: bool = False, slow: bool = False) -> int:
    """Go through sections with a server, print what comes of it, and return the exit code.

    Args:
        url: Where it serves the conformance app.
        sections: Their names; all if there are none.
        as_json: Whether to print it for machines.
        slow: Whether to look at what takes a minute, too.
    """
    try:
        report = check_server(url, sections, slow=slow, told=(lambda result: None) if as_json else _tell)
    except (AssertionError, ValueError) as error:
        print(f"Error: {error}")
        return 2
    print(report.to_json() if as_json else report.summary)
    return 1 if report.failed or not report.level else 0


def _tell(result: Result) -> None:
    print(result, flush=True)
