"""The app: a WSGI callable that turns requests into pages and sockets into attachments."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic
from typing import Any

from markupsafe import escape as escape_html
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Request, Response

from ...errors import ConfigurationError
from ...page import Door, Registry
from ...protocol import SUBPROTOCOL
from ...sessions import MemoryStore
from ...settings import Settings
from ...templating import make_environment
from ..bases.controller import ControllerFactory
from .assets import ClientScript
from .cookies import Cookies
from .handover import HandOvers
from .origins import admit_origin
from .pages import Pages
from .routes import CLIENT, HAND_OVER, SOCKET, Routes
from .serving import Background, is_importing, serve
from .signing import Keys
from .usertracker import User, UserTracker

__all__ = ["CommunicateApp"]

_log = logging.getLogger("pycommunicate.app")

WSGIAnswer = Iterable[bytes]


class CommunicateApp:
    """The main object of an app: routes, secret key, settings, and the server. It is also a WSGI callable.

    Args:
        web_port: Port to serve on; 0 for any that is free.
        host: Name or address to serve on.
        debug: Show tracebacks of ``render`` in the browser; never in production.
        maximum_handler_threads: How many event handlers may run at a time, in all; one that waits for a browser does
            not count.
        template_directory: Where templates are; a relative path is looked for beside the program's file, then in the
            current directory.
        settings: Everything else that can be set; see `pycommunicate.Settings`.

    Raises:
        ConfigurationError: if one of them cannot be.
    """

    def __init__(
        self,
        web_port: int = 8080,
        host: str = "localhost",
        debug: bool = False,
        maximum_handler_threads: int = 10000,
        template_directory: str = "templates",
        *,
        settings: Settings | None = None,
    ) -> None:
        if not isinstance(web_port, int) or not 0 <= web_port <= 65535:
            raise ConfigurationError(f"expected web_port to be a port from 0 to 65535, got {web_port!r}")
        if not isinstance(maximum_handler_threads, int) or maximum_handler_threads < 1:
            raise ConfigurationError(
                f"expected maximum_handler_threads to be a number above 0, got {maximum_handler_threads!r}"
            )
        self.web_port = web_port
        self.host = host
        self.debug = debug
        self.settings = settings or Settings()
        self._keys = Keys()
        self._cookies = Cookies(self.settings)
        self._routes = Routes()
        self._client = ClientScript()
        self._registry = Registry(self.settings, maximum_handler_threads)
        self._users = UserTracker(MemoryStore(), self.settings.user_lifetime)
        self._hand_overs = HandOvers(self._keys, self._cookies, self._registry.node, self.settings.handover_lifetime)
        self._pages = Pages(
            self._registry,
            self._users,
            self._hand_overs,
            self._keys,
            self._client,
            make_environment(_template_folders(template_directory)),
        )
        self._background = Background(self._sweep)

    # --- documented ---------------------------------------------------------------------------------------------

    def set_secret_key(self, key: str | bytes) -> None:
        """Set the key that cookies and tickets are signed with; keep it secret.

        Args:
            key: Text or bytes that nobody can guess, as ``os.urandom(32)``; the same at every start, so that users are
                known again.
        """
        self._keys.set_key(key)

    def add_controller(self, route: str, controller: ControllerFactory) -> None:
        """Associate a controller with a route.

        Args:
            route: A path that begins with ``/``; its parts may vary: ``<name>``, ``<int:name>`` and all other
                converters of Werkzeug. Paths under ``/__pycommunicate/`` are reserved.
            controller: A factory with a default view.

        Raises:
            ConfigurationError: if the route cannot be used, or is there already.
            ViewError: if the factory has no default view.
        """
        self._routes.add(route, controller)

    def add_error_handler(self, code: int, controller: ControllerFactory) -> None:
        """Let a controller serve the page of an HTTP error, in place and with that status.

        Args:
            code: The error's code, as 404.
            controller: A factory with a default view.

        Raises:
            ConfigurationError: if there is no such error.
            ViewError: if the factory has no default view.
        """
        self._routes.add_error(code, controller)

    def run(self) -> None:
        """Serve the app and **block** until it is stopped.

        While ``python -m pycommunicate serve`` imports the program this does nothing: the command serves it.

        Raises:
            ServeError: if the port is in use, or the host cannot be served on.
        """
        if is_importing():
            return
        self._keys.ready()
        serve(self, self.host, self.web_port)

    def call_soon(self, function: Callable[..., Any], *args: Any) -> None:
        """Run *function* in a greenlet of the app's thread: the way in from any other thread. Never waits.

        Args:
            function: What to run; what it raises is logged.
            args: Its arguments.
        """
        self._background.call_soon(self._pages.run_job, function, *args)

    def stop(self) -> None:
        """End all pages: their browsers are told that the server goes, and come back when it is there again."""
        for page in self._registry:
            page.end("the server stops", "stopping", "reload")
        self._background.stop()

    # --- WSGI -----------------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> WSGIAnswer:
        """Answer one request."""
        self._background.start()
        request = Request(environ)
        user, known = self._user_of(request)
        try:
            with self._users.unit():
                endpoint, values = self._routes.match(environ)
                if endpoint == SOCKET:
                    return self._attach(environ, start_response, values["page"], user.id_ if known else "")
                response = self._respond(request, user, endpoint, values)
        except HTTPException as error:
            response = self._respond_to_error(request, user, error)
        except Exception as error:
            response = self._respond_to_crash(request, user, error)
        if not known and (user.pages or self._users.keeps(user)):
            self._cookies.set(request, response, self._keys.sign("user", user.id_))
        return response(environ, start_response)

    def admit(self, environ: dict[str, Any]) -> tuple[str, str] | None:
        """Look at a WebSocket's request before it is upgraded; return None, or status and text to refuse it with."""
        try:
            endpoint, _ = self._routes.match(environ)
        except HTTPException:
            endpoint = None
        if endpoint != SOCKET:
            return "404 Not Found", "there is no WebSocket here\n"
        return admit_origin(environ, self.settings.allowed_origins)

    # --- pages ----------------------------------------------------------------------------------------------------

    def _respond(self, request: Request, user: User, endpoint: Any, values: dict[str, Any]) -> Response:
        if endpoint == CLIENT:
            return self._client.respond(request, values["name"])
        if endpoint == HAND_OVER:
            return self._hand_overs.send_back(request, values["page"])
        return self._pages.serve_again(request, user) or self._pages.serve(request, user, endpoint, values, 200)

    # --- sockets --------------------------------------------------------------------------------------------------

    def _attach(
        self, environ: dict[str, Any], start_response: Callable[..., Any], page_id: str, user_id: str
    ) -> WSGIAnswer:
        carrier = environ.get("wsgi.websocket")
        if carrier is None:
            refusal = Response("expected a WebSocket handshake\n", 426, {"Upgrade": "websocket"})
            return refusal(environ, start_response)
        if not hasattr(carrier, "try_send"):
            raise ConfigurationError(
                "this server's WebSockets cannot carry pages; serve the app by `python -m pycommunicate serve`"
            )
        carrier.receiver = Door(
            carrier, self._registry, page_id, user_id, self._pages.opens, self.settings.hello_timeout
        )
        return []

    # --- errors ---------------------------------------------------------------------------------------------------

    def _respond_to_error(self, request: Request, user: User, error: HTTPException) -> Response:
        """Return the app's own page for an HTTP error, or Werkzeug's."""
        if error.code is None or error.code < 400:
            return _as_response(error, request)
        factory = self._routes.error(error.code)
        if factory is not None:
            try:
                with self._users.unit():
                    response = self._pages.serve_again(request, user) or self._pages.serve(
                        request, user, factory, {}, error.code
                    )
            except Exception:
                _log.exception("the page of error %d failed at %s", error.code, request.path)
            else:
                for name in ("Allow", "WWW-Authenticate"):  # what the code itself demands
                    value = error.get_response(request.environ).headers.get(name)
                    if value:
                        response.headers[name] = value
                return response
        return _as_response(error, request)

    def _respond_to_crash(self, request: Request, user: User, error: Exception) -> Response:
        _log.exception("the page at %s failed", request.path)
        if self.debug:
            text = "".join(traceback.format_exception(error))
            page = f"<!DOCTYPE html><pre>{escape_html(text)}</pre>"
            return Response(page, 500, content_type="text/html; charset=utf-8")
        return self._respond_to_error(request, user, InternalServerError())

    # --- users ----------------------------------------------------------------------------------------------------

    def _user_of(self, request: Request) -> tuple[User, bool]:
        """Return the user of a request, and whether the browser has our cookie already."""
        id_ = self._keys.unsign("user", self._cookies.get(request))
        return (self._users.get(id_), True) if id_ else (self._users.new(), False)

    def _sweep(self) -> None:
        now = monotonic()
        self._registry.sweep(now)
        self._users.sweep(now)
        self._hand_overs.sweep(now)

    @property
    def subprotocol(self) -> str:
        """The WebSocket subprotocol that the app speaks."""
        return SUBPROTOCOL


def _as_response(error: HTTPException, request: Request) -> Response:
    response = error.get_response(request.environ)
    assert isinstance(response, Response)
    return response


def _template_folders(directory: str) -> list[Path]:
    """Return where templates may be: beside the program that makes the app, then in the current directory."""
    path = Path(directory)
    if path.is_absolute():
        return [path]
    frame = sys._getframe(1)
    own = Path(__file__).parents[2]
    while frame.f_back is not None and Path(frame.f_code.co_filename).is_relative_to(own):
        frame = frame.f_back
    beside = Path(frame.f_code.co_filename).resolve().parent
    return list(dict.fromkeys((beside / path, Path.cwd() / path)))
