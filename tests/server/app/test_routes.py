"""Which controller a URL belongs to, and what is said where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.errors import ConfigurationError, ViewError
from tests.support.site import Visitor, factory, live, make_app


def data(view: View) -> str:
    return repr(view.controller.route_data)


@pytest.mark.parametrize(
    ("route", "path", "values"),
    [
        ("/", "/", {}),
        ("/hello", "/hello", {}),
        ("/user/<name>", "/user/B%C3%A4r%20x", {"name": "B\u00e4r x"}),
        ("/item/<int:number>", "/item/12", {"number": 12}),
        ("/item/<int:number>/<name>", "/item/0/x", {"number": 0, "name": "x"}),
        ("/at/<float:x>", "/at/1.5", {"x": 1.5}),
        ("/file/<path:where>", "/file/a/b/c.txt", {"where": "a/b/c.txt"}),
        ("/pick/<any(red, green):colour>", "/pick/green", {"colour": "green"}),
        ("/<name>/", "/x/", {"name": "x"}),
    ],
)
def test_variable_parts_of_a_route_are_in_route_data(route: str, path: str, values: dict[str, Any]) -> None:
    app = make_app()
    app.add_controller(route, factory(data))
    response = Visitor(app).get(path)
    assert response.status_code == 200
    assert response.text == repr(values)


@pytest.mark.parametrize("path", ["/nowhere", "/item/x", "/item/-1", "/item/", "/item", "/item/1/", "/item/1/2"])
def test_path_that_no_route_is_for_is_not_found(path: str) -> None:
    app = make_app()
    app.add_controller("/item/<int:number>", factory(data))
    assert Visitor(app).get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused_with_those_allowed(method: str) -> None:
    response = Visitor(make_app("static")).open("/", method=method)
    assert response.status_code == 405
    assert sorted(response.headers["Allow"].split(", ")) == ["GET", "HEAD"]


def test_head_has_headers_and_no_body_and_makes_no_page() -> None:
    app = make_app(live)
    response = Visitor(app).open("/", method="HEAD")
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_type == "text/html; charset=utf-8"
    assert int(response.headers["Content-Length"]) > 0
    assert len(app._registry) == 0


@pytest.mark.parametrize("root", ["", "/sub"])
def test_missing_slash_at_the_end_redirects_to_the_right_spelling(root: str) -> None:
    app = make_app()
    app.add_controller("/list/", factory("list"))
    response = Visitor(app).get("/list", query_string="a=1", environ_overrides={"SCRIPT_NAME": root})
    assert response.status_code == 308
    assert response.location.removeprefix("http://localhost:8080") == f"{root}/list/?a=1"
    assert Visitor(app).get("/list/").text == "list"


@pytest.mark.parametrize(
    "route", ["/__pycommunicate", "/__pycommunicate/", "/__pycommunicate/x", "/__pycommunicate/p/<x>"]
)
def test_reserved_path_is_refused(route: str) -> None:
    with pytest.raises(ConfigurationError, match="reserved"):
        CommunicateApp().add_controller(route, factory("x"))


@pytest.mark.parametrize("route", ["", "hello", "__pycommunicate/x", None, 5, b"/x"])
def test_route_that_does_not_begin_with_a_slash_is_refused(route: Any) -> None:
    with pytest.raises(ConfigurationError, match='expected a route that begins with "/", got'):
        CommunicateApp().add_controller(route, factory("x"))


@pytest.mark.parametrize(
    "route", ["/<int:>", "/<", "/<nothing:x>", "/<int:x>/<int:x>", "/<int(nonsense=1):x>", "/<int(:x>"]
)
def test_route_that_cannot_be_parsed_is_refused_with_an_example(route: str) -> None:
    with pytest.raises(ConfigurationError, match="expected a route like"):
        CommunicateApp().add_controller(route, factory("x"))


def test_same_route_twice_is_refused() -> None:
    app = make_app("first")
    with pytest.raises(ConfigurationError, match="expected each route once, got '/' a second time"):
        app.add_controller("/", factory("second"))
    assert Visitor(app).get().text == "first"


@pytest.mark.parametrize("what", [None, View, "view", object()])
def test_what_is_no_factory_is_refused_for_a_route_and_for_an_error(what: Any) -> None:
    app = CommunicateApp()
    with pytest.raises(ConfigurationError, match="expected a ControllerFactory for route '/'"):
        app.add_controller("/", what)
    with pytest.raises(ConfigurationError, match="expected a ControllerFactory for error 404"):
        app.add_error_handler(404, what)


def test_factory_without_a_default_view_is_refused_when_it_is_added() -> None:
    class Shown(View):
        def render(self) -> str:
            return ""

    app = CommunicateApp()
    with pytest.raises(ViewError, match=r"call set_default_view\(Shown\)"):
        app.add_controller("/", ControllerFactory().add_view(Shown))
    with pytest.raises(ViewError, match="default view"):
        app.add_error_handler(404, ControllerFactory())


@pytest.mark.parametrize("code", [200, 302, 600, 0, "404", None])
def test_code_that_is_no_http_error_is_refused(code: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"expected the code of an HTTP error, as 404, got {code!r}"):
        CommunicateApp().add_error_handler(code, factory("x"))


def test_one_factory_may_serve_several_routes() -> None:
    app = CommunicateApp()
    shared = factory(data)
    app.add_controller("/a/<x>", shared)
    app.add_controller("/b/<y>", shared)
    assert Visitor(app).get("/b/2").text == "{'y': '2'}"


def test_route_of_the_app_does_not_stand_before_reserved_ones() -> None:
    app = make_app()
    app.add_controller("/<path:anything>", factory("mine"))
    assert Visitor(app).get("/x/y").text == "mine"
    assert Visitor(app).get(f"/__pycommunicate/{app._client.name}").content_type.startswith("text/javascript")
    assert Visitor(app).get("/__pycommunicate/other.js").status_code == 404


def test_socket_path_without_a_handshake_is_refused() -> None:
    response = Visitor(make_app(live)).get("/__pycommunicate/p/node/page/socket")
    assert response.status_code in (400, 426)


def test_websocket_of_a_server_that_cannot_do_websockets_is_refused_without_headers_that_no_app_may_set() -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    response = Visitor(make_app(live)).get("/__pycommunicate/p/node/page/socket", headers=headers)
    assert response.status_code == 501
    assert "Upgrade" not in response.headers
