"""The words that all faults are told in."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

__all__ = ["WAYS", "Direction", "How", "Side", "Way", "check", "ways_of"]

#: A direction: from the client to the server, or back.
Way: TypeAlias = Literal["up", "down"]
#: One direction, or both.
Direction: TypeAlias = Literal["up", "down", "both"]
#: Who gets to know of something.
Side: TypeAlias = Literal["client", "server", "both"]
#: How a connection ends: by RST, or by FIN.
How: TypeAlias = Literal["reset", "close"]

WAYS: tuple[Way, Way] = ("up", "down")


def check(word: str, kind: Any) -> None:
    """Raise ValueError unless *word* is one of that kind."""
    if word not in get_args(kind):
        raise ValueError(f"expected {' or '.join(get_args(kind))}, got {word!r}")


def ways_of(direction: Direction) -> tuple[Way, ...]:
    """Return the directions that a word stands for."""
    check(direction, Direction)
    return WAYS if direction == "both" else (direction,)
