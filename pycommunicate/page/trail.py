"""Which lines of the program made an op: remembered in debug only, without keeping any frame.

`TracedChannel` stands in for the channel of a page: its backlog notes, for each op, the lines of the program that led
to it, and it keeps them by batch until the browser has applied that batch. Without debug none of it is there.
"""

from __future__ import annotations

import importlib
import linecache
import os
import sys
from pathlib import Path
from traceback import TracebackException, format_list
from types import CodeType, FrameType
from typing import Any

import gevent

from ..protocol import ServerChannel
from ..protocol.backlog import Backlog
from ..protocol.limits import Limits
from ..protocol.messages import Message

__all__ = ["TracedChannel", "Trail", "here", "is_ours", "place_of", "shown", "text_of", "traceback_text"]

#: Code and line, the innermost first.
Trail = tuple[tuple[CodeType, int], ...]

#: How many lines are remembered of each op.
_DEPTH = 8

# Besides our own, what stands between a program and us wherever greenlets or imports begin.
_FOLDERS = [Path(__file__).parents[1], Path(gevent.__file__).parent, Path(importlib.__file__).parent]
_OURS = (*(f"{folder}{os.sep}" for folder in _FOLDERS), "<frozen importlib", "src/gevent/")


def is_ours(file: str) -> bool:
    """Return whether a line of *file* is one of the package, or of what starts it, and not of the program."""
    return file.startswith(_OURS)


def here(skipped: int) -> Trail:
    """Return the lines of the program that lead here, without the innermost *skipped* calls."""
    trail: list[tuple[CodeType, int]] = []
    frame: FrameType | None = sys._getframe(skipped)
    while frame is not None and len(trail) < _DEPTH:
        if not is_ours(frame.f_code.co_filename):
            trail.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return tuple(trail)


def place_of(trail: Trail) -> str:
    """Put the innermost line into words, or return an empty text."""
    if not trail:
        return ""
    code, line = trail[0]
    return f"{shown(code.co_filename)}:{line} in {code.co_name}"


def shown(file: str) -> str:
    """Return a file's name as people know it: from the current directory on, if it lies there."""
    path = Path(file)
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


def text_of(trail: Trail) -> str:
    """Return the lines as a traceback has them, the outermost first."""
    return "".join(
        format_list(
            [
                (code.co_filename, line, code.co_name, linecache.getline(code.co_filename, line).strip())
                for code, line in reversed(trail)
            ]
        )
    )


def traceback_text(error: BaseException) -> str:
    """Return the traceback of *error* from the first line of the program on; all of it if none is there."""
    whole = TracebackException.from_exception(error)
    each: TracebackException | None = whole
    seen = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        before = next((place for place, line in enumerate(each.stack) if not is_ours(line.filename)), None)
        if before is not None:
            del each.stack[:before]
        elif isinstance(error, SyntaxError) and each is whole:
            each.stack.clear()  # it tells its place itself
        each = each.__cause__ or each.__context__
    return "".join(whole.format())


class _TracedBacklog(Backlog):
    """A backlog that remembers where each of its ops was made.

    Attributes:
        taken: The trails of the ops that were taken last.
    """

    __slots__ = ("_trails", "taken")

    def __init__(self) -> None:
        super().__init__()
        self._trails: list[Trail] = []
        self.taken: list[Trail] = []

    def append(self, op: tuple[Any, ...]) -> int:
        """Add *op*."""
        # Before: what it replaces may let the backlog be compacted, and this one is not in it yet.
        trail = here(2)
        cost = super().append(op)
        self._trails.append(trail)
        return cost

    def take(self) -> list[Any]:
        """Return all ops in order and forget them, but not their trails."""
        self.taken = [trail for op, trail in zip(self._ops, self._trails, strict=True) if op is not None]
        self._trails = []
        return super().take()

    def _compact(self) -> None:
        self._trails = [trail for op, trail in zip(self._ops, self._trails, strict=True) if op is not None]
        super()._compact()


class TracedChannel(ServerChannel):
    """A page's channel that can say which lines of the program made a failed op.

    Attributes:
        failed_trail: Those of the op that the failure just taken in is about.
    """

    __slots__ = ("_trails", "failed_trail")

    backlog: _TracedBacklog

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.backlog = _TracedBacklog()
        self._trails: dict[int, list[Trail]] = {}
        self.failed_trail: Trail = ()

    def batch_to_send(self) -> bytes | None:
        """Return the backlog as one numbered frame, or None if it is empty or the window closed."""
        data = super().batch_to_send()
        if data is not None:
            self._trails[self.sent] = self.backlog.taken
        return data

    def _find_op(self, batch: int, index: int) -> Any:
        op = super()._find_op(batch, index)
        trails = self._trails.get(batch, [])
        self.failed_trail = trails[index] if index < len(trails) else ()
        return op

    def take(self, message: Message) -> Message | None:
        """Take in a message: see `ServerChannel.take`."""
        taken = super().take(message)
        # Of what may still be said to have failed.
        oldest = self._told[0][0] if self._told else self.acknowledged + 1
        for batch in [batch for batch in self._trails if batch < oldest]:
            del self._trails[batch]
        return taken
