"""How a client is made to open a section's document: by a command, by a function, or by whoever sits before it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Protocol

from gevent import get_hub, subprocess

from .site import Site

__all__ = ["ByCommand", "ByFunction", "ByHand", "Leave", "Visit", "Visits"]

#: Lets the client go that a visit has started.
Leave = Callable[[], object]
#: Lets a client open an address; what it returns, if anything, lets the client go again.
Visit = Callable[[str], "Leave | None"]

_PATIENCE = 2.0


class Visits(Protocol):
    """Lets the client open one document after the other."""

    def go(self, url: str) -> None:
        """Let the client open *url*, in place of what it shows."""

    def leave(self) -> None:
        """Let the client go, if it was started here."""


class ByCommand:
    """Starts a program for each document, and ends it afterwards.

    Args:
        command: What to start; ``{url}`` in it stands for the address.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._program: subprocess.Popen[bytes] | None = None

    def go(self, url: str) -> None:
        self.leave()
        words = [word.replace("{url}", url) for word in shlex.split(self._command)]
        # What it prints is for people, and standard output may be for machines.
        self._program = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=2)

    def leave(self) -> None:
        program, self._program = self._program, None
        if program is None or program.poll() is not None:
            return
        program.terminate()
        try:
            program.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


class ByFunction:
    """Calls a function for each document, in a thread: it may block.

    Args:
        visit: The function.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._leave: Leave | None = None

    def go(self, url: str) -> None:
        self.leave()
        self._leave = get_hub().threadpool.apply(self._visit, (url,))

    def leave(self) -> None:
        leave, self._leave = self._leave, None
        if leave is not None:
            get_hub().threadpool.apply(leave)


class ByHand:
    """Leads a browser from document to document, and tells people who have a client without scripts.

    Args:
        site: Where the documents are.
        tell: Shows people a line.
    """

    def __init__(self, site: Site, tell: Callable[[str], None]) -> None:
        self._site = site
        self._tell = tell

    def go(self, url: str) -> None:
        self._tell(f"open {url}")
        self._site.lead(url)

    def leave(self) -> None:
        """Do nothing: the browser stays where it is until there is something to go on to."""
