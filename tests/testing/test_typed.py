"""What was typed goes along to the same document of the same user, and nothing that is secret (spec 4.6)."""

from __future__ import annotations

import pytest

from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.dom import Document, actions
from pycommunicate.testing.typed import Typed

URL = "http://localhost/page"
FORM = """<form id=f><input name=a><input name=a><textarea id=t></textarea><input type=checkbox name=c value=1>
<input type=radio name=r value=1><input type=radio name=r value=2>
<select name=s multiple><option>x<option>y</select></form>
<div contenteditable id=e></div>"""


class Load:
    """One load of a document."""

    def __init__(self, html: str, clock: VirtualClock, url: str = URL, user: str = "me") -> None:
        self.document = Document(f"<!doctype html>{html}", url)
        self.typed = Typed(self.document, user, clock.now)

    def fill(self, selector: str, text: str) -> None:
        node = self.document.query(None, selector)
        assert node is not None
        actions.fill(self.document, node, text)

    def click(self, selector: str) -> None:
        node = self.document.query(None, selector)
        assert node is not None
        actions.click(self.document, node)

    def read(self, selector: str, name: str = "value") -> object:
        node = self.document.query(None, selector)
        assert node is not None
        value: object = self.document.read(node, name)
        return value

    def next(self, html: str, clock: VirtualClock, **other: str) -> Load:
        """Load another document behind this one, and put back what was typed."""
        self.typed.save()
        load = Load(html, clock, **other)
        load.typed.take_over(self.typed)
        load.typed.put_back()
        return load


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def test_every_kind_of_field_is_put_back_into_its_own_place(clock: VirtualClock) -> None:
    load = Load(FORM, clock)
    load.fill("[name=a] + [name=a]", "second")
    load.fill("#t", "text")
    load.fill("#e", "edited")
    load.click("[name=c]")
    load.click("[name=r][value='2']")
    select = load.document.query(None, "select")
    assert select is not None
    actions.select(load.document, select, ["y"])
    heard: list[str] = []
    load.typed.save()
    after = Load(FORM, clock)
    after.document.listen(None, "input", lambda event: heard.append(event.target.tag))
    after.typed.take_over(load.typed)
    after.typed.put_back()
    assert (after.read("[name=a]"), after.read("[name=a] + [name=a]")) == ("", "second")
    assert (after.read("#t"), after.read("#e", "innerText")) == ("text", "edited")
    assert (after.read("[name=c]", "checked"), after.read("[name=r][value='2']", "checked")) == (True, True)
    assert [after.read(f"option:nth-child({i})", "selected") for i in (1, 2)] == [False, True]
    assert len(heard) == 6


@pytest.mark.parametrize(
    "field",
    [
        "<input id=x type=password>",
        "<input id=x type=hidden>",
        "<input id=x autocomplete=off>",
        "<input id=x autocomplete=one-time-code>",
        "<input id=x autocomplete='section-a cc-number'>",
        "<form autocomplete=off><input id=x></form>",
    ],
)
def test_what_is_secret_is_not_kept(field: str, clock: VirtualClock) -> None:
    load = Load(field, clock)
    node = load.document.query(None, "#x")
    load.document.write(node, "value", "secret")
    load.document.fire(node, "input")
    assert load.next(field, clock).read("#x") == ""


def test_what_once_was_a_password_is_not_kept(clock: VirtualClock) -> None:
    load = Load("<input id=x type=password>", clock)
    load.fill("#x", "secret")
    load.document.write(load.document.query(None, "#x"), "type", "text")
    assert load.next("<input id=x>", clock).read("#x") == ""


@pytest.mark.parametrize("other", [{"url": "http://localhost/other"}, {"user": "somebody else"}])
def test_it_goes_to_the_same_document_of_the_same_user_only(other: dict[str, str], clock: VirtualClock) -> None:
    load = Load("<input id=x>", clock)
    load.fill("#x", "mine")
    assert load.next("<input id=x>", clock, **other).read("#x") == ""


def test_it_counts_for_two_minutes_from_when_it_was_kept(clock: VirtualClock) -> None:
    load = Load("<input id=x>", clock)
    load.fill("#x", "mine")
    load.typed.save()
    for seconds, there in ((119, "mine"), (2, "")):
        clock.advance(seconds)
        after = Load("<input id=x>", clock)
        before, load.typed._entries = load.typed._entries, load.typed._entries[:]
        after.typed.take_over(load.typed)
        load.typed._entries = before
        after.typed.put_back()
        assert after.read("#x") == there


def test_what_the_user_has_typed_meanwhile_stays(clock: VirtualClock) -> None:
    load = Load("<input id=x>", clock)
    load.fill("#x", "before")
    load.typed.save()
    after = Load("<input id=x>", clock)
    after.typed.take_over(load.typed)
    after.fill("#x", "after")
    after.typed.put_back()
    assert after.read("#x") == "after"


def test_what_has_no_field_yet_waits_for_the_next_view(clock: VirtualClock) -> None:
    load = Load("<input id=x>", clock)
    load.fill("#x", "mine")
    after = load.next("<p>", clock)
    after.document.show("<input id=x>")
    after.typed.put_back()
    assert after.read("#x") == "mine"


def test_what_the_server_wrote_inside_of_a_field_is_its_own(clock: VirtualClock) -> None:
    load = Load("<div contenteditable id=x><b>bold</b></div>", clock)
    load.fill("#x", "mine")
    load.document.write(load.document.query(None, "#x"), "innerHTML", "<b>theirs</b>")
    load.typed.overwritten(load.document.query(None, "#x b"))
    assert load.next("<div contenteditable id=x></div>", clock).read("#x", "innerText") == ""
