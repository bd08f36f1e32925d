"""A document with a browser's semantics, and no protocol in it."""

from __future__ import annotations

from .document import AFTER as AFTER
from .document import BEFORE as BEFORE
from .document import INSIDE as INSIDE
from .document import Document as Document
from .errors import ActionError as ActionError
from .errors import DomError as DomError
from .event import Event as Event
from .request import Request as Request
from .tree import Node as Node

__all__ = ["AFTER", "BEFORE", "INSIDE", "ActionError", "Document", "DomError", "Event", "Node", "Request"]
