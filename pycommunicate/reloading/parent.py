"""The process that a developer starts: it starts another one that serves, and starts that anew when a file is saved.

The socket that listens outlives its children: the first one opens it and hands it up, the next ones inherit it. So the
port stays, and a browser that comes in between waits, and is not refused.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from math import inf
from pathlib import Path
from time import monotonic, sleep

from .changes import changes
from .child import HURRY, VARIABLE

__all__ = ["Parent"]

#: Seconds that running handlers may take when a file was saved; and then those that the child gets to tell its pages
#: and their browsers, before it is killed.
_QUICK = 1.0
_LAST_WORDS = 5.0

#: The exit code of a command that cannot be carried out as it is written.
_USAGE = 2


class Parent:
    """Serves a program by child processes, one after the other.

    Args:
        folder: Where the program is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listener: tuple[int, str, int] | None = None
        self._control: socket.socket | None = None
        self._lifeline = -1
        self._child = 0
        self._children = 0
        self._signal = 0

    @staticmethod
    def missing() -> str:
        """Return why there can be no reload here, or an empty text."""
        if find_spec("watchfiles") is None:
            return "it needs watchfiles: pip install watchfiles"
        if not hasattr(os, "posix_spawn") or not hasattr(socket, "send_fds"):
            return "it is not there on this system"
        return ""

    def is_set(self) -> bool:
        """Return whether it is to stop."""
        return self._signal != 0

    def run(self) -> int:
        """Serve and **block** until a signal stops it; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._take_signal)
        self._start()
        for changed in self._changes():
            self._take_listener()
            if changed:
                _say(f"{_names(changed, self._folder)}: starting anew")
                self._end_quickly()
                if not self.is_set():
                    self._start()
            elif self._child and (code := self._ended()) is not None:
                if code == 0 or (code == _USAGE and self._children == 1):
                    return code
                _say(f"the program has ended (exit code {code}); it is started anew when one of its files is saved")
        self._tell(signal.SIGTERM)
        self._wait()  # as long as its handlers may take; a second signal ends it
        return 0

    def _changes(self) -> Iterator[set[Path]]:
        try:
            yield from changes(self._folder, self)
        except (OSError, RuntimeError) as error:  # too many files, mostly
            _say(f"{self._folder} cannot be watched, so there is no reload on save: {error}")
            while not self.is_set():
                yield set()
                sleep(0.1)

    def _take_signal(self, number: int, frame: object) -> None:
        if self._signal:
            self._tell(signal.SIGKILL)
            os._exit(128 + number)
        self._signal = number

    # --- the child ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        control, theirs = socket.socketpair()
        lifeline, self._lifeline = os.pipe()
        control.setblocking(False)
        self._control = control
        for descriptor in (theirs.fileno(), lifeline, *(self._listener or ())[:1]):
            os.set_inheritable(int(descriptor), True)
        told = {
            "control": theirs.fileno(),
            "lifeline": lifeline,
            "first": not self._children,
            "listener": self._listener,
        }
        environment = {**os.environ, VARIABLE: json.dumps(told)}
        self._child = os.posix_spawn(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)
        self._children += 1
        theirs.close()
        os.close(lifeline)

    def _take_listener(self) -> None:
        """Take what the child hands up: a socket that listens, and where."""
        if self._control is None:
            return
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, 4096, 1)
        except OSError:  # nothing has come
            return
        if descriptors:
            if self._listener is not None:
                os.close(self._listener[0])
            host, port = json.loads(data)
            self._listener = descriptors[0], host, port

    def _ended(self) -> int | None:
        """Return the child's exit code if it has ended by itself, and forget it."""
        sleep(0.001)  # the patched one: children are reaped by gevent's event loop, in its turn
        pid, status = os.waitpid(self._child, os.WNOHANG)
        if pid == 0:
            return None
        self._take_listener()
        self._forget()
        return os.waitstatus_to_exitcode(status)

    def _end_quickly(self) -> None:
        """End the child in order, but quickly: its handlers get little time, its pages and their browsers are told."""
        self._tell(signal.SIGTERM)
        if self._wait(_QUICK):
            return
        with suppress(OSError):  # it has ended just now
            os.write(self._lifeline, HURRY)
        if not self._wait(_LAST_WORDS):
            self._tell(signal.SIGKILL)
            self._wait()

    def _wait(self, seconds: float = inf) -> bool:
        """Wait until the child has ended, or for *seconds*; return whether it has."""
        deadline = monotonic() + seconds
        while self._child and self._ended() is None:
            if monotonic() > deadline:
                return False
            sleep(0.01)
        return True

    def _tell(self, number: int) -> None:
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, number)

    def _forget(self) -> None:
        self._child = 0
        os.close(self._lifeline)
        if self._control is not None:
            self._control.close()
            self._control = None


def _names(changed: set[Path], folder: Path) -> str:
    names = sorted(str(path.relative_to(folder)) for path in changed)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more} changed"


def _say(text: str) -> None:
    print(f"pycommunicate: {text}", file=sys.stderr, flush=True)
