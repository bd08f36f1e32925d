"""What the guide promises of each part of the DOM, as steps: the same for a simulated browser and for a real one.

A step has a page of its own, whose HTML it names; what it does on the server runs as a handler of that page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
from markupsafe import Markup

from pycommunicate.errors import (
    FieldMissing,
    InvalidSelector,
    JSError,
    NoSuchElement,
    NotAFunction,
    StaleElement,
    UnsupportedValue,
    WaitTimeout,
)
from pycommunicate.testing import TestClient
from tests.support.desk import Desk, Work, desk_app

__all__ = ["SECTIONS", "Section", "go_through", "parameters"]

Step: TypeAlias = Callable[[Desk], None]


@dataclass(frozen=True)
class Section:
    """A step, and what it needs.

    Attributes:
        name: Of the part that it is about.
        html: What stands on its page.
        step: It.
        live: Whether it needs what only a real browser has, as a layout.
    """

    name: str
    html: str
    step: Step
    live: bool = False


SECTIONS: list[Section] = []


def on(name: str, html: str, *, live: bool = False) -> Callable[[Step], Step]:
    """Let the decorated function be a step on a page with *html*."""

    def add(step: Step) -> Step:
        SECTIONS.append(Section(name, html, step, live))
        return step

    return add


def parameters(*, live: bool) -> list[Any]:
    """Return the steps as pytest takes them."""
    wanted = [section for section in SECTIONS if live or not section.live]
    return [pytest.param(section, id=f"{section.name}-{section.step.__name__}") for section in wanted]


def go_through(section: Section, *, live: bool) -> None:
    """Go through one step."""
    jobs: deque[Work] = deque()
    with TestClient(desk_app(jobs, section.html), live=live) as client:
        section.step(Desk(client, jobs, live=live))


# --- finding and moving -----------------------------------------------------------------------------------------------

LIST = '<ul id="list"><li id="one">one</li><li id="two" class="even">two</li><li id="three">three</li></ul>'


@on("finding", LIST)
def finds_all_in_order(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        assert [item.text for item in html.elements("li")] == ["one", "two", "three"]
        assert html.elements("b") == []
        with pytest.raises(InvalidSelector, match="li:"):
            html.elements("li:")

    desk.run(work)


@on("finding", LIST)
def finds_inside_of_an_element(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        ul = html.element("#list")
        assert ul.element("li").id == "one"
        assert ul.element("main") is None
        assert ul.exists(".even")
        assert not ul.exists("#work")
        assert [item.id for item in ul.elements("li:not(.even)")] == ["one", "three"]
        two = html.element("#two")
        assert two.parent == ul
        assert two.previous.id == "one"
        assert two.next.id == "three"
        assert ul.children == html.elements("li")
        assert two.matches(".even")
        assert not two.matches("ul")
        assert two.closest("ul") == ul
        assert two.closest("table") is None

    desk.run(work)


@on("finding", LIST)
def the_same_node_is_the_same_key(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        one, first = html.element("#one"), html.elements("li")[0]
        assert one == first
        assert {one: "x"}[first] == "x"
        assert one != html.element("#two")
        assert one != "one"

    desk.run(work)


@on("finding", '<div id="box"></div>')
def waits_for_what_comes(desk: Desk) -> None:
    def work(view: Any) -> None:
        late = view.html_wrapper.element("#box .late", timeout=5)
        late.text = "found"

    def put(view: Any) -> None:
        view.html_wrapper.element("#box").append(Markup('<p class="late"></p>'))

    desk.start(work)
    desk.start(put)
    desk.finish()
    assert desk.page.find(".late").text == "found"


@on("finding", "")
def waits_no_longer_than_it_may(desk: Desk) -> None:
    def work(view: Any) -> None:
        with pytest.raises(NoSuchElement, match="#never"):
            view.html_wrapper.element("#never", timeout=0.2)

    desk.start(work)
    if not desk.live:
        desk.client.clock.advance(0.3)
    desk.finish()


@on("finding", "")
def document_body_and_title(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        assert html.title == "Desk"
        html.title = "Another"
        assert html.document.get_property("title") == "Another"
        assert html.body == html.element("body")
        assert html.body.parent == html.element("html")

    desk.run(work)
    assert desk.page.title == "Another"


@on("moving", '<div id="a"><input id="field" value="abc"></div><div id="b"></div>', live=True)
def a_move_keeps_focus_and_selection(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        field = html.element("#field")
        field.focus()
        field.call("setSelectionRange", 1, 2)
        html.element("#b").append(field)
        assert field.parent.id == "b"
        assert html.document.object("activeElement") == field
        assert (field.get_property("selectionStart"), field.get_property("selectionEnd")) == (1, 2)

    desk.run(work)


@on("moving", LIST)
def what_is_deleted_is_stale(desk: Desk) -> None:
    def work(view: Any) -> None:
        one = view.html_wrapper.element("#one")
        one.delete()
        with pytest.raises(StaleElement, match="#one"):
            _ = one.text
        with pytest.raises(StaleElement, match="#one"):
            one.classes.add("x")

    desk.run(work)


# --- content ----------------------------------------------------------------------------------------------------------


@on("content", '<p id="p">old</p>')
def text_is_text_and_html_is_markup(desk: Desk) -> None:
    def work(view: Any) -> None:
        p = view.html_wrapper.element("#p")
        p.text = "<b>bold</b>"
        assert p.text == "<b>bold</b>"
        assert p.children == []
        p.html = Markup("<b>bold</b>")
        assert p.html == "<b>bold</b>"
        p.html = "<i>"
        assert p.html == "&lt;i&gt;"

    desk.run(work)


@on("content", '<a id="a" href="/x" title="t" class="one two" data-kind="k" style="color: red">a</a>')
def attributes_classes_dataset_and_style(desk: Desk) -> None:
    def work(view: Any) -> None:
        a = view.html_wrapper.element("#a")
        assert a.attributes["href"] == "/x"
        assert "title" in a.attributes
        a.attributes["title"] = "new"
        del a.attributes["href"]
        assert a.attributes["title"] == "new"
        assert "href" not in a.attributes
        with pytest.raises(KeyError, match="href"):
            _ = a.attributes["href"]
        assert dict(a.attributes)["id"] == "a"

        assert "one" in a.classes
        a.classes.add("three", "four")
        a.classes.remove("one")
        a.classes.toggle("two")
        assert sorted(a.classes) == ["four", "three"]

        assert a.dataset["kind"] == "k"
        a.dataset["rowNumber"] = "7"
        assert a.attributes["data-row-number"] == "7"
        del a.dataset["kind"]
        assert dict(a.dataset) == {"rowNumber": "7"}

        assert a.style["color"] == "red"
        a.style["--size"] = "3px"
        assert a.style["--size"] == "3px"
        del a.style["color"]
        assert a.style["color"] == ""

    desk.run(work)


@on("content", '<p id="a" class="one two" title="t" data-kind="k" style="color: red">text</p>')
def collections_of_an_element_are_like_those_of_python(desk: Desk) -> None:
    def work(view: Any) -> None:
        a = view.html_wrapper.element("#a")
        assert not any(name in names for names in (a.classes, a.attributes) for name in ("", "a b", "<", "\ud800"))
        assert not any(name in a.dataset for name in ("", "a b", "user-id"))
        assert not any(name in a.style for name in ("", "a b", "user-id"))

        a.classes |= "three four"
        a.classes -= "one two"
        assert {"three", "other"} & a.classes == {"three"}
        a.classes &= "four five"
        assert list(a.classes) == ["four"]

        assert (a.style.get("color"), a.style.pop("color"), a.style.pop("color", None)) == ("red", "red", None)
        assert (a.style.get("color", "none"), a.style.setdefault("color", "blue"), a.style["color"]) == (
            *("none", "blue", "blue"),
        )
        with pytest.raises(KeyError, match="margin-top"):
            a.style.pop("margin-top")

        a.replace_with(a)
        for name in ("html", "text", "content"):
            setattr(a, name, "written")
            setattr(a, name, None)
            assert (a.html, a.text) == ("", "")
        a.text = "still there"

    desk.run(work)
    assert desk.page.texts("#a") == ["still there"]


@on("content", '<input id="box" type="checkbox"><button id="b">b</button><select><option id="o">o<option>p</select>')
def states_are_attributes_of_python(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        box, button, option = html.element("#box"), html.element("#b"), html.element("#o")
        assert box.checked is False
        box.checked = True
        button.disabled = True
        button.hidden = True
        option.selected = True
        assert html.read((box, "checked"), (button, "disabled"), (button, "hidden"), (option, "selected")) == (
            *(True, True, True, True),
        )

    desk.run(work)
    assert desk.page.find("#box").checked
    assert not desk.page.find("#b").enabled


@on("content", '<input id="name" value="Ada"><input id="tick" type="checkbox" checked>')
def many_reads_are_one_round_trip(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        name, tick = html.element("#name"), html.element("#tick")
        assert html.read((name, "value"), (tick, "checked"), (name, "style.color")) == ("Ada", True, "")

    desk.run(work)
    if not desk.live:
        assert desk.page.round_trips == 4, "two elements, one reading of both, and the desk's own"


@on("content", '<table><tbody id="rows"><tr><td>1</td></tr></tbody></table><div id="box"></div>')
def fragments_come_in_one_op_with_their_elements(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        rows = html.element("#rows")
        two, three = rows.append(Markup("<tr><td>2</td></tr> <tr><td>3</td></tr>"))
        assert two.element("td").text == "2"
        assert three.parent == rows
        (zero,) = rows.prepend(Markup("<tr><td>0</td></tr>"))
        zero.after(Markup("<tr><td>0.5</td></tr>"))
        assert [row.text.strip() for row in rows.children] == ["0", "0.5", "1", "2", "3"]
        box = html.element("#box")
        box.append(Markup("<script>document.title = 'wrong'</script><p>{}</p>").format("<b>"))
        assert box.element("p").text == "<b>"
        assert html.title == "Desk"

    desk.run(work)
    assert desk.page.texts("#box p") == ["<b>"]


# --- events -----------------------------------------------------------------------------------------------------------

FORM = """
<form id="form"><input id="name" name="name" value="Ada"><input name="tick" type="checkbox" checked>
<button id="send" name="how" value="now">Send</button></form>
"""


@on("events", '<button id="b" data-id="7">b</button><output id="out"></output>')
def a_handler_may_take_the_event(desk: Desk) -> None:
    seen: list[Any] = []

    def work(view: Any) -> None:
        button = view.html_wrapper.element("#b")

        def clicked(event: Any) -> None:
            seen.append((event.type, event.current_target == button, event.button, event["target.dataset.id"]))
            with pytest.raises(FieldMissing, match="fields="):
                _ = event.detail
            seen.append(sorted(event.modifiers))

        button.add_event_listener("click", clicked, fields=["target.dataset.id"])
        button.add_event_listener("click", lambda: seen.append("plain"))

    desk.run(work)
    desk.page.find("#b").click(modifiers=("Shift",))
    desk.page.wait_until(lambda: len(seen) == 3)
    assert sorted(map(str, seen)) == sorted(map(str, [("click", True, 0, "7"), ["Shift"], "plain"]))


@on("events", '<input id="field">')
def keys_and_values_are_those_of_the_moment(desk: Desk) -> None:
    keys: list[Any] = []
    values: list[str] = []

    def work(view: Any) -> None:
        field = view.html_wrapper.element("#field")
        field.add_event_listener("keydown", lambda event: keys.append((event.key, event.code)))
        field.add_event_listener("input", lambda event: values.append(event.value))

    desk.run(work)
    desk.page.find("#field").type("ab")
    desk.page.find("#field").press("Enter")
    desk.page.wait_until(lambda: len(keys) == 3 and len(values) == 2)
    assert keys == [("a", "KeyA"), ("b", "KeyB"), ("Enter", "Enter")]
    assert values == ["a", "ab"]


@on("events", FORM)
def a_submit_carries_the_data_of_its_form(desk: Desk) -> None:
    data: list[Any] = []

    def work(view: Any) -> None:
        view.html_wrapper.element("#form").add_event_listener("submit", lambda event: data.append(event.data))

    desk.run(work)
    desk.page.find("#name").fill("Bob")
    desk.page.find("#send").click()
    desk.page.wait_until(lambda: data)
    assert data[0].to_dict() == {"name": "Bob", "tick": "on", "how": "now"}


@on("events", '<ul id="list"></ul>')
def one_listener_hears_a_whole_list(desk: Desk) -> None:
    heard: list[str] = []

    def work(view: Any) -> None:
        ul = view.html_wrapper.element("#list")
        ul.add_event_listener("click", lambda event: heard.append(event.current_target.text), delegate="li")
        ul.append(Markup("<li>one</li><li><b>two</b></li>"))

    desk.run(work)
    desk.page.find("#list b").click()
    desk.page.find("#list li").click()
    desk.page.wait_until(lambda: len(heard) == 2)
    assert heard == ["two", "one"]


@on("events", '<div id="out"><a id="in" href="#x">in</a></div>')
def options_stop_prevent_and_end(desk: Desk) -> None:
    heard: list[str] = []

    def work(view: Any) -> None:
        html = view.html_wrapper
        html.element("#out").add_event_listener("click", lambda: heard.append("out"))
        link = html.element("#in")
        link.add_event_listener("click", lambda: heard.append("once"), once=True)
        listener = link.add_event_listener("click", lambda: heard.append("in"), stop_propagation=True)

        def end() -> None:
            listener.remove()

        html.element("#work").add_event_listener("dblclick", end)

    desk.run(work)
    link = desk.page.find("#in")
    link.click()
    link.click()
    desk.page.wait_until(lambda: len(heard) == 3)
    assert sorted(heard) == ["in", "in", "once"]


@on("events", '<button id="yes">Yes</button><button id="no">No</button><output id="out"></output>')
def a_dialogue_is_a_plain_loop(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        out = html.element("#out")
        with html.element("#yes").events("click") as clicks:
            for count in range(1, 4):
                clicks.get(timeout=10)
                out.text = f"{count}"
        event = html.element("#no").wait_for("click", timeout=10)
        out.text += f" {event.type}"

    desk.start(work)
    for _ in range(3):
        desk.page.find("#yes").click()
    desk.page.wait_for("#out", text="3")
    desk.page.find("#no").click()
    desk.finish()
    assert desk.page.find("#out").text == "3 click"


@on("events", '<button id="b">b</button>')
def waiting_for_an_event_ends_in_time(desk: Desk) -> None:
    def work(view: Any) -> None:
        with pytest.raises(WaitTimeout, match="click"):
            view.html_wrapper.element("#b").wait_for("click", timeout=0.2)

    desk.start(work)
    if not desk.live:
        desk.client.clock.advance(0.3)
    desk.finish()


@on("events", '<input id="field">')
def debounce_tells_the_last_of_a_burst(desk: Desk) -> None:
    values: list[str] = []

    def work(view: Any) -> None:
        field = view.html_wrapper.element("#field")
        field.add_event_listener("input", lambda event: values.append(event.value), debounce=0.2)

    desk.run(work)
    desk.page.find("#field").type("milk")
    if not desk.live:
        assert values == []
        desk.client.clock.advance(0.3)
    desk.page.wait_until(lambda: values)
    assert values == ["milk"]


@on("events", '<div id="box"></div>')
def mutations_are_events(desk: Desk) -> None:
    heard: list[Any] = []

    def work(view: Any) -> None:
        box = view.html_wrapper.element("#box")
        box.observe_mutation(lambda event: heard.append((event.type, len(event.added))))
        box.add_child("p")

    desk.run(work)
    desk.page.wait_until(lambda: heard)
    assert heard == [("childList", 1)] or heard[0][1] == 1


@on("events", '<div id="box" style="width: 100px; height: 10px">x</div>', live=True)
def sizes_and_what_is_in_sight_are_events(desk: Desk) -> None:
    sizes: list[Any] = []
    sights: list[bool] = []

    def work(view: Any) -> None:
        box = view.html_wrapper.element("#box")
        box.observe_resize(lambda event: sizes.append(event.width))
        box.observe_intersection(lambda event: sights.append(event.is_intersecting))

    def change(view: Any) -> None:
        box = view.html_wrapper.element("#box")
        box.style["width"] = "200px"
        box.style["marginTop"] = "5000px"

    desk.run(work)
    desk.page.wait_until(lambda: sizes and sights)
    desk.run(change)
    desk.page.wait_until(lambda: len(sizes) == 2 and len(sights) == 2)
    assert sizes == [100, 200]
    assert sights == [True, False]


@on("events", '<button id="slow">Slow</button>')
def a_running_handler_shows_and_blocks_its_button(desk: Desk) -> None:
    gate: list[Any] = []

    def work(view: Any) -> None:
        html = view.html_wrapper
        slow = html.element("#slow")

        def wait() -> None:
            gate.append("begun")
            html.element("#go", timeout=20)

        slow.add_event_listener("click", wait, disable_while_running=True)

    def go(view: Any) -> None:
        view.html_wrapper.element("#place").append(Markup('<i id="go"></i>'))

    desk.run(work)
    slow = desk.page.find("#slow")
    slow.click()
    desk.page.wait_until(lambda: gate)
    assert slow.attribute("aria-busy") == "true"
    assert slow.classes == ["pycommunicate-busy"]
    assert not slow.enabled
    desk.run(go)
    desk.page.wait_until(lambda: slow.enabled)
    assert slow.attribute("aria-busy") is None
    assert slow.classes == []


# --- JavaScript -------------------------------------------------------------------------------------------------------


@on("javascript", '<p id="p">p</p>')
def methods_and_storage_can_be_called(desk: Desk) -> None:
    def work(view: Any) -> None:
        html = view.html_wrapper
        p = html.element("#p")
        assert p.call("getAttribute", "id") == "p"
        assert p.call("matches", "main p") is True
        html.window.call("localStorage.setItem", "k", "v")
        assert html.window.call("localStorage.getItem", "k") == "v"
        assert html.window.call("localStorage.getItem", "other") is None
        with pytest.raises(NotAFunction, match="fly"):
            p.call("fly")
        with pytest.raises(UnsupportedValue, match=r"\[0\]\['a'\]"):
            p.call("setAttribute", [{"a": object()}])

    desk.run(work)


@on("javascript", '<p id="p">p</p>')
def what_is_thrown_has_name_message_and_stack(desk: Desk) -> None:
    def work(view: Any) -> None:
        p = view.html_wrapper.element("#p")
        with pytest.raises(JSError) as caught:
            p.call("setAttribute", "not a name!", "x")
        assert caught.value.name == "InvalidCharacterError"
        assert caught.value.message
        assert "#p" in str(caught.value)

    desk.run(work)


@on("javascript", "", live=True)
def promises_objects_and_callbacks(desk: Desk) -> None:
    called: list[Any] = []

    def work(view: Any) -> None:
        window = view.html_wrapper.window
        assert window.call("Promise.resolve", 7) == 7
        with pytest.raises(JSError, match="no"):
            window.call("Promise.reject", "no")
        url = window.new("URL", "https://example.org/a?b=c")
        assert url.get_property("pathname") == "/a"
        assert url.call("searchParams.get", "b") == "c"
        url.set_property("hash", "d")
        assert url.call("toString") == "https://example.org/a?b=c#d"
        window.call("queueMicrotask", lambda: called.append("micro"))
        window.call(
            "Array.prototype.forEach.call", ["x", {"y": [1]}], lambda value, index: called.append((value, index))
        )

    desk.run(work)
    desk.page.wait_until(lambda: len(called) == 3)
    assert sorted(map(str, called)) == sorted(map(str, ["micro", ("x", 0), ({"y": [1]}, 1)]))


# --- typing -----------------------------------------------------------------------------------------------------------


@on("typing", '<input id="field"><button id="add">Add</button><ul id="list"></ul>')
def clearing_after_add_keeps_the_next_word(desk: Desk) -> None:
    words: list[str] = []

    def work(view: Any) -> None:
        html = view.html_wrapper
        field = html.element("#field")

        def add() -> None:
            words.append(field.value)
            html.element("#go", timeout=20)
            html.element("#list").add_child("li").text = words[0]
            field.value = ""

        html.element("#add").add_event_listener("click", add)

    def go(view: Any) -> None:
        view.html_wrapper.element("#place").append(Markup('<i id="go"></i>'))

    desk.run(work)
    field = desk.page.find("#field")
    field.type("milk")
    desk.page.find("#add").click()
    desk.page.wait_until(lambda: words)
    field.press("End")
    field.type("tea")
    desk.run(go)
    desk.page.wait_for("#list li", text="milk")
    assert field.value == "tea"


@on("typing", '<input id="field">')
def what_the_user_has_changed_stays_unless_it_is_forced(desk: Desk) -> None:
    def look(view: Any) -> None:
        view.html_wrapper.element("#field").value = "server"

    def write(view: Any) -> None:
        field = view.html_wrapper.element("#field")
        assert field.set_value("other") is False
        assert field.value == "mine"
        assert field.set_value("again") is True

    def force(view: Any) -> None:
        field = view.html_wrapper.element("#field")
        assert field.set_value("forced", force=True) is True

    desk.run(look)
    field = desk.page.find("#field")
    field.fill("mine")
    desk.run(write)
    assert field.value == "again"
    field.fill("mine")
    desk.run(force)
    assert field.value == "forced"
