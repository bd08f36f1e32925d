"""pywsgi, mended: the server that pages and sockets come in by, and its orderly stop."""

# The stubs of pywsgi leave out much of what its subclasses are given.
# pyright: reportIncompatibleVariableOverride=false, reportIncompatibleMethodOverride=false
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false
from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from time import monotonic
from typing import Any

import gevent
from gevent import pywsgi, socket
from gevent.pool import Pool

from .heartbeat import Heartbeat
from .http import within
from .share import Shares
from .websocket import Handler

__all__ = ["Server"]

_access = logging.getLogger("pycommunicate.access")
_log = logging.getLogger("pycommunicate.transport")

#: Seconds that sockets get for their closing handshakes, and connections for their answers, when all else has ended.
_LAST_WORDS = 3.0
#: Seconds until the next try when no connection could be taken.
_RETRY = 0.2
#: Bytes that wait in the kernel, not in our queues: so it is seen whether a peer takes anything, and a small frame does
#: not stand behind megabytes.
_MOST_UNSENT = 128 * 1024
# Not on every system.
_NOTSENT_LOWAT: int | None = getattr(socket, "TCP_NOTSENT_LOWAT", None)


class Server(pywsgi.WSGIServer):
    """An HTTP server whose connections may become WebSockets. All times are in seconds.

    Args:
        listener: Host and port to listen on, port 0 for any that is free; or a socket that listens.
        application: The WSGI application. Its environ has the server as ``pycommunicate.server``.
        header_timeout: How long a request's head may take, and a TLS handshake.
        keep_alive_timeout: How long a connection may wait for another request.
        send_timeout: How long a peer may take nothing, or send nothing of a body.
        heartbeat: How often WebSockets are pinged; a dead peer is found within twice as long.
        max_connections: Connections at a time; more wait until one ends.
        environ: What else stands in each environ.
        ssl_context: For TLS.

    Attributes:
        stopping: Whether no request is taken any more.
        shares: What the frames of its WebSockets may cost.
        idle: The sockets of connections that wait for a request, or for a TLS handshake.
    """

    handler_class = Handler
    backlog = 1024
    #: What pywsgi calls for a TLS handshake; its stubs take it for a method.
    wrap_socket: Any
    ssl_args: Any
    loop: Any
    pool: Pool
    _start_accepting_if_started: Any

    def __init__(
        self,
        listener: Any,
        application: Callable[..., Any],
        *,
        header_timeout: float = 20.0,
        keep_alive_timeout: float = 75.0,
        send_timeout: float = 30.0,
        heartbeat: float = 15.0,
        max_connections: int = 10_000,
        environ: dict[str, Any] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        tls: dict[str, Any] = {} if ssl_context is None else {"ssl_context": ssl_context}
        super().__init__(
            listener,
            application,
            log=_access,
            error_log=_log,
            spawn=Pool(max_connections),
            environ={**(environ or {}), "pycommunicate.server": self},
            **tls,
        )
        self.header_timeout = header_timeout
        self.keep_alive_timeout = keep_alive_timeout
        self.send_timeout = send_timeout
        self.heartbeat = Heartbeat(heartbeat)
        self.shares = Shares()
        self.stopping = False
        self.idle: set[Any] = set()
        self._cannot_accept = False
        self._finishers: list[Callable[[float], None]] = []

    @property
    def loopback(self) -> bool:
        """Whether the server is reached from its own machine only, by name or address."""
        if self.family not in (socket.AF_INET, socket.AF_INET6):
            return False
        return ip_address(self.address[0]).is_loopback

    @property
    def local(self) -> bool:
        """Whether the server is reached from its own machine only, by a loopback address or a unix socket."""
        return self.loopback or self.family not in (socket.AF_INET, socket.AF_INET6)

    def on_stop(self, finish: Callable[[float], None]) -> None:
        """Let *finish* be called when the server stops, with the seconds that it may block."""
        self._finishers.append(finish)

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: if it cannot.
        """
        super().start()
        self.heartbeat.start()

    def stop_gracefully(self, timeout: float) -> None:
        """**Blocks**: take nothing new, let what runs end, then end what is left.

        Args:
            timeout: Seconds that the application may take; closing handshakes come on top.
        """
        self.stopping = True
        self.close()
        for sock in list(self.idle):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        deadline = monotonic() + timeout
        for finish in self._finishers:
            try:
                finish(max(0.0, deadline - monotonic()))
            except Exception:
                _log.exception("the app could not end in order")
        self.heartbeat.close_all(1001, "the server stops")
        self.pool.join(timeout=max(0.0, deadline - monotonic()) + _LAST_WORDS)
        if self.pool:
            _log.warning("%d connections are cut as the server stops: their requests take too long", len(self.pool))
        self.stop(timeout=0)

    def stop(self, timeout: float | None = None) -> None:
        """**Blocks** until all connections have ended, or for *timeout* seconds; then end them."""
        super().stop(timeout)
        self.heartbeat.stop()

    def init_socket(self) -> None:
        """Make the socket that listens, or take the one that was given."""
        super().init_socket()
        self.socket.setblocking(False)

    def update_environ(self) -> None:
        """Tell apps the server's name; pywsgi would ask the DNS for one."""
        if isinstance(self.address, tuple):
            self.environ.setdefault("SERVER_NAME", str(self.address[0]))
        super().update_environ()

    def do_read(self) -> Any:
        """Take one connection; return None if there is none, or if it cannot be taken now: one line says so."""
        try:
            taken = super().do_read()
            self._cannot_accept = False
            return taken
        except ConnectionAbortedError:  # it has gone already
            return None
        except OSError as error:
            if self.is_fatal_error(error):
                raise
            if not self._cannot_accept:
                gevent.spawn(_log.warning, "no connection can be taken for now: %s", error)
            self._cannot_accept = True
            self.stop_accepting()
            self._timer = self.loop.timer(_RETRY)
            self._timer.start(self._start_accepting_if_started)
            return None

    def do_handle(self, *args: Any) -> None:
        """Serve one connection. Without TCP_NODELAY two small sends in a row cost 40 ms."""
        with suppress(OSError):  # it has gone already, or is a unix socket
            args[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _NOTSENT_LOWAT is not None:
                args[0].setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _MOST_UNSENT)
        super().do_handle(*args)

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> None:
        """Do the TLS handshake, within the deadline, and serve the connection."""
        if self.stopping:
            return
        try:
            secure = self.wrap_socket(client_socket, do_handshake_on_connect=False, **self.ssl_args)
        except OSError:  # it has gone already
            return
        try:
            if self._shake_hands(secure):
                self.handle(secure, address)
        finally:
            secure.close()

    def _shake_hands(self, secure: Any) -> bool:
        self.idle.add(secure)
        done = False
        try:
            with within(self.header_timeout):
                secure.do_handshake()
                done = True
            if not done:
                _log.info("a TLS handshake failed: it took more than %g s", self.header_timeout)
        except OSError as error:
            _log.info("a TLS handshake failed: %s", getattr(error, "reason", None) or error)
        finally:
            self.idle.discard(secure)
        return done
