"""Tracebacks in the page: Werkzeug's debugger where only this machine can reach it, plain text elsewhere."""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.debug import DebuggedApplication
from werkzeug.test import TestResponse

from pycommunicate import View
from pycommunicate.server.app.debugging.tracebacks import Tracebacks
from tests.support.house import ExpectErrors
from tests.support.site import Visitor, factory, make_app

NO_CONSOLE = "Werkzeug&#39;s debugger is for loopback only"


def crash(view: View) -> Any:
    kept = "a value that a console can look at"
    raise LookupError(f"<b>the secret recipe</b> {len(kept)}")


def near(loopback: bool = True, address: str = "127.0.0.1", **more: str) -> dict[str, Any]:
    """Return what stands in the environ of a request, as it does under our own server."""
    server = SimpleNamespace(loopback=loopback, local=loopback, on_stop=lambda finish: None)
    return {"pycommunicate.server": server, "REMOTE_ADDR": address, "HTTP_CONNECTION": "keep-alive", **more}


def get(path: str = "/", overrides: dict[str, Any] | None = None, visitor: Visitor | None = None) -> TestResponse:
    visitor = visitor or Visitor(make_app(crash, debug=True))
    return visitor.get(path, environ_overrides=near() if overrides is None else overrides)


def test_on_loopback_it_is_werkzeugs_debugger_locked_by_its_pin(expect_errors: ExpectErrors) -> None:
    response = get()
    assert response.status_code == 500
    assert "EVALEX = true" in response.text
    assert "EVALEX_TRUSTED = false" in response.text
    assert "&lt;b&gt;the secret recipe&lt;/b&gt;" in response.text
    assert NO_CONSOLE not in response.text
    frames = re.findall(r'<cite class="filename">"([^"]*)"</cite>', response.text)
    assert [frame.rpartition("/")[2] for frame in frames] == ["site.py", "test_tracebacks.py"]
    assert expect_errors() == ["the page at / failed"]


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        near(loopback=False),
        near(address="192.0.2.1"),
        near(address=""),
        near(HTTP_X_FORWARDED_FOR="127.0.0.1"),
        near(HTTP_FORWARDED="for=127.0.0.1"),
        near(HTTP_X_FORWARDED_PROTO="https"),
        near(HTTP_X_REAL_IP="127.0.0.1"),
        near(HTTP_VIA="1.1 proxy"),
        near(HTTP_CONNECTION="close"),
        near(HTTP_CONNECTION=""),
        near(SERVER_PROTOCOL="HTTP/1.0"),
        near(HTTP_REFERER="https://example.org/page"),
        near(HTTP_ORIGIN="http://[bad"),
        near(HTTP_ORIGIN="null"),
    ],
)
def test_elsewhere_it_is_a_plain_page_that_says_why(overrides: dict[str, Any], expect_errors: ExpectErrors) -> None:
    visitor = Visitor(make_app(crash, debug=True))
    response = get(overrides=overrides, visitor=visitor)
    assert response.status_code == 500
    assert NO_CONSOLE in response.text
    assert "LookupError: &lt;b&gt;the secret recipe&lt;/b&gt;" in response.text
    assert "EVALEX" not in response.text
    assert "communicate.py" not in response.text
    asked = get("/?__debugger__=yes&cmd=resource&f=debugger.js", overrides, visitor)
    assert "function" not in asked.text
    expect_errors()


def test_page_of_the_machine_itself_may_lead_to_it(expect_errors: ExpectErrors) -> None:
    for referer in ("http://localhost:8080/", "http://127.0.0.1/page", "http://[::1]:8080/"):
        assert "EVALEX = true" in get(overrides=near(HTTP_REFERER=referer, HTTP_CONNECTION="Keep-Alive")).text
    expect_errors()


def test_debugger_answers_its_own_page_and_runs_code_for_who_has_the_pin(
    expect_errors: ExpectErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKZEUG_DEBUG_PIN", "123-456")
    visitor = Visitor(make_app(crash, debug=True))
    page = get(visitor=visitor).text
    assert "function" in get("/?__debugger__=yes&cmd=resource&f=debugger.js", visitor=visitor).text
    found = re.search(r'SECRET = "(\w+)"', page)
    assert found is not None
    frame = re.findall(r'id="frame-(\d+)"', page)[-1]
    command = f"/?__debugger__=yes&cmd=kept.upper()&frm={frame}&s={found[1]}"
    assert "CAN LOOK AT" not in get(command, visitor=visitor).text
    assert get(f"/?__debugger__=yes&cmd=pinauth&pin=123-456&s={found[1]}", visitor=visitor).json == {
        "auth": True,
        "exhausted": False,
    }
    assert "A VALUE THAT A CONSOLE CAN LOOK AT" in get(command, visitor=visitor).text
    outside = near(address="192.0.2.1")
    assert "A VALUE THAT" not in get(command, outside, visitor).text
    expect_errors()


def test_no_console_stands_at_a_path_of_the_app(expect_errors: ExpectErrors) -> None:
    app = make_app(debug=True)
    app.add_controller("/console", factory("the app's own"))
    assert get("/console", visitor=Visitor(app)).text == "the app's own"


def test_handler_of_500_does_not_hide_it_and_without_debug_it_is_all_there_is(expect_errors: ExpectErrors) -> None:
    for debug in (True, False):
        app = make_app(crash, debug=debug)
        app.add_error_handler(500, factory("sorry"))
        text = get(visitor=Visitor(app)).text
        assert ("secret recipe" in text) is debug
        assert (text == "sorry") is not debug
    expect_errors()


def test_crash_of_before_connect_and_of_an_error_page_are_shown_too(expect_errors: ExpectErrors) -> None:
    app = make_app(debug=True)
    app.add_controller("/before", factory("x").with_before_connect(lambda context: 1 / 0))
    app.add_error_handler(404, factory(crash))
    assert "ZeroDivisionError" in get("/before", visitor=Visitor(app)).text
    assert "secret recipe" in get("/nowhere", visitor=Visitor(app)).text
    assert expect_errors() == ["the page at /before failed", "the page of error 404 failed at /nowhere"]


def test_traceback_is_logged_once(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    get()
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    assert capsys.readouterr().err.count("Traceback") == 0


@pytest.fixture(autouse=True)
def crashes_are_expected(expect_errors: ExpectErrors) -> None:
    expect_errors()


def test_frames_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    debuggers: list[DebuggedApplication] = []
    make = Tracebacks.__init__

    def note(self: Tracebacks, *args: Any) -> None:
        make(self, *args)
        debuggers.append(self._debugger)

    monkeypatch.setattr(Tracebacks, "__init__", note)
    visitor = Visitor(make_app(crash, debug=True))
    for _ in range(400):
        get(visitor=visitor)
    assert 0 < len(debuggers[0].frames) < 600
