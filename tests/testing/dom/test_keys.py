"""Keys do what they do in browsers."""

from __future__ import annotations

import pytest

from pycommunicate.testing.dom import Event, actions
from pycommunicate.testing.dom.keys import split_keys
from tests.support.dom import Heard, element, show


@pytest.mark.parametrize(
    ("keys", "parts"),
    [
        ("a", (set(), "a")),
        ("Space", (set(), " ")),
        ("Control+Shift+Tab", ({"Control", "Shift"}, "Tab")),
        ("+", (set(), "+")),
        ("Control++", ({"Control"}, "+")),
        ("ControlOrMeta+a", ({"Control"}, "a")),
    ],
)
def test_keys_are_taken_apart(keys: str, parts: tuple[set[str], str]) -> None:
    modifiers, key = split_keys(keys)
    assert (set(modifiers), key) == parts


def test_tab_goes_through_what_takes_the_focus() -> None:
    document = show("<input id=a><button disabled>x</button><p tabindex=0 id=b>x</p><a>x</a><input id=c tabindex=1>")
    order = []
    for _ in range(4):
        actions.press(document, "Tab")
        active = document.active
        order.append(active.get("id") if active is not None else None)
    assert order == ["c", "a", "b", None]
    actions.press(document, "Shift+Tab")
    assert document.active is element(document, "#b")


@pytest.mark.parametrize(
    ("html", "key", "clicked"),
    [
        ("<button id=x>x</button>", "Enter", True),
        ("<button id=x>x</button>", "Space", True),
        ("<a id=x href=/to>x</a>", "Enter", True),
        ("<a id=x href=/to>x</a>", "Space", False),
        ("<input type=checkbox id=x>", "Space", True),
        ("<input type=checkbox id=x>", "Enter", False),
        ("<p tabindex=0 id=x>x</p>", "Enter", False),
    ],
)
def test_keys_that_click(html: str, key: str, *, clicked: bool) -> None:
    heard = Heard()
    document = show(html, heard)
    heard.listen(document, "click")
    actions.focus(document, element(document, "#x"))
    actions.press(document, key)
    assert (heard.events == ["click:x"]) == clicked


def test_a_prevented_keydown_types_nothing() -> None:
    heard = Heard()
    document = show("<input id=a>", heard)
    field = element(document, "#a")
    document.listen(field, "keydown", lambda event: event.prevent_default())
    heard.listen(document, "keypress", "input", "keyup")
    actions.type_text(document, field, "x")
    assert (document.read(field, "value"), heard.events) == ("", ["keyup:a"])


@pytest.mark.parametrize(
    ("html", "key", "value"),
    [
        ("<input id=x type=number value=3 max=4>", "ArrowUp", "4"),
        ("<input id=x type=number value=4 max=4>", "ArrowUp", "4"),
        ("<input id=x type=range value=3>", "ArrowLeft", "2"),
        ("<select id=x><option>1<option disabled>2<option>3</select>", "ArrowDown", "3"),
    ],
)
def test_arrows(html: str, key: str, value: str) -> None:
    document = show(html)
    field = element(document, "#x")
    actions.focus(document, field)
    actions.press(document, key)
    assert document.read(field, "value") == value


def test_arrows_go_round_radio_buttons() -> None:
    document = show("<input type=radio name=r id=a checked><input type=radio name=r id=b>")
    actions.focus(document, element(document, "#a"))
    actions.press(document, "ArrowDown")
    assert document.read(element(document, "#b"), "checked") is True
    actions.press(document, "ArrowDown")
    assert document.read(element(document, "#a"), "checked") is True


def test_lines_in_a_text_area() -> None:
    document = show("<form action=/to><textarea id=x></textarea><button>x</button></form>")
    field = element(document, "#x")
    actions.type_text(document, field, "a\nb")
    assert document.read(field, "value") == "a\nb"


def test_keys_that_are_held_are_let_go_in_turn() -> None:
    document = show("<input id=a>")
    heard: list[tuple[str, str]] = []

    def hear(event: Event) -> None:
        heard.append((event.type, event.key))

    document.listen(None, "keydown", hear)
    document.listen(None, "keyup", hear)
    actions.press(document, "Shift+Control+ArrowLeft")
    down = ["Control", "Shift", "ArrowLeft"]
    assert heard == [("keydown", key) for key in down] + [("keyup", key) for key in reversed(down)]


def test_a_dialog_whose_cancel_is_prevented_stays_open() -> None:
    document = show("<dialog>x</dialog>")
    dialog = element(document, "dialog")
    document.call(dialog, "showModal", [])
    token = document.listen(dialog, "cancel", lambda event: event.prevent_default())
    actions.press(document, "Escape")
    assert document.read(dialog, "open") is True
    document.unlisten(token)
    actions.press(document, "Escape")
    assert document.read(dialog, "open") is False
