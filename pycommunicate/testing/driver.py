"""Drives a fault proxy that runs in a process of its own, for tests that are not made of greenlets."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
from time import monotonic
from typing import Any

from .commands import command, result

__all__ = ["ProxyProcess"]

_TIMEOUT = 20.0


class ProxyProcess:
    """Runs `python -m pycommunicate.testing.proxy` and tells it what to do. To be used by one thread at a time.

    Its methods are those of `proxy.FaultProxy`; see there. Each returns when it is done.

    Args:
        target: Host and port of the server, or ``HOST:PORT``.
        port: Where to listen; 0 takes any port that is free.
        websockets_only: Let faults happen to WebSockets alone.
        seed: Of all that is random.

    Attributes:
        port: Where it listens.
        url: The same, for a browser; without a slash at the end.
    """

    def __init__(
        self, target: tuple[str, int] | str, *, port: int = 0, websockets_only: bool = False, seed: int = 0
    ) -> None:
        to = target if isinstance(target, str) else f"{target[0]}:{target[1]}"
        self._command = [sys.executable, "-m", "pycommunicate.testing.proxy", "--control"]
        self._command += ["--listen", str(port), "--to", to, "--seed", str(seed)]
        self._command += ["--websockets-only"] if websockets_only else []
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self.port = port
        self.url = ""

    def start(self) -> ProxyProcess:
        """Start it; return this driver once it listens."""
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.port = int(self._read_line().rpartition(":")[2])
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def stop(self) -> None:
        """Listen no more, reset all connections, end the process."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(_TIMEOUT)
        finally:
            process.kill()
            process.wait(_TIMEOUT)
            process.stdout.close()

    def __enter__(self) -> ProxyProcess:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    # --- what is said -------------------------------------------------------------------------------------------

    def cut_all(self, how: str = "reset", told: str = "both") -> int:
        """Cut all connections now; return how many there were."""
        return int(self.do("cut_all", how, told))

    def cut_after(self, size: int, way: str = "down", how: str = "reset", *, repeat: bool = False) -> None:
        """Cut the first connection through which *size* more bytes have passed."""
        self.do("cut_after", size, way, how, repeat=repeat)

    def cut_every(self, seconds: float, *, random: bool = False) -> None:
        """Cut all connections every *seconds* from now on; 0 stops that."""
        self.do("cut_every", seconds, random=random)

    def hold(self, direction: str = "both") -> None:
        """Let nothing through for now."""
        self.do("hold", direction)

    def release(self) -> None:
        """Let through what was held, and swallow nothing of new connections."""
        self.do("release")

    def delay(self, milliseconds: float, direction: str = "both", jitter: float = 0.0) -> None:
        """Let all that comes from now on take so long, and up to *jitter* milliseconds longer."""
        self.do("delay", milliseconds, direction, jitter)

    def swallow(self, direction: str = "both") -> None:
        """Be a black hole, for what is open now and what is opened until `release`."""
        self.do("swallow", direction)

    def refuse(self) -> None:
        """Refuse new connections."""
        self.do("refuse")

    def accept(self) -> None:
        """Take new connections."""
        self.do("accept")

    @property
    def connections(self) -> int:
        """How many connections faults may happen to right now."""
        return int(self.do("connections"))

    @property
    def counts(self) -> dict[str, int]:
        """What was counted so far: see `proxy.FaultProxy`."""
        counts: dict[str, int] = self.do("counts")
        return counts

    @property
    def log(self) -> list[str]:
        """What happened, line by line."""
        lines: list[str] = self.do("log")
        return lines

    def do(self, name: str, *args: Any, **options: Any) -> Any:
        """Say one command; return its answer.

        Raises:
            ValueError: if the proxy answers with an error.
            TimeoutError: if it does not answer.
            ConnectionError: if it has ended.
        """
        if self._process is None:
            raise ConnectionError("the proxy does not run")
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command(name, *args, **options)}\n".encode())
        return result(self._read_line())

    def _read_line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = monotonic() + _TIMEOUT
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                if not selector.select(max(0.0, deadline - monotonic())):
                    raise TimeoutError(f"the proxy did not answer within {_TIMEOUT:g} s")
                data = os.read(self._process.stdout.fileno(), 65_536)
                if not data:
                    raise ConnectionError("the proxy has ended")
                self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()
