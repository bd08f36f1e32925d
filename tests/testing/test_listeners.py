"""What listeners hear before they are there, and what they keep the document from (spec 6.10, 8.5, 8.8)."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.protocol.messages import Ack, Event, Reply
from pycommunicate.protocol.ops import CREDIT, FIND, GET, LISTEN, LOADED
from tests.support.scripted import Scripted

BUTTON = "<button id=b type=button>Go</button>"


def listen(one: Scripted, selector: str = "#b", event: str = "click", **options: Any) -> None:
    one.send((FIND, 1, 0, selector))
    (found,) = one.heard(Reply)
    one.send((LISTEN, 1, found.value, event, options))


def test_clicks_before_the_listener_are_handed_over_at_loaded() -> None:
    one = Scripted(BUTTON)
    one.do("click", "#b")
    listen(one)
    one.do("click", "#b")
    assert one.heard(Event) == []
    one.send((LOADED,))
    assert [event.listener for event in one.heard(Event)] == [1, 1]


def test_claims_are_handed_over_after_a_second_where_loaded_takes_its_time() -> None:
    one = Scripted(BUTTON)
    one.do("click", "#b")
    listen(one)
    one.clock.advance(0.5)
    assert one.heard(Event) == []
    one.clock.advance(1.5)
    assert len(one.heard(Event)) == 1


def test_click_of_a_minute_ago_is_not_claimed() -> None:
    one = Scripted(BUTTON)
    one.do("click", "#b")
    for _ in range(4):
        one.clock.advance(15.5)
        one.say(Ack(0))
    listen(one)
    one.send((LOADED,))
    assert one.heard(Event) == []


def test_of_very_many_early_events_the_newest_are_kept() -> None:
    one = Scripted(BUTTON)
    for _ in range(1_500):
        one.do("click", "#b")
    assert one.client.ops.listeners.early._records is not None
    assert len(one.client.ops.listeners.early._records) == 5_000


@pytest.mark.parametrize("live", [True, False])
def test_link_that_is_held_is_followed_at_loaded_if_nobody_claims_it(live: bool) -> None:
    one = Scripted(f"<p {'data-pycommunicate-live' * live}><a id=b href=/there>there</a>")
    one.do("click", "#b")
    assert one.left == ([] if live else ["http://localhost/there"])
    one.send((LOADED,))
    assert one.left == ["http://localhost/there"]


@pytest.mark.parametrize(("options", "went"), [({}, []), ({"prevent": False}, ["http://localhost/there"])])
def test_link_that_is_held_and_claimed_does_what_its_listener_says(options: dict[str, bool], went: list[str]) -> None:
    one = Scripted("<p data-pycommunicate-live><a id=b href=/there>there</a>")
    one.do("click", "#b")
    listen(one, **options)
    one.send((LOADED,))
    assert [event.listener for event in one.heard(Event)] == [1]  # once, though the click happens again
    assert one.left == went


def test_submit_that_is_held_happens_at_loaded_with_its_button() -> None:
    one = Scripted("<form data-pycommunicate-live action=/s><input name=a value=1><button id=b name=c value=2>x</form>")
    one.do("click", "#b")
    assert one.left == []
    one.send((LOADED,))
    assert one.left == ["http://localhost/s?a=1&c=2"]


def test_a_thousand_events_wait_for_credit_and_the_newest_are_dropped() -> None:
    one = Scripted(BUTTON, events=2)
    one.send((LOADED,))
    listen(one)
    for _ in range(1_100):
        one.do("click", "#b")
    assert len(one.heard(Event)) == 2
    one.send((CREDIT, 1, 5_000))
    assert len(one.heard(Event)) == 1_000


@pytest.mark.parametrize(
    ("html", "stays"),
    [
        ("<a id=b href=/x>x</a>", True),
        ("<a id=b href=/x target=_self>x</a>", True),
        ("<a id=b href=/x target=_blank>x</a>", False),
        ("<a id=b href=/x download>x</a>", False),
        ("<base target=_blank><a id=b href=/x>x</a>", False),
        ("<base target=_blank><a id=b href=/x target=_self>x</a>", True),
        ("<a href=/x><span id=b>x</span></a>", False),
        ("<form><button id=b>x</button></form>", True),
        ("<form action=/s><button id=b>x</button></form>", False),
        ("<form><button id=b formaction=/s>x</button></form>", False),
    ],
)
def test_listener_to_clicks_prevents_what_would_leave_the_document_for_no_reason(html: str, stays: bool) -> None:
    one = Scripted(html)
    one.send((LOADED,))
    listen(one)
    one.do("click", "#b")
    assert (one.left == []) is stays
    assert len(one.heard(Event)) == 1


def test_document_itself_can_be_listened_to() -> None:
    one = Scripted(BUTTON)
    one.do("click", "#b")
    one.send((LISTEN, 1, 0, "click", {}), (LOADED,), (GET, 1, 0, "title"))
    one.do("click", "#b")
    assert len(one.heard(Event)) == 2
