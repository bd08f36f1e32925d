"""A Python program in a process of its own, with what it prints kept apart: standard output and standard error."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType

__all__ = ["Program", "run"]

TIMEOUT = 20.0
_URL = re.compile(r"http://\S+?:\d+/")


def run(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with *arguments* in *folder* until it ends by itself."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
    )


class Program:
    """A program that serves until it is stopped; leaving the `with` kills it if nobody did.

    Args:
        arguments: Of Python.
        folder: Where it runs; what it prints is kept there.
        environment: Added to the test's own.
        python: The interpreter.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        python: str | Path = sys.executable,
    ) -> None:
        self._out, self._err = folder / "stdout.txt", folder / "stderr.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [str(python), *arguments],
                cwd=folder,
                env=_environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT)

    @property
    def out(self) -> str:
        """What it has written to standard output."""
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it has written to standard error."""
        return self._err.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Where it serves, as it says itself; waits for it."""
        self.wait_until(lambda: _URL.search(self.err) is not None, "a line with its URL")
        found = _URL.search(self.err)
        assert found is not None
        return found[0]

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until *happened*; fail if the program ends before."""
        deadline = monotonic() + TIMEOUT
        while not happened():
            ended = self.process.poll()
            assert ended is None or happened(), f"expected {what}, but the program ended ({ended}):\n{self.err}"
            assert monotonic() < deadline, f"waited {TIMEOUT:g} s for {what}:\n{self.err}"
            sleep(0.01)

    def get(self, path: str = "") -> str:
        """Return the body of a response with status 200."""
        with urllib.request.urlopen(self.url + path, timeout=TIMEOUT) as response:
            assert response.status == 200
            return str(response.read().decode())

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)


def _environment(added: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(added or {})}
