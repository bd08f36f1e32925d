"""A tab of a simulated browser: where it goes, and where it does not."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.wrappers import Request as HTTPRequest
from werkzeug.wrappers import Response

from pycommunicate import View
from pycommunicate.errors import PageGone
from pycommunicate.testing import TestClient
from pycommunicate.testing.dom import Request
from pycommunicate.testing.tab import Tab
from tests.support.site import factory, live, make_app, shows

LINKS = """<a id=here href=/there>there</a><a id=blank href=/there target=_blank>blank</a>
<a id=file href=/there download>file</a><a id=part href='#part'>part</a>"""


def app_with(routes: dict[str, Any], *first: Any) -> Any:
    """Return an app whose further routes return what Werkzeug makes responses of."""
    app = make_app(*(first or ("start",)))
    for route, returned in routes.items():
        app.add_controller(route, factory(returned))
    return app


@pytest.mark.parametrize(("link", "path"), [("#here", "/there"), ("#blank", "/"), ("#file", "/"), ("#part", "/#part")])
def test_link_leads_where_a_browser_would_go_in_the_same_tab(link: str, path: str) -> None:
    with TestClient(app_with({"/there": "there"}, LINKS)) as client:
        page = client.open("/")
        page.find(link).click()
        assert page.path == path


def test_redirects_are_followed_within_the_site_and_not_for_ever() -> None:
    routes = {
        "/see": lambda view: Response(status=303, headers={"Location": "/there"}),
        "/there": "there",
        "/round": lambda view: Response(status=302, headers={"Location": "/round"}),
        "/away": lambda view: Response(status=302, headers={"Location": "https://elsewhere.example/"}),
    }
    with TestClient(app_with(routes)) as client:
        assert client.open("/see").path == "/there"
        with pytest.raises(AssertionError, match="expected an end to redirects"):
            client.open("/round")
        with pytest.raises(
            AssertionError, match="expected a redirect inside of http://localhost, got one to https://else"
        ):
            client.open("/away")


def test_redirect_after_a_post_is_a_get_unless_its_code_says_otherwise() -> None:
    asked: list[tuple[str, str, bytes]] = []

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        request = HTTPRequest(environ)
        asked.append((request.method, request.path, request.get_data()))
        code = {"/303": 303, "/307": 307}.get(request.path)
        response = Response("done") if code is None else Response(status=code, headers={"Location": "/done"})
        return response(environ, start_response)

    app = make_app("x")
    app._wsgi = wsgi
    with TestClient(app) as client:
        client.fetch("/303", method="POST", body=b"data")
        client.fetch("/307", method="POST", body=b"data")
    assert [one for one in asked if one[1] == "/done"] == [("GET", "/done", b""), ("POST", "/done", b"data")]


def test_page_that_is_refused_again_and_again_is_loaded_anew_twice() -> None:
    loads: list[int] = []

    def render(view: View) -> str:
        loads.append(1)
        return live(view)

    def load(view: View) -> None:
        view.controller.user.close_pages()

    with TestClient(make_app(shows(render, load))) as client:
        page = client.open("/")
        client.clock.advance(25)
        assert (len(loads), page.state) == (3, "gone")


def test_tab_that_was_closed_goes_nowhere_any_more() -> None:
    loads: list[int] = []

    def render(view: View) -> str:
        loads.append(1)
        return live(view)

    views: list[View] = []
    with TestClient(make_app(shows(render, views.append))) as client:
        page = client.open("/")
        other = client.open("/")
        tab = other._surface
        assert isinstance(tab, Tab)
        tab.document.go(Request("http://localhost/"))  # on its way when it is closed
        other.close()
        assert len(loads) == 2
        page.network.hold("down")
        views[0].controller.redirect("/")
        page.close()
        page.network.release()
        client.clock.advance(10)
        assert len(loads) == 2
        with pytest.raises(PageGone):
            views[0].controller.redirect("/")


def test_socket_that_is_refused_is_tried_again() -> None:
    app = make_app(shows(live))
    with TestClient(app, base_url="http://localhost") as client:
        refused: list[int] = []

        def attach(*args: Any) -> Any:
            refused.append(1)
            return Response("not now", 503)(args[0], args[1])

        real, app._attach = app._attach, attach
        page = client.open("/")
        assert page.state == "waiting"
        client.clock.advance(2)
        assert len(refused) > 1
        app._attach = real
        client.clock.advance(12)
        assert page.state == "connected"
