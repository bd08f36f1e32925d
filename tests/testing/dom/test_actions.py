"""What a user does has the effects that it has in browsers; what no user could do is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.testing.dom import ActionError, Document, Event, actions
from tests.support.dom import Heard, element, show


def test_a_click_is_many_events() -> None:
    heard = Heard()
    document = show("<input id=a><button id=b>x</button>", heard)
    heard.listen(document, "pointerdown", "mousedown", "pointerup", "mouseup", "click", "focusin", "focusout", "change")
    actions.fill(document, element(document, "#a"), "x")
    actions.click(document, element(document, "#b"))
    assert heard.events == [
        *("focusin:a", "pointerdown:b", "mousedown:b", "change:a", "focusout:a", "focusin:b"),
        *("pointerup:b", "mouseup:b", "click:b"),
    ]
    assert document.active is element(document, "#b")


def test_hovering() -> None:
    heard = Heard()
    document = show("<p id=a>x</p><p id=b>y</p>", heard)
    heard.listen(document, "mouseover", "mouseout", "pointerover", "pointerout")
    heard.hear(document, "#a", "mouseenter", "mouseleave", "pointerenter", "pointerleave")
    actions.hover(document, element(document, "#a"))
    assert document.matches(element(document, "#a"), ":hover")
    actions.hover(document, element(document, "#b"))
    assert heard.events == [
        *("pointerover:a", "pointerenter:a", "mouseover:a", "mouseenter:a"),
        *("pointerout:a", "pointerleave:a", "pointerover:b", "mouseout:a", "mouseleave:a", "mouseover:b"),
    ]


def test_filling_a_field() -> None:
    heard = Heard()
    document = show("<input id=a value=old><input id=b>", heard)
    heard.listen(document, "beforeinput", "input", "change")
    field = element(document, "#a")
    actions.fill(document, field, "new")
    actions.focus(document, element(document, "#b"))
    assert (document.read(field, "value"), heard.events) == ("new", ["beforeinput:a", "input:a", "change:a"])


def test_typing() -> None:
    document = show("<input id=a maxlength=3>")
    field = element(document, "#a")
    actions.type_text(document, field, "abcd")
    assert document.read(field, "value") == "abc"
    actions.press(document, "Backspace")
    actions.press(document, "ArrowLeft")
    actions.press(document, "x")
    assert document.read(field, "value") == "axb"
    actions.press(document, "Control+a")
    actions.press(document, "Delete")
    assert document.read(field, "value") == ""


def test_a_label_stands_for_its_field() -> None:
    document = show("<label id=l>x<input id=a></label><label id=m for=c>y</label><input type=checkbox id=c>")
    actions.fill(document, element(document, "#l"), "v")
    assert document.read(element(document, "#a"), "value") == "v"
    actions.check(document, element(document, "#m"))
    assert document.read(element(document, "#c"), "checked") is True


def test_prevented_clicks_undo_what_they_checked() -> None:
    document = show("<input type=checkbox id=c>")
    box = element(document, "#c")
    seen: list[Any] = []

    def prevent(event: Event) -> None:
        seen.append(document.read(box, "checked"))
        event.prevent_default()

    document.listen(box, "click", prevent)
    actions.click(document, box)
    assert (seen, document.read(box, "checked")) == ([True], False)


def test_a_box_that_leaves_when_it_is_clicked_does_not_change() -> None:
    heard = Heard()
    document = show("<input type=checkbox id=c>", heard)
    box = element(document, "#c")
    heard.hear(document, "#c", "click", "input", "change")
    document.listen(box, "click", lambda event: document.take_out(box))
    actions.click(document, box)
    assert heard.events == ["click:c"]


def test_selecting_options() -> None:
    heard = Heard()
    document = show("<select id=s><option value=a>One<option value=b>Two</select>", heard)
    heard.listen(document, "input", "change")
    select = element(document, "#s")
    actions.select(document, select, "Two")
    assert (document.read(select, "value"), heard.events) == ("b", ["input:s", "change:s"])


@pytest.mark.parametrize(
    ("html", "act", "says"),
    [
        ("<button id=x disabled>x</button>", actions.click, "cannot click <button id='x'>: it is disabled"),
        ("<button disabled><b id=x>x</b></button>", actions.click, "it is disabled"),
        ("<p id=x hidden>x</p>", actions.click, "it is not visible"),
        ("<p style='visibility: hidden'><b id=x>x</b></p>", actions.click, "it is not visible"),
        ("<p inert><b id=x>x</b></p>", actions.click, "it is inert"),
        ("<p id=x>x</p>", lambda d, n: actions.fill(d, n, "v"), "it is no field"),
        ("<input id=x readonly>", lambda d, n: actions.fill(d, n, "v"), "it is read-only"),
        ("<input id=x type=checkbox>", lambda d, n: actions.fill(d, n, "v"), "takes no text"),
        ("<input id=x type=number>", lambda d, n: actions.fill(d, n, "v"), "expected a number"),
        ("<input id=x type=date>", lambda d, n: actions.fill(d, n, "v"), "expected a date"),
        ("<p id=x>x</p>", actions.check, "it is no checkbox"),
        ("<input id=x type=radio checked>", actions.uncheck, "another radio button"),
        ("<p id=x>x</p>", actions.focus, "it takes no focus"),
        ("<select id=x><option>1</select>", lambda d, n: actions.select(d, n, "2"), "there are '1'"),
        ("<select id=x><option disabled>1</select>", lambda d, n: actions.select(d, n, "1"), "disabled"),
        ("<p id=x>x</p>", lambda d, n: actions.press(d, "Nonsense"), "expected a key"),
    ],
)
def test_what_no_user_could_do(html: str, act: Callable[[Document, Any], None], says: str) -> None:
    document = show(html)
    with pytest.raises(ActionError) as caught:
        act(document, element(document, "#x"))
    assert says in str(caught.value)


def test_what_is_not_in_the_document_is_out_of_reach() -> None:
    document = show("<p id=x>x</p>")
    node = element(document, "#x")
    document.take_out(node)
    with pytest.raises(ActionError, match="it is not in the document"):
        actions.click(document, node)


def test_behind_a_modal_dialog_nothing_is_reached() -> None:
    document = show("<dialog><button id=in>x</button></dialog><button id=out>y</button>")
    document.call(element(document, "dialog"), "showModal", [])
    actions.click(document, element(document, "#in"))
    with pytest.raises(ActionError, match="behind a modal dialog"):
        actions.click(document, element(document, "#out"))
    actions.press(document, "Escape")
    actions.click(document, element(document, "#out"))


def test_a_focus_that_cannot_be_ends() -> None:
    heard = Heard()
    document = show("<button id=b>x</button>", heard)
    button = element(document, "#b")
    heard.listen(document, "focusout")
    document.listen(button, "click", lambda event: document.write(button, "disabled", True))
    actions.click(document, button)
    assert (document.active, heard.events) == (document.body, ["focusout:b"])


def test_details_of_a_name_close_each_other() -> None:
    document = show("<details name=g open id=a><summary>x</summary></details><details id=c open></details>")
    document.call(
        document.body, "insertAdjacentHTML", ["beforeend", "<details name=g><summary id=s>x</summary></details>"]
    )
    actions.click(document, element(document, "#s"))
    assert [node.get("open") for node in document.query_all(None, "details")] == [None, "", ""]


# --- files, input methods ---------------------------------------------------------------------------------------------


def test_files_are_chosen_and_sent() -> None:
    heard = Heard()
    document = show("<form method=post enctype=multipart/form-data><input type=file name=f><button>x", heard)
    field = element(document, "input")
    actions.choose_files(document, field, [("a.txt", b"abc", "text/plain")])
    assert document.read(field, "files") == [{"name": "a.txt", "size": 3, "type": "text/plain", "last_modified": 0}]
    assert document.read(field, "value") == "C:\\fakepath\\a.txt"
    actions.click(document, element(document, "button"))
    body = heard.requests[0].body
    assert b'name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n' in body
    document.write(field, "value", "")
    assert document.read(field, "files") == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<input>", "it is no field for files"),
        ("<input type=file disabled>", "it is disabled"),
        ("<input type=file>", "it takes one"),
    ],
)
def test_files_that_no_user_could_choose(html: str, text: str) -> None:
    document = show(html)
    with pytest.raises(ActionError, match=text):
        actions.choose_files(document, element(document, "input"), [("a", b"", ""), ("b", b"", "")])


def test_input_method_composes() -> None:
    document, heard = show("<input value=ab>"), Heard()
    heard.listen(document, "compositionstart", "compositionupdate", "beforeinput", "input", "compositionend")
    field = element(document, "input")
    actions.focus(document, field)
    document.call(field, "setSelectionRange", [1, 1])
    actions.compose(document, field, "k")
    actions.compose(document, field, "ka")
    assert (document.read(field, "value"), document.read(field, "selectionStart")) == ("akab", 3)
    actions.commit(document, "K")
    assert document.read(field, "value") == "aKb"
    assert [one.partition(":")[0] for one in heard.events] == [
        *("compositionstart", *("compositionupdate", "beforeinput", "input") * 3, "compositionend")
    ]
    with pytest.raises(ActionError, match="nothing is composed"):
        actions.commit(document, "x")
