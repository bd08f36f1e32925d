"""The scripts that browsers are served: their names carry their hashes, so that they may be cached for ever."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from ...errors import ConfigurationError
from .compact import compact

__all__ = ["ClientScript", "respond_with"]


class ClientScript:
    """The JavaScript client as it is served, or another script of ours.

    Args:
        file: Where it is in the folder of the client.
        kind: How its name begins.
        compact: Whether it is made small, and a classic script of what is a module to read: it runs where it stands.

    Attributes:
        name: Its file name, with a hash of its text.
        beside: Another script that is served where this one is; None for none.
    """

    def __init__(self, file: str = "pycommunicate.js", kind: str = "client", *, compact: bool = True) -> None:
        # What few pages need is a script beside the client, which loads it by its own address.
        parts = {kind: file, **({"more": "more.js"} if kind == "client" else {})}
        texts = {kind: _read(file, compact) for kind, file in parts.items()}
        digest = hashlib.sha256(b"".join(text for text, _ in texts.values())).hexdigest()[:12]
        self._files = {f"{kind}.{digest}.js": text for kind, text in texts.items()}
        self.name = next(iter(self._files))
        self.beside: ClientScript | None = None

    def tag(self, root: str) -> Markup:
        """Return a tag that loads it, given where the app's own addresses begin."""
        return Markup('<script type="module" src="{}/{}"></script>').format(root, self.name)

    def respond(self, request: Request, name: str) -> Response:
        """Return the response to a request for the file *name*.

        Raises:
            NotFound: if it is another file, or the file of another version.
        """
        if name not in self._files:
            if self.beside is not None:
                return self.beside.respond(request, name)
            raise NotFound
        return respond_with(request, *self._files[name])


def respond_with(request: Request, text: bytes, gzipped: bytes) -> Response:
    """Return the response that is a script, zipped for who takes it; its address must change with its text."""
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(gzipped if zipped else text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _read(file: str, compacted: bool) -> tuple[bytes, bytes]:
    """Return the text of a script, and the same zipped."""
    source = _source(file)
    text = (f'(()=>{{"use strict";{compact(source)}}})()' if compacted else source).encode()
    return text, gzip.compress(text, 9, mtime=0)


def _source(file: str) -> str:
    package = Path(__file__).parents[2]
    # In a wheel the client lies inside the package, in a checkout beside it.
    for folder in (package / "client", package.parent / "client"):
        path = folder / file
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise ConfigurationError(f"expected a script of the client at {package / 'client' / file}, found none")
