"""One node of a page's document, as a handler sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidName, StaleElement, UnsupportedValue
from ...page import Page
from ...protocol.codec import Ref, to_wire
from ...protocol.ops import AFTER, BEFORE, CREATE, GET, INSERT, INSIDE, REMOVE, SET
from .handlers import bind, when_busy_of
from .properties import MultiProperty, Property

__all__ = ["ElementWrapper", "Origin", "from_wire"]

#: Where a node came from: a selector and None, or what it is and the origin of the node it was made at.
Origin = tuple[str, Any]


#: No type of an element has one of these in it (DOM standard, createElement).
_TAG = re.compile(r"[A-Za-z_][^\s<>/=\x00]*")


class ElementWrapper:
    """Stands for one node of the page, wherever it moves.

    Found by `HTMLWrapper.element` or made by `add_child` and its like; not to be created by hand. Writes never wait and
    keep their order; a read **blocks** its own greenlet, and sees every write that was made before it.

    All methods raise:
        StaleElement: if the node is gone from the page; the text names where it came from.
        PageGone, ViewGone: if the page or the view is gone.
        NotAttached: inside ``render`` and ``before_connect``.
    """

    __slots__ = ("__weakref__", "_gone", "_origin", "_page", "_ref", "_times")

    content = Property("innerText")
    value = Property("value")
    id = Property("id")
    style = MultiProperty("style")

    def __init__(self, page: Page, ref: int, origin: Origin) -> None:
        self._page = page
        self._ref = ref
        self._origin = origin
        self._times = 1
        self._gone = False
        page.refs.adopt(ref, self)

    def __del__(self) -> None:
        """Let the browser forget the node; runs in whatever thread collects, so it only leaves word."""
        if not getattr(self, "_gone", True):
            self._page.refs.release(self._ref, self._times)

    def __repr__(self) -> str:
        return f"<ElementWrapper {_describe(self._origin)}{' (gone)' if self._gone else ''}>"

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            """Say what there is."""
            hint = " (its text is .content)" if name in ("text", "innerText", "textContent", "innerHTML") else ""
            raise AttributeError(
                f"an element has no attribute {name!r}{hint}; properties of the browser are read by "
                f"get_property({name!r}) and written by set_property({name!r}, value)"
            )

    # --- properties ---------------------------------------------------------------------------------------------

    def prop(self, name: str, value: Any = None) -> Any:
        """Get or set a property, chainable.

        Without *value*, or with None, return the property's value (**blocks**); else set it and return this element.

        Args:
            name: Name of the property in JavaScript.
            value: What to set it to.
        """
        if value is None:
            return self.get_property(name)
        self.set_property(name, value)
        return self

    def get_property(self, property_name: str) -> Any:
        """**Blocks** until the browser has answered; return the value of a property.

        Args:
            property_name: Name of the property in JavaScript.

        Returns:
            The value as Python has it, one of None, bool, int, float, str, bytes, datetime, list, dict, ElementWrapper.

        Raises:
            ReadTimeout: if the browser does not answer in time.
            UnsupportedValue: if the value cannot travel (a function, a window, a cycle).
            JSError: if the property's getter threw.
        """
        return self.read(_name(property_name))

    def set_property(self, property_name: str, value: Any) -> None:
        """Set a property. Never waits; a get afterwards returns what the browser holds after this set.

        Args:
            property_name: Name of the property in JavaScript.
            value: Anything that `get_property` may return.

        Raises:
            UnsupportedValue: if the value cannot travel; the text names the path to it.
        """
        self.write(_name(property_name), value)

    def read(self, name: str | list[str]) -> Any:
        """**Blocks**: `get_property`, also by the path to a property of a property."""
        self._check()
        label = f"property {_path(name)} of {_describe(self._origin)}"
        return self._page.ask(GET, self._ref, name, label=label, convert=self._from_wire(name))

    def write(self, name: str | list[str], value: Any) -> None:
        """`set_property`, also by the path to a property of a property."""
        if self._gone:
            self._check()
        kind = type(value)
        if kind is not str and kind is not bool:
            value = to_wire(value, self._ref_of)
        self._page.send((SET, self._ref, name, value))

    # --- the tree -----------------------------------------------------------------------------------------------

    def add_child(self, element_type: str | ElementWrapper) -> ElementWrapper:
        """Add a new element inside this one, behind its last child, and return it. Never waits.

        Args:
            element_type: The new element's tag, as ``"p"``; or an element of this page, which is moved here.

        Raises:
            InvalidName: if it is not text, or empty.
        """
        return self._add(INSIDE, element_type)

    def add_after(self, element_type: str | ElementWrapper) -> ElementWrapper:
        """Add a new element after this one and return it. Never waits. See `add_child`."""
        return self._add(AFTER, element_type)

    def add_before(self, element_type: str | ElementWrapper) -> ElementWrapper:
        """Add a new element before this one and return it. Never waits. See `add_child`."""
        return self._add(BEFORE, element_type)

    def delete(self) -> None:
        """Delete this element. Never waits. Whoever uses it afterwards gets StaleElement.

        To delete what is gone already is no fault: a double click on a button that deletes comes twice.
        """
        if self._gone:
            self._page.check()
            return
        self._check()
        self._page.send((REMOVE, self._ref, False))
        self.mark_gone()

    def detach(self) -> None:
        """Take this element out of the document and keep it, with its listeners, to be added elsewhere later."""
        self._check()
        self._page.send((REMOVE, self._ref, True))

    # --- events -------------------------------------------------------------------------------------------------

    def add_event_listener(
        self,
        event_name: str,
        handler: Callable[..., Any],
        *,
        prevent_default: bool | None = None,
        when_busy: str = "serial",
    ) -> None:
        """Call *handler*, in a greenlet of its own, each time an event happens on this element. Never waits.

        Listeners run side by side; calls of one listener come one after the other, in the order of the events, unless
        *when_busy* says otherwise. A handler that raises is logged, and the page lives on.

        Args:
            event_name: The event's name, as ``"click"``.
            handler: Takes nothing, or the `Event` if it has one required positional parameter.
            prevent_default: Whether the browser's own action is prevented. None stands for what is wanted nearly
                always: a ``submit`` is prevented; a ``click`` on a submit button prevents that form's submit if the
                form has no ``action``; a ``click`` on a link prevents its being followed, if it is a plain primary
                click that would open in the same frame. Nothing else is.
            when_busy: What becomes of an event while the handler of an earlier one still runs: ``"serial"``, it waits;
                ``"parallel"``, it is handled at the same time; ``"latest"``, it is handled at once, and the earlier
                handler gets Superseded at its next use of the page (as for a search while somebody types);
                ``"drop"``, it is ignored (as for a button that must not count twice).

        Raises:
            ConfigurationError: if *handler* cannot be called so, or *when_busy* is none of these.
            LimitReached: if the page has as many listeners as it may.
        """
        self._check()
        if not isinstance(event_name, str) or not event_name:
            raise InvalidName(f'expected the name of an event, as "click", got {event_name!r}')
        call, carries = bind(handler, event_name, self)
        options = {} if prevent_default is None else {"prevent": bool(prevent_default)}
        label = _HandlerLabel(event_name, self._origin, handler)
        self._page.listen(self._ref, event_name, options, call, carries, label, when_busy_of(when_busy))

    # --- for the package ----------------------------------------------------------------------------------------

    def mark_gone(self) -> None:
        """Take note that the browser has forgotten the node."""
        self._gone = True
        self._page.refs.forget(self._ref)

    def seen_again(self) -> None:
        """Take note that the browser has sent the ref once more."""
        self._times += 1

    def _add(self, position: int, element_type: str | ElementWrapper) -> ElementWrapper:
        if self._gone:
            self._check()
        if isinstance(element_type, ElementWrapper):
            self._page.send((INSERT, self._own(element_type), position, self._ref))
            return element_type
        if not isinstance(element_type, str) or not _TAG.fullmatch(element_type):
            raise InvalidName(f'expected the type of an element, as "div", got {element_type!r}')
        page = self._page
        ref = page.refs.new()
        wrapper = ElementWrapper(page, ref, _at(element_type, self._origin))
        page.send((CREATE, ref, position, self._ref, element_type))
        return wrapper

    def _from_wire(self, name: str | list[str]) -> Callable[[Any], Any]:
        page, origin = self._page, _at(_path(name), self._origin)
        return lambda value: from_wire(page, value, origin)

    def _ref_of(self, value: Any) -> Ref | None:
        return Ref(self._own(value)) if isinstance(value, ElementWrapper) else None

    def _own(self, element: ElementWrapper) -> int:
        """Return the ref of an element of the same page."""
        if element._page is not self._page:
            raise UnsupportedValue(f"expected an element of the same page, got {element!r} of another one")
        element._check()
        return element._ref

    def _check(self) -> None:
        if self._gone:
            self._page.check()  # a page or view that is gone says more
            raise StaleElement(f"the element {_describe(self._origin)} is gone from the page")


def from_wire(page: Page, value: Any, origin: Origin) -> Any:
    """Return *value* with an ElementWrapper in place of every ref; the same one for the same node."""
    kind = type(value)
    if kind is Ref:
        wrapper = page.refs.get(value)
        if wrapper is None:
            return ElementWrapper(page, int(value), origin)
        wrapper.seen_again()
        return wrapper
    if kind is list:
        return [from_wire(page, item, origin) for item in value]
    if kind is dict:
        return {key: from_wire(page, item, origin) for key, item in value.items()}
    return value


class _HandlerLabel:
    """Says what a handler is for; put into words only when it is shown, because most never are."""

    __slots__ = ("_event", "_handler", "_origin")

    def __init__(self, event: str, origin: Origin, handler: object) -> None:
        self._event = event
        self._origin = origin
        self._handler = handler

    def __str__(self) -> str:
        name = getattr(self._handler, "__qualname__", repr(self._handler))
        return f"handler {name} of {self._event!r} on {_describe(self._origin)}"


def _name(name: str) -> str:
    if not isinstance(name, str) or not name:
        raise InvalidName(f'expected the name of a property, as "value", got {name!r}')
    return name


def _path(name: str | list[str]) -> str:
    return repr(name) if isinstance(name, str) else repr(".".join(name))


def _at(text: str, parent: Origin) -> Origin:
    """Return where a node came from that was made or found at another: four steps at most, the selector the last.

    One that is made beside the one before it, again and again, would else drag all of them along.
    """
    before = parent[1] and parent[1][1]
    if before and before[1]:
        parent = (parent[0], ("...", before[1]))
    return text, parent


def _describe(origin: Origin) -> str:
    """Say where a node came from: a selector, or what it was made inside of."""
    text, parent = origin
    return repr(text) if parent is None else f"{text} at {_describe(parent)}"
