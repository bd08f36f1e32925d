"""One node of a page's document, as a handler sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import ConfigurationError
from ...page import KEPT, error_of
from ...protocol.ops import SET
from ...templating import escaped
from .attributes import Attributes, Dataset
from .classes import Classes
from .placing import Place
from .properties import Flag, MultiProperty, Node, Property, Styles
from .values import describe, stands_for_nodes

__all__ = ["ElementWrapper"]

#: What is written here in place of names of JavaScript that one may have in mind.
_INSTEAD = {
    "innerText": "content",
    "textContent": "text",
    "innerHTML": "html",
    "classList": "classes",
    "className": "classes",
    "tagName": "tag",
    "parentElement": "parent",
    "parentNode": "parent",
    "nextElementSibling": "next",
    "previousElementSibling": "previous",
    "querySelector": "element()",
    "querySelectorAll": "elements()",
    "on": "add_event_listener()",
    "addEventListener": "add_event_listener()",
    "removeEventListener": "remove_event_listener()",
    "getAttribute": "attributes.get(name)",
    "setAttribute": "attributes[name] = value",
    "appendChild": "append()",
    "remove": "delete()",
    "scrollIntoView": "scroll_into_view()",
}


class _Html(Property[str]):
    """The HTML inside of an element; what is written is escaped, unless it is Markup; None is nothing."""

    def __set__(self, node: Node, value: Any) -> None:
        node.write_wire(self.name, "" if value is None else escaped(value))  # as null is in JavaScript


@stands_for_nodes
class ElementWrapper(Place):
    """Stands for one node of the page, wherever it moves.

    Found by `HTMLWrapper.element` or made by `add_child` and its like; not to be created by hand. There is one for each
    node, so two are equal if they stand for the same one. Writes never wait and keep their order; a read **blocks** its
    own greenlet, and sees every write that was made before it.

    All methods raise:
        StaleElement: if the node is gone from the page; the text names where it came from.
        PageGone, ViewGone: if the page or the view is gone.
        NotAttached: inside ``render`` and ``before_connect``.
    """

    __slots__ = ()

    content = Property[str]("innerText", "The text as it is shown, the node's")
    text = Property[str]("textContent", "All text inside, shown or not, the node's")
    html = _Html("innerHTML", "What is inside, as HTML; what is written is escaped unless it is Markup. The node's")
    value = Property[Any]("value", "What a field holds; `set_value` tells what becomes of what is typed. The node's")
    id = Property[str]("id")
    checked = Flag("checked", "Whether a box is ticked, the node's")
    disabled = Flag("disabled", "Whether a control cannot be used, the node's")
    hidden = Flag("hidden", "Whether it is not shown, the node's")
    selected = Flag("selected", "Whether an option is chosen, the node's")
    style = MultiProperty("style", Styles)
    attributes = MultiProperty("attributes", Attributes)
    dataset = MultiProperty("dataset", Dataset)
    classes = Classes()

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            """Say what there is."""
            hint = f" (write element.{_INSTEAD[name]})" if name in _INSTEAD else ""
            raise AttributeError(
                f"an element has no attribute {name!r}{hint}; properties of the browser are read by "
                f"get_property({name!r}) and written by set_property({name!r}, value), methods are called by "
                f"call({name!r}, ...)"
            )

    @property
    def tag(self) -> str:
        """**Blocks.** The name of the element's type, as ``"div"``."""
        name: str = self.read_wire("localName")
        return name

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

    def set_value(self, value: Any, force: bool = False) -> bool:
        """**Blocks** until the browser has set the value of a field; return False if it has kept what the user typed.

        Without *force* it writes as ``value = ...`` does: where the user types on behind what was there, in a field of
        text, the new value takes the place of what was there, and what was typed follows it; where the user has changed
        the field in any other way, that stays.

        Args:
            value: The new value.
            force: Whether to write over what the user has typed.
        """
        self._check()
        label = f"value of {describe(self._origin)}"
        op = (SET, self._ref, "value", self._to_wire(value, "value"), bool(force), self._page.known(self._known))
        error = self._page.carry_out(op, label=label)
        if error is None:
            return True
        code, text, *details = error
        if code == KEPT:
            return False
        raise error_of(code, f"{label}: {text}", *details)

    # --- what the browser does ----------------------------------------------------------------------------------

    def focus(self) -> None:
        """Let the keyboard write here. Never waits."""
        self.send_wire("focus")

    def blur(self) -> None:
        """Take the focus away. Never waits."""
        self.send_wire("blur")

    def click(self) -> None:
        """Click on the element, as by a script. Never waits."""
        self.send_wire("click")

    def scroll_into_view(self, block: str = "nearest", inline: str = "nearest", *, smooth: bool = False) -> None:
        """Scroll so far that the element is seen. Never waits.

        Args:
            block: Where it shall be from top to bottom: ``"start"``, ``"center"``, ``"end"`` or ``"nearest"``.
            inline: Where it shall be from left to right: the same.
            smooth: Whether to move there, and not to jump.
        """
        for word in (block, inline):
            if word not in _PLACES:
                raise ConfigurationError(f"expected one of {', '.join(map(repr, _PLACES))} to scroll to, got {word!r}")
        self.send_wire("scrollIntoView", {"block": block, "inline": inline, "behavior": "smooth" if smooth else "auto"})


_PLACES = ("start", "center", "end", "nearest")
