"""Reload on save: a parent process that watches files, and a child that serves until they change."""

from __future__ import annotations

from .child import Child as Child
from .parent import Parent as Parent

__all__ = ["Child", "Parent"]
