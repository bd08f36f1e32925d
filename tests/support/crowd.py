"""A crowd of browsers without documents, in a process of its own: opens pages, clicks, is cut off, comes back."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["Crowd"]

ROOT = Path(__file__).parents[2]


class Crowd:
    """Runs `tests.support.crowd_program`. To be used by one thread at a time.

    Args:
        url: Of the page that everybody opens.
        timeout: Seconds that one command may take.
    """

    #: How many users `visit` has.
    VISITORS = 32

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self._timeout = timeout
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crowd_program", url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._unread = b""

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and all pages' sockets with it."""
        process = self._process
        process.kill()
        process.wait(self._timeout)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    # --- what is said -------------------------------------------------------------------------------------------

    def open(self, pages: int) -> float:
        """Open *pages* more pages, each as a user of its own; return seconds."""
        return float(self._do("open", pages))

    def click(self, listener: int, times: int = 1) -> None:
        """Let each page's *listener* hear so many events, whether the page has a socket or not."""
        self._do("click", listener, times)

    def cut(self) -> None:
        """Reset all sockets at once; nobody comes back before `resume`."""
        self._do("cut")

    def resume(self, *, backoff: bool) -> float:
        """Let all come back; return seconds from the cut until the last one is welcome.

        Args:
            backoff: Whether each waits first, as the browser client does: at random, and longer after each failure.
        """
        return float(self._do("resume", backoff))

    def wait_for_texts(self, count: int) -> None:
        """Wait until each page was written *count* texts."""
        self._do("wait_for_texts", count)

    def texts(self) -> list[list[str]]:
        """Return what each page was written, in order. Page n has n in its field."""
        texts: list[list[str]] = self._do("texts")
        return texts

    def goodbyes(self) -> list[list[Any]]:
        """Wait until the server has ended all pages; return code and action of each bye, and the close code."""
        goodbyes: list[list[Any]] = self._do("goodbyes")
        return goodbyes

    def reconnect(self, times: int) -> float:
        """Let each page lose its socket and come back so many times, one after the other; return seconds."""
        return float(self._do("reconnect", times))

    def visit(self, times: int) -> float:
        """Let a few users open a page and leave it for good so many times; return seconds."""
        return float(self._do("visit", times))

    def leave(self) -> None:
        """Leave all pages for good."""
        self._do("leave")

    def _do(self, name: str, *args: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps([name, *args])}\n".encode())
        error, result = json.loads(self._read_line(name))
        assert not error, f"{name} of the crowd failed: {error}"
        return result

    def _read_line(self, name: str) -> bytes:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                # The program has a time-out of its own, which says more.
                assert selector.select(self._timeout * 2), f"{name} of the crowd took over {self._timeout * 2:g} s"
                data = os.read(self._process.stdout.fileno(), 65_536)
                assert data, f"the crowd has ended in {name}"
                self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line
