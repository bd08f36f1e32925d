"""What tests are made of: `TestClient`, a clock that a test moves, and networks that fail as they are told.

The names are handed on when they are asked for: what drives a proxy in another process needs no greenlets, and must not
import them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import TestClient as TestClient
    from .client import Time as Time
    from .client import Visitor as Visitor
    from .element import Element as Element
    from .network import Network as Network
    from .page import Page as Page
    from .round_trips import RoundTrip as RoundTrip
    from .round_trips import RoundTrips as RoundTrips
    from .site import Answer as Answer

__all__ = ["Answer", "Element", "Network", "Page", "RoundTrip", "RoundTrips", "TestClient", "Time", "Visitor"]

_HOMES = {
    "Answer": "site",
    "Element": "element",
    "Network": "network",
    "Page": "page",
    "RoundTrip": "round_trips",
    "RoundTrips": "round_trips",
    "TestClient": "client",
    "Time": "client",
    "Visitor": "client",
}
#: Where each name is that cannot be imported without the extra.
_HINT = "the test kit needs more packages: pip install 'pycommunicate[testing]'"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name in ("lxml", "selectolax", "websocket"):
            raise ModuleNotFoundError(f"{error}; {_HINT}", name=error.name) from None
        raise
