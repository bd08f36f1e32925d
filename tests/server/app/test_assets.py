"""The client as it is served: stripped, hashed, zipped, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from pycommunicate.server.app.assets import ClientScript
from tests.support.site import Visitor, live, make_app, tag_of

SOURCE = Path(__file__).parents[3] / "client" / "pycommunicate.js"


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


def test_name_carries_the_hash_of_the_text(visitor: Visitor) -> None:
    digest = hashlib.sha256(fetch(visitor).data).hexdigest()
    assert visitor.app._client.name == f"client.{digest[:12]}.js"
    assert ClientScript().name == visitor.app._client.name


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
    assert int(response.headers["Content-Length"]) == len(response.data) < 12_000
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


def test_stripped_script_is_javascript(visitor: Visitor, tmp_path: Path) -> None:
    path = tmp_path / "client.mjs"
    path.write_bytes(fetch(visitor).data)
    checked = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_stripping_takes_comments_and_spaces_and_nothing_else(visitor: Visitor) -> None:
    source, served = SOURCE.read_text(encoding="utf-8"), fetch(visitor).text
    assert not re.search(r"^\s*(//|/\*|\*)", served, re.MULTILINE)
    without_doc = re.sub(r"/\*\*.*?\*/", "", source, flags=re.DOTALL)
    code = [line for line in without_doc.splitlines() if not line.lstrip().startswith("//")]
    assert "".join("".join(code).split()) == "".join(served.split())


def test_no_text_of_the_client_spans_lines_where_stripping_would_change_it() -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "*", "/**"))]
    assert [line for line in code if line.count("`") % 2] == []


def test_client_has_no_comment_behind_code_because_line_ends_go() -> None:
    assert not re.findall(r"[;{},)][ ]+//.*", SOURCE.read_text(encoding="utf-8"))
