"""Apps are shown to tests as to their users, in this process."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from pycommunicate import CommunicateApp, Settings, View
from pycommunicate.errors import ConfigurationError, InvalidSelector, StaleElement
from pycommunicate.testing import TestClient
from tests.support.site import factory, make_app, shows

HTML = """<title>Shop</title>
<form id=form><input id=name value=old><select id=kind><option>tea<option value=c>coffee</select>
<input type=checkbox id=tick><button id=add>Add</button></form><ul id=list></ul>
<button id=off disabled>Off</button><button id=hide hidden>Hidden</button>"""


def page_of(body: str) -> Callable[[View], str]:
    return lambda view: f"<!DOCTYPE html>{view.controller.templater.add_includes()}{body}"


def app_of(load: Callable[[View], Any], body: str = HTML, **options: Any) -> CommunicateApp:
    return make_app(shows(page_of(body), load), **options)


def adds(view: View) -> None:
    name, shown = view.html_wrapper.element("#name"), view.html_wrapper.element("#list")
    assert name is not None
    assert shown is not None

    def add() -> None:
        shown.add_child("li").content = name.value
        name.value = ""

    view.html_wrapper.element("#form").add_event_listener("submit", add)  # type: ignore[union-attr]


def on_click(call: Callable[[View], Any]) -> Callable[[View], None]:
    """Return a load that listens to clicks on #add."""

    def load(view: View) -> None:
        element = view.html_wrapper.element("#add")
        assert element is not None
        element.add_event_listener("click", lambda: call(view))

    return load


def test_page_is_filled_in_clicked_and_read() -> None:
    with TestClient(app_of(adds)) as client:
        page = client.open("/")
        assert (page.title, page.status, page.path, page.state) == ("Shop", 200, "/", "connected")
        page.find("#name").fill("milk")
        page.find("#add").click()
        assert page.texts("li") == ["milk"]
        assert page.find("#name").value == ""
        page.find("#name").type("eggs")
        page.press("Enter")
        assert page.wait_for("li", count=2)[1].text == "eggs"
        assert page.focused == page.find("#name")


def test_handler_that_waits_for_real_time_is_waited_for() -> None:
    def late(view: View) -> None:
        gevent.sleep(0.05)
        view.html_wrapper.element("#list").content = "done"  # type: ignore[union-attr]

    with TestClient(app_of(on_click(late))) as client:
        page = client.open("/")
        page.find("#add").click()
        assert not page.exists("#list", text="done")
        page.wait_for("#list", text=re.compile("^do"))


def test_what_a_handler_raises_is_raised_by_what_set_it_off() -> None:
    def fail(view: View) -> None:
        raise LookupError("no such thing")

    with TestClient(app_of(on_click(fail))) as client:
        page = client.open("/")
        with pytest.raises(LookupError, match="no such thing"):
            page.find("#add").click()
        page.find("#name").fill("the page lives on")
        assert [type(error) for error in client.errors] == [LookupError]
        assert any("failed" in record.getMessage() for record in client.logs)


def test_what_render_raises_is_raised_by_open_and_the_page_has_status_500() -> None:
    def fail(view: View) -> str:
        raise LookupError("no template")

    with TestClient(make_app(shows(fail))) as client, pytest.raises(LookupError, match="no template"):
        client.open("/")
    with TestClient(make_app(shows(fail)), raise_errors=False) as client:
        assert client.open("/").status == 500
        assert [str(error) for error in client.errors] == ["no template"]


def test_write_that_fails_in_the_browser_is_raised_with_its_line() -> None:
    def write(view: View) -> None:
        view.html_wrapper.element("#list").delete()  # type: ignore[union-attr]
        kept.content = "late"

    kept: Any = None

    def load(view: View) -> None:
        nonlocal kept
        kept = view.html_wrapper.element("#list")
        on_click(write)(view)

    with TestClient(app_of(load)) as client:
        page = client.open("/")
        with pytest.raises(StaleElement):
            page.find("#add").click()


def test_read_that_fails_names_the_selector() -> None:
    with TestClient(app_of(on_click(lambda view: view.html_wrapper.element("p:")))) as client:
        page = client.open("/")
        with pytest.raises(InvalidSelector, match="p:"):
            page.find("#add").click()


def test_error_that_nobody_has_seen_is_raised_at_the_end() -> None:
    def fail_later(view: View) -> None:
        gevent.sleep(0.02)
        raise LookupError("later")

    client = TestClient(app_of(on_click(fail_later)))
    client.open("/").find("#add").click()
    gevent.sleep(0.05)
    with pytest.raises(LookupError, match="later"):
        client.__exit__(None, None, None)


def test_users_have_cookies_and_sessions_of_their_own() -> None:
    def count(view: View) -> str:
        session = view.controller.user.session
        session["count"] = session.get("count", 0) + 1
        return f"<p>{session['count']}"

    with TestClient(make_app(shows(count))) as client:
        assert [client.open("/").find("p").text for _ in range(3)] == ["1", "2", "3"]
        other = client.new_user()
        assert other.open("/").text == "1"
        assert client.fetch("/").text == "<p>4"
        assert list(client.user.cookies) == list(other.cookies) != []
        assert client.user.cookies != other.cookies


def test_time_passes_as_the_test_says() -> None:
    ticks: list[int] = []

    def load(view: View) -> None:
        view.add_timer(60, lambda: ticks.append(1))

    with TestClient(app_of(load)) as client:
        client.open("/")
        client.clock.advance(59.9)
        assert ticks == []
        client.clock.advance(0.2)
        assert len(ticks) == 1
        client.clock.advance(3600)
        assert len(ticks) == 61


def test_timer_that_fails_raises_where_time_passes() -> None:
    def fail() -> None:
        raise LookupError("tick")

    with TestClient(app_of(lambda view: view.add_timer(5, fail))) as client:
        client.open("/")
        with pytest.raises(LookupError, match="tick"):
            client.clock.advance(5)


def test_round_trips_name_the_lines_that_read() -> None:
    def read_thrice(view: View) -> None:
        name = view.html_wrapper.element("#name")
        assert name is not None
        name.value  # noqa: B018
        view.html_wrapper.exists("#nothing")

    with TestClient(app_of(on_click(read_thrice))) as client:
        page = client.open("/")
        assert page.round_trips == 1
        page.find("#name").fill("x")
        assert page.round_trips == 0
        page.find("#add").click()
        assert page.round_trips <= 3
        assert not page.round_trips < 3
        assert {trip.function for trip in page.round_trips} == {"read_thrice"}
        first = page.round_trips[0]
        assert first.file == "tests/testing/test_client.py"
        assert "'#name'" in first.what
        assert repr(page.round_trips).startswith("<3 round trips:\n  tests/testing/test_client.py:")


def test_click_while_the_network_is_held_is_handled_once_after_a_cut() -> None:
    clicks: list[int] = []
    with TestClient(app_of(on_click(lambda view: clicks.append(1)))) as client:
        page = client.open("/")
        page.network.hold()
        page.find("#add").click()
        page.find("#add").click()
        assert clicks == []
        page.network.cut_all()
        page.network.release()
        client.clock.advance(1)
        assert page.state == "connected"
        assert clicks == [1, 1]


def test_read_that_waits_over_a_cut_gets_its_answer() -> None:
    read: list[Any] = []

    def read_name(view: View) -> None:
        read.append(view.html_wrapper.element("#name").value)  # type: ignore[union-attr]

    with TestClient(app_of(on_click(read_name))) as client:
        page = client.open("/")
        page.find("#name").fill("milk")
        page.network.hold("down")
        page.find("#add").click()
        page.network.cut_all()
        page.network.release()
        client.clock.advance(1)
        assert read == ["milk"]


def test_page_that_nobody_comes_back_to_ends() -> None:
    app = app_of(adds, settings=Settings(detached_lifetime=100))
    with TestClient(app) as client:
        page = client.open("/")
        page.network.refuse()
        page.network.cut_all()
        client.clock.advance(99)
        assert len(app._registry) == 1
        client.clock.advance(2)
        assert len(app._registry) == 0
        page.find("#name").fill("typed meanwhile")
        page.network.accept()
        client.clock.advance(60)
        assert page.state == "connected"
        assert page.find("#name").value == "typed meanwhile"


def test_page_that_is_closed_is_left_for_good() -> None:
    torn: list[int] = []

    class Shown(View):
        def render(self) -> str:
            return page_of(HTML)(self)

        def teardown(self) -> None:
            torn.append(1)

    app = make_app(Shown)
    with TestClient(app) as client:
        page = client.open("/")
        page.close()
        assert (len(app._registry), torn) == (0, [1])


def test_views_are_swapped_and_pages_are_sent_on() -> None:
    two = shows(page_of("<h1>two</h1><a href='/static#there'>on</a>"))

    def change(view: View) -> None:
        view.controller.change_view(1)

    app = make_app(shows(page_of(HTML), on_click(change)), two)
    app.add_controller("/static", factory("<h1>static</h1>"))
    app.add_controller("/away", factory(lambda view: view.controller.redirect("/static")))
    with TestClient(app) as client:
        page = client.open("/")
        page.find("#add").click()
        assert page.find("h1").text == "two"
        page.find("a").click()
        assert (page.find("h1").text, page.path, page.state) == ("static", "/static#there", "")
        page.go("/away")
        assert page.path == "/static"
        page.go("/nowhere")
        assert page.status == 404


def test_handler_sends_the_page_elsewhere() -> None:
    app = app_of(on_click(lambda view: view.controller.redirect("/there")))
    app.add_controller("/there", factory("<h1>there</h1>"))
    with TestClient(app) as client:
        page = client.open("/")
        page.find("#add").click()
        assert (page.path, page.find("h1").text) == ("/there", "there")


@pytest.mark.parametrize(
    ("selector", "action", "word"),
    [
        ("#off", lambda one: one.click(), "disabled"),
        ("#hide", lambda one: one.click(), "not visible"),
        ("#list", lambda one: one.fill("x"), "ul"),
        ("#add", lambda one: one.check(), "button"),
        ("#kind", lambda one: one.select("cocoa"), "cocoa"),
    ],
)
def test_what_a_user_could_not_do_fails(selector: str, action: Callable[[Any], None], word: str) -> None:
    with TestClient(app_of(adds)) as client:
        page = client.open("/")
        with pytest.raises(AssertionError, match=word):
            action(page.find(selector))


def test_choices_are_made() -> None:
    with TestClient(app_of(adds)) as client:
        page = client.open("/")
        page.find("#kind").select("coffee")
        assert page.find("#kind").value == "c"
        page.find("#tick").check()
        page.find("#tick").check()
        assert page.find("#tick").checked
        page.find("#tick").uncheck()
        assert not page.find("#tick").checked
        assert (page.find("#off").enabled, page.find("#hide").visible) == (False, False)


def test_what_is_not_there_is_said_with_what_is() -> None:
    with TestClient(app_of(adds), timeout=0.02) as client:
        page = client.open("/")
        with pytest.raises(AssertionError, match=r"waited 0\.02 s for '#missing'; the page at http://localhost/"):
            page.find("#missing")
        with pytest.raises(AssertionError, match=re.escape("'button' with the text 'Go', and there was ['Add', 'Off'")):
            page.find("button", text="Go")
        with pytest.raises(AssertionError, match="3 times 'li'"):
            page.wait_for("li", count=3)
        with pytest.raises(AssertionError, match=r"waited 0\.01 s for the moon"):
            page.wait_until(lambda: False, "the moon", timeout=0.01)
        with pytest.raises(ValueError, match="p:"):
            page.find("p:")
        page.wait_gone("#missing")


def test_element_that_has_left_the_document_is_refused() -> None:
    def empty(view: View) -> None:
        view.html_wrapper.element("#list").content = ""  # type: ignore[union-attr]

    with TestClient(app_of(on_click(empty), "<ul id=list><li>one</ul><button id=add>x</button>")) as client:
        page = client.open("/")
        item = page.find("li")
        page.find("#add").click()
        assert not item.there
        with pytest.raises(AssertionError, match="'li', which has left it"):
            item.click()


def test_app_serves_one_client_at_a_time_and_the_next_one_afterwards() -> None:
    app = app_of(adds)
    with TestClient(app) as client:
        client.open("/")
        with pytest.raises(ConfigurationError, match="an app for itself"):
            TestClient(app)
        client.open("/").find("#name").fill("still there")
    with TestClient(app) as client:
        assert client.open("/").find("#name").value == "old"
    assert len(app._registry) == 0


def test_logs_are_kept_while_the_client_is_open() -> None:
    def say(view: View) -> None:
        logging.getLogger("shop").warning("sold %s", "out")

    before = logging.getLogger().handlers[:]
    with TestClient(app_of(on_click(say))) as client:
        client.open("/").find("#add").click()
        assert "sold out" in [record.getMessage() for record in client.logs]
    assert logging.getLogger().handlers == before


def test_screenshots_need_a_real_browser() -> None:
    with TestClient(app_of(adds)) as client, pytest.raises(NotImplementedError, match="--live"):
        client.open("/").screenshot("page.png")


@pytest.mark.parametrize("app", [None, 8080, object()])
def test_what_is_no_app_is_refused(app: Any) -> None:
    with pytest.raises(TypeError, match="expected a CommunicateApp or the address of a server"):
        TestClient(app)


def test_app_believes_to_be_where_the_test_says() -> None:
    app = app_of(adds, settings=Settings(trusted_hosts=["shop.example"]))
    with TestClient(app, base_url="https://shop.example") as client:
        page = client.open("/")
        assert (page.url, page.state) == ("https://shop.example/", "connected")


def test_clicks_before_load_has_listened_are_handled() -> None:
    clicks: list[int] = []

    def slow(view: View) -> None:
        gevent.sleep(0.05)
        on_click(lambda view: clicks.append(1))(view)

    with TestClient(app_of(slow, "<button id=add>Add</button>")) as client:
        page = client.open("/")
        page.find("#add").click()
        page.find("#add").click()
        assert clicks == []
        page.wait_until(lambda: len(clicks) == 2, "both clicks")


def test_logout_in_one_tab_loads_the_others_anew() -> None:
    def render(view: View) -> str:
        name = view.controller.user.session.get("name", "nobody")
        return f"{page_of(HTML)(view)}<p>{name}"

    def log_out(view: View) -> None:
        view.controller.user.session["name"] = "a stranger"
        view.controller.user.close_pages()

    with TestClient(make_app(shows(render, on_click(log_out)))) as client:
        page, other = client.open("/"), client.open("/")
        page.find("#add").click()
        client.clock.advance(5)
        for one in (page, other):
            assert one.find("p").text == "a stranger"
            assert one.state == "connected"


def test_thousands_of_events_are_handled_while_time_stands_still() -> None:
    clicks: list[int] = []
    with TestClient(app_of(on_click(lambda view: clicks.append(1)), "<button id=add>Add</button>")) as client:
        button = client.open("/").find("#add")
        for _ in range(3_000):
            button.click()
        assert len(clicks) == 3_000


def test_what_was_typed_is_there_again_when_the_app_loads_its_pages_anew() -> None:
    def load(view: View) -> None:
        def lock() -> None:
            view.html_wrapper.element("#name").set_property("disabled", False)  # type: ignore[union-attr]

        def clear() -> None:
            view.html_wrapper.element("#kind").set_property("value", "c")  # type: ignore[union-attr]

        view.html_wrapper.element("#list").add_event_listener("click", lock)  # type: ignore[union-attr]
        view.html_wrapper.element("#off").add_event_listener("click", clear)  # type: ignore[union-attr]

    with TestClient(app_of(load, HTML.replace("disabled", "").replace("<ul id=list>", "<ul id=list>x"))) as client:
        page = client.open("/")
        page.find("#name").fill("milk")
        page.find("#tick").check()
        page.find("#kind").select("tea")
        page.find("#list").click()  # writes to the field, but not what it holds
        page.find("#off").click()  # writes what the list holds
        page.reload()
        assert (page.find("#name").value, page.find("#tick").checked) == ("milk", True)
        assert page.find("#kind").value == "tea"  # as the document has it: the server wrote to it last
        page.reload()
        assert page.find("#name").value == "milk"
        client.clock.advance(121)
        other = client.new_user().open("/")
        assert other.find("#name").value == "old"


def test_clicks_on_a_page_that_has_ended_are_nobodys() -> None:
    clicks: list[View] = []

    def end(view: View) -> None:
        clicks.append(view)
        view.controller.user.close_pages()

    with TestClient(app_of(on_click(end), "<ul id=list><li>x</ul><button id=add>Add</button>")) as client:
        page = client.open("/")
        page.network.refuse()
        page.find("#add").click()
        assert page.state == "waiting"
        page.find("#add").click()
        page.find("#add").click()
        assert len(clicks) == 1
        page.network.accept()
        client.clock.advance(10)
        assert page.state == "connected"
        page.find("#add").click()
        assert len(clicks) == 2


def test_text_that_is_no_html_is_shown_as_it_is() -> None:
    def special(view: View) -> str:
        view.controller.special_return_handler = lambda: ("<b>bold</b> & co", 200, {"Content-Type": "text/plain"})
        return ""

    with TestClient(make_app(shows(special))) as client:
        page = client.open("/")
        assert (page.text, page.exists("b")) == ("<b>bold</b> & co", False)


def test_objects_of_the_test_stand_in_for_scripts() -> None:
    class Chart:
        drawn: list[Any] = []  # noqa: RUF012

        def draw(self, points: list[int], picked: Callable[[str], Any]) -> None:
            Chart.drawn = points
            picked("May")

    def load(view: View) -> None:
        html = view.html_wrapper
        shown = html.element("#list")
        assert shown is not None
        html.window.call("chart.draw", [1, 2], lambda label: shown.set_property("innerText", label))
        html.element("#name").send("hook.draw", [3], lambda label: shown.add_child("li"))

    with TestClient(app_of(load, HTML.replace("<input id=name", "<input id=name data-hook=field"))) as client:
        client.stand_in("chart", Chart())
        client.stand_in_hook("field", Chart)
        page = client.open("/")
        assert (Chart.drawn, page.find("#list").text) == ([3], "May")
        assert page.exists("#list li")
