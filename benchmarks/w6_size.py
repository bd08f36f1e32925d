"""W6: bytes of the client's script, compressed with gzip -9."""

from __future__ import annotations

import gzip
from html.parser import HTMLParser
from urllib.parse import urljoin

from .measure import Figures, alternate, tell
from .peers import Peer
from .servers import Server
from .wire import get

__all__ = ["measure"]


class Scripts(HTMLParser):
    """Collects what the scripts of a page are made of.

    Attributes:
        sources: URLs of its script files.
        inline: Text of its other scripts.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.inline = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("src")
        self._inside = tag == "script" and source is None
        if tag == "script" and source is not None:
            self.sources.append(source)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.inline += data


def measure(peers: list[Peer], failures: list[str]) -> list[Figures]:
    """Measure W6 on the to-do page."""
    tell("W6: size of the client's script")
    collected = alternate(peers, 1, _run, failures)
    return [
        Figures("W6 client script, gzip -9", "bytes", collected.get("gzip", {})),
        Figures("W6 client script, as served", "bytes", collected.get("plain", {})),
    ]


def _run(_: Peer, server: Server) -> dict[str, float]:
    url = f"{server.url}/todo/10"
    scripts = Scripts(get(url)[1].decode())
    bodies = [_fetch(urljoin(url, source)) for source in scripts.sources]
    if scripts.inline:
        bodies.append(scripts.inline.encode())
    return {"gzip": sum(len(gzip.compress(body, 9, mtime=0)) for body in bodies), "plain": sum(map(len, bodies))}


def _fetch(url: str) -> bytes:
    headers, body = get(url, {"Accept-Encoding": "identity"})
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
