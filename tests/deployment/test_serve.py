"""`serve` on what is not a plain port: https, a unix socket, IPv6, and by which names it may be asked."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.app_server import AppServer
from tests.support.certificates import Certificate
from tests.support.program import Program, run
from tests.support.workshop import PROGRAM, TlsSockets, UnixSockets

SERVE = ("-m", "pycommunicate", "serve", str(PROGRAM / "main.py"))


def refused(folder: Path, *arguments: str) -> str:
    """Return the one line that is said when the app cannot be served."""
    result = run(*SERVE, *arguments, folder=folder)
    assert result.returncode == 2, result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.removeprefix("Error: ").removesuffix("\n")


# --- https ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secure(shared_app_server: StartApp, certificate: Certificate) -> AppServer:
    return shared_app_server(PROGRAM, arguments=["--cert", str(certificate.cert), "--key", str(certificate.key)])


def test_certificate_serves_https_with_sockets_and_a_cookie_for_https_only(
    secure: AppServer, certificate: Certificate, workshop: OpenWorkshop
) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    client = workshop(secure.url, TlsSockets(certificate.client_context())).come_in()
    assert "Secure" in client.document.headers["set-cookie"]
    client.click("mark")
    client.wait_text("marked")


def test_tls_is_1_2_or_newer_and_speaks_http_1(secure: AppServer, certificate: Certificate) -> None:
    def handshake(version: ssl.TLSVersion) -> tuple[str | None, str | None]:
        context = certificate.client_context()
        context.minimum_version = context.maximum_version = version
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.set_alpn_protocols(["h2", "http/1.1"])
        with (
            socket.create_connection(("127.0.0.1", secure.port), 5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as wrapped,
        ):
            return wrapped.version(), wrapped.selected_alpn_protocol()

    assert handshake(ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", "http/1.1")
    assert handshake(ssl.TLSVersion.TLSv1_3) == ("TLSv1.3", "http/1.1")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(ssl.TLSVersion.TLSv1_1)


def test_files_that_make_no_https_are_one_line(tmp_path: Path, certificate: Certificate) -> None:
    # tests/server/app/test_place.py has everything else that may be wrong with them.
    missing = tmp_path / "missing.pem"
    said = refused(tmp_path, "--cert", str(certificate.cert), "--key", str(missing))
    assert said == f"cannot serve https by {missing}: No such file or directory"


# --- a unix socket ------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.sock"


@pytest.fixture
def on_unix(path: Path, tmp_path: Path) -> Iterator[Program]:
    """The program on a unix socket, where a dead server had left one."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
        dead.listen()
    with Program([*SERVE, "--unix", str(path)], tmp_path) as program:
        program.wait_until(lambda: f"pycommunicate serves unix:{path}" in program.err, "a line with the path")
        yield program


def test_unix_socket_serves_pages_and_is_gone_afterwards(
    on_unix: Program, path: Path, tmp_path: Path, workshop: OpenWorkshop
) -> None:
    client = workshop("http://app.example", UnixSockets(path)).come_in()
    assert client.document.headers["set-cookie"].startswith("pycommunicate_=")
    client.click("mark")
    client.wait_text("marked")
    assert path.stat().st_mode & 0o777 == 0o666

    assert refused(tmp_path, "--unix", str(path)) == f"cannot serve on unix:{path}: another server is there"
    client.click("work")
    client.answer("typed")
    on_unix.process.terminate()
    on_unix.wait_until(lambda: not path.exists(), "the end of the socket's file")
    assert on_unix.process.poll() is None, "the file goes first: as soon as nobody listens, another server may"
    assert client.read_until_bye("typed").code == "stopping"
    assert on_unix.process.wait(5) == 0


def test_path_that_cannot_be_a_socket_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("precious")
    assert (
        refused(tmp_path, "--unix", str(file)) == f"cannot serve on unix:{file}: there is something that is no socket"
    )
    assert file.read_text() == "precious"
    nowhere = tmp_path / "nowhere" / "app.sock"
    assert refused(tmp_path, "--unix", str(nowhere)) == f"cannot serve on unix:{nowhere}: No such file or directory"


# --- names --------------------------------------------------------------------------------------------------------


def status(address: tuple[str, int], host: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request("GET", "/nowhere", headers={"Host": host})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_on_loopback_a_name_of_somebody_elses_is_refused_with_a_line(app_server: StartApp) -> None:
    app = app_server(PROGRAM)
    for own in ("localhost:1", "127.0.0.1", "[::1]:80", "app.localhost"):
        assert status(("127.0.0.1", app.port), own)[0] == 404
    code, text = status(("127.0.0.1", app.port), "rebound.example")
    assert code == 400
    assert text == "this app is not served as 'rebound.example'; see settings.trusted_hosts\n"
    app.wait_for_log("a request to the host 'rebound.example' is refused: settings.trusted_hosts has None")


def test_on_all_addresses_any_name_is_served(app_server: StartApp) -> None:
    app = app_server(PROGRAM, arguments=["--host", "0.0.0.0"])
    assert status(("127.0.0.1", app.port), "any.example")[0] == 404


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_ipv6_is_served_and_where_there_is_none_that_is_said(
    app_server: StartApp, workshop: OpenWorkshop, tmp_path: Path
) -> None:
    if not has_ipv6():
        assert refused(tmp_path, "--host", "::1", "--port", "0").startswith("cannot serve on [::1]:0: ")
        return
    app = app_server(PROGRAM, arguments=["--host", "::1"])
    assert app.url == f"http://[::1]:{app.port}"
    workshop(app.url).come_in()
    assert status(("::1", app.port), "rebound.example")[0] == 400
