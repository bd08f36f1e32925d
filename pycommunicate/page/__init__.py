"""Where greenlets meet the protocol."""

from __future__ import annotations

from .door import MAX_HELLO as MAX_HELLO
from .door import Door as Door
from .faults import exc_info_of as exc_info_of
from .listeners import HandlerPool as HandlerPool
from .page import Page as Page
from .registry import Registry as Registry
from .scope import Scope as Scope
from .scope import current_task as current_task
from .scope import waiting_forbidden as waiting_forbidden

__all__ = [
    "MAX_HELLO",
    "Door",
    "HandlerPool",
    "Page",
    "Registry",
    "Scope",
    "current_task",
    "exc_info_of",
    "waiting_forbidden",
]
