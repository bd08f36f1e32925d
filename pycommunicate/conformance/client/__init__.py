"""For a client under test: a scripted server, and the sections that it goes through."""

from __future__ import annotations

from .run import check_client as check_client

__all__ = ["check_client"]
