"""A node as one that others are put inside of or beside: new ones, moved ones, pieces of HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...errors import ConfigurationError, InvalidName, RemoteProtocolError
from ...protocol.codec import Ref
from ...protocol.ops import AFTER, BEFORE, CREATE, FRAGMENT, INSERT, INSIDE, INSTEAD, REMOVE
from .fragments import Elements, html_of
from .tree import TreeNode
from .values import at, describe, from_wire

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Place"]

#: No type of an element has one of these in it (DOM standard, createElement).
_TAG = re.compile(r"[A-Za-z_][^\s<>/=\x00]*")

#: Of these nothing need be looked at: thousands are made at a time.
_COMMON_TAGS = {
    *("a", "b", "button", "dd", "div", "dl", "dt", "em", "h1"),
    *("h2", "h3", "i", "img", "input", "label", "li", "ol", "option"),
    *("p", "section", "span", "strong", "td", "th", "tr", "ul"),
}

#: Of `fragment`, for messages.
_WHERE = {INSIDE: "inside", AFTER: "after", BEFORE: "before", INSTEAD: "as the content of"}


class Place(TreeNode):
    """A node that others have a place at."""

    __slots__ = ()

    # --- one element --------------------------------------------------------------------------------------------

    def add_child(self, element_type: str | Self) -> Self:
        """Add a new element inside this one, behind its last child, and return it. Never waits.

        Args:
            element_type: The new element's tag, as ``"p"``; or an element of this page, which is moved here.

        Raises:
            InvalidName: if it is not text, or empty.
        """
        return self._add(INSIDE, element_type)

    def add_after(self, element_type: str | Self) -> Self:
        """Add a new element after this one and return it. Never waits. See `add_child`."""
        return self._add(AFTER, element_type)

    def add_before(self, element_type: str | Self) -> Self:
        """Add a new element before this one and return it. Never waits. See `add_child`."""
        return self._add(BEFORE, element_type)

    # --- pieces of HTML -----------------------------------------------------------------------------------------

    def append(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, inside this one, behind all that is there. Never waits.

        Args:
            what: The name of a template, as ``"row.html"``; HTML as ``Markup``; or an element of this page, which is
                moved here with its listeners, and keeps the focus where the browser can.
            context: What the template's names stand for.

        Returns:
            The topmost elements that were put there; the first look at them **blocks**.

        Raises:
            TemplateMissing: if there is no such template.
            UnsupportedValue: if *what* is none of these.
        """
        return self._place(INSIDE, what, context)

    def prepend(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, inside this one, before all that is there. Never waits. See `append`."""
        html = self._html(INSIDE, what, context)  # first: what is wrong with it is said before anything is sent
        page, marker = self._page, self._page.refs.new()
        # spec 6.17 has no such position: a marker goes there, and what is put before it.
        page.send((CREATE, marker, INSIDE, self._ref, "template"))
        self.send_wire("prepend", Ref(marker))
        placed = self._put(BEFORE, marker, what, html, "first inside")
        page.send((REMOVE, marker, False))
        return placed

    def before(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, before this one. Never waits. See `append`."""
        return self._place(BEFORE, what, context)

    def after(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, after this one. Never waits. See `append`."""
        return self._place(AFTER, what, context)

    def replace_with(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, in place of this one, which is deleted. Never waits. See `append`.

        In place of itself an element stays what it is.
        """
        if what is self and not context:
            self._check()
            return Elements(lambda: [self], repr(self))
        placed = self._place(BEFORE, what, context)
        self.delete()
        return placed

    def render(self, what: str | Self, /, **context: Any) -> Elements[Self]:
        """Put a piece of HTML, or an element, in place of all that is inside this one. Never waits. See `append`."""
        return self._place(INSTEAD, what, context)

    # --- going --------------------------------------------------------------------------------------------------

    def delete(self) -> None:
        """Delete this element. Never waits. Whoever uses it afterwards gets StaleElement.

        To delete what is gone already is no fault: a double click on a button that deletes comes twice.
        """
        if self._gone:
            self._page.check()
            return
        self._page.send((REMOVE, self._ref, False))
        self.mark_gone()

    def detach(self) -> None:
        """Take this element out of the document and keep it, with its listeners, to be added elsewhere later."""
        self._check()
        self._page.send((REMOVE, self._ref, True))

    # --- inside of this class -----------------------------------------------------------------------------------

    def _add(self, position: int, element_type: str | Self) -> Self:
        if self._gone:
            self._check()
        page = self._page
        if type(element_type) is not str or element_type not in _COMMON_TAGS:
            if isinstance(element_type, Place):
                page.send((INSERT, self._own(element_type, page), position, self._ref))
                return element_type
            if not isinstance(element_type, str) or not _TAG.fullmatch(element_type):
                raise InvalidName(f'expected the type of an element, as "div", got {element_type!r}')
        ref = page.refs.new()
        wrapper = type(self)(page, ref, at(element_type, self._origin))
        page.send((CREATE, ref, position, self._ref, element_type))
        return wrapper

    def _place(self, position: int, what: str | Self, context: dict[str, Any]) -> Elements[Self]:
        return self._put(position, self._ref, what, self._html(position, what, context))

    def _html(self, position: int, what: str | Self, context: dict[str, Any]) -> tuple[str, str] | None:
        """Return the HTML and what to call it; None for an element."""
        self._check()
        where = f"to put {_WHERE[position]} {describe(self._origin)}"
        if isinstance(what, Place):
            if context:
                raise ConfigurationError(f"expected the name of a template to fill in {where}, got {what!r}")
            self._own(what, self._page)
            return None
        return html_of(self._page, what, context, where)

    def _put(
        self, position: int, target: int, what: Any, html: tuple[str, str] | None, where: str = ""
    ) -> Elements[Self]:
        page = self._page
        if html is None:
            if position == INSTEAD:
                self.send_wire("replaceChildren", what)
            else:
                page.send((INSERT, what._ref, position, target))
            return Elements(lambda: [what], repr(what))
        text, name = html
        origin = at(name, self._origin)

        def convert(value: Any) -> Any:
            if type(value) is not list:
                raise RemoteProtocolError(f"expected a list of refs in reply to fragment, got {value!r:.80}")
            return from_wire(page, value, origin)

        label = f"{name} put {where or _WHERE[position]} {describe(self._origin)}"
        later = page.ask_later(FRAGMENT, position, target, text, label=label, convert=convert)
        return Elements(later.get, f"of {describe(origin)}")
