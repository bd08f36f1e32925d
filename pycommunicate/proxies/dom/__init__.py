"""Stand-ins for a document, its nodes and the objects of its scripts."""

from __future__ import annotations

from .attributes import Attributes as Attributes
from .attributes import Dataset as Dataset
from .callbacks import CallbackHandle as CallbackHandle
from .classes import ClassList as ClassList
from .element import ElementWrapper as ElementWrapper
from .event import Event as Event
from .fragments import Elements as Elements
from .html import HTMLWrapper as HTMLWrapper
from .listening import Listener as Listener
from .objects import JSObject as JSObject
from .properties import Styles as Styles
from .queues import EventQueue as EventQueue
from .window import MediaQuery as MediaQuery
from .window import Window as Window

__all__ = [
    "Attributes",
    "CallbackHandle",
    "ClassList",
    "Dataset",
    "ElementWrapper",
    "Elements",
    "Event",
    "EventQueue",
    "HTMLWrapper",
    "JSObject",
    "Listener",
    "MediaQuery",
    "Styles",
    "Window",
]
