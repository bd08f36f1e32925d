"""gunicorn with our worker: everything holds that holds under `serve`."""

from __future__ import annotations

import http.client
import os
import signal
import ssl
from pathlib import Path
from time import monotonic

import pytest

from pycommunicate.protocol import ClientChannel, Limits
from pycommunicate.protocol.messages import Refuse
from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.certificates import Certificate
from tests.support.gunicorn_server import GunicornServer
from tests.support.program import run
from tests.support.workshop import PROGRAM, TlsSockets, UnixSockets, refuses, settings

WRAPPED = """
from pathlib import Path
import sys
sys.path.insert(0, {folder!r})
import importlib.util
spec = importlib.util.spec_from_file_location("inner", {folder!r} + "/main.py")
inner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(inner)

def app(environ, start_response):
    return inner.app(environ, start_response)
"""


def get(port: int, path: str = "/", headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


@pytest.fixture
def gunicorn(app_server: StartApp) -> StartApp:
    """Starts apps under gunicorn, as `app_server` does under our own command."""

    def start(app: str | Path = PROGRAM, **options: object) -> GunicornServer:
        started = app_server(app, server=GunicornServer, **options)
        assert isinstance(started, GunicornServer)
        return started

    return start


def test_page_lives_in_a_patched_process_and_its_handlers_read_and_write(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn(arguments=["--access-logfile", "-"])
    client = workshop(app.url).come_in()
    client.click("work")
    for text in ("a", "b", "c", "d"):
        client.answer(text)
    client.wait_text("done")
    assert client.texts[1:] == ["step 1: a", "step 2: b", "step 3: c", "step 4: d", "done"]
    app.wait_for_log("patched: True True")
    app.wait_for_log('"GET / HTTP/1.1" 200')
    assert "WARNING" not in app.log


def test_sigterm_lets_a_running_handler_end_with_its_socket_open_and_tells_the_page(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn()
    client = workshop(app.url).come_in()
    client.click("work")
    client.answer("before")
    app.signal(signal.SIGTERM)
    assert refuses(app.port)

    bye = client.read_until_bye("after")

    assert client.texts[1:] == ["step 1: before", "step 2: after", "step 3: after", "step 4: after", "done"]
    assert (bye.code, bye.action) == ("stopping", "reload")
    assert client.close_code == 1001
    assert app.process.wait(5) == 0
    app.wait_for_log("torn down")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT], ids=["SIGINT", "SIGQUIT"])
def test_sigint_and_sigquit_wait_for_no_handler_and_still_tell_the_page(
    gunicorn: StartApp, workshop: OpenWorkshop, number: signal.Signals, tmp_path: Path
) -> None:
    app = gunicorn(arguments=["-b", f"unix:{tmp_path / 'app.sock'}", "-b", "127.0.0.1:0"])
    client = workshop(app.url).come_in()
    workshop("http://app.example", UnixSockets(tmp_path / "app.sock")).get()
    client.click("stick")
    app.wait_for_log("stuck\n")
    began = monotonic()
    app.signal(number)

    assert client.read_until_bye().code == "stopping"
    assert app.process.wait(10) == 0
    assert monotonic() - began < 4
    app.wait_for_log("Shutting down")
    assert app.log.count("still runs as the server stops, and is killed") == 1


def test_handler_is_killed_and_named_within_the_graceful_timeout(gunicorn: StartApp, workshop: OpenWorkshop) -> None:
    app = gunicorn(arguments=["--graceful-timeout", "2"])
    client = workshop(app.url).come_in()
    client.click("stick")
    app.wait_for_log("stuck\n")
    app.signal(signal.SIGTERM)

    assert client.read_until_bye().code == "stopping"
    assert app.process.wait(10) == 0
    app.wait_for_log("[WARNING] handler Home.stick of 'click' on '#stick' still runs")
    app.wait_for_log("unstuck")  # else gunicorn had to kill the worker


def test_sighup_brings_a_new_worker_and_pages_of_the_old_one_come_back_to_it(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn()
    client = workshop(app.url).come_in()
    app.signal(signal.SIGHUP)

    bye = client.read_until_bye()
    assert (bye.code, bye.action) == ("stopping", "reload")
    app.wait_for_log("Worker exiting")
    client.channel = ClientChannel(Limits())  # as a browser does that tries whether the page is still there
    assert client.connect(client.headers).status == 101
    refusal = client.hello()
    assert isinstance(refusal, Refuse)
    assert (refusal.code, refusal.action) == ("gone", "reload")
    client.ops.clear()
    client.come_in()
    assert len(app.worker_pids()) == 2


def test_worker_that_lets_nothing_else_run_is_ended_with_a_line_that_names_the_handler(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn(arguments=["--timeout", "1"])
    client = workshop(app.url).come_in()
    client.click("hog")
    app.wait_for_log("let nothing else run for 1 s")
    [line] = [line for line in app.log.splitlines() if "let nothing else run" in line]
    assert "handler Home.hog of 'click' on '#hog'" in line
    assert "main.py:" in line
    app.wait_for_log("Booting worker", since=app.log.index("let nothing else run"))
    assert get(app.port)[0] == 200


def test_several_workers_are_refused_at_the_first_request_with_a_line_that_says_what_to_do(gunicorn: StartApp) -> None:
    app = gunicorn(arguments=["-w", "2"])
    # Both must be up before anything stops them: gunicorn loses a SIGTERM that comes while a worker is being made.
    app.wait_for_log("patched:")
    app.wait_for_log("patched:", since=app.log.index("patched:") + 1)
    status, text = get(app.port)
    assert status == 500
    assert "several processes" in text
    assert "-w 1" in text
    app.wait_for_log("a request is refused: the app is served by several processes")


def test_second_worker_of_the_same_master_stands_by_until_the_first_one_has_stopped(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn()
    app.wait_for_log("patched:")
    client = workshop(app.url).come_in()
    mark = len(app.log)
    app.signal(signal.SIGTTIN)
    app.wait_for_log("this worker stands by and takes no connection: another one of this gunicorn serves", since=mark)

    for _ in range(20):  # each of both would take some
        assert get(app.port)[0] == 200
        client.click("mark")
        client.wait_text("marked")
        client.ops.clear()
        other = workshop(app.url).come_in()
        other.click("mark")
        other.wait_text("marked")
    assert app.log.count("this worker stands by") == 1

    app.signal(signal.SIGTTOU)  # the older one goes
    assert client.read_until_bye().code == "stopping"
    app.wait_for_log("this worker serves now", since=mark)
    assert workshop(app.url).come_in().texts == ["home is ready"]


def test_worker_that_stands_by_takes_over_when_the_first_one_is_killed_and_stops_when_it_is_told_to(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn()
    app.wait_for_log("patched:")
    workshop(app.url).come_in()
    app.signal(signal.SIGTTIN)
    app.wait_for_log("this worker stands by")
    first, second = app.worker_pids()
    os.kill(first, signal.SIGKILL)
    app.wait_for_log("this worker serves now")
    client = workshop(app.url).come_in()
    app.wait_for_log("this worker stands by", since=app.log.index("this worker serves now"))  # the next one
    began = monotonic()
    app.signal(signal.SIGTERM)
    assert client.read_until_bye().code == "stopping"
    assert app.process.wait(10) == 0
    assert monotonic() - began < 4
    assert second == app.worker_pids()[1]


def test_script_name_is_where_the_app_is_mounted(gunicorn: StartApp, workshop: OpenWorkshop) -> None:
    app = gunicorn(environment={"SCRIPT_NAME": "/todo"})
    client = workshop(app.url).come_in("/todo/")
    assert client.document.socket.startswith("/todo/__pycommunicate/p/")
    assert "Path=/todo;" in client.document.headers["set-cookie"]
    client.click("mark")
    client.wait_text("marked")
    for path in ("/", "/todos/"):
        assert get(app.port, path) == (404, "expected a path below /todo/, which SCRIPT_NAME says\n")


def test_certfile_serves_https(gunicorn: StartApp, workshop: OpenWorkshop, certificate: Certificate) -> None:
    app = gunicorn(arguments=["--certfile", str(certificate.cert), "--keyfile", str(certificate.key)])
    assert app.url.startswith("https://")
    client = workshop(app.url, TlsSockets(certificate.client_context())).come_in()
    assert "Secure" in client.document.headers["set-cookie"]
    assert isinstance(client.websocket.socket, ssl.SSLSocket)


def test_unix_socket_is_served_beside_a_port(gunicorn: StartApp, workshop: OpenWorkshop, tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    app = gunicorn(arguments=["-b", f"unix:{path}", "-b", "127.0.0.1:0"])
    on_port, on_path = workshop(app.url).come_in(), workshop("http://app.example", UnixSockets(path)).come_in()
    assert get(app.port, headers={"Host": "app.example"})[0] == 400, "a loopback address has its own names"
    app.signal(signal.SIGTERM)
    assert on_port.read_until_bye().code == "stopping"
    assert on_path.read_until_bye().code == "stopping"
    assert app.process.wait(5) == 0
    assert not path.exists()


def test_settings_of_the_app_hold_and_those_of_gunicorn_for_restarts_do_not(
    gunicorn: StartApp, workshop: OpenWorkshop
) -> None:
    app = gunicorn(environment=settings(keep_alive_timeout=0.2), arguments=["--max-requests", "1"])
    app.wait_for_log("max_requests does not count here")
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=5)
    for _ in range(2):
        connection.request("GET", "/nowhere")
        connection.getresponse().read()
    assert connection.sock.recv(1) == b"", "expected the end of an idle connection after keep_alive_timeout"
    connection.close()
    workshop(app.url).come_in()


def test_app_that_is_wrapped_is_served_with_defaults(gunicorn: StartApp, workshop: OpenWorkshop) -> None:
    app = gunicorn(WRAPPED.format(folder=str(PROGRAM)))
    workshop(app.url).come_in()


def test_without_gunicorn_the_import_says_how_to_get_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['gunicorn'] = None; import pycommunicate.transport.gunicorn"
    result = run("-c", hidden, folder=tmp_path)
    assert result.returncode == 1
    assert "ImportError: gunicorn is needed here: `pip install pycommunicate[gunicorn]`" in result.stderr
