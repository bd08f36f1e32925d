"""The app that a server under test serves, as `protocol/conformance.md` asks for it; this one is made with our server.

``python -m pycommunicate serve pycommunicate.conformance.app:app`` serves it.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from ..errors import (
    BrowserError,
    InvalidName,
    InvalidSelector,
    JSError,
    NotAFunction,
    PageGone,
    ReadTimeout,
    StaleElement,
    UnsupportedValue,
    ValueTooLarge,
)
from ..server.app.communicate import CommunicateApp
from ..server.bases.controller import ControllerFactory
from ..server.bases.views import View

__all__ = ["BUTTONS", "FLOOD", "LATER", "POUR", "First", "Second", "app"]

#: How many elements `#flood` makes, and how many values of 1 MiB `#pour` writes: more than a window holds.
FLOOD, POUR = 200, 8
#: Seconds after which `#later` writes.
LATER = 0.3

#: What errors are called on the wire.
_CODES: dict[type[Exception], str] = {
    InvalidSelector: "invalid-selector",
    InvalidName: "invalid-name",
    StaleElement: "stale-ref",
    NotAFunction: "not-a-function",
    JSError: "js-error",
    UnsupportedValue: "unsupported",
    ValueTooLarge: "too-large",
    ReadTimeout: "timeout",
    PageGone: "gone",
    BrowserError: "another",
}

#: The ids of the buttons of the first document.
BUTTONS = (
    "add",
    "count",
    "order",
    "echo",
    "fail",
    "make",
    "drop",
    "find",
    "flood",
    "pour",
    "later",
    "view",
    "go",
    "end",
    "carry",
    "busy",
    "tell",
    "put",
    "hand",
    "thing",
)
#: What is listened to with more than a handler.
_OPTIONS: dict[str, dict[str, Any]] = {"carry": {"fields": ["detail"]}, "busy": {"busy": True}}

_FIRST = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="pycommunicate-conformance" content="1"><title>One</title>{includes}</head><body>
<p><input id="name"> <input id="in"> {buttons}</p>
<p id="note"></p><p id="total"></p><p id="out"></p><p id="target"></p><p id="spare"></p><div id="list"></div>
</body></html>"""

_SECOND = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Two</title></head><body>
<p><button id="second">second</button></p><p id="note"></p></body></html>"""


class _Piece:
    """The piece of HTML that `#put` puts into the list."""

    def __html__(self) -> str:
        return "<p>a</p>b<p>c<b>d</b></p>"


_PIECE: Any = _Piece()


class First(View):
    """What is shown first."""

    def render(self) -> str:
        """Return the document."""
        buttons = " ".join(f'<button id="{name}">{name}</button>' for name in BUTTONS)
        return _FIRST.format(includes=self.controller.templater.add_includes(), buttons=buttons)

    def load(self) -> None:
        """Find what is used later, and listen to all buttons."""
        element = self.html_wrapper.element
        self.name, self.source = element("#name"), element("#in")
        self.note, self.total, self.out = element("#note"), element("#total"), element("#out")
        self.target, self.list = element("#target"), element("#list")
        self.clicks = 0
        self.made: list[Any] = []
        for name in BUTTONS:
            options = _OPTIONS.get(name, {})
            element(f"#{name}").add_event_listener("click", getattr(self, f"click_{name}"), **options)

    def click_add(self) -> None:
        """Read a field, and add what stands in it to the list."""
        self.list.add_child("p").content = self.name.value

    def click_count(self) -> None:
        """Count this click."""
        self.clicks += 1
        self.total.content = str(self.clicks)

    def click_order(self) -> None:
        """Write and read one property by turns."""
        out = self.out
        out.set_property("step", 1)
        first = out.get_property("step")
        out.set_property("step", 2)
        out.set_property("mark", "between")
        second = out.get_property("step")
        out.set_property("step", 3)
        self.note.content = f"{first} {second}"

    def click_echo(self) -> None:
        """Hand on a value as it came."""
        self.out.set_property("payload", self.source.get_property("payload"))

    def click_fail(self) -> None:
        """Say by what error a read fails."""
        try:
            self.target.get_property("broken")
        except (BrowserError, ReadTimeout, PageGone) as error:
            self.note.content = _CODES[type(error)]
        else:
            self.note.content = "no error"

    def click_make(self) -> None:
        """Make a button that can be clicked."""
        button = self.list.add_child("button")
        button.content = "made"
        button.add_event_listener("click", self.clicked_made)
        self.made.append(button)

    def clicked_made(self) -> None:
        """Say that a button was clicked that was made."""
        self.note.content = "made"

    def click_drop(self) -> None:
        """Remove the button that was made last, and have no use for it any more."""
        if self.made:
            self.made.pop().delete()

    def click_find(self) -> None:
        """Find the same element three times, and have no use for it any more."""
        found = [self.html_wrapper.element("#spare") for _ in range(3)]
        self.note.content = f"found {sum(one is not None for one in found)}"

    def click_flood(self) -> None:
        """Write often, and let others have their turn in between."""
        for number in range(FLOOD):
            self.list.add_child("p").content = str(number)
            time.sleep(0)

    def click_pour(self) -> None:
        """Write much."""
        for number in range(POUR):
            self.out.set_property(f"payload{number}", "x" * (1024 * 1024))
            time.sleep(0)

    def click_later(self) -> None:
        """Write to the same properties again and again, after a while."""
        time.sleep(LATER)
        out = self.out
        out.set_property("a", 1)
        out.set_property("a", 2)
        out.set_property("b", 1)
        out.set_property("a", 3)
        out.style["color"] = "red"
        out.style["color"] = "blue"
        out.set_property("a", 4)
        self.list.add_child("p")
        out.set_property("a", 5)
        self.note.content = "later"

    def click_view(self) -> None:
        """Show the second document in place of this one."""
        self.controller.change_view(1)

    def click_go(self) -> None:
        """Leave for another address."""
        self.controller.redirect("/?elsewhere")

    def click_end(self) -> None:
        """End the page."""
        self.controller.user.close_pages()

    def click_carry(self, event: Any) -> None:
        """Hand on what the event carries, or say why it does not."""
        try:
            self.out.set_property("payload", event.detail)
        except BrowserError as error:
            self.note.content = _CODES[type(error)]

    def click_busy(self) -> None:
        """Be busy until a read is answered."""
        self.note.content = str(self.source.get_property("payload"))

    def click_tell(self) -> None:
        """Call, and write to a field, and hear nothing of either."""
        self.target.send("ping", "x")
        self.name.value = "told"
        self.note.content = "told"

    def click_put(self) -> None:
        """Put a piece of HTML into the list, and count its elements."""
        self.note.content = str(len(self.list.append(_PIECE)))

    def click_hand(self) -> None:
        """Give a function away."""
        self.target.send("take", [self.taken])

    def taken(self, *values: Any) -> None:
        """Hand on what the function is called with."""
        self.out.set_property("payload", list(values))

    def click_thing(self) -> None:
        """Read what an object has, and have no use for it any more."""
        self.note.content = str(self.target.object("thing").get_property("name"))


class Second(View):
    """What is shown in its place."""

    def render(self) -> str:
        """Return the document."""
        return _SECOND

    def load(self) -> None:
        """Listen to the button."""
        self.note = self.html_wrapper.element("#note")
        self.html_wrapper.element("#second").add_event_listener("click", self.click_second)

    def click_second(self) -> None:
        """Say so."""
        self.note.content = "second"


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(First).add_view(Second).set_default_view(First))
app.set_secret_key(secrets.token_hex())
