"""Requests for pages: each makes a page of its own, and what nobody claims is bounded."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate import Settings, View
from tests.support.rig import FastClock, settle
from tests.support.site import Visitor, factory, live, make_app, shows, tag_of


def test_every_document_has_a_page_and_a_controller_of_its_own() -> None:
    app = make_app(live)
    visitor = Visitor(app)
    first, second = visitor.get(), visitor.get()
    assert tag_of(first).socket != tag_of(second).socket
    assert len(app._registry) == 2


def test_view_objects_are_made_for_each_page_anew() -> None:
    made: list[View] = []

    class Counted(View):
        def render(self) -> str:
            made.append(self)
            return "x"

    visitor = Visitor(make_app(Counted))
    visitor.get()
    visitor.get()
    assert len(made) == len(set(map(id, made))) == 2


def test_newest_page_is_what_the_user_tells_of() -> None:
    loaded: list[View] = []
    app = make_app(shows(live, loaded.append))
    visitor = Visitor(app)
    visitor.attach(visitor.get())
    second = visitor.get()
    user = loaded[0].controller.user
    assert f"/{user.request_id}/" in tag_of(second).socket
    assert user.active_controller is not loaded[0].controller
    assert not user.socket_connected
    attached = visitor.attach(second)
    assert user.socket_connected
    assert user.active_controller is loaded[1].controller
    attached.leave()
    assert user.active_controller is loaded[0].controller
    assert user.socket_connected


def test_user_of_two_tabs_opened_at_once_is_one_user() -> None:
    loaded: list[View] = []
    app = make_app(shows(live, loaded.append))
    visitor = Visitor(app)
    responses = [visitor.get(), visitor.get()]
    for response in responses:
        visitor.attach(response)
    assert loaded[0].controller.user is loaded[1].controller.user
    assert len(app._users) == 1


def test_unclaimed_pages_of_one_user_are_capped_and_the_oldest_goes() -> None:
    app = make_app(live, settings=Settings(max_unclaimed_pages_per_user=2))
    visitor = Visitor(app)
    responses = [visitor.get() for _ in range(3)]
    assert len(app._registry) == 2
    assert visitor.attach(responses[0]).refusal == ("gone", "reload")
    assert visitor.attach(responses[1]).refusal is None
    assert visitor.attach(responses[2]).refusal is None


def test_unclaimed_pages_of_one_address_are_capped() -> None:
    app = make_app(live, settings=Settings(max_unclaimed_pages_per_address=2))
    near = [(Visitor(app), {"REMOTE_ADDR": "192.0.2.1"}) for _ in range(3)]
    pages = [(one, one.get(environ_overrides=overrides)) for one, overrides in near]
    far = Visitor(app)
    elsewhere = far.get(environ_overrides={"REMOTE_ADDR": "192.0.2.2"})
    assert len(app._registry) == 3
    assert [visitor.attach(page).refusal is None for visitor, page in pages] == [False, True, True]
    assert far.attach(elsewhere).refusal is None


def test_unclaimed_pages_are_capped_in_all() -> None:
    app = make_app(live, settings=Settings(max_unclaimed_pages=2))
    visits = [Visitor(app) for _ in range(4)]
    pages = [visitor.get(environ_overrides={"REMOTE_ADDR": f"192.0.2.{i}"}) for i, visitor in enumerate(visits)]
    assert len(app._registry) == 2
    assert [visitor.attach(page).refusal is None for visitor, page in zip(visits, pages, strict=True)] == [
        False,
        False,
        True,
        True,
    ]


def test_claimed_pages_are_not_what_makes_room() -> None:
    app = make_app(live, settings=Settings(max_unclaimed_pages=1, max_pages=2))
    visitor = Visitor(app)
    first = visitor.attach(visitor.get())
    visitor.attach(visitor.get())
    third = visitor.get()
    assert len(app._registry) == 2
    assert visitor.attach(third).refusal == ("gone", "reload")
    assert first.carrier.closed is None


def test_page_that_nobody_claims_expires_and_its_user_with_it() -> None:
    app = make_app(live, settings=Settings(unclaimed_lifetime=60))
    app._registry.clock = clock = FastClock()
    visitor = Visitor(app)
    response = visitor.get()
    clock.ahead = 59
    app._registry.sweep()
    assert len(app._registry) == 1
    clock.ahead = 61
    app._registry.sweep()
    settle()
    assert (len(app._registry), len(app._users)) == (0, 0)
    assert visitor.attach(response).refusal == ("gone", "reload")


@pytest.mark.parametrize("ticket", ["", "x", "\u00e4"])
def test_page_is_not_opened_by_a_ticket_that_we_did_not_sign(ticket: str) -> None:
    app = make_app(live)
    visitor = Visitor(app)
    assert visitor.attach(visitor.get(), ticket=ticket).refusal == ("forbidden", "stop")
    assert len(app._registry) == 1


def test_page_is_not_opened_by_the_ticket_of_another_page_of_the_same_user() -> None:
    visitor = Visitor(make_app(live))
    first, second = visitor.get(), visitor.get()
    assert visitor.attach(first, ticket=tag_of(second).ticket).refusal == ("forbidden", "stop")


def test_page_is_not_opened_without_the_cookie() -> None:
    visitor = Visitor(make_app(live))
    response = visitor.get()
    assert Visitor(visitor.app).attach(response).refusal == ("forbidden", "stop")


def test_page_belongs_to_the_document_that_claimed_it_first() -> None:
    visitor = Visitor(make_app(live))
    response = visitor.get()
    first = visitor.attach(response, "one document")
    assert visitor.attach(response, "another document").refusal == ("claimed", "reload")
    assert first.carrier.closed is None


def test_page_whose_render_answers_with_a_redirect_is_never_attachable() -> None:
    def away(view: View) -> str:
        view.controller.redirect("/away")
        return live(view)

    app = make_app(away)
    assert Visitor(app).get().status_code == 302
    assert len(app._registry) == 0


def test_session_changes_of_render_load_and_handlers_are_kept() -> None:
    def render(view: View) -> str:
        view.controller.user.session.setdefault("steps", []).append("render")
        return live(view)

    def load(view: View) -> None:
        view.controller.user.session["steps"].append("load")

    app = make_app(shows(render, load))
    app.add_controller("/steps", factory(lambda view: repr(view.controller.user.session["steps"])))
    visitor = Visitor(app)
    visitor.attach(visitor.get())
    assert visitor.get("/steps").text == "['render', 'load']"


def test_templates_are_escaped_and_the_script_tag_is_not(tmp_path: Any) -> None:
    (tmp_path / "page.txt").write_text("{{ add_includes() }}{{ name }}")
    app = make_app(
        lambda view: view.controller.templater.render("page.txt", name="<b>"), template_directory=str(tmp_path)
    )
    text = Visitor(app).get().text
    assert tag_of(text).ticket
    assert text.endswith("&lt;b&gt;")


def test_a_load_that_is_never_called_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    visitor = Visitor(make_app(shows("<p>static</p>", lambda view: None)))
    visitor.get()
    visitor.get()
    said = [record.getMessage() for record in caplog.records if "load() is not called" in record.getMessage()]
    assert len(said) == 1
    assert said[0].startswith("Shown.load() is not called")
    assert "{{ add_includes() }}" in said[0]


def test_a_static_page_without_a_load_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    class Plain(View):
        def render(self) -> str:
            return "<p>static</p>"

    Visitor(make_app(Plain)).get()
    assert "load() is not called" not in caplog.text
