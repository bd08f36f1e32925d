"""The user's cookie: when it is set, what it is called, and how it is kept from others."""

from __future__ import annotations

import http.cookies
from typing import Any

import pytest
from werkzeug.test import TestResponse

from pycommunicate import Settings, View
from tests.support.site import Visitor, factory, live, make_app


def keep(view: View) -> str:
    """Write to the session, and render a static page."""
    view.controller.user.session["seen"] = True
    return view.controller.user.id_


def cookie_of(response: TestResponse) -> http.cookies.Morsel[str]:
    cookies = http.cookies.SimpleCookie(response.headers["Set-Cookie"])
    assert len(response.headers.getlist("Set-Cookie")) == len(cookies) == 1
    return next(iter(cookies.values()))


@pytest.mark.parametrize("render", [live, keep])
def test_cookie_is_set_by_what_needs_it_and_hidden_from_scripts_and_other_sites(render: Any) -> None:
    cookie = cookie_of(Visitor(make_app(render)).get())
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["secure"] == ""
    assert cookie["domain"] == ""
    assert cookie["expires"] == cookie["max-age"] == ""


def test_cookie_is_for_https_only_where_the_request_is() -> None:
    assert cookie_of(Visitor(make_app(live), "https://example.org").get())["secure"] is True


@pytest.mark.parametrize(("secure", "url"), [(True, "http://example.org"), (False, "https://example.org")])
def test_setting_decides_whether_the_cookie_is_for_https_only(secure: bool, url: str) -> None:
    app = make_app(live, settings=Settings(cookie_secure=secure))
    assert bool(cookie_of(Visitor(app, url).get())["secure"]) is secure


def test_cookie_is_named_with_the_port_so_that_two_apps_on_one_host_keep_apart() -> None:
    assert cookie_of(Visitor(make_app(live), "http://localhost:8080").get()).key == "pycommunicate_8080"
    assert cookie_of(Visitor(make_app(live), "http://localhost:9090").get()).key == "pycommunicate_9090"


def test_settings_name_cookie_path_and_same_site() -> None:
    settings = Settings(cookie_name="who", cookie_path="/here", cookie_samesite="None")
    cookie = cookie_of(Visitor(make_app(live, settings=settings)).get())
    assert (cookie.key, cookie["path"], cookie["samesite"]) == ("who", "/here", "None")


def test_user_is_known_by_a_cookie_of_the_set_name() -> None:
    visitor = Visitor(make_app(keep, settings=Settings(cookie_name="who")))
    assert visitor.get().text == visitor.get().text


def test_cookie_path_is_where_the_app_is_mounted() -> None:
    response = Visitor(make_app(live)).get("/", environ_overrides={"SCRIPT_NAME": "/sub"})
    assert cookie_of(response)["path"] == "/sub"


def test_cookie_is_set_once_and_the_user_stays_the_same() -> None:
    visitor = Visitor(make_app(keep))
    first, second = visitor.get(), visitor.get()
    assert first.text == second.text
    assert "Set-Cookie" not in second.headers


def test_forged_cookie_makes_a_new_user() -> None:
    visitor = Visitor(make_app(keep))
    first = visitor.get()
    name = cookie_of(first).key
    id_, _, signature = cookie_of(first).value.rpartition(".")
    for forged in (id_, f"{id_}.", f".{signature}", f"{id_}x.{signature}", "", "\u00e4.b", f"{id_}.{signature[::-1]}"):
        visitor.client.set_cookie(name, forged)
        response = visitor.get()
        assert response.status_code == 200
        assert response.text != first.text
        assert "Set-Cookie" in response.headers


def test_signature_of_a_ticket_is_none_of_a_cookie() -> None:
    app = make_app(keep)
    visitor = Visitor(app)
    visitor.client.set_cookie("pycommunicate_8080", app._keys.sign("ticket", "somebody"))
    assert visitor.get().text != "somebody"
    visitor.client.set_cookie("pycommunicate_8080", app._keys.sign("user", "somebody"))
    assert visitor.get().text == "somebody"


def test_redirect_sets_the_cookie_of_a_session_that_was_written() -> None:
    def give_up(view: View) -> str:
        keep(view)
        view.controller.redirect("/elsewhere")
        return ""

    visitor = Visitor(make_app(give_up))
    visitor.app.add_controller("/elsewhere", factory(keep))
    response = visitor.get()
    assert response.status_code == 302
    user = visitor.get("/elsewhere")
    assert "Set-Cookie" not in user.headers
    assert cookie_of(response).value.startswith(user.text)
