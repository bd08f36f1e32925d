"""Events reach who listens."""

from __future__ import annotations

from pycommunicate.testing.dom import Event, actions
from tests.support.dom import element, show


def test_an_event_rises_to_the_document() -> None:
    document = show("<div><p></p></div>")
    node = element(document, "p")
    path: list[object] = []
    for one in (None, element(document, "div"), node, document.root):
        document.listen(one, "click", lambda event: path.append(event.current_target))
    assert document.dispatch(node, Event("click")) is True
    assert path == [node, element(document, "div"), document.root, document]


def test_one_that_does_not_bubble_stays() -> None:
    document = show("<div><p></p></div>")
    heard: list[Event] = []
    document.listen(element(document, "div"), "focus", heard.append)
    document.fire(element(document, "p"), "focus")
    assert heard == []


def test_what_is_prevented_is_heard_by_all() -> None:
    document = show("<div><p></p></div>")
    node = element(document, "p")
    heard: list[str] = []
    document.listen(node, "click", lambda event: event.prevent_default())
    document.listen(node, "click", lambda event: heard.append("same node"))
    document.listen(None, "click", lambda event: heard.append("document"))
    assert document.dispatch(node, Event("click")) is False
    assert heard == ["same node", "document"]


def test_who_begins_to_listen_meanwhile_hears_the_next_one() -> None:
    document = show("<p></p>")
    node = element(document, "p")
    heard: list[Event] = []
    tokens: list[int] = []
    document.listen(node, "click", lambda event: tokens.append(document.listen(node, "click", heard.append)))
    document.dispatch(node, Event("click"))
    assert heard == []
    document.dispatch(node, Event("click"))
    assert len(heard) == 1


def test_what_is_held_is_told() -> None:
    document = show("<input>")
    heard: list[Event] = []
    document.listen(None, "keydown", heard.append)
    actions.focus(document, element(document, "input"))
    actions.press(document, "Control+a")
    assert [(event.key, set(event.modifiers)) for event in heard] == [("Control", {"Control"}), ("a", {"Control"})]


def test_what_cannot_be_prevented() -> None:
    document = show("<p></p>")
    node = element(document, "p")
    document.listen(node, "input", lambda event: event.prevent_default())
    assert document.fire(node, "input") is True


def test_who_stops_listening_hears_nothing_more() -> None:
    document = show("<p></p>")
    node = element(document, "p")
    heard: list[Event] = []
    tokens: list[int] = []
    tokens.append(document.listen(node, "click", lambda event: document.unlisten(tokens[1])))
    tokens.append(document.listen(node, "click", heard.append))
    document.dispatch(node, Event("click"))
    document.unlisten(tokens[0])
    document.unlisten(tokens[0])
    document.dispatch(node, Event("click"))
    assert heard == []


def test_outside_of_the_document_nothing_reaches_it() -> None:
    document = show("<p></p>")
    heard: list[Event] = []
    document.listen(None, "click", heard.append)
    document.call(document.create("button"), "click", [])
    assert heard == []


def test_on_its_way_in_an_event_is_heard_from_the_outside() -> None:
    document = show("<div><p></p></div>")
    node = element(document, "p")
    path: list[object] = []
    for one in (document.window, None, element(document, "div"), node):
        for capture in (False, True):
            document.listen(one, "click", lambda event: path.append(event.current_target), capture=capture)
    document.dispatch(node, Event("click"))
    inside = [document.window, document, element(document, "div"), node]
    assert path == [*inside, *reversed(inside)]


def test_what_does_not_bubble_is_heard_on_its_way_in() -> None:
    document = show("<div><p></p></div>")
    heard: list[Event] = []
    document.listen(element(document, "div"), "focus", heard.append, capture=True)
    document.fire(element(document, "p"), "focus")
    assert len(heard) == 1


def test_what_is_stopped_goes_no_further_and_is_told_afterwards() -> None:
    document = show("<div><p></p></div>")
    node = element(document, "p")
    heard: list[str] = []
    document.listen(node, "click", lambda event: event.call("stopPropagation", []))
    document.listen(node, "click", lambda event: heard.append("same node"))
    document.listen(element(document, "div"), "click", lambda event: heard.append("outside"))
    document.listen_afterwards("click", lambda event: heard.append("afterwards"))
    document.dispatch(node, Event("click"))
    assert heard == ["same node", "afterwards"]


def test_who_is_passive_prevents_nothing() -> None:
    document = show("<p></p>")
    node = element(document, "p")
    document.listen(node, "click", lambda event: event.prevent_default(), passive=True)
    assert document.dispatch(node, Event("click")) is True
    document.listen(node, "click", lambda event: event.call("preventDefault", []))
    assert document.dispatch(node, Event("click")) is False


def test_who_stops_listening_on_the_way_in_is_counted_no_more() -> None:
    document = show("<p></p>")
    token = document.listen(None, "click", lambda event: None, capture=True)
    document.unlisten(token)
    assert document._captured["click"] == document._listened["click"] == 0
