"""Where greenlets meet the protocol."""

from __future__ import annotations

from .clock import Clock as Clock
from .door import MAX_HELLO as MAX_HELLO
from .door import Door as Door
from .faults import exc_info_of as exc_info_of
from .link import Ending as Ending
from .listeners import HandlerPool as HandlerPool
from .listeners import WhenBusy as WhenBusy
from .page import Page as Page
from .permission import may_stay as may_stay
from .registry import Registry as Registry
from .scope import Scope as Scope
from .scope import current_task as current_task
from .scope import waiting_forbidden as waiting_forbidden
from .watch import Watch as Watch

__all__ = [
    "MAX_HELLO",
    "Clock",
    "Door",
    "Ending",
    "HandlerPool",
    "Page",
    "Registry",
    "Scope",
    "Watch",
    "WhenBusy",
    "current_task",
    "exc_info_of",
    "may_stay",
    "waiting_forbidden",
]
