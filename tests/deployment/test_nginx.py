"""A real nginx in front: a path below the top, TLS, idle sockets, addresses, and what a missing setting says."""

from __future__ import annotations

import http.client
from pathlib import Path
from time import monotonic

import pytest

from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.app_server import AppServer
from tests.support.certificates import Certificate
from tests.support.nginx import StartNginx, proxied
from tests.support.program import Program
from tests.support.websocket import PING, PONG
from tests.support.workshop import PROGRAM, TlsSockets, Workshop, settings

#: The headers that the guide's configuration sets.
FORWARDED = (
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "proxy_set_header X-Forwarded-Host $http_host;",
    "proxy_set_header X-Forwarded-Port $server_port;",
)

CRASH = """
from pycommunicate import CommunicateApp, ControllerFactory, View

class Crash(View):
    def render(self):
        raise LookupError("recipe")

app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(Crash).set_default_view(Crash))
app.set_secret_key("a test's")
"""


@pytest.fixture(scope="module")
def trusting(shared_app_server: StartApp) -> AppServer:
    """The app, which trusts one proxy and pings often."""
    environment = settings(trusted_proxies=1, heartbeat=0.4, max_unclaimed_pages_per_address=2)
    return shared_app_server(PROGRAM, arguments=["--log-level", "debug"], environment=environment)


@pytest.fixture(scope="module")
def trustless(shared_app_server: StartApp) -> AppServer:
    """The app as it is by default."""
    return shared_app_server(PROGRAM)


def get(port: int, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.body = response.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_change_of_view_with_a_page_load_stays_below_the_path(
    trusting: AppServer, nginx: StartNginx, workshop: OpenWorkshop
) -> None:
    lines = (*FORWARDED, "proxy_set_header X-Forwarded-Prefix /app;")
    port = nginx(proxied(f"{trusting.url}/", *lines, location="/app/")).port
    client = workshop(f"http://127.0.0.1:{port}").come_in("/app/?n=1")
    client.click("again")
    goes = client.wait(lambda: next((op[-1] for op in client.ops if "/next" in str(op[-1])), ""))

    assert goes.startswith("/app/__pycommunicate/p/")
    back = client.get(goes)
    assert back.status in (302, 303, 307)
    assert back.headers["location"] == "/app/?n=1"
    assert "again" in client.get("/app/?n=1").text


def test_idle_socket_outlives_the_proxys_timeout_by_the_heartbeat(
    trusting: AppServer, trustless: AppServer, nginx: StartNginx, workshop: OpenWorkshop
) -> None:
    def come_in_through(app: AppServer) -> Workshop:
        port = nginx(proxied(app.url, *FORWARDED, "proxy_read_timeout 1s;")).port
        return workshop(f"http://127.0.0.1:{port}").come_in()

    pinged, silent = come_in_through(trusting), come_in_through(trustless)
    began = monotonic()
    assert pinged.websocket is not None
    assert silent.websocket is not None
    while monotonic() - began < 2.2:
        frame = pinged.websocket.read_frame()
        assert frame is not None
        assert frame[0] == PING
        pinged.websocket.send_frame(PONG, frame[1])
    assert silent.websocket.read_frame() is None, "expected nginx to end a socket that is silent for a second"
    pinged.click("mark")
    pinged.wait_text("marked")


def test_address_in_the_log_and_of_the_cap_is_the_clients(trusting: AppServer, nginx: StartNginx) -> None:
    # nginx says another address for each path, as it would for clients of other machines.
    def of(path: str, address: str) -> str:
        return f"location {path} {{ proxy_pass {trusting.url}/; proxy_set_header X-Forwarded-For {address}; }}"

    servers = f"server {{ listen 127.0.0.1:PORT; {of('/one/', '192.0.2.1')} {of('/two/', '192.0.2.2')} }}"
    port = nginx(servers).port
    mark = len(trusting.log)
    for path in ("/two/?1", "/one/?2", "/one/?3", "/one/?4"):
        assert get(port, path, {"Sec-Fetch-Dest": "document", "X-Forwarded-For": "198.51.100.7"}).status == 200

    for number, address in enumerate(("192.0.2.2", "192.0.2.1", "192.0.2.1", "192.0.2.1"), 1):
        trusting.wait_for_log(f'"GET /?{number} ', since=mark)
        [line] = [line for line in trusting.log[mark:].splitlines() if f'"GET /?{number} ' in line]
        assert f" {address} - - [" in line
    log = trusting.log[mark:]
    assert log.count("too many unclaimed pages of one address") == 1, "two of each address may wait"
    assert "198.51.100.7" not in log


def test_refused_origin_behind_a_proxy_that_is_not_trusted_says_both_values_and_the_settings(
    trustless: AppServer, certificate: Certificate, nginx: StartNginx, workshop: OpenWorkshop
) -> None:
    secure = f"127.0.0.1:PORT ssl; ssl_certificate {certificate.cert}; ssl_certificate_key {certificate.key}"
    port = nginx(proxied(trustless.url, *FORWARDED, listen=secure)).port
    client = workshop(f"https://localhost:{port}", TlsSockets(certificate.client_context()))
    assert client.get().status == 200
    mark = len(trustless.log)

    assert client.connect(client.headers).status == 403

    trustless.wait_for_log("settings.trusted_proxies\n", since=mark)
    [line] = trustless.log[mark:].splitlines()
    assert f"'https://localhost:{port}'" in line
    assert f"'http://localhost:{port}'" in line
    assert "settings.allowed_origins" in line
    assert "settings.trusted_proxies" in line


def test_proxy_that_hands_no_upgrade_on_is_named_once_in_the_log_with_the_page_that_says_how(
    trustless: AppServer, nginx: StartNginx, workshop: OpenWorkshop
) -> None:
    bare = f"server {{ listen 127.0.0.1:PORT; location / {{ proxy_pass {trustless.url}; }} }}"
    client = workshop(f"http://127.0.0.1:{nginx(bare).port}")
    client.get()
    mark = len(trustless.log)
    answers = [client.connect(client.headers) for _ in range(3)]

    lacks = 'the header "Upgrade: websocket" and the header "Connection: upgrade"'
    guide = 'see the section "Behind nginx" of docs/guide/deployment.md'
    for answer in answers:
        assert answer.status == 400
        said = f"expected a WebSocket, got a request without {lacks}; if a proxy drops it, {guide}\n"
        assert answer.body.decode() == said
    assert get(trustless.port, "/", {"Host": "behind.example"}).status == 400
    trustless.wait_for_log("'behind.example' is refused", since=mark)
    [line, _] = trustless.log[mark:].splitlines()
    assert line.startswith(f"WARNING pycommunicate.app: a WebSocket is refused: it came without {lacks}, ")
    assert line.endswith(guide)
    assert "\n## Behind nginx\n" in Path("docs/guide/deployment.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "lines",
    ["", "proxy_http_version 1.1;", 'proxy_http_version 1.1; proxy_set_header Connection "";'],
    ids=["plain", "1.1", "kept"],
)
def test_debugger_is_not_there_behind_a_proxy_that_says_nothing(
    app_server: StartApp, nginx: StartNginx, lines: str
) -> None:
    app = app_server(CRASH, arguments=["--debug", "--no-reload"])
    app.expect_traceback()
    bare = f"server {{ listen 127.0.0.1:PORT; location / {{ proxy_pass {app.url}; {lines} }} }}"
    as_browsers = {"Connection": "keep-alive", "Sec-Fetch-Site": "none"}
    direct = get(app.port, "/", as_browsers).body  # type: ignore[attr-defined]
    proxied = get(nginx(bare).port, "/", as_browsers).body  # type: ignore[attr-defined]
    assert "EVALEX = true" in direct
    assert "EVALEX" not in proxied
    assert "debugger is for loopback only" in proxied
    assert "LookupError: recipe" in proxied


def test_refused_host_behind_a_proxy_that_is_not_trusted_names_the_settings(
    trustless: AppServer, nginx: StartNginx
) -> None:
    port = nginx(proxied(trustless.url, *FORWARDED)).port
    mark = len(trustless.log)
    assert get(port, "/", {"Host": "example.org"}).status == 400
    trustless.wait_for_log("settings.trusted_hosts", since=mark)
    trustless.wait_for_log("settings.trusted_proxies", since=mark)


def test_forged_headers_change_nothing_where_no_proxy_is_trusted(trustless: AppServer, workshop: OpenWorkshop) -> None:
    forged = {
        "X-Forwarded-For": "192.0.2.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=192.0.2.9;proto=https;host=evil.example",
    }
    client = workshop(trustless.url)
    document = client.get("/", forged)
    assert document.status == 200
    assert document.headers["set-cookie"].startswith(f"pycommunicate_{trustless.port}=")
    assert "Path=/;" in document.headers["set-cookie"]
    assert "Secure" not in document.headers["set-cookie"]
    assert document.socket.startswith("/__pycommunicate/")
    assert "evil" not in document.text
    assert client.connect({**forged, "Origin": "https://evil.example"}).status == 403
    assert client.connect({**forged, "Origin": trustless.url}).status == 101


def test_unix_socket_stands_behind_a_proxy(nginx: StartNginx, workshop: OpenWorkshop, tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    serve = ["-m", "pycommunicate", "serve", str(PROGRAM / "main.py"), "--unix", str(path)]
    with Program(serve, tmp_path, settings(trusted_proxies=1)) as program:
        program.wait_until(lambda: f"pycommunicate serves unix:{path}" in program.err, "a line with the path")
        port = nginx(proxied(f"http://unix:{path}:/", *FORWARDED)).port
        client = workshop(f"http://127.0.0.1:{port}").come_in()
        assert f"pycommunicate_{port}=" in client.document.headers["set-cookie"]
        client.click("mark")
        client.wait_text("marked")
