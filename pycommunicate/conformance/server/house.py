"""What a section is given: the server under test, and documents of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from ..report import Level, Result, Section, Sections, Skipped, choose
from .peer import PATIENCE, Missing, Peer
from .rules import Ledger
from .site import META, Document, Site

__all__ = ["SECTIONS", "Server", "Target", "chosen", "section", "without_app"]

_Run = Callable[["Server", Result], None]


class Target:
    """The server under test.

    Args:
        url: Where it serves the conformance app.
        patience: Seconds within which what MUST come is waited for, where the spec gives no time.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.site = Site(url)
        self.patience = patience

    def document(self, cookies: str = "") -> Document:
        """Load a document, as the user who has those cookies, or as a new one."""
        document = self.site.load(cookies)
        assert document.live, (
            "expected a document with a script element that has data-pycommunicate and data-ticket at "
            f"{self.site.url}, got status {document.status} and {document.text[:200]!r}"
        )
        return document

    def find_app(self) -> str:
        """Return why the server does not serve the conformance app, in words; an empty text if it does.

        Raises:
            AssertionError: if it serves no live document at all.
        """
        document = self.document()
        if document.app == META[1]:
            return ""
        got = f'one with content="{document.app}"' if document.app else "none"
        return (
            f"{self.site.url} does not serve the conformance app (protocol/conformance.md): expected "
            f'<meta name="{META[0]}" content="{META[1]}"> in its document, got {got}'
        )


class Server(Target):
    """The server under test, in one section.

    Args:
        target: It.
        result: Takes the general rules, too.
    """

    def __init__(self, target: Target, result: Result) -> None:
        super().__init__(target.site.url, target.patience)
        self._peers: list[Peer] = []
        self._ledger = Ledger(result)

    def leave(self) -> None:
        """Leave all documents of the section."""
        while self._peers:
            with suppress(OSError, AssertionError):
                self._peers.pop().leave()

    def open(self, cookies: str = "") -> Peer:
        """Load a document; say nothing yet."""
        return self.twin(self.document(cookies))

    def twin(self, document: Document, nonce: str = "") -> Peer:
        """Return another client of a document, with a nonce of its own unless it is told which; say nothing yet."""
        peer = Peer(self.site, document, self._ledger, self.patience)
        peer.nonce = nonce or peer.nonce
        self._peers.append(peer)
        return peer

    def attach(self, cookies: str = "") -> Peer:
        """Load a document, and be let in."""
        peer = self.open(cookies)
        peer.attach()
        return peer

    def loaded(self, cookies: str = "") -> Peer:
        """Load a document, be let in, and wait until the server has built what it begins with."""
        peer = self.attach(cookies)
        peer.load()
        return peer


#: All sections.
SECTIONS: Sections[Target] = Sections()
#: The names of those that need no app.
_WITHOUT_APP: set[str] = set()


def section(
    name: str, level: Level, spec: str, title: str, *, app: bool = True, slow: bool = False
) -> Callable[[_Run], _Run]:
    """Let the decorated function be a section.

    Args:
        name: Its name.
        level: The level that it belongs to.
        spec: The section of the spec that it is about: what it waits for in vain is a rule of that one.
        title: What it looks at.
        app: Whether it needs the conformance app; else any live document will do.
        slow: Whether it takes a minute.
    """

    def add(run: _Run) -> _Run:
        def run_alone(target: Target, result: Result) -> None:
            server = Server(target, result)
            try:
                run(server, result)
            except Missing as missing:
                result.must(missing.spec or spec, f"it comes: {missing.what}", False, missing.got)
            finally:
                server.leave()

        SECTIONS.add(name, level, title, slow=slow)(run_alone)
        if not app:
            _WITHOUT_APP.add(name)
        return run

    return add


def chosen(names: Sequence[str], *, slow: bool) -> list[Section[Target]]:
    """Return the sections of those names, or all; those that take a minute only by name, or if *slow*.

    Raises:
        ValueError: if there is no such section.
    """
    return sorted(choose(SECTIONS, names, slow=slow), key=lambda one: list(Level).index(one.level))


def without_app(sections: Iterable[Section[Target]], why: str) -> Iterator[Section[Target]]:
    """Yield what is gone through if the server does not serve the app: the first section that needs it says why."""
    for one in sections:
        if one.name in _WITHOUT_APP:
            yield one
        else:
            yield replace(one, run=_skipping(why))
            why = "the server does not serve the conformance app, as was said"


def _skipping(why: str) -> Callable[[Target, Result], None]:
    def skip(target: Target, result: Result) -> None:
        raise Skipped(why)

    return skip
