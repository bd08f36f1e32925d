"""The app object: what it is made with, what a request leaves behind, and the ways in from outside."""

from __future__ import annotations

import gc
import logging
import threading
from typing import Any

import gevent
import pytest
from gevent import socket

from pycommunicate import CommunicateApp, Settings, View
from pycommunicate.errors import ConfigurationError, ServeError
from pycommunicate.page import Page
from pycommunicate.protocol.messages import Bye, Welcome
from pycommunicate.server.bases.controller import Controller
from tests.support.house import ExpectErrors, living
from tests.support.local_app import LocalApp
from tests.support.rig import settle, until
from tests.support.site import Visitor, factory, live, make_app, shows, tag_of
from tests.support.websocket import RawSocket


def count(view: View) -> str:
    session = view.controller.user.session
    session["count"] = session.get("count", 0) + 1
    return str(session["count"])


@pytest.mark.parametrize("port", [-1, 65536, "8080", 80.0, None])
def test_port_that_cannot_be_is_refused_with_its_value(port: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"web_port to be a port from 0 to 65535, got {port!r}"):
        CommunicateApp(web_port=port)


@pytest.mark.parametrize("port", [0, 1, 65535])
def test_every_port_that_can_be_is_taken(port: int) -> None:
    assert CommunicateApp(web_port=port).web_port == port


@pytest.mark.parametrize("number", [0, -1, "10", 1.5])
def test_number_of_handler_threads_that_cannot_be_is_refused(number: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"maximum_handler_threads to be a number above 0, got {number!r}"):
        CommunicateApp(maximum_handler_threads=number)


def test_arguments_stand_in_the_documented_order_and_have_the_documented_defaults() -> None:
    app = CommunicateApp()
    assert (app.web_port, app.host, app.debug) == (8080, "localhost", False)
    app = CommunicateApp(81, "example.org", True, 10, "pages")
    assert (app.web_port, app.host, app.debug) == (81, "example.org", True)


@pytest.mark.parametrize("key", ["", b"", None, 5, ["text"]])
def test_secret_key_that_is_none_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected a secret key of text or bytes"):
        CommunicateApp().set_secret_key(key)


@pytest.mark.parametrize("key", ["a key", b"\xff\x00 key"])
def test_user_is_known_to_another_process_with_the_same_key(key: str | bytes) -> None:
    visitor = Visitor(make_app(lambda view: view.controller.user.id_))
    visitor.app.set_secret_key(key)
    visitor.app.add_controller("/session", factory(count))
    visitor.get("/session")
    first = visitor.get("/").text

    visitor.client.application = another = make_app(lambda view: view.controller.user.id_)
    another.set_secret_key(key)
    assert visitor.get("/").text == first
    another.set_secret_key("another key")
    assert visitor.get("/").text != first


def test_app_without_a_key_works_and_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    app = CommunicateApp()
    app.add_controller("/", factory(count))
    visitor = Visitor(app)
    assert [visitor.get().text for _ in range(3)] == ["1", "2", "3"]
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert sum("no secret key is set" in text for text in warnings) == 1


def test_static_page_costs_nothing_once_it_is_sent() -> None:
    app = make_app("<p>static</p>")
    controllers, pages = len(living(Controller)), len(living(Page))
    for visitor in [Visitor(app) for _ in range(3)]:
        response = visitor.get()
        assert (response.status_code, response.text) == (200, "<p>static</p>")
        assert response.content_type == "text/html; charset=utf-8"
        assert "Set-Cookie" not in response.headers
        assert "Cache-Control" not in response.headers
    assert (len(app._registry), len(app._users)) == (0, 0)
    assert len(living(Controller)) == controllers
    assert len(living(Page)) == pages


def test_static_page_of_a_known_user_costs_nothing_either() -> None:
    app = make_app("static")
    app.add_controller("/live", factory(live))
    visitor = Visitor(app)
    visitor.attach(visitor.get("/live")).leave()
    visitor.get("/")
    assert len(app._registry) == 0
    assert all(user.pages == {} for user in app._users._users.values())


def test_live_page_has_one_script_tag_and_is_never_cached() -> None:
    app = make_app(live)
    response = Visitor(app).get()
    tag = tag_of(response)
    page = next(iter(app._registry))
    assert response.headers["Cache-Control"] == "no-store"
    assert tag.src == f"/__pycommunicate/{app._client.name}"
    assert tag.socket == f"/__pycommunicate/p/{app._registry.node}/{page.id}/socket"
    assert len(tag.ticket) > 20


def test_live_page_attaches_and_loads_once() -> None:
    loads: list[str] = []
    app = make_app()
    app.add_controller("/", factory(shows(live, lambda view: loads.append(view.controller.user.request_id))))
    visitor = Visitor(app)
    response = visitor.get()
    assert loads == []
    attached = visitor.attach(response)
    assert isinstance(attached.messages[0], Welcome)
    page = next(iter(app._registry))
    assert loads == [page.id]


def test_all_of_a_live_page_is_freed_when_it_has_ended() -> None:
    app = make_app()
    app.add_controller("/", factory(shows(live, lambda view: view.add_timer(60, lambda: None))))
    controllers, pages = len(living(Controller)), len(living(Page))
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    assert len(living(Page)) == pages + 1
    attached.leave()
    del attached
    settle()
    gc.collect()
    assert len(app._registry) == 0
    assert len(living(Page)) == pages
    assert len(living(Controller)) == controllers


def test_sub_path_stands_in_script_address_and_socket_address() -> None:
    app = make_app(live)
    tag = tag_of(Visitor(app).get("/", environ_overrides={"SCRIPT_NAME": "/sub path"}))
    assert tag.src.startswith("/sub%20path/__pycommunicate/client.")
    assert tag.socket.startswith("/sub%20path/__pycommunicate/p/")


def test_stop_ends_every_page_and_tells_its_browser_to_come_back() -> None:
    app = make_app(live)
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    visitor.get()
    assert len(app._registry) == 2
    app.finish(0.1)
    assert len(app._registry) == 0
    bye = attached.take()[-1]
    assert isinstance(bye, Bye)
    assert (bye.code, bye.action) == ("stopping", "reload")


def test_call_soon_runs_in_the_thread_of_the_app_and_session_changes_are_kept() -> None:
    app = make_app(live)
    visitor = Visitor(app)
    visitor.attach(visitor.get())
    user = next(iter(app._users._users.values()))
    threads: list[int] = []

    def job(value: str) -> None:
        threads.append(threading.get_ident())
        user.session["from"] = value

    caller = threading.Thread(target=app.call_soon, args=(job, "outside"))
    caller.start()
    caller.join()
    until(lambda: threads, "the job")
    assert threads == [threading.get_ident()]
    assert user.session["from"] == "outside"


def test_call_soon_logs_what_its_function_raises(caplog: pytest.LogCaptureFixture, expect_errors: ExpectErrors) -> None:
    app = make_app("static")
    Visitor(app).get()

    def broken() -> None:
        raise LookupError("nothing here")

    app.call_soon(broken)
    until(lambda: "nothing here" in caplog.text, "the log of it")
    assert len(expect_errors()) == 1
    assert "broken failed" in caplog.text


def test_call_soon_before_the_first_request_says_why_it_cannot() -> None:
    with pytest.raises(ServeError, match="call_soon needs a server that has begun"):
        CommunicateApp().call_soon(print)


def test_settings_of_one_app_are_not_those_of_another() -> None:
    mine = Settings(max_pages=5)
    assert CommunicateApp(settings=mine).settings is mine
    assert CommunicateApp().settings.max_pages == Settings().max_pages


def test_call_soon_of_an_app_that_has_stopped_says_what_is_not_run(caplog: pytest.LogCaptureFixture) -> None:
    app = make_app("static")
    Visitor(app).get()
    app.finish(0.1)
    ran: list[int] = []

    def too_late() -> None:
        ran.append(1)

    app.call_soon(too_late)
    until(lambda: "too_late is not run: the server stops" in caplog.text, "a line of the log")
    assert ran == []


def test_stop_waits_for_what_call_soon_runs() -> None:
    app = make_app("static")
    Visitor(app).get()
    steps: list[str] = []

    def job() -> None:
        steps.append("begun")
        gevent.sleep(0.1)
        steps.append("done")

    app.call_soon(job)
    until(lambda: steps, "its begin")
    app.finish(5.0)
    assert steps == ["begun", "done"]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_path_stands_in_a_line_of_the_log_as_in_a_url(
    caplog: pytest.LogCaptureFixture, expect_errors: ExpectErrors
) -> None:
    def broken(view: View) -> str:
        raise LookupError

    served = LocalApp(shows("x"))
    served.app.add_controller("/item/<name>", factory(broken))
    client = RawSocket(("127.0.0.1", served.server.server_port or 0), socket)
    client.send_raw(b"GET /item/x%0aERROR%20forged%1b[31m HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.read_response().status == 500
    client.close()
    served.close()
    assert expect_errors() == ["the page at /item/x%0AERROR%20forged%1B%5B31m failed"]
    assert [text for text in caplog.messages if not text.isprintable()] == []


@pytest.mark.parametrize("own_page", [False, True])
def test_crash_while_a_socket_is_let_in_is_no_404(own_page: bool, expect_errors: ExpectErrors) -> None:
    class Broken:
        def accept(self, receiver: Any, subprotocol: str, max_size: int) -> None:
            receiver.lost(self)
            raise LookupError

    app = make_app(live)
    if own_page:
        app.add_error_handler(500, factory("sorry"))
    visitor = Visitor(app)
    path = tag_of(visitor.get()).socket
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": visitor.base_url}
    answer = visitor.get(path, headers=headers, environ_overrides={"wsgi.websocket": Broken()})
    assert (answer.status_code, answer.text) == (500, "the server failed\n")
    assert expect_errors() == [f"the page at {path} failed"]
