"""What an app has in debug, and that it has nothing of it without."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from gevent import get_hub

from pycommunicate.errors import ServeError
from pycommunicate.page.trail import TracedChannel
from pycommunicate.server.app import communicate
from tests.support.program import run
from tests.support.site import Visitor, live, make_app, tag_of


def test_page_loads_the_script_of_debug_before_the_client() -> None:
    visitor = Visitor(make_app(live, debug=True))
    text = visitor.get().text
    assert text.index("/__pycommunicate/debug.") < text.index("/__pycommunicate/client.")
    name = text.partition("/__pycommunicate/debug.")[2].partition('"')[0]
    script = visitor.get(f"/__pycommunicate/debug.{name}")
    assert script.status_code == 200
    assert script.content_type == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["Cache-Control"]
    assert "pycommunicate-error" in script.text
    assert visitor.get(f"/__pycommunicate/debug.x{name}").status_code == 404
    assert visitor.get(tag_of(text).src).status_code == 200


def test_each_start_has_a_name_that_its_pages_know() -> None:
    names = []
    for _ in range(2):
        visitor = Visitor(make_app(live, debug=True))
        answer = visitor.get("/__pycommunicate/debug")
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'data-pycommunicate-debug="{answer.text}"' in visitor.get().text
        names.append(answer.text)
    assert names[0] != names[1]


def test_without_debug_there_is_no_script_no_name_and_no_trail() -> None:
    for debug in (False, True):
        app = make_app(live, debug=debug)
        visitor = Visitor(app)
        response = visitor.get()
        assert ("debug." in response.text) is debug
        assert visitor.get("/__pycommunicate/debug").status_code == (200 if debug else 404)
        name = Visitor(make_app(live, debug=True)).get().text.partition("/__pycommunicate/debug.")[2].partition('"')[0]
        assert visitor.get(f"/__pycommunicate/debug.{name}").status_code == (200 if debug else 404)
        visitor.attach(response)
        (page,) = app._registry
        assert (page.watch is not None) is debug
        assert isinstance(page._stream._channel, TracedChannel) is debug


def test_debug_can_be_switched_on_and_off_for_pages_to_come() -> None:
    app = make_app(live)
    visitor = Visitor(app)
    for debug in (True, True, False, True):
        app.debug = debug
        assert app.debug is debug
        assert ("debug." in visitor.get().text) is debug


def test_without_debug_nothing_of_it_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pycommunicate import CommunicateApp\n"
        "app = CommunicateApp()\n"
        "found = [name for name in sys.modules if 'debug' in name and name.startswith(('pycommunicate', 'werkzeug'))]\n"
        "assert not found, found\n"
        "app.debug = True\n"
        "assert 'pycommunicate.server.app.debugging' in sys.modules\n"
    )
    result = run("-c", code, folder=tmp_path)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("host", "place", "warned"),
    [
        *((host, {}, False) for host in ("localhost", "127.0.0.1", "127.1.2.3", "::1", "app.localhost")),
        *((host, {}, True) for host in ("0.0.0.0", "::", "192.0.2.1", "example.org")),
        ("0.0.0.0", {"unix_socket": "/tmp/x"}, False),
    ],
)
def test_host_that_others_reach_is_warned_of_once(
    host: str, place: dict[str, str], warned: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(communicate, "serve", lambda app, place, settings: None)
    for debug in (True, False):
        caplog.clear()
        app = make_app(debug=debug, host=host)
        app.run(**place)  # type: ignore[arg-type]
        said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert len(said) == (warned and debug)
        if said:
            assert said[0].startswith(
                f"debug is on, and the app is served on {'[::]' if host == '::' else host}:8080, "
            )


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("debug", [True, False])
def test_server_that_others_reach_is_warned_of_once_whoever_has_started_it(
    local: bool, debug: bool, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor(make_app(live, debug=debug))
    for _ in range(2):
        server = SimpleNamespace(loopback=False, local=local, on_stop=lambda finish: None)
        for _ in range(2):
            assert visitor.get(environ_overrides={"pycommunicate.server": server}).status_code == 200
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(said) == (debug and not local)
    if said:
        assert said[0].startswith("debug is on, and the app is served on an address that others reach, not on a ")


def test_monitor_thread_runs_while_served_in_debug_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(communicate, "serve", lambda *args: seen.append(get_hub().periodic_monitoring_thread))
    make_app().run()
    assert seen.pop() is None
    make_app(debug=True).run()
    thread = seen.pop()
    assert thread is not None
    assert thread.should_run is False  # type: ignore[attr-defined]
    assert get_hub().periodic_monitoring_thread is None

    def fail(*args: object) -> None:
        raise ServeError("no")

    monkeypatch.setattr(communicate, "serve", fail)
    with pytest.raises(ServeError):
        make_app(debug=True).run()
    assert get_hub().periodic_monitoring_thread is None
