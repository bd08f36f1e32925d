"""Which requests are for a document, and what a response of one is made of."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from ...errors import ViewError

__all__ = ["is_for_document", "make_response"]


def is_for_document(request: Request) -> bool:
    """Return whether a person will see the answer: not a favicon, a prefetch, or what a script asks for.

    Browsers say so by Fetch Metadata where the site is https or localhost, and elsewhere by what they accept.
    """
    headers = request.headers
    if request.method == "HEAD" or "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", "")):
        return False
    destination = headers.get("Sec-Fetch-Dest")
    if destination is not None:
        return destination in ("document", "iframe", "frame", "embed", "object")
    accept = headers.get("Accept", "*/*")
    return "text/html" in accept or accept.strip() == "*/*"


def make_response(body: Any, status: int, what: str) -> Response:
    """Return a response made of anything that Werkzeug makes one of.

    Args:
        body: Text, bytes, a Response, or a tuple of text or bytes, status, and headers.
        status: The status where *body* names none.
        what: Where it came from, for messages.

    Raises:
        ViewError: if it cannot be made into a response.
    """
    if isinstance(body, Response):
        return _copy(body)
    headers: Any = None
    if isinstance(body, tuple):
        if not 2 <= len(body) <= 3:
            raise ViewError(f"expected (body, status) or (body, status, headers) from {what}, got {body!r:.80}")
        body, status, headers = body if len(body) == 3 else (*body, None)
    if isinstance(body, (str, bytes, bytearray)):
        return _Document(body if isinstance(body, str) else bytes(body), status, headers)
    hint = "; did you forget return?" if body is None else ""
    raise ViewError(f"expected text, bytes, (body, status) or a Response from {what}, got {body!r:.80}{hint}")


def _copy(response: Response) -> Response:
    """Return a response of its own: ours gets a cookie, and theirs may be returned to everybody."""
    copy = Response(
        response.response, response.status, Headers(response.headers), direct_passthrough=response.direct_passthrough
    )
    copy.call_on_close(response.close)
    return copy


class _Document(Response):
    """A response that is HTML where its headers do not say what it is."""

    default_mimetype = "text/html"
