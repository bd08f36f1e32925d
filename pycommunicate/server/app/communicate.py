"""The app: a WSGI callable that turns requests into pages and sockets into attachments."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException, InternalServerError, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Request, Response

from ...errors import ConfigurationError, ServeError
from ...importing import is_importing
from ...page import MAX_HELLO, Clock, Door, Page, Registry, Watch, exc_info_of
from ...protocol import SUBPROTOCOL
from ...protocol.messages import Bye, encode
from ...sessions import MemoryStore
from ...settings import Settings
from ...templating import make_environment
from ..bases.controller import ControllerFactory
from .assets import ClientScript
from .background import Background
from .cookies import Cookies
from .deployment import Deployment, Host, is_on_loopback
from .handover import HandOvers, path_of
from .origins import check_host, check_origin, check_root
from .pages import Pages
from .place import Place
from .routes import CLIENT, HAND_OVER, SCRIPT, SOCKET, Routes
from .scripts import AppScripts
from .serving import has_greenlets, serve, server_options, thread_id
from .signing import Keys
from .upgrades import Upgrades
from .usertracker import User, UserTracker

__all__ = ["CommunicateApp"]

_log = logging.getLogger("pycommunicate.app")

WSGIAnswer = Iterable[bytes]


class CommunicateApp:
    """The main object of an app: routes, secret key, settings, and the server. It is also a WSGI callable.

    Args:
        web_port: Port to serve on; 0 for any that is free.
        host: Name or address to serve on.
        debug: Show in the browser what fails, with tracebacks, and name handlers that hold the server up; never in
            production.
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
        self.settings = settings or Settings()
        self._keys = Keys()
        self._cookies = Cookies(self.settings)
        self._routes = Routes()
        self._client = ClientScript()
        folders = _folders_of_program()
        self._scripts = AppScripts(folders)
        self._registry = Registry(self.settings, maximum_handler_threads)
        clock = self._registry.clock
        self._users = UserTracker(MemoryStore(), self.settings.user_lifetime, self.settings.max_users, clock)
        self._hand_overs = HandOvers(
            self._keys, self._cookies, self._registry.node, self.settings.handover_lifetime, clock
        )
        self._pages = Pages(
            self._registry,
            self._users,
            self._hand_overs,
            self._keys,
            self._client,
            self._scripts,
            make_environment(list(dict.fromkeys(folder / template_directory for folder in folders))),
        )
        self._debugging: Any = None
        self.debug = debug
        self._background = Background(self._sweep, clock)
        self._upgrades = Upgrades()
        self._deployment = Deployment(self._start, thread_id, has_greenlets)
        self._wsgi: Callable[..., WSGIAnswer] = self._answer
        if count := self.settings.trusted_proxies:
            self._wsgi = ProxyFix(self._answer, x_for=count, x_proto=count, x_host=count, x_port=count, x_prefix=count)

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
            controller: A factory with a default view. The code stands in ``controller.route_data["code"]``.

        Raises:
            ConfigurationError: if there is no such error.
            ViewError: if the factory has no default view.
        """
        self._routes.add_error(code, controller)

    def add_script(self, file: str | os.PathLike[str]) -> None:
        """Let every live page load a script of the app's own, behind ours and those that were added before it.

        It is loaded as a module; ``{{ add_includes() }}`` has its tag. It is read once, now; in debug it is read anew
        when it has changed. A script may import another one that was added, by its relative address.

        Args:
            file: Its path, as ``"static/chart.js"``: where it is relative it is looked for beside the program's file,
                then in the current directory. It must lie below one of them, and its name end with ``.js`` or ``.mjs``.

        Raises:
            ConfigurationError: if there is no such script, or it cannot be one; or it was added already.
        """
        self._scripts.add(file)

    def run(
        self,
        *,
        certificate: str | os.PathLike[str] | None = None,
        private_key: str | os.PathLike[str] | None = None,
        unix_socket: str | os.PathLike[str] | None = None,
        descriptor: int | None = None,
    ) -> None:
        """Serve the app and **block** until it is stopped.

        While ``python -m pycommunicate serve`` imports the program this does nothing: the command serves it.

        Args:
            certificate: File of a certificate, and of those that it hangs by, in PEM format: serves https.
            private_key: File of its key; not needed if the certificate's file has it too.
            unix_socket: Path of a unix socket to serve on, in place of host and port.
            descriptor: Number of a file descriptor that is a socket which listens already, in place of host and port.

        Raises:
            ServeError: if the port is in use, or the host cannot be served on.
        """
        if is_importing():
            return
        self._keys.ready()
        place = Place(self.host, self.web_port, certificate, private_key, unix_socket, descriptor)
        with nullcontext() if self._debugging is None else self._debugging.running(place):
            serve(self, place, self.settings)

    def call_soon(self, function: Callable[..., Any], *args: Any) -> None:
        """Run *function* in a greenlet of the app's thread: the way in from any other thread. Never waits.

        A server that stops waits for it as it waits for handlers, and starts it no more when it has begun to stop.

        Args:
            function: What to run; what it raises is logged.
            args: Its arguments.

        Raises:
            ServeError: if there is no server that has answered a request yet.
        """
        name = getattr(function, "__qualname__", function)
        self._background.call_soon(self._registry.spawn_job, name, self._pages.run_job, function, *args)

    def routes(self) -> list[tuple[str, str, str, str]]:
        """Return what `add_controller` and `add_error_handler` were given: name, methods, controller, default view."""
        return self._routes.table()

    def finish(self, seconds: float) -> None:
        """**Blocks**: start no handler any more, let those that run end, then end all pages.

        Their browsers are told that the server goes, and come back when it is there again.

        Args:
            seconds: How long it may take; what runs then is ended.
        """
        self._registry.finish(seconds)
        self._background.stop()

    @property
    def debug(self) -> bool:
        """Whether what fails is shown in the browser. Pages that are there already do not change."""
        return self._debugging is not None

    @debug.setter
    def debug(self, debug: bool) -> None:
        self._scripts.watched = debug
        if not debug:
            self._debugging = self._client.beside = self._registry.watch = None
        elif self._debugging is None:
            from .debugging import Debugging  # without debug none of it is there

            self._debugging = debugging = Debugging()
            self._client.beside, self._registry.watch = debugging.script, debugging

    # --- for servers ----------------------------------------------------------------------------------------------

    def server_options(self) -> dict[str, Any]:
        """Return what the settings say of connections: our server takes it as keyword arguments."""
        return server_options(self.settings)

    def app_protocol(self, path: str) -> str:
        """Return what WebSockets speak: gevent-websocket asks, where it is left as it is.

        It cannot carry pages, but so browsers open one, and are told.
        """
        return SUBPROTOCOL

    # --- WSGI -----------------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> WSGIAnswer:
        """Answer one request."""
        return self._wsgi(environ, start_response)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> WSGIAnswer:
        request = Request(environ)
        try:
            self._deployment.check(environ)
            check_root(environ)
            self._check_host(environ)
        except ServeError as error:
            _log.error("a request is refused: %s", error)
            return Response(f"{error}\n", 500)(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)
        if self._debugging is not None and (answer := self._debugging.answer(request, is_on_loopback(environ))):
            return answer(environ, start_response)  # type: ignore[no-any-return]
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

    def _page(self, page_id: str) -> Page | None:
        """Return the page of that name, if it lives: for tests."""
        return self._registry.get(page_id)

    @contextmanager
    def _observed(self, clock: Clock, watch: Watch) -> Iterator[None]:
        """While this is entered, time is what *clock* says, and *watch* looks on: for tests.

        The app may be served by another thread then, and another one again later.

        Raises:
            ConfigurationError: if the app has pages already.
        """
        if len(self._registry):
            raise ConfigurationError(
                f"expected an app that serves nobody yet, got one with {len(self._registry)} pages: "
                "each test client has an app for itself, until it is closed"
            )
        registry = self._registry
        parts = registry, self._users, self._hand_overs, self._background
        before, watched_before = registry.clock, registry.watch
        for part in parts:
            part.clock = clock
        registry.watch = watch
        # So many events a second means nothing where time stands still.
        registry.settings = replace(self.settings, event_burst=10**9)
        self._deployment = Deployment(self._start, thread_id, has_greenlets)
        try:
            yield
        finally:
            for page in registry:
                page.end("it is looked at no more", "stopping", "stop")
            self._background.stop()
            for part in parts:
                part.clock = before
            registry.watch, registry.settings = watched_before, self.settings
            self._deployment = Deployment(self._start, thread_id, has_greenlets)

    def _start(self, host: Host | None) -> None:
        self._background.start()
        if host is None:
            return
        host.on_stop(self.finish)
        if self._debugging is not None and not host.local:
            self._debugging.warn("an address that others reach")

    def _check_host(self, environ: dict[str, Any]) -> None:
        """Raise HTTPException if the app is not to be asked by that name."""
        settings = self.settings
        trusted = settings.trusted_hosts
        if trusted is not None:
            check_host(environ, trusted)
        elif is_on_loopback(environ) and not settings.trusted_proxies:
            check_host(environ, None, self.host)

    # --- pages ----------------------------------------------------------------------------------------------------

    def _respond(self, request: Request, user: User, endpoint: Any, values: dict[str, Any]) -> Response:
        if endpoint == CLIENT:
            hooks = self._scripts.hooks
            script = hooks if hooks is not None and hooks.name == values["name"] else self._client
            return script.respond(request, values["name"])
        if endpoint == SCRIPT:
            return self._scripts.respond(request)
        if endpoint == HAND_OVER:
            return self._hand_overs.send_back(request, values["page"])
        return self._pages.serve_again(request, user) or self._pages.serve(request, user, endpoint, values, 200)

    # --- sockets --------------------------------------------------------------------------------------------------

    def _attach(
        self, environ: dict[str, Any], start_response: Callable[..., Any], page_id: str, user_id: str
    ) -> WSGIAnswer:
        carrier = environ.get("wsgi.websocket")
        if carrier is None:
            return self._upgrades.refuse(environ)(environ, start_response)
        check_origin(environ, self.settings.allowed_origins)
        if not hasattr(carrier, "accept"):  # it is open already, and has no bounds; the log says what to do
            carrier.send(encode(Bye(0, "ended", "stop", "this server's WebSockets cannot carry pages")), True)
            carrier.close()
            return []
        door = Door(carrier, self._registry, page_id, user_id, self._pages.opens, self.settings.hello_timeout)
        carrier.accept(door, SUBPROTOCOL, MAX_HELLO)
        door.wait()
        return []

    # --- errors ---------------------------------------------------------------------------------------------------

    def _respond_to_error(self, request: Request, user: User, error: HTTPException) -> Response:
        """Return the app's own page for an HTTP error, or Werkzeug's."""
        if "wsgi.websocket" in request.environ and error.response is None:
            if isinstance(error, InternalServerError):
                return Response("the server failed\n", error.code)
            return Response("there is no WebSocket here\n", NotFound.code)
        if error.code is None or error.code < 400 or error.response is not None:
            return _as_response(error, request)
        factory = self._routes.error(error.code)
        if factory is not None:
            try:
                with self._users.unit():
                    response = self._pages.serve_again(request, user) or self._pages.serve(
                        request, user, factory, {"code": error.code}, error.code
                    )
            except Exception as crash:
                _log.error(
                    "the page of error %d failed at %s", error.code, path_of(request), exc_info=exc_info_of(crash)
                )
                if self._registry.watch is not None:
                    self._registry.watch.crashed(f"the page of error {error.code}", crash)
                if self._debugging is not None:
                    return self._show_crash(request, crash)
            else:
                for name in ("Allow", "WWW-Authenticate"):  # what the code itself demands
                    value = error.get_response(request.environ).headers.get(name)
                    if value:
                        response.headers[name] = value
                return response
        return _as_response(error, request)

    def _respond_to_crash(self, request: Request, user: User, error: Exception) -> Response:
        _log.error("the page at %s failed", path_of(request), exc_info=exc_info_of(error))
        if self._registry.watch is not None:
            self._registry.watch.crashed(f"the page at {path_of(request)}", error)
        if self._debugging is not None:
            return self._show_crash(request, error)
        return self._respond_to_error(request, user, InternalServerError())

    def _show_crash(self, request: Request, error: Exception) -> Response:
        response: Response = self._debugging.respond_to_crash(request, error, is_on_loopback(request.environ))
        return response

    # --- users ----------------------------------------------------------------------------------------------------

    def _user_of(self, request: Request) -> tuple[User, bool]:
        """Return the user of a request, and whether the browser has our cookie already."""
        id_ = self._keys.unsign("user", self._cookies.get(request))
        return (self._users.get(id_), True) if id_ else (self._users.new(), False)

    def _sweep(self) -> None:
        self._registry.sweep()
        self._users.sweep()
        self._hand_overs.sweep()


def _as_response(error: HTTPException, request: Request) -> Response:
    response = error.get_response(request.environ)
    assert isinstance(response, Response)
    return response


def _folders_of_program() -> list[Path]:
    """Return where relative paths begin: beside the program that makes the app, then in the current directory."""
    frame = sys._getframe(1)
    own = Path(__file__).parents[2]
    while frame.f_back is not None and Path(frame.f_code.co_filename).is_relative_to(own):
        frame = frame.f_back
    beside = Path(frame.f_code.co_filename).resolve().parent
    return list(dict.fromkeys((beside, Path.cwd())))
