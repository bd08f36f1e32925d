"""The document of a page, as a handler sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from ...errors import ConfigurationError
from ...page import Page
from ...protocol.ops import DOCUMENT, SET
from .callbacks import CallbackHandle, make_callback
from .element import ElementWrapper
from .finding import exists, find, find_all
from .objects import JSObject
from .properties import Property
from .window import Window

__all__ = ["HTMLWrapper"]


class HTMLWrapper:
    """Finds elements of a page; every controller and view has one as ``html_wrapper``.

    All methods raise:
        InvalidSelector: if the text is no CSS selector.
        ReadTimeout: if the browser does not answer in time.
        PageGone, ViewGone: if the page or the view is gone.
        NotAttached: inside ``render`` and ``before_connect``.
    """

    __slots__ = ("_page",)

    def __init__(self, page: Page) -> None:
        self._page = page

    # --- finding ------------------------------------------------------------------------------------------------

    def exists(self, selector: str) -> bool:
        """**Blocks** until the browser has answered; return whether an element matches *selector*.

        Args:
            selector: A CSS selector, as ``"#name"``.
        """
        return exists(self._page, DOCUMENT, selector, None)

    @overload
    def element(self, selector: str, timeout: None = None) -> ElementWrapper | Any: ...

    @overload
    def element(self, selector: str, timeout: float) -> ElementWrapper: ...

    def element(self, selector: str, timeout: float | None = None) -> Any:
        """**Blocks** until the browser has answered; return the first element that matches *selector*, or None.

        The wrapper stays with the node that was found, wherever it moves.

        Args:
            selector: A CSS selector, as ``"#name"``.
            timeout: How many seconds to wait for it, if there is none yet.

        Raises:
            NoSuchElement: if there is none when *timeout* is over.
        """
        # Typed so that straight-line code needs no check for None that it knows cannot be.
        return find(self._page, DOCUMENT, selector, None, timeout)

    def elements(self, selector: str) -> list[ElementWrapper]:
        """**Blocks** until the browser has answered; return all elements that match *selector*, in order.

        Args:
            selector: A CSS selector, as ``"#list li"``.
        """
        return find_all(self._page, DOCUMENT, selector, None)

    # --- reading ------------------------------------------------------------------------------------------------

    def read(self, *what: tuple[JSObject, str]) -> tuple[Any, ...]:
        """**Blocks** until the browser has answered; return several properties, in one round trip.

        >>> name, ticked = self.html_wrapper.read((field, "value"), (box, "checked"))

        Args:
            what: Of each, the element, and the property: a name that elements have here, as ``"content"``, or one of
                JavaScript, also a path, as ``"style.color"``.

        Raises:
            ConfigurationError: if one is no such pair, or an element is another page's.
            StaleElement: if an element is gone.
        """
        asks = []
        for pair in what:
            if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], JSObject):
                raise ConfigurationError(f'expected pairs to read, as (element, "value"), got {pair!r:.80}')
            asks.append(pair[0].asking_for(_name_in_javascript(*pair), self._page))
        if not asks:
            return ()
        label = asks[0][2] if len(asks) == 1 else f"{asks[0][2]} and {len(asks) - 1} more"
        answers = tuple(answer.get() for answer in self._page.ask_together(asks, label=label))
        if any(name == "value" for _, name in what):
            self._page.knows(self._page.taken)
        return answers

    # --- what every document has --------------------------------------------------------------------------------

    @property
    def document(self) -> ElementWrapper:
        """The document itself, as something to listen on and to look inside of. Takes no round trip."""
        known: ElementWrapper | None = self._page.refs.get(DOCUMENT)
        return known if known is not None else ElementWrapper(self._page, DOCUMENT, ("document", ()))

    @property
    def window(self) -> Window:
        """The window that the document is in. Takes no round trip."""
        return Window(self._page)

    @property
    def body(self) -> ElementWrapper:
        """**Blocks.** The document's body."""
        found: ElementWrapper = self.document.read_wire("body")
        return found

    @property
    def head(self) -> ElementWrapper:
        """**Blocks.** The document's head."""
        found: ElementWrapper = self.document.read_wire("head")
        return found

    @property
    def title(self) -> str:
        """The document's title. Reading it **blocks**; writing it never waits."""
        found: str = self.document.read_wire("title")
        return found

    @title.setter
    def title(self, value: str) -> None:
        self._page.send((SET, DOCUMENT, "title", str(value)))

    # --- functions ----------------------------------------------------------------------------------------------

    def callback(
        self,
        function: Callable[..., Any],
        *,
        once: bool = False,
        debounce: float | None = None,
        throttle: float | None = None,
        when_busy: str = "serial",
    ) -> CallbackHandle:
        """Make a function of the page's scripts of *function*, to be handed to them as a value. Never waits.

        A plain function may be handed over as it is; this is for one with options, or to be removed early.

        Args:
            function: Called in a greenlet of its own each time, with as many arguments as it takes.
            once: Whether the first call is the last one.
            debounce: Seconds: it is called when the scripts have not called it for so long, for the last call.
            throttle: Seconds: it is called at most once in that time; the last call is not lost.
            when_busy: What becomes of a call while an earlier one still runs: see `ElementWrapper.add_event_listener`.

        Returns:
            What is handed to the page's scripts; its ``remove()`` ends it.
        """
        return make_callback(self._page, function, once=once, debounce=debounce, throttle=throttle, when_busy=when_busy)


#: What elements have here under names of their own, besides their properties.
_OWN_NAMES = {
    "classes": "classList",
    "tag": "localName",
    "parent": "parentElement",
    "next": "nextElementSibling",
    "previous": "previousElementSibling",
}


def _name_in_javascript(node: JSObject, name: str) -> str:
    if not isinstance(name, str) or not isinstance(node, ElementWrapper):
        return name
    own = getattr(ElementWrapper, name, None)
    return own.name if isinstance(own, Property) else _OWN_NAMES.get(name, name)
