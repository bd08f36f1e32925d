"""How a server stops: nothing new begins, what runs ends with its browser there, and every browser is told."""

from __future__ import annotations

import http.client
import signal
import threading
from time import monotonic

import pytest

from tests.conftest import StartApp
from tests.deployment.conftest import OpenWorkshop
from tests.support.app_server import AppServer
from tests.support.workshop import PROGRAM, refuses, settings

NEVER = 60.0


def send_signal(app: AppServer, number: int) -> None:
    """Send a signal; return when the server stops."""
    assert app.process is not None
    app.process.send_signal(number)
    assert refuses(app.port)


def exit_code(app: AppServer) -> int:
    assert app.process is not None
    return app.process.wait(10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_handler_that_runs_reads_and_writes_to_its_end_then_the_page_is_told(
    app_server: StartApp, workshop: OpenWorkshop, number: int
) -> None:
    app = app_server(PROGRAM)
    client, other = workshop(app.url).come_in(), workshop(app.url).come_in()
    client.click("work")
    client.answer("before")
    send_signal(app, number)

    bye = client.read_until_bye("after")  # the socket carries reads and their answers still

    assert client.texts[1:] == ["step 1: before", "step 2: after", "step 3: after", "step 4: after", "done"]
    for one, said in ((client, bye), (other, other.read_until_bye())):
        assert (said.code, said.action) == ("stopping", "reload")
        assert one.close_code == 1001
    assert exit_code(app) == 0
    assert app.log.count("torn down") == 2
    assert "WARNING" not in app.log


def test_no_handler_and_no_timer_begins_any_more(app_server: StartApp, workshop: OpenWorkshop) -> None:
    app = app_server(PROGRAM)
    client = workshop(app.url).come_in()
    client.click("work")
    client.answer("typed")
    client.click("tick")
    client.wait_text("tick 1 begins")
    send_signal(app, signal.SIGTERM)

    client.click("mark")
    client.read_until_bye("typed")

    assert "done" in client.texts
    assert "marked" not in client.texts
    begun = [text for text in client.texts if text.endswith("begins")]
    assert [text.replace("begins", "ends") for text in begun] == [
        text for text in client.texts if text.endswith("ends")
    ]
    assert exit_code(app) == 0


def test_page_that_says_hello_as_the_server_stops_is_not_let_in_and_may_come_again(
    app_server: StartApp, workshop: OpenWorkshop
) -> None:
    app = app_server(PROGRAM)
    busy, late = workshop(app.url).come_in(), workshop(app.url)
    late.get()
    assert late.connect(late.headers).status == 101
    busy.click("work")
    busy.answer("typed")
    send_signal(app, signal.SIGTERM)

    assert late.hello() is None
    assert late.close_code == 1001
    late.close()
    busy.read_until_bye("typed")
    assert exit_code(app) == 0
    assert app.log.count("torn down") == 1, "no load() ran"


def test_timer_that_a_running_handler_adds_does_not_begin_either(app_server: StartApp, workshop: OpenWorkshop) -> None:
    app = app_server(PROGRAM, environment={"TICKS": "1"} | settings(stop_timeout=2))
    client = workshop(app.url).come_in()
    client.click("work")
    client.answer("typed")
    send_signal(app, signal.SIGTERM)

    client.read_until_bye("typed")

    assert "done" in client.texts
    assert "tick 1 begins" not in client.texts
    assert exit_code(app) == 0


def test_request_on_its_way_is_answered_and_a_new_one_is_not_taken(
    app_server: StartApp, workshop: OpenWorkshop
) -> None:
    app = app_server(PROGRAM)
    answers: list[tuple[int, str | None, bytes]] = []
    idle = http.client.HTTPConnection("127.0.0.1", app.port, timeout=5)
    idle.request("GET", "/nowhere")
    idle.getresponse().read()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=5)
        connection.request("GET", "/slow")
        response = connection.getresponse()
        answers.append((response.status, response.headers["Connection"], response.read()))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    app.wait_for_log("slow\n")
    send_signal(app, signal.SIGTERM)
    assert idle.sock is not None
    assert idle.sock.recv(1) == b"", "a connection that waits for a request ends at once"
    idle.close()
    assert answers == []

    thread.join()
    assert answers == [(200, "close", b"<!DOCTYPE html><p>at last")]
    assert exit_code(app) == 0


def test_what_still_runs_at_the_deadline_is_killed_and_named(app_server: StartApp, workshop: OpenWorkshop) -> None:
    app = app_server(PROGRAM, environment=settings(stop_timeout=0.2))
    client = workshop(app.url).come_in()
    client.click("stick")
    app.wait_for_log("stuck\n")
    began = monotonic()
    send_signal(app, signal.SIGTERM)

    client.read_until_bye()
    assert exit_code(app) == 0
    assert monotonic() - began < 4
    [line] = [line for line in app.log.splitlines() if "WARNING" in line]
    assert "still runs as the server stops, and is killed" in line
    assert "handler Home.stick of 'click' on '#stick'" in line
    assert "unstuck" in app.log


def test_handler_that_waits_for_a_silent_browser_is_told_at_the_deadline(
    app_server: StartApp, workshop: OpenWorkshop
) -> None:
    app = app_server(PROGRAM, environment=settings(stop_timeout=0.2))
    client = workshop(app.url).come_in()
    client.click("ask")
    client.wait(lambda: client.asked)
    send_signal(app, signal.SIGTERM)

    client.read_until_bye()
    assert exit_code(app) == 0
    assert "gone: the page is gone: the server stops" in app.log
    assert "WARNING" not in app.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_second_signal_ends_at_once_although_a_handler_lets_nobody_else_run(
    app_server: StartApp, workshop: OpenWorkshop, number: signal.Signals
) -> None:
    app = app_server(PROGRAM, environment=settings(stop_timeout=NEVER))
    client = workshop(app.url).come_in()
    client.click("hog")
    app.wait_for_log("hogging\n")
    assert app.process is not None
    app.process.send_signal(signal.SIGTERM)
    with pytest.raises(Exception, match="timed out"):
        app.process.wait(0.2)

    app.process.send_signal(number)

    assert app.process.wait(2) == 128 + number
