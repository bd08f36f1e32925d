"""What pages and elements of a test need of whatever shows them: a simulated browser, or a real one."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["Surface"]


class Surface(Protocol):
    """One tab. A *handle* is what it knows an element by; None stands for the document."""

    @property
    def url(self) -> str:
        """The address of what is shown."""

    @property
    def status(self) -> int:
        """The status of the response that it came with."""

    @property
    def html(self) -> str:
        """The whole document as it is now."""

    @property
    def page_id(self) -> str:
        """What the server calls the page that is shown; an empty text if it is not a live one."""

    @property
    def state(self) -> str:
        """How it stands with the server: ``connecting``, ``connected``, ``waiting``, ``gone``; empty if not live."""

    def go(self, url: str) -> None:
        """Show another document."""

    def reload(self) -> None:
        """Load the document anew."""

    def close(self) -> None:
        """Close the tab."""

    def query(self, scope: Any, selector: str) -> list[Any]:
        """Return all elements that match, in order.

        Raises:
            ValueError: if that is no selector.
        """

    def read(self, handle: Any, name: str | list[str]) -> Any:
        """Return a property of an element, or of the document."""

    def attribute(self, handle: Any, name: str) -> str | None:
        """Return an attribute, or None."""

    def matches(self, handle: Any, selector: str) -> bool:
        """Return whether an element matches."""

    def same(self, handle: Any, other: Any) -> bool:
        """Return whether two handles are of the same element."""

    def is_there(self, handle: Any) -> bool:
        """Return whether an element is in the document."""

    def is_visible(self, handle: Any) -> bool:
        """Return whether an element is shown."""

    def act(self, action: str, handle: Any, *args: Any, **options: Any) -> None:
        """Do what a user does.

        Raises:
            AssertionError: if a user could not do it.
        """

    def fire(self, handle: Any, type: str, detail: Any) -> None:
        """Let an event happen on an element as a script makes it: a `CustomEvent` that bubbles."""

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in pixels."""

    def set_online(self, online: bool) -> None:
        """Take the network away, or give it back."""

    def set_visible(self, visible: bool) -> None:
        """Put another tab before this one, or show it again."""

    def settle(self) -> None:
        """Let everything go on that can go on without time passing."""

    def wait(self, seconds: float) -> None:
        """Let real time pass."""

    def screenshot(self, path: str) -> None:
        """Write a picture of what is shown, as PNG."""
