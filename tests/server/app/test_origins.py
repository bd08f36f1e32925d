"""Which web sites' scripts may open a WebSocket: our own, and those that the settings name."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from pycommunicate import Settings
from pycommunicate.server.app.origins import admit_origin
from tests.support.site import live, make_app

REFUSED = ("403 Forbidden", "this origin may not connect\n")


def environ_of(url: str, origin: str | None) -> dict[str, Any]:
    builder = EnvironBuilder("/__pycommunicate/p/node/page/socket", base_url=url)
    environ = builder.get_environ()
    builder.close()
    environ |= {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"}
    return environ if origin is None else environ | {"HTTP_ORIGIN": origin}


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://example.org", "http://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("https://example.org", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("https://example.org", "https://example.org:443"),
        ("http://example.org", "http://EXAMPLE.org"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_own_origin_may_connect(url: str, origin: str) -> None:
    assert admit_origin(environ_of(url, origin), ()) is None


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "https://example.org",
        "http://example.org:8080",
        "http://example.org.evil.example",
        "http://evil.example/example.org",
        "http://sub.example.org",
        "example.org",
        "//example.org",
        "http://[bad",
        "http://example.org:port",
        "http://example.org:99999",
    ],
)
def test_every_other_origin_is_refused_and_logged(origin: str | None, caplog: pytest.LogCaptureFixture) -> None:
    assert admit_origin(environ_of("http://example.org", origin), ()) == REFUSED
    assert "neither our own 'http://example.org' nor in settings.allowed_origins" in caplog.text


def test_origins_of_the_settings_may_connect_beside_our_own() -> None:
    allowed = ["https://one.example", "https://two.example:8443/"]
    for origin in ("https://one.example", "https://two.example:8443", "http://example.org"):
        assert admit_origin(environ_of("http://example.org", origin), allowed) is None
    assert admit_origin(environ_of("http://example.org", "https://two.example"), allowed) == REFUSED


def test_long_origin_is_cut_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    admit_origin(environ_of("http://example.org", "http://" + "x" * 10_000), ())
    assert len(caplog.text) < 1000


@pytest.mark.parametrize("origin", ["", "null"])
def test_empty_setting_admits_nobody(origin: str) -> None:
    assert admit_origin(environ_of("http://example.org", origin), ["", "null"]) == REFUSED


def test_app_admits_its_own_origin_to_a_socket_and_nobody_anywhere_else() -> None:
    app = make_app(live, settings=Settings(allowed_origins=["https://friend.example"]))
    own = environ_of("http://example.org", "http://example.org")
    assert app.admit(own) is None
    assert app.admit(own | {"HTTP_ORIGIN": "https://friend.example"}) is None
    assert app.admit(own | {"HTTP_ORIGIN": "https://evil.example"}) == REFUSED
    for path in ("/", "/__pycommunicate/p/node/page/next", f"/__pycommunicate/{app._client.name}", "/nowhere"):
        assert app.admit(own | {"PATH_INFO": path}) == ("404 Not Found", "there is no WebSocket here\n")
