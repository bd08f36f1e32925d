"""Where greenlets meet the protocol."""

from __future__ import annotations

from .clock import Clock as Clock
from .door import MAX_HELLO as MAX_HELLO
from .door import Door as Door
from .faults import KEPT as KEPT
from .faults import error_of as error_of
from .faults import exc_info_of as exc_info_of
from .link import Ending as Ending
from .listeners import HandlerPool as HandlerPool
from .listeners import Snapshot as Snapshot
from .listeners import WhenBusy as WhenBusy
from .mailbox import Mailbox as Mailbox
from .page import Page as Page
from .permission import may_stay as may_stay
from .refs import refs_in as refs_in
from .registry import Registry as Registry
from .scope import Scope as Scope
from .scope import current_task as current_task
from .scope import waiting_forbidden as waiting_forbidden
from .watch import Watch as Watch

__all__ = [
    "KEPT",
    "MAX_HELLO",
    "Clock",
    "Door",
    "Ending",
    "HandlerPool",
    "Mailbox",
    "Page",
    "Registry",
    "Scope",
    "Snapshot",
    "Watch",
    "WhenBusy",
    "current_task",
    "error_of",
    "exc_info_of",
    "may_stay",
    "refs_in",
    "waiting_forbidden",
]
