"""What is answered where a WebSocket is expected and none can be, and how often the log says so."""

from __future__ import annotations

import logging

import pytest

from pycommunicate.server.app.upgrades import Upgrades
from tests.support.site import Visitor, live, make_app

PATH = "/__pycommunicate/p/node/page/socket"
#: What is said of a server that is none of ours, as here.
DEAD = "pages are shown and stay dead: "
KEY = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    return [line for line in lines if not line.startswith(DEAD)]


@pytest.mark.parametrize(
    ("headers", "lacks"),
    [
        (KEY, ["Upgrade: websocket", "Connection: upgrade"]),
        ({**KEY, "Connection": "close, Upgrade"}, ["Upgrade: websocket"]),
        ({"Upgrade": "websocket"}, ["Connection: upgrade"]),
        ({"Upgrade": "WebSocket", "Connection": "keep-alive"}, ["Connection: upgrade"]),
        ({**KEY, "Upgrade": "h2c", "Connection": "upgrade"}, ["Upgrade: websocket"]),
    ],
)
def test_what_is_missing_is_answered_and_logged(
    headers: dict[str, str], lacks: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    response = Visitor(make_app(live)).get(PATH, headers=headers)

    named = " and ".join(f'the header "{one}"' for one in lacks)
    assert response.status_code == 400
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text.startswith(f"expected a WebSocket, got a request without {named}; ")
    [line] = said(caplog)
    assert f"it came without {named}, " in line


def test_somebody_who_only_looks_is_answered_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    response = Visitor(make_app(live)).get(PATH)

    assert response.status_code == 400
    assert response.text.startswith("expected a WebSocket, got a request without ")
    assert said(caplog) == []


def test_log_has_one_line_a_minute_with_the_number_of_the_others(caplog: pytest.LogCaptureFixture) -> None:
    now = [5.0]
    upgrades = Upgrades(lambda: now[0])
    for at in (5.0, 6.0, 64.9, 65.0, 66.0, 200.0):
        now[0] = at
        assert upgrades.refuse({"HTTP_SEC_WEBSOCKET_KEY": "x"}).status_code == 400

    refused = "a WebSocket is refused"
    assert [line.partition(":")[0] for line in said(caplog)] == [
        refused,
        f"{refused} (and 2 more before it)",
        f"{refused} (and 1 more before it)",
    ]


def test_script_is_no_websocket() -> None:
    app = make_app(live)
    response = Visitor(app).get(f"/__pycommunicate/{app._client.name}", headers={"Upgrade": "websocket"})
    assert response.status_code == 400
