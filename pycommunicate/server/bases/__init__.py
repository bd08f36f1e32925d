"""What an app's pages are built from."""

from __future__ import annotations

from .controller import Controller as Controller
from .controller import ControllerFactory as ControllerFactory
from .views import View as View

__all__ = ["Controller", "ControllerFactory", "View"]
