"""Addresses as browsers write them."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

__all__ = ["absolute", "parts_of", "resolve", "same_but_fragment"]

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_SLASHES = "/\\"
_begins = re.compile(r"(?:(https?|wss?|ftp):)?([/\\]{2})?", re.I).match
_PATH = "/:@!$&'()*+,;=-._~%[]"
_QUERY = "/:@!$&()*+,;=-._~%?[]|^`{}\\'"
_FRAGMENT = "/:@!$&'()*+,;=-._~%?[]|^{}#\\"
_CONTROL = "".join(map(chr, range(0x21)))


def resolve(base: str, text: str) -> str:
    """Return the whole address that *text* stands for, or *text* itself if it stands for none."""
    whole = absolute(base, text)
    return text if whole is None else whole


def absolute(base: str, text: str) -> str | None:
    """Return the whole address that *text* stands for; None if it stands for none."""
    cleaned = text.strip(_CONTROL).translate({9: None, 10: None, 13: None})
    begin, own = _begins(cleaned), urlsplit(base).scheme
    assert begin is not None
    scheme = (begin[1] or own).lower()
    if scheme in _PORTS and (begin[2] or scheme != own):
        # A host comes next, behind as many slashes as there are.
        cleaned = f"{scheme}://{cleaned[begin.end() :].lstrip(_SLASHES)}"
        if cleaned.endswith("://"):
            return None
    try:
        parts = urlsplit(urljoin(base, cleaned))
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if not scheme:
        return None
    if scheme not in _PORTS:
        return urljoin(base, cleaned)
    if not parts.hostname:
        return None
    user = parts.netloc.rpartition("@")[0]
    host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    host += f":{port}" if port is not None and port != _PORTS[scheme] else ""
    path = quote(parts.path.replace("\\", "/"), safe=_PATH) or "/"
    query = quote(parts.query, safe=_QUERY)
    query = query.replace("'", "%27")
    fragment = quote(parts.fragment, safe=_FRAGMENT)
    whole = urlunsplit((scheme, f"{user}@{host}" if user else host, path, query, fragment))
    return whole + ("#" if cleaned.endswith("#") and not fragment else "")


def same_but_fragment(one: str, other: str) -> bool:
    """Return whether two addresses are of one document."""
    return one.partition("#")[0] == other.partition("#")[0]


def parts_of(url: str) -> dict[str, str]:
    """Return what `location` and links tell of an address, by name."""
    parts = urlsplit(url)
    known = parts.scheme in _PORTS
    host = parts.netloc.rpartition("@")[2]
    return {
        "href": url,
        "protocol": f"{parts.scheme}:",
        "host": host,
        "hostname": host.rpartition(":")[0] if parts.port is not None else host,
        "port": "" if parts.port is None else str(parts.port),
        "pathname": parts.path,
        "search": f"?{parts.query}" if parts.query else "",
        "hash": f"#{parts.fragment}" if parts.fragment else "",
        "origin": f"{parts.scheme}://{host}" if known else "null",
    }
