"""What an app has in debug, and only then: nothing outside of this folder imports it before debug is switched on."""

from __future__ import annotations

from .debugging import Debugging as Debugging

__all__ = ["Debugging"]
