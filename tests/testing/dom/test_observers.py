"""What observers see of a tree, and of what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.testing.dom import Document, DomError, Function, Observer
from tests.support.dom import element, show


def watching(document: Document, kind: str) -> tuple[Observer, list[Any]]:
    """Return an observer, and what it sees."""
    seen: list[Any] = []
    return Observer(document, kind, seen.extend), seen


def records(seen: list[Any], *names: str) -> list[list[Any]]:
    """Return properties of what was seen, once."""
    found = [[one.get(name) for name in names] for one in seen]
    seen.clear()
    return found


@pytest.mark.parametrize(
    ("act", "added", "removed"),
    [
        (lambda document, node: document.write(node, "innerHTML", "<i></i><u></u>"), ["i", "u"], ["b"]),
        (lambda document, node: document.write(node, "textContent", "x"), [], ["b"]),
        (lambda document, node: document.write(node, "innerText", "x\ny"), ["br"], ["b"]),
        (lambda document, node: document.call(node, "replaceChildren", [document.create("i"), "x"]), ["i"], ["b"]),
        (lambda document, node: document.call(node, "append", ["x", document.create("i")]), ["i"], []),
        (lambda document, node: document.call(node, "prepend", [document.create("i"), "x"]), ["i"], []),
        (lambda document, node: document.call(node, "prepend", [*map(document.create, "iu")]), ["i", "u"], []),
        (lambda document, node: document.call(node, "insertAdjacentHTML", ["beforeend", "<i></i>x"]), ["i"], []),
        (lambda document, node: document.call(element(document, "b"), "remove", []), [], ["b"]),
        (lambda document, node: document.call(element(document, "b"), "replaceWith", ["x"]), [], ["b"]),
        (lambda document, node: document.write(element(document, "b"), "outerHTML", "<i></i>"), ["i"], ["b"]),
        (lambda document, node: document.put_fragment(3, node, "<i></i>"), ["i"], ["b"]),
    ],
)  # fmt: skip
def test_each_change_of_children_is_one_record(act: Any, added: list[str], removed: list[str]) -> None:
    document = show("<p><b></b></p>")
    node = element(document, "p")
    observer, seen = watching(document, "MutationObserver")
    observer.observe(node, {"childList": True})
    act(document, node)
    document.run_later()
    ((kind, target, came, went),) = records(seen, "type", "target", "addedNodes", "removedNodes")
    assert (kind, target) == ("childList", node)
    assert ([one.tag for one in came], [one.tag for one in went]) == (added, removed)


def test_what_is_moved_leaves_and_comes() -> None:
    document = show("<p id=a><b></b></p><p id=b></p>")
    observer, seen = watching(document, "MutationObserver")
    observer.observe(document, {"childList": True, "subtree": True})
    document.call(element(document, "#b"), "append", [element(document, "b")])
    document.call(element(document, "#b"), "append", [document.create("i")])
    document.run_later()
    assert [one.get("id") for (one,) in records(seen, "target")] == ["a", "b", "b"]


def test_text_that_does_not_change_is_no_change() -> None:
    document = show("<p></p>")
    observer, seen = watching(document, "MutationObserver")
    observer.observe(element(document, "p"), {"childList": True})
    document.write(element(document, "p"), "textContent", "")
    document.call(element(document, "p"), "append", [])
    document.run_later()
    assert seen == []


def test_attributes_are_seen_with_what_they_were() -> None:
    document = show("<p class=a><b></b></p>")
    node = element(document, "p")
    observer, seen = watching(document, "MutationObserver")
    observer.observe(node, {"attributeOldValue": True})
    document.write(node, "className", "b")
    document.call(node, "removeAttribute", ["class"])
    document.call(node, "removeAttribute", ["class"])
    document.write(element(document, "b"), "title", "t")
    document.run_later()
    assert records(seen, "attributeName", "oldValue", "nothing") == [["class", "a", None], ["class", "b", None]]


def test_only_those_attributes_that_are_asked_for_are_seen() -> None:
    document = show("<p><b></b></p>")
    observer, seen = watching(document, "MutationObserver")
    observer.observe(element(document, "p"), {"attributeFilter": ["title"], "subtree": True})
    document.write(element(document, "b"), "title", "t")
    document.write(element(document, "b"), "className", "c")
    document.run_later()
    assert records(seen, "attributeName", "oldValue") == [["title", None]]


def test_who_does_not_observe_any_more_sees_nothing() -> None:
    document = show("<p><b></b></p>")
    observer, seen = watching(document, "MutationObserver")
    node = element(document, "p")
    observer.observe(node, {"attributes": True})
    observer.observe(node, {"attributes": True})
    document.write(node, "title", "t")
    assert len(observer.call("takeRecords", [])) == 1
    document.write(node, "title", "u")
    observer.call("disconnect", [])
    document.write(node, "title", "v")
    document.run_later()
    assert seen == []


@pytest.mark.parametrize(
    ("kind", "target", "options", "text"),
    [
        ("MutationObserver", "p", {}, "must set at least one of"),
        ("MutationObserver", None, {"attributes": True}, "parameter 1 is not of type 'Node'"),
        ("IntersectionObserver", None, {}, "parameter 1 is not of type 'Element'"),
    ],
)
def test_what_cannot_be_observed_is_refused(kind: str, target: str | None, options: dict[str, Any], text: str) -> None:
    document = show("<p>")
    observer, _ = watching(document, kind)
    with pytest.raises(DomError, match=text):
        observer.observe(element(document, target) if target else None, options)


def test_what_is_shown_is_in_sight_at_once() -> None:
    document = show("<p>x</p><p id=h hidden>y</p>")
    observer, seen = watching(document, "IntersectionObserver")
    observer.observe(element(document, "p"), {})
    observer.observe(element(document, "#h"), {})
    document.end_turn()
    assert records(seen, "isIntersecting", "intersectionRatio") == [[True, 1], [False, 0]]
    document.write(element(document, "#h"), "hidden", False)
    document.end_turn()
    assert records(seen, "isIntersecting", "target") == [[True, element(document, "#h")]]
    observer.call("unobserve", [element(document, "p")])
    document.call(element(document, "p"), "remove", [])
    document.end_turn()
    assert seen == []


def test_what_is_shown_is_as_wide_as_the_window() -> None:
    document = show("<p>x</p><p id=h hidden>y</p>")
    observer, seen = watching(document, "ResizeObserver")
    observer.observe(element(document, "p"), {})
    observer.observe(element(document, "#h"), {})
    document.end_turn()
    assert [rect["width"] for (rect,) in records(seen, "contentRect")] == [1280]
    document.surroundings.width = 500
    document.end_turn()
    assert [rect["width"] for (rect,) in records(seen, "contentRect")] == [500]
    document.write(element(document, "p"), "hidden", True)
    document.end_turn()
    assert [rect["width"] for (rect,) in records(seen, "contentRect")] == [0]


def test_scripts_observe() -> None:
    document, seen = show("<p>"), list[Any]()
    function = Function(lambda this, args: seen.append(args))
    observer = document.construct(None, ["defaultView", "MutationObserver"], [function])
    observer.call("observe", [element(document, "p"), {"attributes": True}])
    document.write(element(document, "p"), "title", "t")
    document.run_later()
    assert (len(seen), seen[0][0][0].get("attributeName"), seen[0][1] is observer) == (1, "title", True)
