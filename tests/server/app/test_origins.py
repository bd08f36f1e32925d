"""Who may come in: the app's own names, and the web sites whose scripts may open a WebSocket."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from gevent import socket
from werkzeug.exceptions import Forbidden, SecurityError
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Response

from pycommunicate import Settings
from pycommunicate.server.app.origins import check_host, check_origin, is_loopback
from tests.support.local_app import LocalApp
from tests.support.site import Visitor, live, make_app, shows, tag_of
from tests.support.websocket import HandshakeAnswer, RawSocket


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
    check_origin(environ_of(url, origin), ())


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
    with pytest.raises(Forbidden):
        check_origin(environ_of("http://example.org", origin), ())
    assert "neither our own 'http://example.org' nor in settings.allowed_origins" in caplog.text


def test_origins_of_the_settings_may_connect_beside_our_own() -> None:
    allowed = ["https://one.example", "https://two.example:8443/"]
    for origin in ("https://one.example", "https://two.example:8443", "http://example.org"):
        check_origin(environ_of("http://example.org", origin), allowed)
    with pytest.raises(Forbidden):
        check_origin(environ_of("http://example.org", "https://two.example"), allowed)


def test_long_origin_is_cut_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Forbidden):
        check_origin(environ_of("http://example.org", "http://" + "x" * 10_000), ())
    with pytest.raises(Forbidden):
        check_origin(environ_of("http://example.org", "") | {"HTTP_HOST": "x" * 10_000}, ())
    assert len(caplog.text) < 2000


@pytest.mark.parametrize("origin", ["", "null"])
def test_empty_setting_admits_nobody(origin: str) -> None:
    with pytest.raises(Forbidden):
        check_origin(environ_of("http://example.org", origin), ["", "null"])


@pytest.fixture
def served() -> Iterator[LocalApp]:
    app = LocalApp(shows(live), settings=Settings(allowed_origins=["https://friend.example"]))
    yield app
    app.close()


def handshake(served: LocalApp, path: str, origin: str | None) -> HandshakeAnswer:
    port = served.server.server_port
    assert port is not None
    client = RawSocket(("127.0.0.1", port), socket)
    answer = client.handshake(path, {} if origin is None else {"Origin": origin})
    client.close()
    return answer


SOCKET = "/__pycommunicate/p/node/page/socket"


def test_app_admits_its_own_origin_and_the_allowed_ones(served: LocalApp) -> None:
    assert handshake(served, SOCKET, None).status == 101
    assert handshake(served, SOCKET, "https://friend.example").status == 101


def test_refused_origin_gets_403_and_one_line_with_both_values_and_the_settings(
    served: LocalApp, caplog: pytest.LogCaptureFixture
) -> None:
    answer = handshake(served, SOCKET, "https://evil.example")
    assert (answer.status, answer.body) == (403, b"this origin may not connect\n")
    [line] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "'https://evil.example'" in line
    assert f"'{served.url}'" in line
    assert "settings.allowed_origins" in line
    assert "settings.trusted_proxies" in line


@pytest.mark.parametrize("path", ["/", "/__pycommunicate/p/node/page/next", "/nowhere"])
def test_there_is_no_websocket_anywhere_else(served: LocalApp, path: str) -> None:
    answer = handshake(served, path, None)
    assert (answer.status, answer.body) == (404, b"there is no WebSocket here\n")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("example.org", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_the_machine_itself(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8080", "bench.lab:8080", "BENCH.lab"])
def test_on_a_loopback_address_the_machines_names_and_the_apps_own_are_trusted(host: str) -> None:
    check_host(environ_of("http://x.example", None) | {"HTTP_HOST": host}, None, "bench.lab")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "bench.lab.evil", "a b"]
)
def test_every_other_name_is_refused_there(host: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SecurityError):
        check_host(environ_of("http://x.example", None) | {"HTTP_HOST": host}, None, "bench.lab")
    assert "settings.trusted_hosts" in caplog.text


@pytest.mark.parametrize("trusted", [None, ["example.org"]])
@pytest.mark.parametrize("host", ["a:99999999", "localhost:abc", "[::1", "a b"])
def test_host_that_is_none_is_refused_and_shown_as_it_came(
    host: str, trusted: list[str] | None, caplog: pytest.LogCaptureFixture
) -> None:
    environ = environ_of("http://x.example", "http://x.example") | {"HTTP_HOST": host}
    with pytest.raises(SecurityError) as refusal:
        check_host(environ, trusted)
    response = refusal.value.get_response()
    assert isinstance(response, Response)
    assert response.get_data(as_text=True) == f"this app is not served as {host!r}; see settings.trusted_hosts\n"
    with pytest.raises(Forbidden):
        check_origin(environ, ())
    of_host, of_origin = caplog.messages
    assert of_host.startswith(f"a request to the host {host!r} is refused: ")
    assert of_origin.startswith(
        f"a WebSocket is refused: its origin 'http://x.example' is neither our own 'http://{host}'"
    )


@pytest.mark.parametrize(
    ("host", "trusted"),
    [("example.org", True), ("example.org:8443", True), ("a.lab.example", True), ("localhost", False), ("x", False)],
)
def test_trusted_hosts_of_the_settings_are_all_that_is_trusted(host: str, trusted: bool) -> None:
    environ = environ_of("http://x.example", None) | {"HTTP_HOST": host}
    if trusted:
        check_host(environ, ["example.org", ".lab.example"])
    else:
        with pytest.raises(SecurityError):
            check_host(environ, ["example.org", ".lab.example"], "localhost")


def test_app_on_loopback_answers_to_its_own_names_only(served: LocalApp) -> None:
    def status(host: str) -> int:
        client = RawSocket(("127.0.0.1", served.server.server_port or 0), socket)
        client.send_raw(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answer = client.read_response()
        client.close()
        return answer.status

    assert status("localhost") == status("127.0.0.1:1234") == 200
    assert status("evil.example") == 400


# --- where the app is mounted -----------------------------------------------------------------------------------------


def prefixed(prefix: str) -> TestResponse:
    visitor = Visitor(make_app(live, settings=Settings(trusted_proxies=1)))
    return visitor.get(headers={"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Prefix": prefix})


@pytest.mark.parametrize("prefix", ["", "/", "/app", "/app/", "/a b", "/app/inner"])
def test_prefix_of_a_proxy_that_is_a_path_is_taken(prefix: str) -> None:
    response = prefixed(prefix)
    assert response.status_code == 200
    assert tag_of(response).src.startswith(f"{quote(prefix.rstrip('/'))}/__pycommunicate/")


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "https://x", "a b\\c", "/a\\b", "/a//b", "app", "/a?b", "/a#b", "/a;b", "/a\x1fb"]
)
def test_prefix_that_is_no_path_is_refused_with_one_warning(prefix: str, caplog: pytest.LogCaptureFixture) -> None:
    response = prefixed(prefix)
    assert (response.status_code, response.text) == (400, "expected a path in X-Forwarded-Prefix\n")
    assert "Set-Cookie" not in response.headers
    [line] = [text for text in caplog.messages if "X-Forwarded-Prefix" in text]
    assert line.startswith(f"a request is refused: its X-Forwarded-Prefix is no path, but {prefix!r}; a trusted proxy")


def test_prefix_is_nothing_without_a_proxy_that_is_trusted() -> None:
    response = Visitor(make_app(live)).get(headers={"X-Forwarded-Prefix": "//evil.example"})
    assert tag_of(response).src.startswith("/__pycommunicate/")
