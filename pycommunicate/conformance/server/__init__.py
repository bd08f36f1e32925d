"""The sections for a server under test: the kit is its client."""

from __future__ import annotations

from .run import check_server as check_server

__all__ = ["check_server"]
