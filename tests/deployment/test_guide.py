"""The nginx server of the deployment guide is word for word one that works: TLS in front, a sub-path, WebSockets."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.certificates import Certificate
from tests.support.docs import ROOT, blocks_of
from tests.support.nginx import StartNginx
from tests.support.workshop import PROGRAM, TlsSockets, settings

GUIDE = ROOT / "docs" / "guide" / "deployment.md"


def test_server_of_the_guide_serves_pages_files_and_sockets(
    app_server: StartApp, nginx: StartNginx, certificate: Certificate, workshop: OpenWorkshop, tmp_path: Path
) -> None:
    app = app_server(PROGRAM, environment=settings(trusted_proxies=1, trusted_hosts=["localhost"]))
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "style.css").write_text("p {}")
    (server,) = [block.code for block in blocks_of(GUIDE) if block.kind == "nginx"]
    for written, here in {
        "listen 443": "listen 127.0.0.1:PORT",
        "server_name example.org": "server_name localhost",
        "/etc/ssl/example.org.pem": str(certificate.cert),
        "/etc/ssl/example.org.key": str(certificate.key),
        "127.0.0.1:8080": f"127.0.0.1:{app.port}",
        "/srv/todo/static/": f"{tmp_path}/static/",
    }.items():
        assert written in server
        server = server.replace(written, here)
    url = f"https://localhost:{nginx(server).port}"

    client = workshop(f"{url}/todo", TlsSockets(certificate.client_context())).come_in("/todo/")
    assert client.document.socket.startswith("/todo/__pycommunicate/")
    assert all(word in client.document.headers["set-cookie"] for word in ("Path=/todo", "Secure"))
    client.click("mark")
    client.wait_text("marked")
    with urlopen(f"{url}/todo/static/style.css", context=certificate.client_context()) as response:
        assert response.read() == b"p {}"
