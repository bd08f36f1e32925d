"""Served as in real use: behind nginx, below a path, with TLS; stopped; and under other servers."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.deployment.test_nginx import FORWARDED
from tests.support.certificates import Certificate
from tests.support.certificates import certificate as certificate
from tests.support.gunicorn_server import BareWebSocketServer, GunicornServer
from tests.support.nginx import StartNginx, proxied
from tests.support.nginx import nginx as nginx
from tests.support.tab import Tab
from tests.support.workshop import PROGRAM, SOURCE, settings

TODO = Path(__file__).parents[2] / "examples" / "todo"


def add(page: Page, text: str) -> None:
    page.locator("#next").fill(text)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text(f"- {text}")).to_be_visible()


def test_todo_list_behind_nginx_with_tls_below_a_path(
    app_server: StartApp, nginx: StartNginx, certificate: Certificate, open_tab: OpenTab, tmp_path: Path
) -> None:
    # The program of the guide; what it needs of its settings is said beside it.
    (tmp_path / "todo").mkdir()
    (tmp_path / "todo" / "templates").symlink_to(TODO / "templates")
    source = (TODO / "main.py").read_text(encoding="utf-8")
    source = source.replace("app = CommunicateApp()", "app = CommunicateApp(settings=Settings(trusted_proxies=1))")
    source = source.replace("CommunicateApp, ", "CommunicateApp, Settings, ", 1)
    (tmp_path / "todo" / "main.py").write_text(source, encoding="utf-8")
    app = app_server(tmp_path / "todo")
    listen = f"127.0.0.1:PORT ssl; ssl_certificate {certificate.cert}; ssl_certificate_key {certificate.key}"
    prefix = "proxy_set_header X-Forwarded-Prefix /app;"
    port = nginx(proxied(f"{app.url}/", *FORWARDED, prefix, location="/app/", listen=listen)).port
    page = open_tab(ignore_https_errors=True).page
    page.goto(f"https://localhost:{port}/app/")

    add(page, "milk")
    add(page, "bread")
    page.get_by_role("button", name="Remove - milk").click()
    expect(page.get_by_text("- milk")).to_have_count(0)
    page.reload()

    expect(page.get_by_text("- bread")).to_be_visible()
    expect(page.get_by_text("- milk")).to_have_count(0)
    [cookie] = page.context.cookies()
    assert (cookie["path"], cookie["secure"], cookie["httpOnly"]) == ("/app", True, True)


def test_change_of_view_with_a_page_load_below_a_path(app_server: StartApp, nginx: StartNginx, tab: Tab) -> None:
    app = app_server(PROGRAM, environment=settings(trusted_proxies=1))
    prefix = "proxy_set_header X-Forwarded-Prefix /app;"
    port = nginx(proxied(f"{app.url}/", *FORWARDED, prefix, location="/app/")).port
    address = f"http://localhost:{port}/app/?n=1#here"
    tab.page.goto(address)
    expect(tab.page.locator("#out")).to_have_text("home is ready")
    tab.page.locator("#again").click()
    expect(tab.page.locator("#out")).to_have_text("again is ready")
    assert tab.page.url.startswith(f"http://localhost:{port}/app/?n=1")


def test_https_without_a_proxy_has_wss(app_server: StartApp, certificate: Certificate, open_tab: OpenTab) -> None:
    app = app_server(PROGRAM, arguments=["--cert", str(certificate.cert), "--key", str(certificate.key)])
    page = open_tab(ignore_https_errors=True).page
    sockets: list[WebSocket] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.goto(app.url)
    expect(page.locator("#out")).to_have_text("home is ready")
    page.locator("#work").click()
    expect(page.locator("#out")).to_have_text("done")
    assert [socket.url.split("/")[0] for socket in sockets] == ["wss:"]


def stop_while_a_handler_runs(app: Any, tab: Tab) -> None:
    """Stop *app* while a handler reads and writes: its last write is seen, and the page comes back by itself."""
    tab.allow_no_server()
    out = tab.page.locator("#out")
    tab.page.goto(app.url)
    expect(out).to_have_text("home is ready")
    tab.page.evaluate(
        "const out = document.querySelector('#out'); window.seen = [];"
        "new MutationObserver(() => seen.push(out.textContent)).observe(out, {childList: true, characterData: true})"
    )
    tab.page.locator("#work").click()
    expect(out).to_contain_text("step")
    app.process.send_signal(signal.SIGTERM)
    tab.page.locator("#field").fill("typed later")
    expect(out).to_have_text("done")
    assert tab.page.evaluate("seen.at(-2)") == "step 20: typed later"
    assert app.process.wait(5) == 0
    assert tab.page.evaluate("pycommunicate.state") == "waiting"

    app.restart()

    expect(out).to_have_text("home is ready")
    assert tab.page.evaluate("window.seen") is None


def test_handler_ends_with_its_browser_there_and_the_page_comes_back_after_a_restart(
    app_server: StartApp, tab: Tab
) -> None:
    stop_while_a_handler_runs(app_server(PROGRAM, environment={"STEPS": "20"}), tab)


def test_under_gunicorn_as_well(app_server: StartApp, tab: Tab) -> None:
    stop_while_a_handler_runs(app_server(PROGRAM, environment={"STEPS": "20"}, server=GunicornServer), tab)


def test_under_bare_gevent_websocket_the_page_says_why_it_is_dead_and_does_not_try_again(
    app_server: StartApp, tab: Tab
) -> None:
    app = app_server(SOURCE, server=BareWebSocketServer)
    sockets: list[WebSocket] = []
    tab.page.on("websocket", lambda socket: sockets.append(socket))
    tab.page.goto(app.url)
    expect(tab.page.get_by_role("alert")).to_contain_text("this server's WebSockets cannot carry pages")
    assert tab.page.evaluate("pycommunicate.state") == "gone"
    tab.page.wait_for_timeout(600)  # the first tries come within 250 ms and 500 ms
    assert len(sockets) == 1
