"""The client as it is served: stripped, hashed, zipped, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from werkzeug.test import TestResponse

from pycommunicate.server.app.assets import ClientScript
from tests.support.site import Visitor, live, make_app, tag_of


def fetch(visitor: Visitor, **headers: str) -> TestResponse:
    return visitor.get(f"/__pycommunicate/{visitor.app._client.name}", headers=headers)


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(make_app(live))


def test_page_names_the_file_that_is_served(visitor: Visitor) -> None:
    response = visitor.get(tag_of(visitor.get()).src)
    assert response.status_code == 200
    assert response.content_type == "text/javascript; charset=utf-8"
    assert "WebSocket" in response.text


def more_of(visitor: Visitor) -> TestResponse:
    """Fetch the script that the client loads when it needs it."""
    name = visitor.app._client.name.replace("client", "more")
    return visitor.get(f"/__pycommunicate/{name}", headers={"Accept-Encoding": "gzip"})


def test_names_carry_the_hash_of_both_texts(visitor: Visitor) -> None:
    digest = hashlib.sha256(fetch(visitor).data + gzip.decompress(more_of(visitor).data)).hexdigest()
    assert visitor.app._client.name == f"client.{digest[:12]}.js"
    assert ClientScript().name == visitor.app._client.name
    assert more_of(visitor).headers["Cache-Control"] == fetch(visitor).headers["Cache-Control"]


def test_file_may_be_cached_for_ever_and_is_never_sniffed(visitor: Visitor) -> None:
    headers = fetch(visitor).headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5", "*"])
def test_file_is_zipped_for_who_takes_it(visitor: Visitor, accept: str) -> None:
    response = fetch(visitor, **{"Accept-Encoding": accept})
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert gzip.decompress(response.data) == fetch(visitor).data


@pytest.mark.parametrize("accept", ["", "br", "identity", "gzip;q=0"])
def test_file_is_plain_for_who_does_not(visitor: Visitor, accept: str) -> None:
    response = fetch(visitor, **{"Accept-Encoding": accept})
    assert "Content-Encoding" not in response.headers
    assert "WebSocket" in response.text


@pytest.mark.parametrize("name", ["client.js", "client.000000000000.js", "pycommunicate.js", "..%2Fclient.js", "x"])
def test_file_of_another_version_is_not_found(visitor: Visitor, name: str) -> None:
    response = visitor.get(f"/__pycommunicate/{name}")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_fetching_the_client_makes_no_page(visitor: Visitor) -> None:
    fetch(visitor)
    assert (len(visitor.app._registry), len(visitor.app._users)) == (0, 0)


def test_client_is_a_classic_script_that_leaves_no_name_behind(visitor: Visitor) -> None:
    [kind] = re.findall(r"<script ?(.*?) ?src=", visitor.get().text)
    assert kind == "", "what blocks hears of the first click"
    text = fetch(visitor).text
    assert text.startswith('(()=>{"use strict";')
    assert text.endswith("})()")
    assert "export" not in text


def test_tag_names_the_user_by_a_text_that_is_theirs_and_is_not_the_id() -> None:
    app = make_app(live)
    visitor, other = Visitor(app), Visitor(app)
    users = [re.findall(r' data-user="([^"]+)"', one.get().text) for one in (visitor, visitor, other)]
    assert users[0] == users[1] != users[2]
    assert len(users[0]) == 1
    assert not any(id_ in users[0][0] or users[0][0] in id_ for id_ in app._users._living)


def test_client_is_small(visitor: Visitor) -> None:
    sources = re.findall(r'<script[^>]* src="([^"]+)"', visitor.get().text)
    sizes = [len(visitor.get(source, headers={"Accept-Encoding": "gzip"}).data) for source in sources]
    assert len(sizes) == 1
    assert sum(sizes) < 10_000
    assert len(more_of(visitor).data) < 3_500, "what is loaded when it is needed"
