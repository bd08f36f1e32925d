"""pycommunicate: the server holds the user interface, in straight-line Python.

The names below are handed on when they are first used (PEP 562): importing this package imports nothing else, so that
``python -m pycommunicate`` can patch the standard library first thing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .protocol.limits import Limits as Limits
    from .proxies.dom.element import ElementWrapper as ElementWrapper
    from .proxies.dom.event import Event as Event
    from .server.app.communicate import CommunicateApp as CommunicateApp
    from .server.bases.controller import Controller as Controller
    from .server.bases.controller import ControllerFactory as ControllerFactory
    from .server.bases.views import View as View
    from .settings import Settings as Settings
    from .templating import Markup as Markup

__all__ = [
    "CommunicateApp",
    "Controller",
    "ControllerFactory",
    "ElementWrapper",
    "Event",
    "Limits",
    "Markup",
    "Settings",
    "View",
]

_HOMES = {
    "CommunicateApp": "server.app.communicate",
    "Controller": "server.bases.controller",
    "ControllerFactory": "server.bases.controller",
    "ElementWrapper": "proxies.dom.element",
    "Event": "proxies.dom.event",
    "Limits": "protocol.limits",
    "Markup": "templating",
    "Settings": "settings",
    "View": "server.bases.views",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("pycommunicate")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
