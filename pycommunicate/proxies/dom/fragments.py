"""Pieces of HTML on their way into the page, and the elements that become of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from ...errors import ConfigurationError, TemplateMissing, UnsupportedValue
from ...page import Page

__all__ = ["Elements", "html_of"]

_Element = TypeVar("_Element")


class Elements(Sequence[_Element], Generic[_Element]):
    """The topmost elements of a fragment that was put into the page, in order.

    To put it there waits for nothing; the first look at them **blocks**, if the browser has not told of them yet.

    >>> rows = table.append("row.html", user=user)
    >>> rows[0].add_event_listener("click", self.show)
    """

    __slots__ = ("_get", "_what")

    def __init__(self, get: Callable[[], list[_Element]], what: str) -> None:
        self._get = get
        self._what = what

    def __repr__(self) -> str:
        return f"<Elements {self._what}>"

    @overload
    def __getitem__(self, index: int) -> _Element: ...

    @overload
    def __getitem__(self, index: slice) -> list[_Element]: ...

    def __getitem__(self, index: int | slice) -> _Element | list[_Element]:
        elements = self._get()
        try:
            return elements[index]
        except IndexError:
            raise IndexError(f"expected an index below {len(elements)} of {self!r}, got {index!r}") from None

    def __len__(self) -> int:
        return len(self._get())


def html_of(page: Page, what: Any, context: dict[str, Any], where: str) -> tuple[str, str]:
    """Return the HTML of a fragment, and what to call it in messages.

    Args:
        page: The page that it is for.
        what: The name of a template, or Markup (or whatever has ``__html__``).
        context: What the template's names stand for.
        where: Where it goes, for messages.

    Raises:
        TemplateMissing: if there is no such template.
        UnsupportedValue: if it is none of these.
        ConfigurationError: if Markup comes with a context, or the page has no templates.
    """
    if hasattr(what, "__html__"):
        if context:
            names = ", ".join(context)
            raise ConfigurationError(f"expected the name of a template to fill in {names} {where}, got {what!r:.60}")
        return str(what.__html__()), "markup"
    if not isinstance(what, str):
        raise UnsupportedValue(
            f'expected the name of a template, as "row.html", Markup or an element {where}, got {what!r:.60}'
        )
    if "<" in what or not what.strip():
        raise TemplateMissing(
            f'expected the name of a template, as "row.html", {where}, got {what!r:.60}; '
            "HTML is written as Markup(...), and plain text by .text or .content"
        )
    if page.templater is None:
        raise ConfigurationError(f"expected a page of an app to render {what!r} {where}, got one without templates")
    return str(page.templater.render(what, **context)), repr(what)
