"""Which requests are for a document, and what may be made into a response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from pycommunicate.errors import ViewError
from pycommunicate.server.app.documents import is_for_document, make_response
from tests.support.house import ExpectErrors
from tests.support.site import Visitor, factory, live, make_app, shows, tag_of

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
IMAGES = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


def for_document(headers: dict[str, str], method: str = "GET") -> bool:
    builder = EnvironBuilder("/", method=method, headers=headers)
    environ = builder.get_environ()
    builder.close()
    return is_for_document(Request(environ))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": FIREFOX},
        {"Accept": "*/*"},
        {"Sec-Fetch-Dest": "document", "Accept": "*/*"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "frame"},
        {"Sec-Fetch-Dest": "embed"},
        {"Sec-Fetch-Dest": "object"},
    ],
)
def test_request_whose_answer_a_person_sees_is_for_a_document(headers: dict[str, str]) -> None:
    assert for_document(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Dest": "image", "Accept": IMAGES},
        {"Sec-Fetch-Dest": "empty", "Accept": "*/*"},
        {"Sec-Fetch-Dest": "script", "Accept": "*/*"},
        {"Sec-Fetch-Dest": "style"},
        {"Sec-Fetch-Dest": "worker"},
        {"Sec-Purpose": "prefetch", "Sec-Fetch-Dest": "document", "Accept": FIREFOX},
        {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Dest": "document"},
        {"Purpose": "prefetch", "Accept": FIREFOX},
        {"Accept": IMAGES},
        {"Accept": "application/json"},
    ],
)
def test_request_by_icon_script_or_prefetch_is_not_for_a_document(headers: dict[str, str]) -> None:
    assert not for_document(headers)


def test_what_has_no_body_is_for_no_document() -> None:
    assert not for_document({"Accept": FIREFOX}, "HEAD")


def test_the_answer_to_a_form_is_a_document() -> None:
    assert for_document({"Accept": FIREFOX}, "POST")


def test_a_response_that_is_returned_to_everybody_is_left_as_it_is() -> None:
    shared = Response(["one ", "body"], 201, {"X-Own": "1"})
    answers = [make_response(shared, 200, "a test") for _ in range(2)]
    for answer in answers:
        answer.set_cookie("user", "secret")
        answer.headers["Cache-Control"] = "no-store"
    assert "Set-Cookie" not in shared.headers
    assert "Cache-Control" not in shared.headers
    assert [(answer.status_code, answer.headers["X-Own"], answer.get_data()) for answer in answers] == [
        (201, "1", b"one body")
    ] * 2


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Dest": "empty"}, {"Sec-Purpose": "prefetch"}, {"Accept": IMAGES}],
)
def test_request_that_is_for_no_document_gets_a_tag_without_ticket_and_makes_no_page(headers: dict[str, str]) -> None:
    app = make_app(live)
    visitor = Visitor(app)
    response = visitor.get(headers=headers)
    tag = tag_of(response)
    assert (tag.socket, tag.ticket) == ("", "")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert (len(app._registry), len(app._users)) == (0, 0)


@pytest.mark.parametrize(
    ("body", "status", "text", "kind"),
    [
        ("text \u00e4", 200, "text \u00e4", "text/html; charset=utf-8"),
        (b"bytes", 200, "bytes", "text/html; charset=utf-8"),
        (bytearray(b"bytes"), 200, "bytes", "text/html; charset=utf-8"),
        (("body", 201), 201, "body", "text/html; charset=utf-8"),
        (("body", "201 MADE"), 201, "body", "text/html; charset=utf-8"),
        (("body", 202, {"X-More": "yes"}), 202, "body", "text/html; charset=utf-8"),
        (("body", 202, [("X-More", "yes")]), 202, "body", "text/html; charset=utf-8"),
        (("{}", 200, {"Content-Type": "application/json"}), 200, "{}", "application/json"),
        (("{}", 200, {"content-type": "text/plain"}), 200, "{}", "text/plain"),
        (Response("mine", 203, content_type="text/plain"), 203, "mine", "text/plain"),
    ],
)
@pytest.mark.parametrize("way", ["returned", "special"])
def test_render_and_special_return_handler_may_return(body: Any, status: int, text: str, kind: str, way: str) -> None:
    def special(view: Any) -> str:
        view.controller.special_return_handler = lambda: body
        return "never sent"

    render: Callable[..., Any] = special if way == "special" else lambda view: body
    response = Visitor(make_app(render)).get()
    assert (response.status_code, response.text, response.content_type) == (status, text, kind)
    if isinstance(body, tuple) and len(body) == 3 and "X-More" in str(body[2]):
        assert response.headers["X-More"] == "yes"


@pytest.mark.parametrize(
    "body", [None, 5, ["text"], {"a": 1}, (), ("body",), ("body", 200, {}, 4), (None, 200), (Response("mine"), 404)]
)
def test_what_cannot_be_made_into_a_response_is_refused_with_its_place(body: Any) -> None:
    with pytest.raises(ViewError, match=r"expected .* from the render\(\) of X, got"):
        make_response(body, 200, "the render() of X")


def test_render_that_returns_nothing_is_a_fault_that_names_it(expect_errors: ExpectErrors, caplog: Any) -> None:
    assert Visitor(make_app(lambda view: None)).get().status_code == 500
    assert len(expect_errors()) == 1
    assert "from Shown.render(), got None; did you forget return?" in caplog.text


def test_response_of_an_error_page_keeps_the_status_that_it_names() -> None:
    app = make_app()
    app.add_error_handler(404, factory(shows(("moved", 410))))
    assert Visitor(app).get("/x").status_code == 410
