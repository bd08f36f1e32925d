"""A document with a browser's semantics, and no protocol in it."""

from __future__ import annotations

from .document import AFTER as AFTER
from .document import BEFORE as BEFORE
from .document import INSIDE as INSIDE
from .document import INSTEAD as INSTEAD
from .document import Document as Document
from .errors import ActionError as ActionError
from .errors import DomError as DomError
from .event import Event as Event
from .functions import Function as Function
from .host import HostObject as HostObject
from .observers import OBSERVERS as OBSERVERS
from .observers import Observer as Observer
from .promises import Promise as Promise
from .request import Request as Request
from .surroundings import StandIns as StandIns
from .surroundings import Surroundings as Surroundings
from .tree import Node as Node

__all__ = [
    "AFTER",
    "BEFORE",
    "INSIDE",
    "INSTEAD",
    "OBSERVERS",
    "ActionError",
    "Document",
    "DomError",
    "Event",
    "Function",
    "HostObject",
    "Node",
    "Observer",
    "Promise",
    "Request",
    "StandIns",
    "Surroundings",
]
