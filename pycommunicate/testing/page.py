"""A page of the app, as its user has it before them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .act import Hand, Overseer
from .element import Element, Finder
from .network import Network
from .round_trips import RoundTrips
from .surface import Surface

__all__ = ["Page"]


class Page(Finder):
    """One tab with a page of the app; made by `TestClient.open`.

    What is done to it has had its effect when the call returns: the app's handlers have run to their end, or to where
    they wait for time to pass or for something outside; for that, `find` and `wait_for` wait.

    Args:
        surface: What shows it.
        overseer: The client.
    """

    def __init__(self, surface: Surface, overseer: Overseer) -> None:
        super().__init__(Hand(surface, overseer), None, "")
        self._surface = surface
        self._overseer = overseer

    def __repr__(self) -> str:
        return f"<Page {self.url}>"

    @property
    def url(self) -> str:
        """Its address."""
        return self._surface.url

    @property
    def path(self) -> str:
        """Its address, from behind the host on."""
        return re.sub(r"^\w+://[^/]*", "", self.url) or "/"

    @property
    def status(self) -> int:
        """The status of its response, as 200 or 404."""
        return self._surface.status

    @property
    def title(self) -> str:
        """Its title."""
        return str(self._surface.read(None, "title"))

    @property
    def text(self) -> str:
        """Its text as a user sees it."""
        return str(self._surface.read(None, ["body", "innerText"]))

    @property
    def html(self) -> str:
        """The whole document as it is now."""
        return self._surface.html

    @property
    def state(self) -> str:
        """How it stands with the server.

        ``connecting``, ``connected``, ``waiting`` for one that was lost, or ``gone``; an empty text if the page is not
        a live one.
        """
        return self._surface.state

    @property
    def focused(self) -> Element | None:
        """The element that has the focus, or None."""
        found = self.find_all(":focus")
        return found[0] if found else None

    @property
    def round_trips(self) -> RoundTrips:
        """What handlers have waited for since the last action on this page.

        Each is one read that a handler has made: once to the browser and back, for which its user waits. It compares
        with numbers: ``assert page.round_trips <= 1``.

        Raises:
            NotImplementedError: where the app runs in another process.
        """
        return self._overseer.round_trips(self._surface)

    @property
    def network(self) -> Network:
        """What lies between the page and the app, to be cut, held or made slow.

        Raises:
            NotImplementedError: where there is a real one.
        """
        return self._overseer.network(self._surface)

    def property(self, name: str | list[str]) -> Any:
        """Return a property of the document as JavaScript has it: text, or a path as ``["body", "className"]``."""
        return self._surface.read(None, name)

    def go(self, url: str) -> None:
        """Show another page in this tab."""
        self._hand.do(lambda: self._surface.go(url))

    def reload(self) -> None:
        """Load the page anew, as by the browser's button: what was typed is kept."""
        self._hand.do(self._surface.reload)

    def close(self) -> None:
        """Close the tab."""
        self._hand.do(self._surface.close)

    def press(self, keys: str) -> None:
        """Press a key where the focus is: ``a``, ``Enter``, ``Tab``, ``ArrowDown``, ``Control+a``, ..."""
        self._hand.do(lambda: self._surface.act("press", None, keys))

    def type(self, text: str, *, delay: float = 0.0) -> None:
        """Press the keys of a text, one after the other, where the focus is.

        Args:
            text: The text.
            delay: Seconds that pass behind each key, in which the app may do something.
        """
        self._hand.do(lambda: self._surface.act("type", None, text, delay=delay))

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in pixels; it begins with 1280 by 720."""
        self._hand.do(lambda: self._surface.resize(width, height))

    def go_offline(self) -> None:
        """Lose the network, and be told so by the browser."""
        self._hand.do(lambda: self._surface.set_online(False))

    def go_online(self) -> None:
        """Have the network again."""
        self._hand.do(lambda: self._surface.set_online(True))

    def hide(self) -> None:
        """Look at another tab."""
        self._hand.do(lambda: self._surface.set_visible(False))

    def show(self) -> None:
        """Look at this tab again."""
        self._hand.do(lambda: self._surface.set_visible(True))

    def settle(self) -> None:
        """Let everything go on that can go on without time passing, and raise what the app has raised."""
        self._hand.settle()

    def wait_until(self, happened: Callable[[], Any], what: str = "the condition", timeout: float | None = None) -> Any:
        """Wait until *happened* returns something true; return that.

        Args:
            happened: Looks.
            what: What is waited for, for the message.
            timeout: Seconds of real time to wait at most; the client's by default.

        Raises:
            AssertionError: if it does not happen in time.
        """
        return self._hand.wait_until(happened, lambda: what, timeout)

    def screenshot(self, path: str) -> None:
        """Write a picture of the page, as PNG: with ``--live`` only.

        Raises:
            NotImplementedError: in a simulated browser, which draws nothing.
        """
        self._surface.screenshot(path)
