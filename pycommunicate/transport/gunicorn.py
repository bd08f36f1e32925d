"""A worker class for gunicorn that serves by our own server: ``-k pycommunicate.transport.gunicorn.Worker -w 1``.

gunicorn keeps its part: it listens, starts the worker, looks whether it lives, and stops it. The connections are ours.
So its settings for requests (``keepalive``, ``limit_request_line``, ``forwarded_allow_ips`` and the like) count for
nothing; the app's own `Settings` do, all but ``stop_timeout``: here that is ``graceful_timeout``.

Of the workers of one master, one serves: pages live in its memory. It holds a lock; another one (SIGTTIN makes it, and
SIGHUP, which ends the older one) stands by, and serves when the first has stopped listening.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
from collections.abc import Callable
from time import monotonic
from types import FrameType
from typing import IO, Any

import gevent
from gevent import get_hub, getcurrent
from gevent.event import Event
from gevent.pywsgi import LoggingLogAdapter

try:
    from gunicorn.sock import ssl_context
    from gunicorn.workers.ggevent import GeventWorker
except ImportError as error:
    raise ImportError(f"gunicorn is needed here: `pip install pycommunicate[gunicorn]` ({error})") from error

from ..importing import only_import
from .server import Server

__all__ = ["Worker"]

#: Seconds between two signs of life, at most.
_NOTIFY_EVERY = 1.0
#: Seconds of ``graceful_timeout`` that are kept for the last words to browsers: gunicorn kills who is late.
_LAST_WORDS = 5.0
#: Seconds between two tries to be the one that serves, and those after which it is said that another one is.
_TRY_EVERY = 0.05
_QUIET = 2.0


class Worker(GeventWorker):
    """One worker process of gunicorn.

    An app tells by ``server_options()`` what its server shall be like; one that is wrapped in something else cannot,
    and gets the defaults of `transport.server.Server`.
    """

    #: Whether it shall go on.
    alive: bool
    #: What the workers of one master inherit, and one of them holds a lock on.
    _turn: IO[bytes] | None = None

    @classmethod
    def setup(cls) -> None:
        """Be called by gunicorn, in the master, before any program is imported."""
        only_import()
        if cls._turn is None:
            cls._turn = tempfile.TemporaryFile(prefix="pycommunicate-")  # noqa: SIM115 - open as long as the process

    def init_process(self) -> None:
        """Begin in the new process; the base patches the standard library, imports the program, and runs."""
        self._woken = Event()
        self._quick = False
        # The base has half of what gunicorn waits for, or 0 if it waits for ever.
        self._notify_every = min(_NOTIFY_EVERY, self.timeout or _NOTIFY_EVERY)
        super().init_process()

    def notify(self) -> None:
        """Tell gunicorn that the worker lives; stop if gunicorn does not."""
        self.tmp.notify()
        if self.alive and self.ppid != os.getppid():
            self.log.info("Parent changed, shutting down: %s", self)
            self.alive = False

    def run(self) -> None:
        """**Blocks**: serve until gunicorn says stop, then stop in order."""
        self._set_up_logging()
        self._warn()
        self._wait_for_turn()
        servers = [self._serve(listener) for listener in self.sockets] if self.alive else []
        while self.alive:
            self.notify()
            self._woken.wait(self._notify_every)
        self._stop(servers)

    def _wait_for_turn(self) -> None:
        """**Blocks** while another worker of the same master serves."""
        if self.cfg.workers > 1:
            return  # each of them says so to whoever asks
        said, began = False, monotonic()
        while self.alive and not self._take_turn():
            self.notify()
            if not said and monotonic() - began > _QUIET:
                said = True
                self.log.error(
                    "this worker stands by and takes no connection: another one of this gunicorn serves, and pages "
                    "live in the memory of one process; leave the number of workers at 1 (no SIGTTIN)"
                )
            self._woken.wait(_TRY_EVERY)
        if said and self.alive:
            self.log.info("this worker serves now: the other one has stopped")

    def _take_turn(self) -> bool:
        assert self._turn is not None
        try:
            fcntl.lockf(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a process's own, and free when that has ended
        except OSError:
            return False
        return True

    def _leave_turn(self) -> None:
        assert self._turn is not None
        fcntl.lockf(self._turn, fcntl.LOCK_UN)

    def _serve(self, listener: Any) -> Server:
        listener.setblocking(1)
        tell = getattr(self.wsgi, "server_options", None)
        options: dict[str, Any] = dict(tell()) if tell is not None else {}
        connections = self.cfg.settings["worker_connections"]
        if "max_connections" not in options or connections.get() != connections.default:
            options["max_connections"] = connections.get()
        server = Server(
            listener,
            _below(os.environ.get("SCRIPT_NAME", ""), self.wsgi),
            environ={"wsgi.multiprocess": self.cfg.workers > 1},
            ssl_context=ssl_context(self.cfg) if self.cfg.is_ssl else None,
            **options,
        )
        server.log = LoggingLogAdapter(logging.getLogger("gunicorn.access"))
        server.start()
        return server

    def _stop(self, servers: list[Server]) -> None:
        most = float(self.cfg.graceful_timeout)
        hurried = self._quick
        seconds = 0.0 if hurried else max(most / 2, most - _LAST_WORDS)
        stops = [gevent.spawn(server.stop_gracefully, seconds) for server in servers]
        gevent.sleep(0)  # they begin: nobody listens any more
        self._leave_turn()
        while not all(stop.dead for stop in stops):
            self.notify()
            gevent.joinall(stops, timeout=self._notify_every)
            if self._quick and not hurried:
                hurried = True
                stops += [gevent.spawn(server.stop_gracefully, 0.0) for server in servers]

    # --- signals: called between any two instructions of whatever runs ------------------------------------------

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: stop in order."""
        self.alive = False
        get_hub().loop.run_callback_threadsafe(self._woken.set)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """SIGQUIT and SIGINT: stop in order, and wait for no handler."""
        self._quick = True
        self.handle_exit(sig, frame)
        self.cfg.worker_int(self)

    def handle_abort(self, sig: int, frame: FrameType | None) -> None:
        """SIGABRT: gunicorn has had no sign of life for ``timeout`` seconds. Say who is at it, and end."""
        what = getattr(getcurrent(), "label", None) or "no handler"
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "an unknown place"
        self.log.critical("%s let nothing else run for %s s, and is at %s", what, self.cfg.timeout, where)
        self.cfg.worker_abort(self)
        os._exit(1)

    # --- what is said -------------------------------------------------------------------------------------------

    def _set_up_logging(self) -> None:
        """Let our lines stand among gunicorn's, where the program has set up no logging of its own."""
        ours, theirs = logging.getLogger("pycommunicate"), logging.getLogger("gunicorn.error")
        if not ours.hasHandlers():
            ours.handlers = theirs.handlers
            ours.setLevel(theirs.level)

    def _warn(self) -> None:
        if self.cfg.max_requests:
            self.log.warning("max_requests does not count here: pages live in the worker, and would end with it")
        if self.cfg.preload_app:
            self.log.warning(
                "the program was imported before the standard library was patched: what it waits for may hold up "
                "everything else; leave --preload out"
            )


def _below(root: str, app: Callable[..., Any]) -> Callable[..., Any]:
    """Return *app*, mounted at the path *root*: gunicorn has it from the variable ``SCRIPT_NAME``."""
    root = root.rstrip("/")
    if not root:
        return app

    def mounted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ["PATH_INFO"]
        if path != root and not path.startswith(f"{root}/"):
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"expected a path below {root}/, which SCRIPT_NAME says\n".encode()]
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = root, path.removeprefix(root)
        return app(environ, start_response)

    return mounted
