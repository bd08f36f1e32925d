"""The app."""

from __future__ import annotations

from .communicate import CommunicateApp as CommunicateApp
from .usertracker import User as User

__all__ = ["CommunicateApp", "User"]
