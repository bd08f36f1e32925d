"""Elements of a page: found, read and acted on by a test."""

from __future__ import annotations

import mimetypes
import os
import re
from pathlib import Path
from typing import Any, TypeAlias

from .act import Hand

__all__ = ["Element", "Finder", "Text"]

#: A text that is to be the whole of an element's, spaces aside; or a pattern that is to be found in it.
Text: TypeAlias = "str | re.Pattern[str]"


class Finder:
    """Finds elements: a whole page, or what is inside of an element of it.

    Args:
        hand: Acts on the tab.
        handle: The element; None for the page.
        name: What it is in messages; an empty text for the page.
    """

    def __init__(self, hand: Hand, handle: Any, name: str) -> None:
        self._hand = hand
        self._handle = handle
        self._name = name

    def find(self, selector: str, *, text: Text | None = None, timeout: float | None = None) -> Element:
        """Return the first element that matches; wait for it if there is none yet.

        Args:
            selector: A CSS selector.
            text: What the element's text is to be.
            timeout: Seconds to wait at most; the client's by default.

        Raises:
            AssertionError: if there is none in time.
            ValueError: if that is no selector.
        """
        found = self.find_all(selector, text=text)
        if not found:
            found = self._hand.wait_until(
                lambda: self.find_all(selector, text=text), lambda: self._described(selector, text), timeout
            )
        return found[0]

    def find_all(self, selector: str, *, text: Text | None = None) -> list[Element]:
        """Return all elements that match, in the order of the document, as they are now."""
        self._check()
        handles = self._hand.surface.query(self._handle, selector)
        elements = [Element(self._hand, handle, selector) for handle in handles]
        return elements if text is None else [element for element in elements if _is(element.text, text)]

    def exists(self, selector: str, *, text: Text | None = None) -> bool:
        """Return whether an element matches now."""
        return bool(self.find_all(selector, text=text))

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements that match now."""
        return [element.text for element in self.find_all(selector)]

    def wait_for(
        self, selector: str, *, text: Text | None = None, count: int | None = None, timeout: float | None = None
    ) -> list[Element]:
        """Wait until elements match; return them.

        Args:
            selector: A CSS selector.
            text: What their text is to be.
            count: How many there are to be; at least one by default.
            timeout: Seconds to wait at most; the client's by default.

        Raises:
            AssertionError: if that does not come about in time.
        """
        found: list[Element] = []

        def look() -> bool:
            nonlocal found
            found = self.find_all(selector, text=text)
            return bool(found) if count is None else len(found) == count

        if not look():
            times = "" if count is None else f"{count} times "
            self._hand.wait_until(look, lambda: times + self._described(selector, text), timeout)
        return found

    def wait_gone(self, selector: str, *, text: Text | None = None, timeout: float | None = None) -> None:
        """Wait until no element matches any more.

        Raises:
            AssertionError: if that does not come about in time.
        """
        self.wait_for(selector, text=text, count=0, timeout=timeout)

    def _check(self) -> None:
        """Raise if the element has left the document."""

    def _described(self, selector: str, text: Text | None) -> str:
        words = f"{selector!r}" + (f" inside of {self._name!r}" if self._name else "")
        if text is None:
            return words
        pattern = text if isinstance(text, str) else text.pattern
        there = self.texts(selector)
        return f"{words} with the text {pattern!r}, and there was {there if there else 'no ' + repr(selector)}"


class Element(Finder):
    """An element of a page; made by `find` and `find_all`."""

    def __repr__(self) -> str:
        return f"<Element {self._name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self._hand.surface.same(self._handle, other._handle)

    __hash__ = None  # type: ignore[assignment]

    # --- what a user sees -----------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """Its text as a user sees it."""
        return str(self.property("innerText") or "")

    @property
    def value(self) -> str:
        """What stands in the field."""
        return str(self.property("value"))

    @property
    def checked(self) -> bool:
        """Whether the box is ticked."""
        return bool(self.property("checked"))

    @property
    def enabled(self) -> bool:
        """Whether it can be used."""
        return not self._matches(":disabled")

    @property
    def visible(self) -> bool:
        """Whether it is shown; a simulated browser knows no style sheets, and looks at ``hidden`` and ``style``."""
        self._check()
        return self._hand.surface.is_visible(self._handle)

    @property
    def busy(self) -> bool:
        """Whether it shows that a handler of it runs, as one with ``busy`` does."""
        return self.attribute("aria-busy") == "true"

    @property
    def focused(self) -> bool:
        """Whether it has the focus."""
        return self._matches(":focus")

    @property
    def html(self) -> str:
        """Itself with what is inside of it."""
        return str(self.property("outerHTML"))

    @property
    def tag(self) -> str:
        """Its tag, in small letters."""
        return str(self.property("localName"))

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return str(self.property("className") or "").split()

    @property
    def there(self) -> bool:
        """Whether it is in the document still."""
        return self._hand.surface.is_there(self._handle)

    def attribute(self, name: str) -> str | None:
        """Return an attribute as it stands in the document's source, or None."""
        self._check()
        return self._hand.surface.attribute(self._handle, name)

    def property(self, name: str | list[str]) -> Any:
        """Return a property as JavaScript has it: text, or a path as ``["style", "color"]``."""
        self._check()
        return self._hand.surface.read(self._handle, name)

    # --- what a user does: raises AssertionError where a user could not do it ------------------------------------

    def click(self, *, button: str = "left", modifiers: tuple[str, ...] = ()) -> None:
        """Click it.

        Args:
            button: ``left``, ``middle`` or ``right``.
            modifiers: Keys that are held meanwhile: ``Alt``, ``Control``, ``Meta``, ``Shift``.
        """
        self._act("click", button=button, modifiers=modifiers)

    def dblclick(self) -> None:
        """Click it twice."""
        self._act("dblclick")

    def fill(self, text: str) -> None:
        """Replace what stands in the field."""
        self._act("fill", text)

    def type(self, text: str, *, delay: float = 0.0) -> None:
        """Press the keys of a text, one after the other, where the caret is.

        Args:
            text: The text.
            delay: Seconds that pass behind each key, in which the app may do something.
        """
        self._act("type", text, delay=delay)

    def press(self, keys: str) -> None:
        """Press a key with the focus on it: ``Enter``, ``Tab``, ``ArrowDown``, ``Control+a``, ..."""
        self._act("press", keys)

    def check(self) -> None:
        """Tick the box, or choose the radio button, if it is not."""
        self._act("check")

    def uncheck(self) -> None:
        """Take the tick away, if there is one."""
        self._act("uncheck")

    def select(self, *options: str) -> None:
        """Choose options of a list, by value or label, and no others."""
        self._act("select", *options)

    def focus(self) -> None:
        """Give it the focus."""
        self._act("focus")

    def blur(self) -> None:
        """Take the focus away from it: a field that was edited reports its change then."""
        self._act("blur")

    def hover(self) -> None:
        """Move the pointer onto it."""
        self._act("hover")

    def choose_files(self, *files: tuple[str, bytes] | tuple[str, bytes, str] | str | os.PathLike[str]) -> None:
        """Choose files in a field for them; none takes back what was chosen.

        Args:
            files: Each a path, or a name and what is in the file, and its media type if it is not to be guessed.
        """
        self._act("choose_files", [_file(one) for one in files])

    def fire(self, type: str, detail: Any = None) -> None:
        """Let an event happen on it as a script of the app's own makes it: a ``CustomEvent`` that bubbles.

        Args:
            type: Its type.
            detail: What it tells.
        """
        self._check()
        self._hand.do(lambda: self._hand.surface.fire(self._handle, type, detail))

    def _act(self, action: str, *args: Any, **options: Any) -> None:
        self._check()
        self._hand.do(lambda: self._hand.surface.act(action, self._handle, *args, **options))

    def _matches(self, selector: str) -> bool:
        self._check()
        return self._hand.surface.matches(self._handle, selector)

    def _check(self) -> None:
        if not self.there:
            raise AssertionError(f"expected an element that is in the document, got {self._name!r}, which has left it")


def _file(given: Any) -> tuple[str, bytes, str]:
    """Return a file by its name, with what is in it, and its media type."""
    if not isinstance(given, tuple):
        path = Path(given)
        given = (path.name, path.read_bytes())
    name, content, *kind = given
    return name, content, kind[0] if kind else mimetypes.guess_type(name)[0] or ""


def _is(text: str, expected: Text) -> bool:
    words = " ".join(text.split())
    return words == " ".join(expected.split()) if isinstance(expected, str) else bool(expected.search(text))
