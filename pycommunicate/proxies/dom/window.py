"""The window that a page's document is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from ...errors import InvalidName, RemoteProtocolError, UnsupportedValue
from ...page import Page
from ...protocol.codec import Ref
from ...protocol.ops import CALL, DOCUMENT, OBJECT
from .objects import JSObject
from .properties import Flag
from .values import Origin, at

__all__ = ["MediaQuery", "Window"]


class MediaQuery(JSObject):
    """A media query of the window: what `Window.media` returns.

    Its event ``change`` carries ``matches``.
    """

    __slots__ = ()

    _event_fields: ClassVar[Mapping[str, tuple[str, ...]]] = {"change": ("matches",)}

    matches = Flag("matches")


class Window(JSObject):
    """The window that the page's document is in, with all that JavaScript calls global: ``html_wrapper.window``.

    >>> window.call("localStorage.getItem", "theme")
    >>> window.get_property("innerWidth")
    >>> window.send("scrollTo", 0, 0)

    To get hold of it takes no round trip.
    """

    __slots__ = ()

    _listening_path: ClassVar[tuple[str, ...]] = ("defaultView",)

    def __init__(self, page: Page) -> None:
        # Not adopted: the ref is the document's, and the window is found from there.
        self._page = page
        self._ref = DOCUMENT
        self._origin: Origin = ("window", ())
        self._times = 0
        self._gone = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Window) and other._page is self._page

    def __hash__(self) -> int:
        return hash((Window, self._page))

    def media(self, query: str) -> MediaQuery:
        """**Blocks** until the browser has answered; return a media query, to be read and listened to.

        Args:
            query: As in CSS: ``"(min-width: 40em)"``.
        """
        if not isinstance(query, str) or not query.strip():
            raise InvalidName(f'expected a media query, as "(min-width: 40em)", got {query!r}')
        page, origin = self._page, at(repr(query), self._origin)

        def convert(value: Any) -> Any:
            if type(value) is not Ref:
                raise RemoteProtocolError(f"expected an object for a media query, got {type(value).__name__}")
            known = page.refs.get(value)
            if known is None:
                return MediaQuery(page, int(value), origin)
            known.seen_again()
            return known

        label = f"media query {query!r}"
        ask = (CALL, self._ref, self._path("matchMedia"), [query], OBJECT)
        return cast(MediaQuery, page.ask(*ask, label=label, convert=convert))

    def write_wire(self, name: str | list[str], value: Any) -> None:
        """Set a property: see `JSObject.write_wire`."""
        super().write_wire(self._path(name), value)

    def _path(self, name: str | list[str]) -> str | list[str]:
        return ["defaultView", *([name] if isinstance(name, str) else name)]

    def _handed_to(self, page: Page) -> Ref:
        raise UnsupportedValue('expected anything but the window as a value; window.object("self") can be one')
