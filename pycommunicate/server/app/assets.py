"""The scripts that browsers are served: their names carry their hashes, so that they may be cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from ...errors import ConfigurationError

__all__ = ["ClientScript"]

# Lines that are a comment, and doc comments anywhere: neither opening stands inside of a text of the client, and no
# comment behind code.
_COMMENT = re.compile(r"^[ \t]*//[^\n]*\n|/\*\*(?:(?!\*/).)*\*/[ \t]*", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^[ \t]+|\n(?=[ \t]*\n)", re.MULTILINE)
# Texts, which stay as they are, or what is blank beside a sign. Line ends go only where a statement cannot end, or
# has ended.
_BLANKS = re.compile(
    r'("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)'
    r"|[ ]*([=<>!&|?:)\[\]*])[ ]*"
    r"|[ ]*([;,{(])\s*"
    r"|\s*(})[ ]*"
)


class ClientScript:
    """The JavaScript client as it is served, or another script of ours.

    Args:
        file: Where it is in the folder of the client.
        kind: How its name begins.
        compact: Whether comments and needless spaces go.

    Attributes:
        name: Its file name, with a hash of its text.
        beside: Another script that is served where this one is; None for none.
    """

    def __init__(self, file: str = "pycommunicate.js", kind: str = "client", *, compact: bool = True) -> None:
        source = _source(file)
        self._text = (_compact(source) if compact else source).encode()
        self._gzipped = gzip.compress(self._text, 9, mtime=0)
        self.name = f"{kind}.{hashlib.sha256(self._text).hexdigest()[:12]}.js"
        self.beside: ClientScript | None = None

    def tag(self, root: str) -> Markup:
        """Return a tag that loads it, given where the app's own addresses begin."""
        return Markup('<script type="module" src="{}/{}"></script>').format(root, self.name)

    def respond(self, request: Request, name: str) -> Response:
        """Return the response to a request for the file *name*.

        Raises:
            NotFound: if it is another file, or the file of another version.
        """
        if name != self.name:
            if self.beside is not None:
                return self.beside.respond(request, name)
            raise NotFound
        zipped = request.accept_encodings.quality("gzip") > 0
        response = Response(self._gzipped if zipped else self._text, content_type="text/javascript; charset=utf-8")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        return response


def _source(file: str) -> str:
    package = Path(__file__).parents[2]
    # In a wheel the client lies inside the package, in a checkout beside it.
    for folder in (package / "client", package.parent / "client"):
        path = folder / file
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise ConfigurationError(f"expected a script of the client at {package / 'client' / file}, found none")


def _compact(source: str) -> str:
    return _BLANKS.sub(r"\1\2\3\4", _INDENT.sub("", _COMMENT.sub("", source)))
