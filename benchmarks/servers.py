"""Servers under measurement: started as processes of their own, stopped, weighed."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from pathlib import Path
from threading import Event, Thread

from .peers import Peer

__all__ = ["ROOT", "Server"]

ROOT = Path(__file__).parent.parent
START_SECONDS = 20
STOP_SECONDS = 5
URL = re.compile(r"https?://[\w.:\[\]-]+")


class Server:
    """A running server process.

    Attributes:
        url: Where it listens, without a slash at the end.
        output: The last lines that it wrote.
    """

    def __init__(self, peer: Peer) -> None:
        self.output: deque[str] = deque(maxlen=30)
        self.url = ""
        self._started = Event()
        self._process = subprocess.Popen(
            peer.command,
            cwd=peer.directory,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Read to the end, so that a talkative server never waits for its pipe.
        Thread(target=self._read, daemon=True).start()
        if not self._started.wait(START_SECONDS) or not self.url:
            self.stop()
            raise RuntimeError(f"expected {peer.name} to print its URL, got:\n{''.join(self.output)}")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output.append(line)
            found = URL.search(line)
            if found and not self.url:
                self.url = found[0]
                self._started.set()
        self._started.set()

    @property
    def memory(self) -> int:
        """KiB of this process that are in memory now (Linux)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        assert found is not None
        return int(found[1])

    def stop(self) -> None:
        """Terminate it; kill it if it does not end in time."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
