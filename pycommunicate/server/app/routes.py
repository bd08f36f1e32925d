"""Which controller a URL belongs to."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound, default_exceptions
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import WebsocketMismatch

from ...errors import ConfigurationError
from ..bases.controller import ControllerFactory

__all__ = ["CLIENT", "HAND_OVER", "RESERVED", "SCRIPT", "SOCKET", "Routes"]

#: Everything under this path is ours.
RESERVED = "/__pycommunicate"

CLIENT, SCRIPT, SOCKET, HAND_OVER = "client", "script", "socket", "hand-over"

_RESERVED_PATHS = re.compile(
    rf"{RESERVED}/(?:(?P<name>[^/]+)|(?P<script>scripts)/.+|p/[^/]+/(?P<page>[^/]+)/(?P<what>socket|next))"
)
_ENDPOINTS = {None: CLIENT, "scripts": SCRIPT, "socket": SOCKET, "next": HAND_OVER}


class Routes:
    """The URL map of an app."""

    def __init__(self) -> None:
        self._map = Map()
        self._errors: dict[int, ControllerFactory] = {}

    def __iter__(self) -> Any:
        return self._map.iter_rules()

    def add(self, route: str, controller: ControllerFactory) -> None:
        """Associate a factory with a route.

        Raises:
            ConfigurationError: if the route or the controller cannot be used.
        """
        if not isinstance(route, str) or not route.startswith("/"):
            raise ConfigurationError(f'expected a route that begins with "/", got {route!r}')
        if route == RESERVED or route.startswith(f"{RESERVED}/"):
            raise ConfigurationError(f"expected a route outside of {RESERVED}/, which is reserved, got {route!r}")
        _check_factory(controller, f"route {route!r}")
        if any(rule.rule == route for rule in self):
            raise ConfigurationError(f"expected each route once, got {route!r} a second time")
        try:
            self._map.add(Rule(route, endpoint=controller, methods=["GET"]))
        except (ValueError, LookupError, TypeError, SyntaxError) as error:
            raise ConfigurationError(f'expected a route like "/item/<int:number>", got {route!r}: {error}') from error

    def add_error(self, code: int, controller: ControllerFactory) -> None:
        """Associate a factory with an HTTP error.

        Raises:
            ConfigurationError: if there is no such error, or the controller cannot be used.
        """
        if code not in default_exceptions:
            raise ConfigurationError(f"expected the code of an HTTP error, as 404, got {code!r}")
        _check_factory(controller, f"error {code}")
        self._errors[code] = controller

    def error(self, code: int) -> ControllerFactory | None:
        """Return the factory of an HTTP error."""
        return self._errors.get(code)

    def table(self) -> list[tuple[str, str, str, str]]:
        """Return route, methods, controller class and default view of each route, and of each error behind them."""
        routes = [(rule.rule, rule.endpoint, ", ".join(sorted(rule.methods or ()))) for rule in self]
        errors = [(f"error {code}", factory, "") for code, factory in sorted(self._errors.items())]
        return [
            (name, methods, factory.controller_class.__name__, factory.views[factory.default_view].__name__)
            for name, factory, methods in (*routes, *errors)
        ]

    def match(self, environ: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return endpoint and values of a request.

        Raises:
            werkzeug.exceptions.HTTPException: 404, 405, or a redirect to the right spelling.
        """
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{RESERVED}/"):
            return _match_reserved(path, environ)
        endpoint, values = self._map.bind_to_environ(environ).match()
        return endpoint, dict(values)


def _match_reserved(path: str, environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    # Not by the map: it calls itself for each part of a path, and a socket's greenlet keeps for good what its stack
    # ever needed.
    match = _RESERVED_PATHS.fullmatch(path)
    if match is None:
        raise NotFound
    endpoint = _ENDPOINTS[match["what"] or match["script"]]
    # What comes for a socket and asks for none is not for us to judge: a proxy may have dropped its headers.
    if endpoint != SOCKET and environ.get("HTTP_UPGRADE", "").lower() == "websocket":
        raise WebsocketMismatch
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        raise MethodNotAllowed(["GET", "HEAD"])
    return endpoint, {"name": match["name"], "page": match["page"]}


def _check_factory(controller: ControllerFactory, what: str) -> None:
    if not isinstance(controller, ControllerFactory):
        raise ConfigurationError(
            f"expected a ControllerFactory for {what}, got {controller!r}; "
            "write ControllerFactory().add_view(YourView).set_default_view(YourView)"
        )
    controller.check()
