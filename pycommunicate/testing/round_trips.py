"""What handlers have asked the browser for, one round trip each, with the lines of the program that asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import overload

from ..page.trail import Trail, shown

__all__ = ["RoundTrip", "RoundTrips", "round_trip"]


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One time that a handler waited for the browser.

    Attributes:
        what: What it asked for.
        file: Of the line that asked, from the current directory on if it lies there.
        line: Its number.
        function: What it stands in.
    """

    what: str
    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}: {self.what}"


def round_trip(what: str, trail: Trail) -> RoundTrip:
    """Return what a trail says of a read."""
    if not trail:
        return RoundTrip(what, "", 0, "")
    code, line = trail[0]
    return RoundTrip(what, shown(code.co_filename), line, code.co_name)


@total_ordering
class RoundTrips(Sequence[RoundTrip]):
    """Round trips, in order; compares with numbers, so that a test can bound them: ``page.round_trips <= 1``."""

    def __init__(self, trips: Sequence[RoundTrip] = ()) -> None:
        self._trips = list(trips)

    def __len__(self) -> int:
        return len(self._trips)

    def __iter__(self) -> Iterator[RoundTrip]:
        return iter(self._trips)

    @overload
    def __getitem__(self, index: int) -> RoundTrip: ...

    @overload
    def __getitem__(self, index: slice) -> list[RoundTrip]: ...

    def __getitem__(self, index: int | slice) -> RoundTrip | list[RoundTrip]:
        return self._trips[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return len(self) == other
        return isinstance(other, RoundTrips) and self._trips == other._trips

    def __lt__(self, other: object) -> bool:
        return len(self) < other if isinstance(other, int) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __int__(self) -> int:
        return len(self)

    def __repr__(self) -> str:
        count = f"{len(self)} round trip{'s' * (len(self) != 1)}"
        return "\n  ".join((f"<{count}{':' * bool(self._trips)}", *map(str, self._trips))) + ">"
