"""What is served in place of a program that cannot be imported: its traceback, until it is mended."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from ..server.app.debugging.tracebacks import traceback_page
from ..server.app.deployment import is_on_loopback
from ..server.app.origins import check_host

__all__ = ["Broken"]

_OURS = "/__pycommunicate/"
#: Loads the page anew as soon as somebody else answers: the mended program, or its next fault.
_SCRIPT = """<script>
(async (own) => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    try {
      const answer = await fetch("/__pycommunicate/debug", { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== own) return location.reload();
    } catch {
      // Nobody answers just now.
    }
  }
})(%s);
</script>"""


class Broken:
    """A WSGI app that shows why a program cannot be served.

    Args:
        text: The traceback, or what was expected in its place.
    """

    def __init__(self, text: str) -> None:
        self._instance = secrets.token_hex(8)
        page = traceback_page(
            "The program cannot be served",
            text,
            "This page loads itself anew when a file of the program is saved.",
            Markup(_SCRIPT % json.dumps(self._instance)),
        )
        self._page = page.encode(errors="replace")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if is_on_loopback(environ):
            try:
                check_host(environ, None)
            except HTTPException as error:
                return error(environ, start_response)
        path = environ.get("PATH_INFO", "")
        headers = [("Cache-Control", "no-store")]
        if path == f"{_OURS}debug":
            return _answer(start_response, "200 OK", self._instance.encode(), "text/plain", headers)
        if path.startswith(_OURS) or "wsgi.websocket" in environ:
            return _answer(start_response, "503 Service Unavailable", b"the program is broken\n", "text/plain", headers)
        return _answer(start_response, "500 Internal Server Error", self._page, "text/html", headers)


def _answer(
    start_response: Callable[..., Any], status: str, body: bytes, kind: str, headers: list[tuple[str, str]]
) -> list[bytes]:
    start_response(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), *headers])
    return [body]
