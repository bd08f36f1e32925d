"""Serving an app until a signal stops it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from errno import EADDRINUSE
from typing import Any

from gevent import socket
from gevent.monkey import get_original, is_module_patched

from ...errors import ServeError
from ...settings import Settings
from ...transport.server import Server
from .place import Place, url_host
from .process import spare_descriptors, stop_signals

__all__ = ["cannot_serve", "has_greenlets", "serve", "server_options", "thread_id"]

_log = logging.getLogger("pycommunicate.app")

#: Names the thread, whether or not the standard library is patched.
thread_id: Callable[[], int] = get_original("_thread", "get_ident")


def has_greenlets() -> bool:
    """Return whether the standard library's threads are greenlets."""
    return is_module_patched("threading")


def server_options(settings: Settings) -> dict[str, Any]:
    """Return what the settings say of connections, as keyword arguments of our server.

    The process may have as many files open from now on as the system lets it.
    """
    return {
        "header_timeout": settings.header_timeout,
        "keep_alive_timeout": settings.keep_alive_timeout,
        "send_timeout": settings.send_timeout,
        "heartbeat": settings.heartbeat,
        "max_connections": min(settings.max_connections, spare_descriptors()),
    }


def serve(app: Callable[..., Any], place: Place, settings: Settings) -> None:
    """Serve *app* and **block** until a signal stops it.

    Raises:
        ServeError: if it cannot be served there.
    """
    _set_up_logging()
    if not is_module_patched("socket"):
        _log.info(
            "the standard library is not patched: while a handler waits for anything but the browser (time.sleep, a "
            "request, a database), everybody waits; start the program by `python -m pycommunicate serve main:app`"
        )
    server = _start(app, place, settings)
    with stop_signals() as stopped:
        try:
            print(f"pycommunicate serves {_url(server, place)} (Ctrl-C stops it)", file=sys.stderr, flush=True)
            stopped.wait()
        finally:
            place.leave()  # first of all: as soon as nobody listens there, another server may
        server.stop_gracefully(settings.stop_timeout)


def _start(app: Callable[..., Any], place: Place, settings: Settings) -> Server:
    context = place.tls()
    try:
        server = Server(
            place.listener(),
            app,
            ssl_context=context,
            **server_options(settings),
        )
        server.start()
    except (OSError, UnicodeError) as error:
        raise cannot_serve(place, error) from None
    return server


def cannot_serve(place: Place, error: OSError | UnicodeError) -> ServeError:
    """Return the error that *error* means to who wants to serve there."""
    # gevent's text ends with the address once more.
    why = (getattr(error, "strerror", None) or str(error)).removesuffix(f": {(place.host, place.port)!r}")
    if getattr(error, "errno", None) == EADDRINUSE and place.unix_socket is None:
        why += "; choose another port by --port or CommunicateApp(web_port=...)"
    return ServeError(f"cannot serve on {place}: {why}")


def _url(server: Server, place: Place) -> str:
    if server.family == socket.AF_UNIX:
        return str(place) if place.unix_socket is not None else f"unix:{server.address}"
    scheme = "https" if server.ssl_enabled else "http"
    host = place.host
    if place.descriptor is not None and not _is_at(host, server.address[0]):
        host = str(server.address[0])
    return f"{scheme}://{url_host(host)}:{server.server_port}/"


def _is_at(host: str, address: str) -> bool:
    """Return whether *host* is a name of *address*."""
    try:
        return host == address or any(found[4][0] == address for found in socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False


def _set_up_logging() -> None:
    """Show our warnings and errors where the program has set up no logging of its own."""
    logger = logging.getLogger("pycommunicate")
    if not logger.hasHandlers():
        logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
        logger.setLevel(logging.INFO)
        logging.getLogger("pycommunicate.access").setLevel(logging.WARNING)
