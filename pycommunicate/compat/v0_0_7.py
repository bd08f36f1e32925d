"""The words of 0.0.7, for programs that have them: ``from pycommunicate.compat.v0_0_7 import CommunicateApp``.

Everything is today's, at the import paths that it had; but an app made by this module's `CommunicateApp` hands
out documents and elements that answer to the old words as well. Each old word warns, where it is used, of the one that
has taken its place. Nothing else in the package knows of this.
"""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any, overload

from ..page import refs as today_refs
from ..proxies.dom import element as today_element
from ..proxies.dom import html as today_html
from ..proxies.dom import objects as today_objects
from ..proxies.dom import window as today_window
from ..server.app import communicate as today_app
from ..server.bases import controller as today_controller
from ..server.bases import views as today_views

__all__ = ["CommunicateApp", "Content", "Controller", "ElementWrapper", "HTMLWrapper", "View"]


#: Today's, which 0.0.7 has in another form.
_CONTENT = today_element.ElementWrapper.content


class Content:
    """The text of an element: 0.0.7 reads and writes it by methods."""

    __slots__ = ("_element",)

    def __init__(self, element: ElementWrapper) -> None:
        self._element = element

    def get(self) -> str:
        """**Blocks**; return the text."""
        _warn("content.get()", "content, as soon as the app is made by today's CommunicateApp")
        text: str = _CONTENT.__get__(self._element)
        return text

    def set(self, text: str) -> None:
        """Set the text. Never waits."""
        _warn("content.set(text)", "content = text")
        _CONTENT.__set__(self._element, text)


class _ContentProperty:
    """Hands out the `Content` of an element; takes a text, as today's ``content`` does."""

    def __get__(self, element: Any, owner: type | None = None) -> Any:
        return self if element is None else Content(element)

    def __set__(self, element: Any, value: Any) -> None:
        _CONTENT.__set__(element, value)


class _Finds(today_objects.JSObject):
    """Something in the browser that others are found from, by words that find objects of any kind."""

    # What these find is known as an element only after it has got its place among the `_Refs`.

    __slots__ = ()

    def object(self, path: str, /) -> Any:
        """Do as today's `object`; what is found answers to the old words."""
        return _as_of_old(super().object(path))

    def call_object(self, path: str, /, *args: Any, timeout: float | None = None) -> Any:
        """Do as today's `call_object`; what is found answers to the old words."""
        return _as_of_old(super().call_object(path, *args, timeout=timeout))

    def new(self, path: str, /, *args: Any) -> Any:
        """Do as today's `new`; what is made answers to the old words."""
        return _as_of_old(super().new(path, *args))


class _JSObject(_Finds):
    """Today's object, from which elements are found that answer to the words of 0.0.7 as well."""

    __slots__ = ()

    def seen_as_node(self) -> None:
        """Take note that the browser has sent the ref once more, as that of a node."""
        self.seen_again()
        self.__class__ = ElementWrapper  # type: ignore[assignment]


class _Window(_Finds, today_window.Window):
    """Today's window, from which elements are found that answer to the words of 0.0.7 as well."""

    __slots__ = ()


class ElementWrapper(_Finds, today_element.ElementWrapper):
    """Today's element, which answers to the words of 0.0.7 as well."""

    __slots__ = ()

    content: Any = _ContentProperty()

    def append_element_inside_self(self, element_type: str, id: str) -> ElementWrapper:
        """Add a new element with that id inside this one, behind its last child, and return it. Never waits."""
        _warn("append_element_inside_self(element_type, id)", "add_child(element_type), and set its id")
        return _with_id(self.add_child(element_type), id)

    def append_element_after_self(self, element_type: str, id: str) -> ElementWrapper:
        """Add a new element with that id after this one, and return it. Never waits."""
        _warn("append_element_after_self(element_type, id)", "add_after(element_type), and set its id")
        return _with_id(self.add_after(element_type), id)


class HTMLWrapper(today_html.HTMLWrapper):
    """Today's document, which answers to the words of 0.0.7 as well."""

    __slots__ = ()

    def element_by_selector(self, selector: str) -> ElementWrapper | Any:
        """**Blocks**; return the first element that matches *selector*, or None."""
        _warn("element_by_selector(selector)", "element(selector)")
        return self.element(selector)

    def element_exists(self, selector: str) -> bool:
        """**Blocks**; return whether an element matches *selector*."""
        _warn("element_exists(selector)", "exists(selector)")
        return self.exists(selector)

    @property
    def window(self) -> today_window.Window:
        """The window that the document is in."""
        return _Window(self._page)

    if TYPE_CHECKING:

        @overload
        def element(self, selector: str, timeout: None = None) -> ElementWrapper | Any: ...

        @overload
        def element(self, selector: str, timeout: float) -> ElementWrapper: ...

        def element(self, selector: str, timeout: float | None = None) -> Any:
            """Do as today's `element`; what is found answers to the old words."""
            raise NotImplementedError


class _Refs(today_refs.Refs):
    """Those of a page whose elements answer to the words of 0.0.7, wherever they come from."""

    __slots__ = ()

    def adopt(self, ref: int, wrapper: Any) -> None:
        """Let *wrapper* stand for *ref*, as an element of old."""
        super().adopt(ref, wrapper)
        # Of an object it is not known yet whether it is an element: see `_Finds`.
        if isinstance(wrapper, today_element.ElementWrapper):
            _as_of_old(wrapper)


class Controller(today_controller.Controller):
    """Today's controller, whose document answers to the words of 0.0.7 as well; for subclasses."""

    @property
    def html_wrapper(self) -> HTMLWrapper:
        """The page's document."""
        return self._html_wrapper

    @html_wrapper.setter
    def html_wrapper(self, document: today_html.HTMLWrapper) -> None:
        # The same object, of another class with the same slots: what is in them is for today's class alone to know.
        document.__class__ = HTMLWrapper
        assert isinstance(document, HTMLWrapper)
        document._page.refs.__class__ = _Refs
        self._html_wrapper = document


class View(today_views.View):
    """Today's view. Type checkers cannot know what document it has; by this class they do."""

    if TYPE_CHECKING:

        @property
        def html_wrapper(self) -> HTMLWrapper:
            """The page's document."""
            raise NotImplementedError


class CommunicateApp(today_app.CommunicateApp):
    """Today's app, with pages for which the words of 0.0.7 are there as well."""

    def add_controller(self, route: str, controller: today_controller.ControllerFactory) -> None:
        """Do as today's `add_controller`."""
        super().add_controller(route, _with_old_documents(controller))

    def add_error_handler(self, code: int, controller: today_controller.ControllerFactory) -> None:
        """Do as today's `add_error_handler`."""
        super().add_error_handler(code, _with_old_documents(controller))


def _with_old_documents(factory: Any) -> Any:
    """Return a factory that makes the same controllers, but with old documents."""
    if not isinstance(factory, today_controller.ControllerFactory):
        return factory  # for the app to refuse
    kind = factory.controller_class
    if not issubclass(kind, Controller):
        factory = copy.copy(factory)
        names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
        factory.controller_class = type(kind.__name__, (Controller, kind), names)
    return factory


def _as_of_old(found: Any) -> Any:
    """Return the same element or object, answering to the old words; anything else as it is."""
    # Not another object that wraps it: there is one wrapper for each node, wherever it comes from.
    if isinstance(found, today_objects.JSObject):
        found.__class__ = _OF_OLD.get(type(found), type(found))
    return found


#: Today's classes, and what their objects become.
_OF_OLD: dict[type, type] = {today_element.ElementWrapper: ElementWrapper, today_objects.JSObject: _JSObject}


def _with_id(element: ElementWrapper, id: str) -> ElementWrapper:
    element.id = id
    return element


def _warn(old: str, new: str) -> None:
    """Warn the line that has called what calls this."""
    warnings.warn(f"{old} is a word of 0.0.7; write {new}", DeprecationWarning, stacklevel=3)
