"""All that an app does in debug, put together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from ....page import Page
from ....page.faults import Fault
from ....page.trail import Trail
from ..assets import ClientScript
from ..handover import path_of, root_of
from ..origins import is_loopback
from ..place import Place
from ..routes import RESERVED
from .monitor import Monitor
from .overlay import Overlay
from .tracebacks import Tracebacks

__all__ = ["Debugging"]

_log = logging.getLogger("pycommunicate.app")


class _DebugScript(ClientScript):
    """client/debug.js."""

    def __init__(self, instance: str) -> None:
        super().__init__("debug.js", "debug", compact=False)
        self._instance = instance

    def tag(self, root: str, *, alone: bool = False) -> Markup:
        """Return the tag that loads it.

        Args:
            root: Where the app's own addresses begin.
            alone: Whether it stands in a page without the client, and looks by itself for another start.
        """
        tag = Markup('<script type="module" src="{}/{}" data-pycommunicate-debug="{}"{}></script>')
        return tag.format(root, self.name, self._instance, Markup(" data-alone") if alone else "")


class Debugging:
    """What stands by an app in debug.

    Attributes:
        script: The script that its pages load before the client.
        instance: Names this start of the program, so that pages see that there was another one.
    """

    def __init__(self) -> None:
        self.instance = secrets.token_hex(8)
        self.script = _DebugScript(self.instance)
        self._has_warned = False
        self._overlay = Overlay()
        self._monitor = Monitor()
        self._tracebacks = Tracebacks(lambda request: self.script.tag(root_of(request) + RESERVED, alone=True))

    def failed(self, page: Page, fault: Fault) -> None:
        """Take note of what failed in a page; never waits."""
        self._overlay.show(page, fault)

    def crashed(self, what: object, error: BaseException) -> None:
        """Take note of what failed outside of any page: the response, or the log, has it."""

    def asks(self, page: Page, what: str, trail: Trail) -> None:
        """Take note of what is asked of a browser: nothing is made of it."""

    def answer(self, request: Request, loopback: bool) -> Response | None:
        """Return the answer to a request that is for debugging, or None for one that is the app's.

        Args:
            request: The request.
            loopback: Whether the server listens on a loopback address.
        """
        self._monitor.greenlet_serves(path_of(request))
        if request.path == f"{RESERVED}/debug":
            return Response(self.instance, headers={"Cache-Control": "no-store"})
        return self._tracebacks.answer(request, loopback)

    def respond_to_crash(self, request: Request, error: Exception, loopback: bool) -> Response:
        """Return the response to a request whose page raised *error*."""
        return self._tracebacks.respond(request, error, loopback)

    @contextmanager
    def running(self, place: Place) -> Iterator[None]:
        """While this is entered, handlers that hog the server are named; a place that others reach is warned of."""
        if place.unix_socket is None and place.descriptor is None and not is_loopback(place.host):
            self.warn(str(place))
        with self._monitor.running():
            yield

    def warn(self, place: str) -> None:
        """Say, once, that others may see what is only for whoever writes the program."""
        if not self._has_warned:
            self._has_warned = True
            _log.warning(
                "debug is on, and the app is served on %s, not on a loopback address: whoever reaches it sees "
                "tracebacks with lines of the program; serve it on localhost, or without debug",
                place,
            )
