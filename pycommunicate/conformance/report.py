"""What a run came to: rules that were looked at, by section, and the level that is reached."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

__all__ = ["Check", "Level", "Outcome", "Report", "Result", "Section", "Sections", "Skipped", "choose"]

Peer = TypeVar("Peer")

_log = logging.getLogger("pycommunicate.conformance")


class Level(Enum):
    """How much a client, or a server, can do: each level has in it the ones before."""

    READER = "reader"
    INTERACTIVE = "interactive"
    RESUMING = "resuming"


class Outcome(Enum):
    """What a section came to."""

    PASSED = "passed"
    WARNED = "warned"  # all that MUST be is, something that SHOULD be is not
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that was looked at.

    Attributes:
        spec: Its section in the spec, as ``8.2``.
        rule: What the rule asks for, in words.
        kept: Whether it was kept.
        must: Whether it is one that MUST be.
        got: What came instead, in words.
    """

    spec: str
    rule: str
    kept: bool
    must: bool = True
    got: str = ""

    def __str__(self) -> str:
        word = "ok" if self.kept else "MUST" if self.must else "SHOULD"
        return f"{word:>6}  {self.spec:<6} {self.rule}" + (f"; got {self.got}" if self.got and not self.kept else "")


class Skipped(Exception):
    """A section, or the rest of it, has nothing to look at; the text says why."""


@dataclass(slots=True)
class Result:
    """What one section came to.

    Attributes:
        name: Its name.
        level: The level that it belongs to.
        checks: The rules that were looked at.
        skipped: Why it was not gone through to its end; an empty text if it was.
    """

    name: str
    level: Level
    checks: list[Check] = field(default_factory=list)
    skipped: str = ""

    def must(self, spec: str, rule: str, kept: object, got: object = "") -> bool:
        """Look at a rule that MUST be kept; return whether it is.

        Args:
            spec: Its section in the spec.
            rule: What it asks for.
            kept: Whether that is so.
            got: What came.
        """
        self.checks.append(Check(spec, rule, bool(kept), True, str(got)[:500]))
        return bool(kept)

    def should(self, spec: str, rule: str, kept: object, got: object = "") -> bool:
        """Look at a rule that SHOULD be kept; return whether it is."""
        self.checks.append(Check(spec, rule, bool(kept), False, str(got)[:500]))
        return bool(kept)

    @property
    def outcome(self) -> Outcome:
        """What it came to in all."""
        broken = [check for check in self.checks if not check.kept]
        if any(check.must for check in broken):
            return Outcome.FAILED
        if self.skipped:
            return Outcome.SKIPPED
        return Outcome.WARNED if broken else Outcome.PASSED

    def __str__(self) -> str:
        kept = sum(check.kept for check in self.checks)
        head = f"{self.outcome.value:>7}  {self.name} ({self.level.value}): {kept} of {len(self.checks)} rules kept"
        lines = [head, *(f"         {check}" for check in self.checks if not check.kept)]
        if self.skipped:
            lines.append(f"         skipped: {self.skipped}")
        return "\n".join(lines)

    def to_map(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        checks = [
            {"spec": one.spec, "rule": one.rule, "word": "MUST" if one.must else "SHOULD", "kept": one.kept}
            | ({"got": one.got} if one.got else {})
            for one in self.checks
        ]
        outcome = {"name": self.name, "level": self.level.value, "outcome": self.outcome.value}
        return outcome | ({"skipped": self.skipped} if self.skipped else {}) | {"checks": checks}


@dataclass(frozen=True, slots=True)
class Section(Generic[Peer]):
    """A part of the run, with a page of its own.

    Attributes:
        name: Its name, as it stands on the command line.
        level: The level that it belongs to.
        title: What it looks at.
        run: Looks at it.
        slow: Whether it takes so long that it is left out unless it is asked for.
    """

    name: str
    level: Level
    title: str
    run: Callable[[Peer, Result], None]
    slow: bool = False

    def result(self, peer: Peer) -> Result:
        """Go through it; what it raises is its failure."""
        result = Result(self.name, self.level)
        try:
            self.run(peer, result)
        except Skipped as reason:
            result.skipped = str(reason)
        except Exception as error:
            got: object = error
            if not isinstance(error, AssertionError):  # a value of the other side that no section has thought of
                _log.debug("section %s", self.name, exc_info=True)
                got = f"expected what the section can go on with, got {error!r}"
            result.must("", "the section can be gone through to its end", False, got)
        return result


class Sections(Generic[Peer]):
    """All sections of a run, in order."""

    def __init__(self) -> None:
        self._sections: dict[str, Section[Peer]] = {}

    def add(
        self, name: str, level: Level, title: str, *, slow: bool = False
    ) -> Callable[[Callable[[Peer, Result], None]], Callable[[Peer, Result], None]]:
        """Let the decorated function be a section."""

        def add(run: Callable[[Peer, Result], None]) -> Callable[[Peer, Result], None]:
            if name in self._sections:
                raise ValueError(f"expected a section of another name, got a second {name!r}")
            self._sections[name] = Section(name, level, title, run, slow)
            return run

        return add

    def __iter__(self) -> Iterator[Section[Peer]]:
        return iter(self._sections.values())


def choose(sections: Iterable[Section[Peer]], names: Sequence[str], *, slow: bool) -> list[Section[Peer]]:
    """Return the sections of those names, or all; those that are slow only if they are named, or *slow*.

    Raises:
        ValueError: if there is no such section.
    """
    known = list(sections)
    there = [section.name for section in known]
    unknown = [name for name in names if name not in there]
    if unknown:
        raise ValueError(f"expected sections among {', '.join(there)}, got {', '.join(unknown)}")
    if names:
        return [section for section in known if section.name in names]
    return [section for section in known if slow or not section.slow]


class Report:
    """What a run came to.

    Args:
        subject: ``client`` or ``server``.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.results: list[Result] = []

    @property
    def failed(self) -> list[str]:
        """The names of the sections that failed."""
        return [result.name for result in self.results if result.outcome is Outcome.FAILED]

    @property
    def level(self) -> Level | None:
        """The highest level all of whose sections, and those of the levels before it, were gone through and passed."""
        reached = None
        for level in Level:
            results = [result for result in self.results if result.level is level]
            if any(result.outcome in (Outcome.FAILED, Outcome.SKIPPED) for result in results):
                break
            if results:
                reached = level
        return reached

    def to_json(self) -> str:
        """Return it for machines."""
        level = self.level.value if self.level else None
        sections = [result.to_map() for result in self.results]
        return json.dumps({"subject": self.subject, "version": 1, "level": level, "sections": sections}, indent=2)

    @property
    def summary(self) -> str:
        """The last line."""
        counts = {outcome: sum(result.outcome is outcome for result in self.results) for outcome in Outcome}
        level = f"level {self.level.value}" if self.level else "no level"
        words = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items() if count)
        return f"{level} ({words or 'no section was gone through'})"
