"""Pages that show the traceback of what failed while a page was made.

For a browser on the same machine it is Werkzeug's debugger, with its PIN: it lets who has that run code in the server's
process. For everybody else it is a plain page that says so. Behind a proxy on the same machine everybody seems to be on
it; so what a proxy leaves in a request is looked for, also by one that was told nothing and says nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.debug import DebuggedApplication
from werkzeug.wrappers import Request, Response

from ....page.faults import exc_info_of
from ....page.trail import traceback_text
from ..origins import is_loopback

__all__ = ["Tracebacks", "traceback_page"]

_PAGE = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 2em auto; max-width: 70em; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; color: #222 }}
h1 {{ font-size: 1.3em; color: #a11 }}
pre {{ overflow: auto; padding: 1em; background: #f4f4f4; font: 14px/1.5 ui-monospace, monospace }}
</style>
</head>
<body>
<h1>{title}</h1>
<pre>{text}</pre>
<p>{note}</p>
{script}
</body>
</html>
""")

_NO_CONSOLE = (
    "There is no console here: Werkzeug's debugger is for loopback only, because it can run code in the server. It is "
    "shown where the app is served on localhost, and asked from the same machine without a proxy in between."
)
#: Frames that are kept for consoles; whoever looks at an older traceback has to load its page anew.
_MOST_FRAMES = 500
#: Headers of proxies, and those that name the site that a browser is on.
_FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP")
_SITE = ("HTTP_ORIGIN", "HTTP_REFERER")


def traceback_page(title: str, text: str, note: str, script: str = "") -> str:
    """Return the HTML of a plain page that shows a traceback."""
    return _PAGE.format(title=title, text=text, note=note, script=script)


class Tracebacks:
    """Answers with tracebacks.

    Args:
        script: Returns a script tag for the page of a request, which loads it anew when the program has changed.
    """

    def __init__(self, script: Callable[[Request], Markup]) -> None:
        self._script = script
        self._debugger = DebuggedApplication(_raise, evalex=True)
        # In place of the one that stands at any path "/console" of the app.
        self._debugger.console_path = None  # type: ignore[assignment]
        self._debugger.trusted_hosts.append("[::1]")

    def respond(self, request: Request, error: Exception, loopback: bool) -> Response:
        """Return the response to a request whose page raised *error*.

        Args:
            request: The request.
            error: What was raised.
            loopback: Whether the server listens on a loopback address.
        """
        if not loopback or not _is_near(request):
            page = traceback_page(
                f"{type(error).__name__} at {request.path}", traceback_text(error), _NO_CONSOLE, self._script(request)
            )
            return Response(page, 500, content_type="text/html; charset=utf-8")
        debugger = self._debugger
        if len(debugger.frames) > _MOST_FRAMES:
            debugger.frames.clear()
            debugger.frame_contexts.clear()
        # Werkzeug would print the traceback once more.
        environ = {**request.environ, "wsgi.errors": io.StringIO(), "pycommunicate.error": _from_program(error)}
        response = Response.from_app(debugger, environ, buffered=True)
        response.set_data(response.get_data() + self._script(request).encode())
        return response

    def answer(self, request: Request, loopback: bool) -> Response | None:
        """Return the debugger's own answer, if the request is one of its pages' and may be answered."""
        if request.args.get("__debugger__") != "yes" or not loopback or not _is_near(request):
            return None
        return Response.from_app(self._debugger, request.environ, buffered=True)


def _raise(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    __traceback_hide__ = True
    if "pycommunicate.error" in environ:
        raise environ["pycommunicate.error"]
    start_response("404 Not Found", [])
    return []


def _from_program(error: Exception) -> Exception:
    """Return *error* with a traceback from the first line of the program on, if there is one."""
    return error.with_traceback(exc_info_of(error)[2])


def _is_near(request: Request) -> bool:
    """Return whether a request comes from a browser on this machine, by itself and not through a proxy."""
    environ = request.environ
    if any(name.startswith(_FORWARDED) for name in environ):
        return False
    # Browsers speak HTTP/1.1 and keep connections. A proxy says what suits itself: nginx that is told nothing, "close".
    if environ.get("SERVER_PROTOCOL") != "HTTP/1.1" or environ.get("HTTP_CONNECTION", "").lower() != "keep-alive":
        return False
    if not all(_is_of_loopback(environ[name]) for name in _SITE if name in environ):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_of_loopback(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False
