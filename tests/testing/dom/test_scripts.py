"""What scripts would find in a window, and what stands in for scripts."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.dom import Document, DomError, Event, Function, Promise, Surroundings
from pycommunicate.testing.dom.media import answer_media
from tests.support.dom import element, show

W = "defaultView"


def listener(heard: list[Any]) -> Function:
    """Return a function that keeps what it is called with."""
    return Function(lambda this, args: heard.append(args))


def timed() -> tuple[Document, VirtualClock]:
    clock = VirtualClock()
    return Document("<p>", surroundings=Surroundings(clock.after, clock.now)), clock


# --- listening --------------------------------------------------------------------------------------------------------


def test_scripts_listen_once_for_each_function() -> None:
    document, heard = show("<div><b>"), list[Any]()
    node, function = element(document, "b"), listener(heard)
    for _ in range(2):
        document.call(node, "addEventListener", ["click", function])
    document.call(node, "addEventListener", ["click", function, True])
    document.dispatch(node, Event("click"))
    assert len(heard) == 2
    document.call(node, "removeEventListener", ["click", function])
    document.call(node, "removeEventListener", ["keydown", function])
    document.dispatch(node, Event("click"))
    assert len(heard) == 3


def test_script_that_listens_once_hears_one_event() -> None:
    document, heard = show("<b>"), list[Any]()
    document.call(None, [W, "addEventListener"], ["click", listener(heard), {"once": True}])
    for _ in range(2):
        document.dispatch(element(document, "b"), Event("click"))
    assert [args[0].type for args in heard] == ["click"]


def test_properties_handle_events() -> None:
    document, heard = show("<b>"), list[Any]()
    node, function = element(document, "b"), listener(heard)
    document.write(node, "onclick", function)
    assert document.get(node, "onclick") is function
    document.dispatch(node, Event("click"))
    document.write(node, "onclick", None)
    document.dispatch(node, Event("click"))
    assert len(heard) == 1
    document.write(None, [W, "onping"], function)
    document.invoke(None, [W, "dispatchEvent"], [document.construct(None, [W, "Event"], ["ping"])])
    assert len(heard) == 2


def test_scripts_make_events() -> None:
    document, heard = show("<p><b>"), list[Event]()
    document.listen(element(document, "p"), "picked", heard.append)
    event = document.construct(None, [W, "CustomEvent"], ["picked", {"detail": [1], "bubbles": True}])
    assert document.invoke(element(document, "b"), "dispatchEvent", [event]) is True
    assert (heard[0].get("detail"), heard[0].get("isTrusted"), heard[0].kind) == ([1], False, "CustomEvent")
    with pytest.raises(DomError, match="parameter 1 is not of type 'Event'"):
        document.call(None, "dispatchEvent", ["picked"])
    with pytest.raises(DomError, match="1 argument required"):
        document.construct(None, [W, "Event"], [])


# --- time, promises ---------------------------------------------------------------------------------------------------


def test_timers_of_scripts_fire_when_time_passes() -> None:
    (document, clock), heard = timed(), list[Any]()
    document.call(None, [W, "setTimeout"], [listener(heard), 1000, "late"])
    every = document.call(None, [W, "setInterval"], [listener(heard), 400, "often"])
    never = document.call(None, [W, "setTimeout"], [listener(heard), 10])
    document.call(None, [W, "clearTimeout"], [never])
    clock.advance(1)
    assert heard == [["often"], ["often"], ["late"]]
    document.call(None, [W, "clearInterval"], [every])
    document.call(None, [W, "clearInterval"], [99])
    clock.advance(1)
    assert len(heard) == 3
    document.call(None, [W, "setInterval"], [listener(heard), 100])
    document.close()
    clock.advance(1)
    assert len(heard) == 3


def test_what_a_timer_throws_is_for_the_console_alone() -> None:
    document, clock = timed()

    def fail(this: Any, args: list[Any]) -> None:
        raise DomError("js-error", "no")

    document.call(None, [W, "setTimeout"], [Function(fail)])
    document.call(None, [W, "requestAnimationFrame"], [Function(fail)])
    clock.advance(1)
    with pytest.raises(DomError, match="is not of type 'Function'"):
        document.call(None, [W, "setTimeout"], ["alert(1)"])


def test_promises_are_settled_in_later_turns() -> None:
    document, heard = show(""), list[Any]()
    promise = Promise(document)
    after = promise.call("then", [Function(lambda this, args: args[0] + 1)])
    after.call("then", [listener(heard)])
    after.call("finally", [listener(heard)])
    promise.resolve(1)
    promise.resolve(2)
    assert heard == []
    document.run_later()
    assert heard == [[2], []]
    promise.call("then", [listener(heard)])
    document.run_later()
    assert heard[2:] == [[1]]


def test_promises_are_rejected() -> None:
    document, heard = show(""), list[Any]()

    def fail(this: Any, args: list[Any]) -> None:
        raise DomError("js-error", "TypeError: no", {"name": "TypeError", "message": "no"})

    failed = Promise(document).resolve().call("then", [Function(fail)])
    failed.call("then", [listener(heard)]).call("catch", [listener(heard)])
    failed.call("finally", [None]).call("catch", [listener(heard)])
    document.run_later()
    assert [args[0].get("message") for args in heard] == ["no", "no"]
    assert heard[0][0].get("stack") == "TypeError: no"


def test_promises_are_made_by_scripts() -> None:
    document, heard = show(""), list[Any]()

    def start(this: Any, args: list[Any]) -> None:
        args[0].invoke(None, ["done"])
        args[1].invoke(None, ["too late"])

    made = document.construct(None, [W, "Promise"], [Function(start)])
    both = document.invoke(None, [W, "Promise", "all"], [[made, 2]])
    none = document.invoke(None, [W, "Promise", "all"], [[]])
    for one in (made, both, none):
        one.when(heard.append, heard.append)
    refused = document.construct(None, [W, "Promise"], [Function(lambda this, args: args[1].invoke(None, ["no"]))])
    document.invoke(None, [W, "Promise", "all"], [[refused, 1]]).when(
        heard.append, lambda error: heard.append(error.text)
    )
    document.run_later()
    assert sorted(map(str, heard)) == sorted(map(str, ["done", ["done", 2], [], "no"]))


# --- the browser ------------------------------------------------------------------------------------------------------


def test_clipboard_keeps_a_text() -> None:
    document, heard = show(""), list[Any]()
    document.invoke(None, [W, "navigator", "clipboard", "writeText"], ["x"])
    document.invoke(None, [W, "navigator", "clipboard", "readText"], []).when(heard.append, heard.append)
    document.run_later()
    assert heard == ["x"]


def test_storage_of_a_user_and_of_a_tab() -> None:
    around = Surroundings(local={"kept": "1"})
    document = Document(surroundings=around)
    assert document.call(None, [W, "localStorage", "getItem"], ["kept"]) == "1"
    document.write(None, [W, "sessionStorage", "mine"], 2)
    assert (around.local, around.session) == ({"kept": "1"}, {"mine": "2"})
    assert document.read(None, [W, "sessionStorage", "length"]) == 1


def test_history_changes_the_address() -> None:
    document = Document("", "http://a.test/x?y")
    document.call(None, [W, "history", "pushState"], [{"page": 2}, "", "/z"])
    assert (document.url, document.read(None, [W, "history", "state"])) == ("http://a.test/z", {"page": 2})
    document.call(None, [W, "history", "replaceState"], [None, "", "?q"])
    assert (document.url, document.read(None, [W, "history", "length"])) == ("http://a.test/z?q", 2)
    with pytest.raises(DomError, match="--live"):
        document.call(None, [W, "history", "back"], [])


@pytest.mark.parametrize("name", ["alert", "print", "focus", "scroll", "prompt"])
def test_what_shows_nothing_here_returns_nothing(name: str) -> None:
    assert show("").call(None, [W, name], ["x"]) is None


def test_what_only_a_browser_has_is_refused_with_a_word() -> None:
    document = show("")
    for name in ("fetch", "getComputedStyle"):
        with pytest.raises(DomError, match=f"{name}: the test kit has no layout"):
            document.call(None, [W, name], [])
    with pytest.raises(DomError, match="indexedDB"):
        document.read(None, [W, "indexedDB", "open"])
    with pytest.raises(DomError, match="geolocation"):
        document.read(None, [W, "navigator", "geolocation"])


def test_what_no_browser_has_is_not_there() -> None:
    document = show("")
    assert document.read(None, [W, "chart"]) is None
    with pytest.raises(DomError, match="not-a-function"):
        document.call(None, [W, "chart"], [])
    with pytest.raises(DomError, match="invalid-name"):
        document.call(None, [W, "chart", "draw"], [])
    with pytest.raises(DomError, match="not-a-function"):
        document.construct(None, [W, "Chart"], [])
    with pytest.raises(DomError, match="is not a constructor"):
        document.construct(None, [W, "parseInt"], [])


def test_time_is_that_of_the_test() -> None:
    document, clock = timed()
    clock.advance(1.5)
    assert document.call(None, [W, "Date", "now"], []) == 1500
    assert document.call(None, [W, "performance", "now"], []) == 0
    clock.advance(0.25)
    assert document.call(None, [W, "performance", "now"], []) == 250


def test_media_queries_know_the_size_of_the_window() -> None:
    around = Surroundings()
    around.width, around.height = 500, 800
    assert answer_media("(max-width: 600px)", around)
    assert answer_media("(orientation: portrait)", around)
    document, heard = Document(surroundings=around), list[Any]()
    query = document.invoke(None, [W, "matchMedia"], ["(max-width: 600px)"])
    query.call("addListener", [listener(heard)])
    around.width = 700
    document.window.look()
    document.window.look()
    assert [args[0].get("matches") for args in heard] == [False]
    query.call("removeListener", [listener(heard)])
    assert (query.get("media"), query.get("matches")) == ("(max-width: 600px)", False)


# --- values -----------------------------------------------------------------------------------------------------------


def test_maps_and_sets() -> None:
    document, heard = show(""), list[Any]()
    held = document.construct(None, [W, "Map"], [[["a", 1], [1, "number"], [True, "bool"]]])
    assert [held.call("get", [key]) for key in ("a", 1, True, "1")] == [1, "number", "bool", None]
    with pytest.raises(DomError, match="keys that are no text"):
        document.plain(held)
    assert (held.call("delete", [1]), held.call("delete", [1]), held.call("has", ["a"])) == (True, False, True)
    held.call("forEach", [listener(heard)])
    assert [args[:2] for args in heard] == [[1, "a"], ["bool", True]]
    assert (held.call("keys", []), held.call("values", []), held.call("entries", [])) == (
        ["a", True],
        [1, "bool"],
        [["a", 1], [True, "bool"]],
    )
    held.call("clear", [])
    assert held.get("size") == 0
    words = document.construct(None, [W, "Set"], [["x"]])
    assert words.call("add", ["y"]) is words
    assert (document.plain(words), words.get("size"), words.call("has", ["x"])) == (["x", "y"], 2, True)


def test_addresses() -> None:
    document = show("")
    url = document.construct(None, [W, "URL"], ["/a?b=c&b=d#e", "http://x.test/y"])
    assert url.call("toString", []) == "http://x.test/a?b=c&b=d#e"
    params = url.get("searchParams")
    assert (params.call("get", ["b"]), params.call("getAll", ["b"]), params.call("get", ["no"])) == (
        "c",
        ["c", "d"],
        None,
    )
    params.call("set", ["b", "x y"])
    params.call("append", ["n", 1])
    url.set("pathname", "z")
    url.set("hash", "")
    assert url.get("href") == "http://x.test/z?b=x+y&n=1"
    url.set("search", "?only")
    assert (url.get("search"), document.plain(url.get("searchParams"))) == ("?only", [["only", ""]])
    with pytest.raises(DomError, match="Invalid URL"):
        document.construct(None, [W, "URL"], ["nothing"])


def test_what_goes_around_in_a_circle_cannot_travel() -> None:
    document = show("")
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(DomError, match="unsupported: value: a cycle"):
        document.plain(circle)


def test_lists_of_the_document_live_where_they_are_asked_for_themselves() -> None:
    document = show("<ul><li id=a><li></ul>")
    node = element(document, "ul")
    items = document.get(node, "children")
    document.call(node, "replaceChildren", [document.create("li")])
    assert (items.get("length"), items.call("item", [5]), items == document.get(node, "children")) == (1, None, True)


# --- what stands in for scripts ---------------------------------------------------------------------------------------


class Chart:
    """Stands in for a chart."""

    def __init__(self) -> None:
        self.points: list[Any] = []
        self.colour = "red"

    def draw(self, points: list[Any], done: Any = None) -> int:
        if not points:
            raise ValueError("nothing to draw")
        self.points += points
        if done is not None:
            done(len(self.points))
        return len(self.points)


def test_objects_of_a_test_stand_in_for_scripts() -> None:
    document, chart, heard = show("<p data-hook=chart>"), Chart(), list[Any]()
    document.surroundings.stand_ins.scripts["chart"] = chart
    assert document.call(None, [W, "chart", "draw"], [[1, 2], listener(heard)]) == 2
    assert (chart.points, heard) == ([1, 2], [[2]])
    document.write(None, [W, "chart", "colour"], "blue")
    assert (chart.colour, document.read(None, [W, "chart", "colour"])) == ("blue", "blue")
    with pytest.raises(DomError, match="js-error: ValueError: nothing to draw"):
        document.call(None, [W, "chart", "draw"], [[]])
    with pytest.raises(DomError, match="not-a-function"):
        document.call(None, [W, "chart", "erase"], [])
    assert document.read(None, [W, "chart", "_secret"]) is None


def test_objects_of_a_test_stand_in_for_hooks() -> None:
    document = show("<p data-hook=chart><b>")
    document.surroundings.stand_ins.hooks["chart"] = Chart
    node = element(document, "p")
    document.call(node, ["hook", "draw"], [[1]])
    assert document.call(node, ["hook", "draw"], [[2]]) == 2
    assert document.read(element(document, "b"), "hook") is None


def test_classes_of_a_test_are_constructed() -> None:
    document = show("")
    document.surroundings.stand_ins.scripts["Chart"] = Chart
    chart = document.construct(None, [W, "Chart"], [])
    assert (chart.kind, chart.call("draw", [[7]])) == ("Chart", 1)
