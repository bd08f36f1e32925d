"""Who may come in: the names that the app may be asked by, and the web sites whose scripts may open a WebSocket."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, SecurityError
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_host

__all__ = ["check_host", "check_origin", "check_root", "is_loopback"]

_log = logging.getLogger("pycommunicate.app")

_ROOT = re.compile(r"(/[^/\\?#;\x00-\x1f]+)+/?|/")
_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Return whether a name or address is that of the machine itself, for itself."""
    host = host.lower().strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_host(environ: dict[str, Any], trusted: Sequence[str] | None, own: str = "") -> None:
    """Check the name that a request was sent to.

    A web site may point a name of its own to another machine, or to the visitor's own (DNS rebinding): what is served
    there is then of the same origin as that site's scripts.

    Args:
        environ: The request's.
        trusted: Names, as settings.trusted_hosts has them; None for those of a loopback address, and *own*.
        own: The name that the app itself is served by.

    Raises:
        HTTPException: 400 if it is none of these.
    """
    try:
        host = get_host(environ, trusted)
        name = urlsplit(f"//{host}").hostname or ""
        if trusted is not None or is_loopback(name) or (name and name == own.lower()):
            return
    except (SecurityError, ValueError):
        pass
    host = _host_that_came(environ)
    names = "None, which on a loopback address is that address's own names" if trusted is None else list(trusted)
    _log.warning(
        "a request to the host %r is refused: settings.trusted_hosts has %s; behind a proxy, set "
        "settings.trusted_proxies",
        host[:200],
        names,
    )
    raise _refusal(SecurityError, f"this app is not served as {host[:200]!r}; see settings.trusted_hosts")


def check_root(environ: dict[str, Any]) -> None:
    """Check where the app is mounted, which a proxy may say.

    Raises:
        HTTPException: 400 if it is no path: it stands in cookies, and in front of the addresses of scripts.
    """
    root = environ.get("SCRIPT_NAME", "")
    if root and not _ROOT.fullmatch(root):
        _log.warning(
            "a request is refused: its X-Forwarded-Prefix is no path, but %r; a trusted proxy must set that header, or "
            "empty it",
            root[:200],
        )
        raise _refusal(BadRequest, "expected a path in X-Forwarded-Prefix")


def check_origin(environ: dict[str, Any], allowed: Sequence[str]) -> None:
    """Check the web site whose script opens a WebSocket.

    A browser always says which one it is; whoever does not is asked to.

    Raises:
        HTTPException: 403 if it is neither the app's own nor allowed.
    """
    origin = environ.get("HTTP_ORIGIN", "")
    own = f"{environ['wsgi.url_scheme']}://{_host_that_came(environ)}"
    if _normal(origin) in {_normal(one) for one in (own, *allowed)} - {None}:
        return
    _log.warning(
        "a WebSocket is refused: its origin %r is neither our own %r nor in settings.allowed_origins; behind a proxy, "
        "set settings.trusted_proxies",
        origin[:200],
        own[:200],
    )
    raise _refusal(Forbidden, "this origin may not connect")


def _host_that_came(environ: dict[str, Any]) -> str:
    """Return the host of a request, also where it is none: Werkzeug has an empty text then."""
    return get_host(environ) or str(environ.get("HTTP_HOST", ""))


def _refusal(kind: type[HTTPException], text: str) -> HTTPException:
    return kind(text, Response(f"{text}\n", kind.code, content_type="text/plain; charset=utf-8"))


def _normal(origin: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(origin)
        if not parts.hostname:
            return None
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
