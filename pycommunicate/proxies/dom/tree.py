"""A node as one that others are found from: inside of it, around it, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from ...errors import ConfigurationError
from .finding import ask_of_selector, exists, find, find_all
from .objects import JSObject
from .values import at, check_selector, describe, from_wire

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TreeNode"]


class TreeNode(JSObject):
    """A node of the page's tree."""

    __slots__ = ()

    # --- inside -------------------------------------------------------------------------------------------------

    @overload
    def element(self, selector: str, timeout: None = None) -> Self | Any: ...

    @overload
    def element(self, selector: str, timeout: float) -> Self: ...

    def element(self, selector: str, timeout: float | None = None) -> Any:
        """**Blocks** until the browser has answered; return the first element inside of this one that matches, or None.

        Args:
            selector: A CSS selector, as ``"input[name=title]"``.
            timeout: How many seconds to wait for it, if there is none yet.

        Raises:
            NoSuchElement: if there is none when *timeout* is over.
            InvalidSelector: if the text is no CSS selector.
        """
        self._check()
        return find(self._page, self._ref, selector, self._origin, timeout)

    def elements(self, selector: str) -> list[Self]:
        """**Blocks** until the browser has answered; return all elements inside of this one that match, in order.

        Args:
            selector: A CSS selector, as ``"li"``.

        Raises:
            InvalidSelector: if the text is no CSS selector.
        """
        self._check()
        return find_all(self._page, self._ref, selector, self._origin)

    def exists(self, selector: str) -> bool:
        """**Blocks** until the browser has answered; return whether an element inside of this one matches.

        Args:
            selector: A CSS selector, as ``".warning"``.

        Raises:
            InvalidSelector: if the text is no CSS selector.
        """
        self._check()
        return exists(self._page, self._ref, selector, self._origin)

    @property
    def children(self) -> list[Self]:
        """**Blocks.** The elements directly inside of this one, in order."""
        return self._list("children")

    @property
    def rows(self) -> list[Self]:
        """**Blocks.** The rows of a table, or of a part of one."""
        return self._list("rows")

    @property
    def cells(self) -> list[Self]:
        """**Blocks.** The cells of a table's row."""
        return self._list("cells")

    # --- around -------------------------------------------------------------------------------------------------

    @property
    def parent(self) -> Self | Any:
        """**Blocks.** The element that this one is directly inside of, or None."""
        # Typed, like those below, so that straight-line code needs no check for None that it knows cannot be.
        return self.read_wire("parentElement")

    @property
    def next(self) -> Self | Any:
        """**Blocks.** The element behind this one, in the same parent, or None."""
        return self.read_wire("nextElementSibling")

    @property
    def previous(self) -> Self | Any:
        """**Blocks.** The element before this one, in the same parent, or None."""
        return self.read_wire("previousElementSibling")

    def closest(self, selector: str) -> Self | Any:
        """**Blocks**: return this element, or the innermost one around it that matches, or None.

        Args:
            selector: A CSS selector, as ``"form"``.

        Raises:
            InvalidSelector: if the text is no CSS selector.
        """
        return self._ask_of_selector("closest", selector)

    def matches(self, selector: str) -> bool:
        """**Blocks**: return whether this element matches.

        Args:
            selector: A CSS selector, as ``".done"``.

        Raises:
            InvalidSelector: if the text is no CSS selector.
        """
        return bool(self._ask_of_selector("matches", selector))

    # --- inside of this class -----------------------------------------------------------------------------------

    def _list(self, name: str) -> list[Self]:
        found: list[Self] | None = self.read_wire(name)
        if found is None:
            raise ConfigurationError(f"expected an element that has {name}, got {self!r}")
        return found

    def _ask_of_selector(self, method: str, selector: str) -> Any:
        self._check()
        label = f"{method}({check_selector(selector)!r}) of {describe(self._origin)}"
        origin = at(repr(selector), self._origin)
        return ask_of_selector(
            self._page, self._ref, method, selector, label, lambda value: from_wire(self._page, value, origin)
        )
