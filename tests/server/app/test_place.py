"""Where an app is served: what the path of a unix socket may hold, and which files make https."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import gevent.socket
import pytest

from pycommunicate.errors import ServeError
from pycommunicate.server.app.place import Place, url_host
from tests.support.certificates import Certificate, make_certificate
from tests.support.certificates import certificate as certificate


@pytest.mark.parametrize(("host", "shown"), [("localhost", "localhost"), ("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_url_shows_an_address_of_ipv6_in_brackets(host: str, shown: str) -> None:
    assert url_host(host) == shown


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place("::1", 80), "[::1]:80"),
        (Place("localhost", 80, unix_socket=Path("/run/x")), "unix:/run/x"),
        (Place("localhost", 80, descriptor=3), "descriptor 3"),
    ],
)
def test_place_is_shown_as_what_it_is(place: Place, shown: str) -> None:
    assert str(place) == shown


# --- a unix socket ------------------------------------------------------------------------------------------------


def at(path: Path) -> Place:
    return Place("localhost", 0, unix_socket=path)


def test_path_becomes_a_socket_that_every_user_may_come_in_by_and_goes_again(tmp_path: Path) -> None:
    place = at(tmp_path / "app.sock")
    with place.listener(), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "app.sock"))
        assert (tmp_path / "app.sock").stat().st_mode & 0o777 == 0o666
    place.leave()
    assert list(tmp_path.iterdir()) == []
    place.leave()  # once more is no fault


def test_socket_that_a_dead_server_left_is_replaced(tmp_path: Path) -> None:
    at(tmp_path / "app.sock").listener().close()
    assert (tmp_path / "app.sock").is_socket()
    with at(tmp_path / "app.sock").listener(), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "app.sock"))


def test_server_that_leaves_late_leaves_the_socket_of_its_successor_alone(tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    old, new = at(path), at(path)
    old.listener().close()
    with new.listener(), socket.socket(socket.AF_UNIX) as client:
        old.leave()
        client.connect(str(path))
    new.leave()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [False, True])
def test_socket_is_at_its_path_only_when_it_is_listened_on(
    tmp_path: Path, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "app.sock"
    if left:
        at(path).listener().close()
    before = path.stat().st_ino if left else None
    seen: list[int | None] = []
    listen = gevent.socket.socket.listen

    def note(self: Any, *args: int) -> None:
        seen.append(path.stat().st_ino if path.exists() else None)
        listen(self, *args)

    monkeypatch.setattr(gevent.socket.socket, "listen", note)
    with at(path).listener():
        assert seen == [before]
        assert path.stat().st_ino != before
        assert list(tmp_path.iterdir()) == [path]


def test_server_that_cannot_listen_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, *args: int) -> None:
        raise OSError(24, "out of descriptors")

    monkeypatch.setattr(gevent.socket.socket, "listen", fail)
    with pytest.raises(OSError, match="out of descriptors"):
        at(tmp_path / "app.sock").listener()
    assert list(tmp_path.iterdir()) == []


def test_socket_of_a_living_server_is_refused_and_stays(tmp_path: Path) -> None:
    with at(tmp_path / "app.sock").listener(), socket.socket(socket.AF_UNIX) as client:
        with pytest.raises(ServeError, match=r"app\.sock: another server is there"):
            at(tmp_path / "app.sock").listener()
        client.connect(str(tmp_path / "app.sock"))


def test_living_server_that_is_too_busy_to_accept_is_refused_as_well(tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    clients = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(str(path))
        busy.listen(0)
        for client in clients:
            client.setblocking(False)
            client.connect_ex(str(path))
        with pytest.raises(ServeError, match="another server is there"):
            at(path).listener()
    for client in clients:
        client.close()
    assert path.is_socket()


def test_what_is_no_socket_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    with pytest.raises(ServeError, match="file: there is something that is no socket"):
        at(tmp_path / "file").listener()
    assert (tmp_path / "file").read_text() == "precious"


def test_path_that_is_too_long_or_in_no_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    for path in (tmp_path / ("x" * 200), tmp_path / "nowhere" / "app.sock"):
        with pytest.raises(OSError, match=r"too long|No such file"):
            at(path).listener()


# --- https ------------------------------------------------------------------------------------------------------------


def refusal(certificate: Path | None, key: Path | None) -> str:
    with pytest.raises(ServeError) as caught:
        Place("localhost", 0, certificate, key).tls()
    return str(caught.value)


def test_without_a_certificate_there_is_no_https(certificate: Certificate) -> None:
    assert Place("localhost", 0).tls() is None
    assert refusal(None, certificate.key) == "expected a certificate beside the private key, got none"


def test_certificate_and_key_may_be_one_file(certificate: Certificate, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(certificate.key.read_text() + certificate.cert.read_text())
    assert Place("localhost", 0, both).tls() is not None
    assert Place("localhost", 0, str(certificate.cert), certificate.key).tls() is not None


def test_files_that_make_no_https_are_told_apart(certificate: Certificate, tmp_path: Path) -> None:
    cert, key = certificate.cert, certificate.key
    other = make_certificate(tmp_path, "other")
    missing, nonsense = tmp_path / "missing.pem", tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    pem = "expected a certificate and its private key in PEM format"
    assert refusal(missing, key) == f"cannot serve https by {missing}: No such file or directory"
    assert refusal(cert, missing) == f"cannot serve https by {missing}: No such file or directory"
    assert refusal(tmp_path, key) == f"cannot serve https by {tmp_path}: Is a directory"
    assert refusal(nonsense, key) == f"cannot serve https by {nonsense} and {key}: {pem}"
    assert refusal(cert, nonsense) == f"cannot serve https by {cert} and {nonsense}: {pem}"
    assert refusal(cert, None) == f"cannot serve https by {cert}: {pem}"
    assert refusal(cert, other.key) == (
        f"cannot serve https by {cert} and {other.key}: the private key does not belong to the certificate"
    )


def test_encrypted_key_is_refused_and_no_password_is_asked_for(tmp_path: Path) -> None:
    locked = make_certificate(tmp_path, "locked", password="secret")
    assert "the private key is encrypted; decrypt it by `openssl pkey" in refusal(locked.cert, locked.key)
