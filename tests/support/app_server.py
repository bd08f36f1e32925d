"""A pycommunicate app that runs in a process of its own, as a user would start it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

START_TIMEOUT = 20.0
STOP_TIMEOUT = 10.0
_URL = re.compile(r"https?://[^\s/]+:(\d+)")


class AppServer:
    """Runs `python -m pycommunicate serve` in a folder and collects what it prints.

    A process of its own because Playwright's synchronous API and gevent both switch greenlets, and do not mix in one
    thread.

    Attributes:
        folder: Where the app lies; the working directory of the process.
        url: Where the app answers, without a slash at the end.
        port: The port in `url`; `restart` keeps it.
        process: The newest process.
    """

    def __init__(
        self,
        folder: Path,
        target: str = "main:app",
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.url = ""
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self._target = target
        self._arguments = tuple(arguments)
        self._environment = dict(environment or {})
        self._log = ""
        self._log_checked = 0
        self._log_ended = False
        self._log_grew = threading.Condition()
        self._reader: threading.Thread | None = None
        self._traceback_expected = False

    @property
    def log(self) -> str:
        """What all processes of this server have printed so far, standard error included; all, once it has ended."""
        if self._reader is not None and not self.running:
            self._reader.join(STOP_TIMEOUT)  # who forked may still write
        with self._log_grew:
            return self._log

    @property
    def running(self) -> bool:
        """Whether there is a process, and it has not ended."""
        return self.process is not None and self.process.poll() is None

    def command(self, target: str, arguments: Sequence[str]) -> list[str]:
        """Returns what is run."""
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [sys.executable, "-m", "pycommunicate", "serve", target, *where, *arguments]

    def start(self) -> None:
        """Starts the process and waits until it has said its URL."""
        assert not self.running, f"the server at {self.url} is running already"
        mark = len(self.log)
        self._log_ended = False
        self.process = subprocess.Popen(
            self.command(self._target, self._arguments),
            cwd=self.folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        self._wait(lambda: _URL.search(self._log, mark) is not None, "a line with the URL", START_TIMEOUT)
        found = _URL.search(self.log, mark)
        assert found is not None
        self.url, self.port = found[0], int(found[1])

    def wait_for_log(self, text: str, timeout: float = 10.0, since: int = 0) -> None:
        """Waits until `text` stands in the log.

        Args:
            text: What to look for.
            timeout: Seconds after which the test fails.
            since: Where in the log to start looking: `len(server.log)`, taken before the act that is to print the text.
        """
        self._wait(lambda: text in self._log[since:], repr(text), timeout)

    def expect_traceback(self) -> None:
        """Says that this test makes the server log tracebacks."""
        self._traceback_expected = True

    def stop(self) -> int:
        """Stops the process as a user would, with SIGTERM.

        Returns:
            The process's exit code.
        """
        assert self.process is not None, "the server was never started"
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop within {STOP_TIMEOUT:g} s of SIGTERM") from None
        return self._join()

    def kill(self) -> None:
        """Ends the process at once, as a crash would."""
        assert self.process is not None, "the server was never started"
        self.process.kill()
        self._join()

    def restart(self) -> None:
        """Starts the app anew on the same port, stopping it first if it still runs."""
        if self.running:
            self.stop()
        self.start()

    def close(self) -> None:
        """Stops the process, and fails if its log holds a traceback that nobody expected."""
        if self.running:
            self.stop()
        self.check()

    def check(self) -> None:
        """Fails if the log has grown by a traceback that nobody expected; from now on none is expected again."""
        expected, self._traceback_expected = self._traceback_expected, False
        log = self.log
        since, self._log_checked = self._log_checked, len(log)
        assert expected or "Traceback" not in log[since:], f"the server logged a traceback:\n{log[since:]}"

    def _join(self) -> int:
        assert self.process is not None
        assert self._reader is not None
        code = self.process.wait(STOP_TIMEOUT)
        self._reader.join(STOP_TIMEOUT)
        return code

    def _read(self, output: IO[str]) -> None:
        with output:
            for line in output:
                with self._log_grew:
                    self._log += line
                    self._log_grew.notify_all()
        with self._log_grew:
            self._log_ended = True
            self._log_grew.notify_all()

    def _wait(self, happened: Callable[[], bool], what: str, timeout: float) -> None:
        """Waits on the log; a process that has ended has said its last."""
        with self._log_grew:
            self._log_grew.wait_for(lambda: happened() or self._log_ended, timeout)
            if not happened():
                why = "the server ended first" if self._log_ended else f"it did not come within {timeout:g} s"
                raise AssertionError(f"expected {what} in the server's log, but {why}:\n{self._log}")
