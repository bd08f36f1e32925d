"""The words of 0.0.7, for programs that have them: ``from pycommunicate.compat.v0_0_7 import CommunicateApp``.

Everything is today's, at the import paths that it had; but an app made by this module's `CommunicateApp` hands
out documents and elements that answer to the old words as well. Each old word warns, where it is used, of the one that
has taken its place. Nothing else in the package knows of this.
"""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any

from ..proxies.dom import element as today_element
from ..proxies.dom import html as today_html
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


class ElementWrapper(today_element.ElementWrapper):
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

    def element(self, selector: str, *args: Any, **options: Any) -> ElementWrapper | Any:
        """Do as today's `element`; what is found answers to the old words: so a program can be changed line by line."""
        found = super().element(selector, *args, **options)
        return None if found is None else _as_of_old(found)


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


def _as_of_old(element: today_element.ElementWrapper) -> ElementWrapper:
    """Return the same element, answering to the old words."""
    # Not another object that wraps it: there is one wrapper for each node, wherever it comes from.
    element.__class__ = ElementWrapper
    assert isinstance(element, ElementWrapper)
    return element


def _with_id(element: ElementWrapper, id: str) -> ElementWrapper:
    element.id = id
    return element


def _warn(old: str, new: str) -> None:
    """Warn the line that has called what calls this."""
    warnings.warn(f"{old} is a word of 0.0.7; write {new}", DeprecationWarning, stacklevel=3)
