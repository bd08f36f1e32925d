"""What is served in place of a program that cannot be imported."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from werkzeug.test import Client

from pycommunicate.reloading.broken import Broken


def test_page_shows_the_text_as_text() -> None:
    answer = Client(Broken("Error: <script>\udcff & more")).get("/any/page?x=1")
    assert answer.status_code == 500
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Error: &lt;script&gt;? &amp; more" in answer.text


def test_each_broken_start_has_a_name_of_its_own_that_its_page_knows() -> None:
    one, other = Broken("x"), Broken("x")
    names = [Client(app).get("/__pycommunicate/debug").text for app in (one, other)]
    assert names[0] != names[1]
    assert f'("{names[0]}")' in Client(one).get("/").text


def test_scripts_and_sockets_of_pages_from_before_are_told_to_come_later() -> None:
    client = Client(Broken("x"))
    assert client.get("/__pycommunicate/client.0123.js").status_code == 503
    assert client.get("/x", environ_overrides={"wsgi.websocket": object()}).status_code == 503


@pytest.mark.parametrize(("host", "status"), [("evil.example", 400), ("localhost:8080", 500), ("127.0.0.1", 500)])
def test_on_loopback_it_is_shown_to_the_machines_own_names_only(host: str, status: int) -> None:
    client = Client(Broken("Traceback: the secret recipe"))
    near = {"pycommunicate.server": SimpleNamespace(loopback=True), "HTTP_HOST": host}
    answer = client.get("/", environ_overrides=near)
    assert answer.status_code == status
    assert ("the secret recipe" in answer.text) is (status == 500)
    assert client.get("/__pycommunicate/debug", environ_overrides=near).status_code == (400 if status == 400 else 200)
