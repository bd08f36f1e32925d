"""What `before_connect` gets of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from werkzeug.exceptions import HTTPException, default_exceptions

from ..errors import ConfigurationError

__all__ = ["Abort", "CallCTX", "abort"]


class Abort(HTTPException):
    """Interrupts a request with an HTTP error."""

    def __init__(self, code: int) -> None:
        known = default_exceptions[code]
        super().__init__(known.description)
        self.code = code


def abort(code: int) -> NoReturn:
    """Interrupt a request and answer with the HTTP error *code*.

    Raises:
        ConfigurationError: if there is no such error.
    """
    if code not in default_exceptions:
        raise ConfigurationError(f"expected the code of an HTTP error, as 401, got {code!r}")
    raise Abort(code)


class CallCTX:
    """The request that ``before_connect`` may interrupt.

    Attributes:
        user: Whose request it is.
        route_data: The values of the variable parts of the route.
    """

    def __init__(self, user: Any, route_data: dict[str, Any]) -> None:
        self.user = user
        self.route_data = route_data

    def abort(self, code: int) -> NoReturn:
        """Interrupt the request and answer with the HTTP error *code*.

        Args:
            code: An HTTP status from 400 on, as 401.

        Raises:
            ConfigurationError: if there is no such error.
        """
        abort(code)

    def use(self, name: str) -> Callable[..., Any]:
        """Return the function of that name; the older way to write it, ``ctx.use("abort")(401)``.

        Raises:
            ConfigurationError: if there is none.
        """
        if name != "abort":
            raise ConfigurationError(f"expected 'abort', the only function of a request context, got {name!r}")
        return self.abort
