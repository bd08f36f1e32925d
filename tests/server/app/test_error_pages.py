"""What is answered where something is wrong: errors over HTTP, the app's own pages for them, and crashes."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import ImATeapot, Unauthorized

from pycommunicate import CommunicateApp, Settings, View
from tests.support.house import ExpectErrors
from tests.support.site import Visitor, factory, live, make_app, tag_of


def crash(view: View) -> str:
    raise LookupError("the <secret> recipe")


def test_before_connect_can_refuse_before_anything_is_rendered() -> None:
    rendered: list[View] = []
    app = make_app()
    app.add_controller("/", factory(rendered.append).with_before_connect(lambda context: context.abort(401)))
    response = Visitor(app).get()
    assert response.status_code == 401
    assert rendered == []


def test_before_connect_sees_user_and_route_data() -> None:
    seen: list[Any] = []
    app = make_app()
    app.add_controller("/<x>", factory("x").with_before_connect(lambda it: seen.append((it.user.id_, it.route_data))))
    Visitor(app).get("/5")
    assert seen == [(seen[0][0], {"x": "5"})]


def test_before_connect_can_write_to_the_session_of_a_request_that_it_refuses() -> None:
    def refuse(context: Any) -> None:
        context.user.session["tries"] = tries = context.user.session.get("tries", 0) + 1
        context.abort(401 if tries < 3 else 403)

    app = make_app()
    app.add_controller("/", factory("x").with_before_connect(refuse))
    visitor = Visitor(app)
    assert [visitor.get().status_code for _ in range(3)] == [401, 401, 403]


def test_abort_with_what_is_no_error_is_a_fault_of_the_program(expect_errors: ExpectErrors) -> None:
    app = make_app()
    app.add_controller("/", factory("x").with_before_connect(lambda context: context.abort(200)))
    assert Visitor(app).get().status_code == 500
    assert expect_errors() == ["the page at / failed"]


def test_render_that_fails_is_a_500_that_tells_nothing(
    expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(crash)
    response = Visitor(app).get()
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert expect_errors() == ["the page at / failed"]
    assert "LookupError: the <secret> recipe" in caplog.text
    assert (len(app._registry), len(app._users)) == (0, 0)


def test_render_that_fails_shows_its_traceback_escaped_in_debug(expect_errors: ExpectErrors) -> None:
    response = Visitor(make_app(crash, debug=True)).get()
    assert response.status_code == 500
    assert "Traceback (most recent call last)" in response.text
    assert "LookupError: the &lt;secret&gt; recipe" in response.text
    assert len(expect_errors()) == 1


def test_render_that_fails_after_its_script_tag_leaves_no_page(expect_errors: ExpectErrors) -> None:
    def late(view: View) -> str:
        live(view)
        return crash(view)

    app = make_app(late)
    visitor = Visitor(app)
    visitor.get()
    assert len(app._registry) == 0
    assert len(expect_errors()) == 1


def test_http_errors_raised_by_render_are_answered_as_such() -> None:
    def teapot(view: View) -> str:
        raise ImATeapot

    def login(view: View) -> str:
        raise Unauthorized(www_authenticate=None)

    assert Visitor(make_app(teapot)).get().status_code == 418
    assert Visitor(make_app(login)).get().status_code == 401


def test_value_that_no_session_can_hold_is_a_500_like_any_other_fault(expect_errors: ExpectErrors) -> None:
    def nested(view: View) -> str:
        view.controller.user.session["cart"] = cart = []
        cart.append(object())
        return "never sent"

    app = make_app(nested)
    app.add_error_handler(500, factory("sorry"))
    response = Visitor(app).get()
    assert (response.status_code, response.text) == (500, "sorry")
    assert len(expect_errors()) == 1


def test_error_page_is_in_place_with_the_status_of_the_error() -> None:
    app = make_app()
    app.add_error_handler(404, factory(lambda view: f"nothing here {view.controller.route_data}"))
    response = Visitor(app).get("/nowhere")
    assert (response.status_code, response.text) == (404, "nothing here {'code': 404}")
    assert "Location" not in response.headers


def test_render_may_say_that_there_is_nothing() -> None:
    app = make_app(lambda view: view.controller.abort(404))
    app.add_error_handler(404, factory("nothing here"))
    assert (Visitor(app).get().status_code, Visitor(app).get().text) == (404, "nothing here")


def test_render_that_aborts_with_what_is_no_error_is_a_fault_of_the_program(expect_errors: ExpectErrors) -> None:
    assert Visitor(make_app(lambda view: view.controller.abort(7))).get().status_code == 500
    assert expect_errors() == ["the page at / failed"]


def test_error_page_may_be_live() -> None:
    app = make_app()
    app.add_error_handler(404, factory(live))
    visitor = Visitor(app)
    response = visitor.get("/nowhere")
    assert response.status_code == 404
    assert tag_of(response).ticket
    assert visitor.attach(response).refusal is None


def test_error_page_of_500_shows_for_a_render_that_fails(expect_errors: ExpectErrors) -> None:
    app = make_app(crash)
    app.add_error_handler(500, factory("sorry"))
    response = Visitor(app).get()
    assert (response.status_code, response.text) == (500, "sorry")
    assert len(expect_errors()) == 1


def test_error_page_that_fails_itself_leaves_the_plain_one(
    expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    app.add_error_handler(404, factory(crash))
    response = Visitor(app).get("/nowhere")
    assert response.status_code == 404
    assert "Not Found" in response.text
    assert "secret" not in response.text
    assert expect_errors() == ["the page of error 404 failed at /nowhere"]
    assert len(app._registry) == 0


def test_error_page_of_500_that_fails_itself_leaves_the_plain_one(expect_errors: ExpectErrors) -> None:
    app = make_app(crash)
    app.add_error_handler(500, factory(crash))
    response = Visitor(app).get()
    assert response.status_code == 500
    assert "secret" not in response.text
    assert expect_errors() == ["the page at / failed", "the page of error 500 failed at /"]


def test_error_page_that_refuses_by_itself_leaves_the_plain_one(expect_errors: ExpectErrors) -> None:
    app = make_app()
    app.add_error_handler(404, factory("x").with_before_connect(lambda context: context.abort(404)))
    assert Visitor(app).get("/nowhere").status_code == 404
    assert len(expect_errors()) == 1


def test_error_page_of_405_keeps_the_header_that_the_code_demands() -> None:
    app = make_app("x")
    app.add_error_handler(405, factory("no"))
    response = Visitor(app).open("/", method="POST")
    assert (response.status_code, response.text) == (405, "no")
    assert sorted(response.headers["Allow"].split(", ")) == ["GET", "HEAD"]


def test_error_page_may_choose_another_answer() -> None:
    def elsewhere(view: View) -> str:
        view.controller.redirect("/login")
        return ""

    app = make_app()
    app.add_error_handler(401, factory(elsewhere))
    app.add_controller("/", factory("x").with_before_connect(lambda context: context.abort(401)))
    response = Visitor(app).get()
    assert (response.status_code, response.headers["Location"]) == (302, "/login")


def test_app_without_any_route_answers_404() -> None:
    app = CommunicateApp(settings=Settings())
    app.set_secret_key("key")
    assert Visitor(app).get("/").status_code == 404
