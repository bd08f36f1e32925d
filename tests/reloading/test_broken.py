"""What is served in place of a program that cannot be imported."""

from __future__ import annotations

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
