"""The way back for `change_view(..., reload=True)`: the same controller behind the next page load, once."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pycommunicate import CommunicateApp, Settings, View
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import NAVIGATE
from tests.support.house import ExpectErrors
from tests.support.rig import FastClock
from tests.support.site import Attached, Visitor, factory, live, make_app, shows, tag_of


def second(view: View) -> str:
    return f"{live(view)}second of {view.controller.d['made by']} {view.controller.route_data}"


def reload_at_once(view: View) -> None:
    view.controller.d["made by"] = "first"
    view.controller.change_view(1, reload=True)


def make_two(settings: Settings | None = None, second: Any = second) -> CommunicateApp:
    app = make_app(settings=settings)
    app.add_controller("/", factory(shows(live, reload_at_once), shows(second)))
    app.add_controller("/at/<int:x>", factory(shows(live, reload_at_once), shows(second)))
    app.add_controller("/b\u00e4r/<x>", factory(shows(live, reload_at_once), shows(second)))
    return app


def way_back(attached: Attached) -> str:
    """Return where the browser is sent."""
    ops = [op for message in attached.messages if isinstance(message, Batch) for op in message.ops]
    assert [op[0] for op in ops] == [NAVIGATE]
    return str(ops[0][1])


def leave(visitor: Visitor, path: str = "/") -> TestResponse:
    """Load the page, be sent away, and come by our address; return its answer."""
    return visitor.get(way_back(visitor.attach(visitor.get(path))))


@pytest.mark.parametrize("path", ["/", "/?page=2&x=%2F", "/at/5", "/b%C3%A4r/a%20b%3F?q=%C3%A4+%26"])
def test_same_controller_stands_behind_the_same_address_after_the_reload(path: str) -> None:
    visitor = Visitor(make_two())
    answer = leave(visitor, path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert answer.headers["Location"].removeprefix("http://localhost:8080") == path
    back = visitor.get(path)
    assert "second of first" in back.text
    assert visitor.attach(back).refusal is None


def test_way_back_leads_there_once() -> None:
    visitor = Visitor(make_two())
    cookie = SimpleCookie(leave(visitor).headers["Set-Cookie"])["pycommunicate_8080_next"].value
    assert "second" in visitor.get().text
    visitor.client.set_cookie("pycommunicate_8080_next", cookie)
    assert "second" not in visitor.get().text


def test_cookie_of_the_way_back_is_short_lived_hidden_and_taken_back() -> None:
    visitor = Visitor(make_two(Settings(handover_lifetime=20)), "https://example.org")
    cookie = SimpleCookie(leave(visitor).headers["Set-Cookie"])["pycommunicate_443_next"]
    assert (cookie["max-age"], cookie["path"], cookie["samesite"]) == ("21", "/", "Lax")
    assert cookie["httponly"] is True
    assert cookie["secure"] is True
    assert SimpleCookie(visitor.get().headers["Set-Cookie"])["pycommunicate_443_next"]["max-age"] == "0"


def test_another_address_does_not_get_the_controller() -> None:
    visitor = Visitor(make_two())
    leave(visitor)
    assert "second" not in visitor.get("/?other").text
    assert "second" in visitor.get("/").text


def test_a_page_that_changes_its_view_again_leaves_one_controller_waiting() -> None:
    def thrice(view: View) -> None:
        for _ in range(3):
            reload_at_once(view)

    app = make_app()
    app.add_controller("/", factory(shows(live, thrice), shows(second)))
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    ops = [op for message in attached.messages if isinstance(message, Batch) for op in message.ops]
    assert len(app._hand_overs) == 1
    visitor.get(ops[-1][1])
    assert "second of first" in visitor.get().text
    assert (len(app._hand_overs), len(app._hand_overs._names)) == (0, 0)


def test_another_user_does_not_get_the_controller() -> None:
    app = make_two()
    visitor, thief = Visitor(app), Visitor(app)
    thief.get()
    url = way_back(visitor.attach(visitor.get()))
    thief.get(url)
    assert "second" not in thief.get().text
    visitor.get(url)
    assert "second" in visitor.get().text


def test_controller_is_let_go_when_its_browser_does_not_come_back() -> None:
    app = make_two(Settings(handover_lifetime=30))
    visitor = Visitor(app)
    url = way_back(visitor.attach(visitor.get()))
    app._hand_overs.clock = clock = FastClock()
    clock.ahead = 29
    app._hand_overs.sweep()
    assert len(app._hand_overs) == 1
    clock.ahead = 31
    app._hand_overs.sweep()
    assert len(app._hand_overs) == 0
    assert visitor.get(url).status_code == 404
    assert "second" not in visitor.get().text


def test_unknown_way_back_is_not_found() -> None:
    app = make_two()
    assert Visitor(app).get(f"/__pycommunicate/p/{app._registry.node}/unknown/next").status_code == 404


def test_before_connect_looks_at_the_reload_too() -> None:
    calls: list[str] = []
    app = make_app()
    pages = factory(shows(live, reload_at_once), shows(second))
    app.add_controller("/", pages.with_before_connect(lambda context: calls.append(context.user.id_)))
    visitor = Visitor(app)
    leave(visitor)
    visitor.get()
    assert len(calls) == 2
    assert calls[0] == calls[1]


def test_error_page_comes_back_with_its_status() -> None:
    app = make_app()
    app.add_error_handler(404, factory(shows(live, reload_at_once), shows(second)))
    visitor = Visitor(app)
    leave(visitor, "/nowhere")
    back = visitor.get("/nowhere")
    assert back.status_code == 404
    assert "second of first" in back.text


def test_address_of_two_slashes_leads_to_no_other_site() -> None:
    app = make_app()
    app.add_error_handler(404, factory(shows(live, reload_at_once), shows(second)))
    visitor = Visitor(app)
    response = visitor.get("/", environ_overrides={"PATH_INFO": "//example.org/x"})
    answer = visitor.get(way_back(visitor.attach(response)))
    assert answer.headers["Location"] == "/example.org/x"


def test_render_that_fails_after_the_reload_is_a_500(expect_errors: ExpectErrors) -> None:
    def crash(view: View) -> str:
        raise LookupError

    visitor = Visitor(make_two(second=crash))
    leave(visitor)
    assert visitor.get().status_code == 500
    assert len(expect_errors()) == 1


@pytest.mark.parametrize("leaves", ["before", "after"])
def test_old_page_ends_without_a_second_teardown(leaves: str) -> None:
    ended: list[str] = []

    class First(View):
        def render(self) -> str:
            return live(self)

        def load(self) -> None:
            reload_at_once(self)

        def teardown(self) -> None:
            ended.append("first")

    app = make_app()
    app.add_controller("/", factory(First, shows(second)))
    visitor = Visitor(app)
    old = visitor.attach(visitor.get())
    visitor.get(way_back(old))
    if leaves == "before":
        old.leave()
    new = visitor.attach(visitor.get())
    if leaves == "after":
        old.leave()
    assert ended == ["first"]
    assert new.carrier.closed is None


def test_sub_path_is_kept_on_the_way_back() -> None:
    app = make_two()
    visitor = Visitor(app)
    sub = {"SCRIPT_NAME": "/sub"}
    response = visitor.get("/", environ_overrides=sub)
    attached = visitor.attach(response, root="/sub")
    url = way_back(attached)
    assert url.startswith("/sub/__pycommunicate/p/")
    answer = visitor.get(url.removeprefix("/sub"), environ_overrides=sub)
    assert answer.headers["Location"].removeprefix("http://localhost:8080") == "/sub/"
    assert SimpleCookie(answer.headers["Set-Cookie"])["pycommunicate_8080_next"]["path"] == "/sub"
    assert "second of first" in visitor.get("/", environ_overrides=sub).text
    assert tag_of(response).src.startswith("/sub/")
