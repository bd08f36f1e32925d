"""Which web sites' scripts may open a WebSocket to us: our own, and those that the settings name."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wsgi import get_host

__all__ = ["admit_origin"]

_log = logging.getLogger("pycommunicate.app")

_PORTS = {"http": 80, "https": 443}


def admit_origin(environ: dict[str, Any], allowed: Sequence[str]) -> tuple[str, str] | None:
    """Return None if the request's Origin may attach, else status and text to refuse it with.

    A browser always sends one with a WebSocket; whoever sends none is asked to.
    """
    origin = environ.get("HTTP_ORIGIN", "")
    own = f"{environ['wsgi.url_scheme']}://{get_host(environ)}"
    if _normal(origin) in {_normal(one) for one in (own, *allowed)} - {None}:
        return None
    _log.warning(
        "a WebSocket is refused: its origin %r is neither our own %r nor in settings.allowed_origins", origin[:200], own
    )
    return "403 Forbidden", "this origin may not connect\n"


def _normal(origin: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(origin)
        if not parts.hostname:
            return None
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
