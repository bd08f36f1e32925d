"""A pycommunicate app under gunicorn, in processes of its own."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence

from tests.support.app_server import AppServer

__all__ = ["BareWebSocketServer", "GunicornServer", "SyncServer"]


class GunicornServer(AppServer):
    """Runs gunicorn with our worker; `arguments` are added to its command line."""

    worker = "pycommunicate.transport.gunicorn.Worker"

    def command(self, target: str, arguments: Sequence[str]) -> list[str]:
        """Returns what is run."""
        # Without its control socket, which lies in the user's home.
        ours = ["-k", self.worker, "-w", "1", "-b", f"127.0.0.1:{self.port}", *_no_control_socket()]
        return [sys.executable, "-m", "gunicorn", *ours, *arguments, target]

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to gunicorn, not to its worker."""
        assert self.process is not None
        self.process.send_signal(number)

    def worker_pids(self) -> list[int]:
        """Returns all workers that were ever booted, in order, as the log has them."""
        return [int(found) for found in re.findall(r"Booting worker with pid: (\d+)", self.log)]


class SyncServer(GunicornServer):
    """Runs gunicorn with its own worker, which has no WebSockets."""

    worker = "sync"


class BareWebSocketServer(GunicornServer):
    """Runs gunicorn with the worker of gevent-websocket, left as it is."""

    worker = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"


def _no_control_socket() -> list[str]:
    from gunicorn.config import KNOWN_SETTINGS

    return ["--no-control-socket"] if any(one.name == "control_socket_disable" for one in KNOWN_SETTINGS) else []
