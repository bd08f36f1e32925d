"""An object of the page's scripts, as a handler sees it; elements and the window are such objects.

In values a node is what stands for it, and any other object travels as what is in it. Only where the object itself is
asked for (`JSObject.object`, `call_object`, `new`) the browser answers with a ref of whatever it is, and does not say
of what: so a second question, whether it is a node, goes along or behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import StaleElement, UnsupportedValue
from ...page import Page
from ...protocol.codec import Callback, Ref, to_wire
from ...protocol.ops import CALL, DOCUMENT, GET, NEW, NO_ASK, OBJECT, SET
from .callbacks import callback_of
from .event_options import check_timeout
from .listening import Listens
from .values import Origin, as_node, at, describe, from_wire, name_of, shown_name

__all__ = ["JSObject"]


class JSObject(Listens):
    """Stands for one object of the page's scripts, as long as somebody has this.

    Found by `object`, `call_object` or `new` of another one, as of ``html_wrapper.window``; not to be created by hand.
    Names may be paths, as ``"navigator.language"``. Writes and `send` never wait and keep their order; whatever returns
    something **blocks** its own greenlet, and sees every write that was made before it.

    All methods raise:
        InvalidName: if a name is no text, or empty.
        UnsupportedValue: if a value cannot travel; the text names the path to it.
        PageGone, ViewGone: if the page or the view is gone.
        NotAttached: inside ``render`` and ``before_connect``.
    """

    __slots__ = ("__weakref__", "_gone", "_known", "_origin", "_page", "_ref", "_times")

    def __init__(self, page: Page, ref: int, origin: Origin) -> None:
        self._page = page
        self._ref = ref
        self._origin = origin
        self._times = 1
        self._known = 0
        self._gone = False
        page.refs.adopt(ref, self)

    def __del__(self) -> None:
        """Let the browser forget it; runs in whatever thread collects, so it only leaves word."""
        if not getattr(self, "_gone", True) and self._times and self._ref != DOCUMENT:
            self._page.refs.release(self._ref, self._times)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {describe(self._origin)}{' (gone)' if self._gone else ''}>"

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            """Say what there is."""
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r}; properties of the browser are read by "
                f"get_property({name!r}) and written by set_property({name!r}, value), methods are called by "
                f"call({name!r}, ...)"
            )

    # --- properties ---------------------------------------------------------------------------------------------

    def get_property(self, property_name: str) -> Any:
        """**Blocks** until the browser has answered; return the value of a property.

        Args:
            property_name: Name of the property in JavaScript, or a path, as ``"dataset.userId"``.

        Returns:
            The value as Python has it, one of None, bool, int, float, str, bytes, datetime, list, dict, ElementWrapper.

        Raises:
            ReadTimeout: if the browser does not answer in time.
            UnsupportedValue: if the value cannot travel (a function, a window, a cycle).
            JSError: if the property's getter threw.
        """
        return self.read_wire(name_of(property_name))

    def set_property(self, property_name: str, value: Any) -> None:
        """Set a property. Never waits; a get afterwards returns what the browser holds after this set.

        Args:
            property_name: Name of the property in JavaScript, or a path, as ``"dataset.userId"``.
            value: Anything that `get_property` may return; an object; a function, which is a callback then.

        Raises:
            UnsupportedValue: if the value cannot travel; the text names the path to it.
        """
        self.write_wire(name_of(property_name), value)

    # --- methods ------------------------------------------------------------------------------------------------

    def call(self, path: str, /, *args: Any, timeout: float | None = None) -> Any:
        """**Blocks** until the browser has called a method; return what it returned, of a promise what it came to.

        Args:
            path: Name of the method in JavaScript, or a path, as ``"localStorage.getItem"``.
            args: What it is called with: anything that `set_property` takes.
            timeout: How many seconds a promise may take; None for ``settings.read_timeout``.

        Returns:
            The value as `get_property` has it.

        Raises:
            JSError: if it threw, or the promise was rejected.
            NotAFunction: if there is no such method.
            UnsupportedValue: if an argument or what it returned cannot travel.
            WaitTimeout: if *timeout* is over.
            ReadTimeout: if the browser does not answer in time.
        """
        check_timeout(timeout)
        name = self._method(path)
        label = f"{path}() of {describe(self._origin)}"
        arguments = self._arguments(args, label)
        return self._page.ask(
            *(CALL, self._ref, name, arguments), label=label, convert=self._from_wire(name), timeout=timeout
        )

    def send(self, path: str, /, *args: Any) -> None:
        """Call a method whose outcome nobody waits for. Never waits; if it throws, that is logged.

        Args:
            path: Name of the method in JavaScript, or a path.
            args: What it is called with: anything that `set_property` takes.
        """
        name = self._method(path)
        self.send_wire(name, *args)

    # --- objects ------------------------------------------------------------------------------------------------

    def object(self, path: str, /) -> JSObject | Any:
        """**Blocks** until the browser has answered; return what stands for the object that a property holds.

        Args:
            path: Name of the property in JavaScript, or a path, as ``"navigator.serviceWorker"``.

        Returns:
            A `JSObject`, an `ElementWrapper` for a node; the value, if it is no object (None, a text, a number).
        """
        name = name_of(path)
        self._check()
        wire_name = self._path(name)
        parts = [wire_name] if isinstance(wire_name, str) else wire_name
        label = f"object {shown_name(name)} of {describe(self._origin)}"
        fresh: list[JSObject] = []
        found, kind = self._page.ask_together(
            [
                (GET, (self._ref, wire_name, OBJECT), label, self._object_from_wire(name, fresh)),
                (GET, (self._ref, [*parts, "nodeType"]), label, None),
            ],
            label=label,
        )
        value = found.get()
        return as_node(value) if _is_unknown(fresh) and not kind.failed and type(kind.get()) is int else value

    def call_object(self, path: str, /, *args: Any, timeout: float | None = None) -> JSObject | Any:
        """**Blocks**: call a method as `call` does, and return what stands for the object that it returned.

        Of an object that is new here the browser is asked twice.

        Args:
            path: Name of the method in JavaScript, or a path.
            args: What it is called with: anything that `set_property` takes.
            timeout: How many seconds a promise may take; None for ``settings.read_timeout``.

        Returns:
            As `object` has it.
        """
        return self._found(path, args, OBJECT, timeout)

    def new(self, path: str, /, *args: Any) -> JSObject | Any:
        """**Blocks**: construct an object, as ``new Chart(canvas, {...})`` does; return what stands for it.

        Args:
            path: Name of the class in JavaScript, or a path, as ``"Intl.NumberFormat"`` of the window.
            args: What it is constructed with: anything that `set_property` takes.

        Returns:
            A `JSObject`, an `ElementWrapper` for a node.

        Raises:
            JSError: if it threw, or cannot be constructed.
        """
        return self._found(path, args, OBJECT | NEW, None)

    # --- for the package ----------------------------------------------------------------------------------------

    def read_wire(self, name: str | list[str], convert: Callable[[Any], Any] | None = None) -> Any:
        """**Blocks**: return the property that the wire's *name* leads to."""
        self._check()
        label = f"property {shown_name(name)} of {describe(self._origin)}"
        value = self._page.ask(GET, self._ref, self._path(name), label=label, convert=convert or self._from_wire(name))
        if name == "value":
            self._page.knows(self._known)
        return value

    def write_wire(self, name: str | list[str], value: Any) -> None:
        """Set the property that the wire's *name* leads to. Never waits."""
        if self._gone:
            self._check()
        kind = type(value)
        if kind is not str and kind is not bool:
            value = self._to_wire(value, name)
        if name == "value":
            # spec 6.4: by it the browser tells what the user has typed since.
            self._page.send((SET, self._ref, name, value, False, self._page.known(self._known)))
        else:
            self._page.send((SET, self._ref, name, value))

    def send_wire(self, name: str | list[str], *args: Any) -> None:
        """Call the method that the wire's *name* leads to. Never waits."""
        if self._gone:
            self._check()
        arguments = self._arguments(args, f"{shown_name(name)} of {describe(self._origin)}") if args else []
        self._page.send((CALL, NO_ASK, self._ref, name, arguments))

    def ask_wire(
        self, name: str | list[str], *args: Any, label: str, convert: Callable[[Any], Any] | None = None
    ) -> Any:
        """**Blocks**: call the method that the wire's *name* leads to; *label* says in messages what is asked."""
        self._check()
        arguments = self._arguments(args, label)
        return self._page.ask(CALL, self._ref, name, arguments, label=label, convert=convert or self._from_wire(name))

    def ask_each_wire(self, name: str | list[str], arguments: Sequence[Any], *, label: str) -> list[Any]:
        """**Blocks**, for one round trip: call a method with each of *arguments*, which are texts."""
        self._check()
        convert = self._from_wire(name)
        asks = [(CALL, (self._ref, name, [argument]), label, convert) for argument in arguments]
        return [answer.get() for answer in self._page.ask_together(asks, label=label)] if asks else []

    def asking_for(self, property_name: str, page: Page) -> tuple[Any, ...]:
        """Return what `Page.ask_together` takes to read a property; raise what `get_property` would."""
        name = name_of(property_name)
        ref = self._own(self, page)
        label = f"property {shown_name(name)} of {describe(self._origin)}"
        return GET, (ref, self._path(name)), label, self._from_wire(name)

    def moment_wire(self) -> Any:
        """Return what is equal if nothing has happened in between: see `Page.moment`."""
        return self._page.moment

    def knows(self, frame: int) -> None:
        """Take note that the program has learned what the field holds, by *frame* of its browser's (spec 6.4)."""
        if self._known < frame:
            self._known = frame

    def mark_gone(self) -> None:
        """Take note that the browser has forgotten it."""
        self._gone = True
        self._page.refs.forget(self._ref)

    def seen_again(self) -> None:
        """Take note that the browser has sent the ref once more."""
        self._times += 1

    def seen_as_node(self) -> None:
        """Take note that the browser has sent the ref once more, as that of a node."""
        self._times += 1
        if type(self) is JSObject:
            as_node(self)

    # --- inside -------------------------------------------------------------------------------------------------

    def _path(self, name: str | list[str]) -> str | list[str]:
        """Return the path from what the ref names."""
        return name

    def _method(self, path: str) -> str | list[str]:
        name = name_of(path, "a method", "scrollIntoView")
        self._check()
        return self._path(name)

    def _found(self, path: str, args: tuple[Any, ...], flags: int, timeout: float | None) -> JSObject | Any:
        check_timeout(timeout)
        name = self._method(path)
        label = f"{'new ' if flags & NEW else ''}{path}() of {describe(self._origin)}"
        arguments = self._arguments(args, label)
        fresh: list[JSObject] = []
        convert = self._object_from_wire(name_of(path), fresh)
        value = self._page.ask(CALL, self._ref, name, arguments, flags, label=label, convert=convert, timeout=timeout)
        if not _is_unknown(fresh):
            return value
        kind = self._page.ask(GET, value._ref, "nodeType", label=f"whether {label} is a node")
        return as_node(value) if type(kind) is int else value

    def _arguments(self, args: tuple[Any, ...], label: str) -> list[Any]:
        try:
            arguments: list[Any] = to_wire(list(args), self._ref_of)
        except UnsupportedValue as error:
            raise UnsupportedValue(f"{label}: {error}") from None
        return arguments

    def _to_wire(self, value: Any, name: str | list[str]) -> Any:
        try:
            return to_wire(value, self._ref_of)
        except UnsupportedValue as error:
            raise UnsupportedValue(f"property {shown_name(name)} of {describe(self._origin)}: {error}") from None

    def _ref_of(self, value: Any) -> Ref | Callback | None:
        if isinstance(value, JSObject):
            return value._handed_to(self._page)
        return callback_of(self._page, value)

    def _handed_to(self, page: Page) -> Ref:
        """Return the ref, for a value of *page*."""
        return Ref(self._own(self, page))

    @staticmethod
    def _own(other: JSObject, page: Page) -> int:
        """Return the ref of *other*, which must be of *page*."""
        if other._page is not page:
            raise UnsupportedValue(f"expected an element of the same page, got {other!r} of another one")
        other._check()
        return other._ref

    def _from_wire(self, name: str | list[str]) -> Callable[[Any], Any]:
        page, origin = self._page, at(shown_name(name), self._origin)

        def convert(value: Any) -> Any:
            if name == "value":
                self.knows(page.taken)  # an answer is converted as its frame is taken in
            return from_wire(page, value, origin)

        return convert

    def _object_from_wire(self, name: str | list[str], fresh: list[JSObject]) -> Callable[[Any], Any]:
        """Return what converts an answer that may be a ref of anything; *fresh* gets what was made for it."""
        page, origin = self._page, at(shown_name(name), self._origin)

        def convert(value: Any) -> Any:
            if type(value) is not Ref:
                return from_wire(page, value, origin)
            known = page.refs.get(value)
            if known is None:
                fresh.append(JSObject(page, int(value), origin))
                return fresh[0]
            known.seen_again()
            return known

        return convert

    def _check(self) -> None:
        if self._gone:
            self._page.check()  # a page or view that is gone says more
            raise StaleElement(f"the element {describe(self._origin)} is gone from the page")


def _is_unknown(fresh: list[JSObject]) -> bool:
    """Return whether something new was found of which it is not known yet whether it is a node."""
    return bool(fresh) and type(fresh[0]) is JSObject
