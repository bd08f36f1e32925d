"""Nothing stays of what was made and forgotten: thousands of rounds in Chromium, page loads and lost sockets."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.crowd import Crowd
from tests.support.soak import KINDS, Soak, remembered

PROGRAM = Path(__file__).parents[1] / "scale" / "program"
WARM_UP = 50
ROUNDS = 2_000
RECONNECTS_OF_THE_TAB = 100
GUESTS = 20
TIMEOUT = 5.0
# A connection is there for the request that asks, and others may just be ending; users are sorted out now and then.
PASSING = ("pycommunicate.transport.websocket.Handler", "pycommunicate.transport.share.Account", "idle users")
# What is there for as long as something goes on.
BUSY = ("frames to send again", "ops that wait", "releases", "pages with deadlines", "running tasks", "tasks of scopes")


def differences(before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return what is not the same."""
    return {
        name: (before.get(name, 0), after.get(name, 0))
        for name in before | after
        if before.get(name, 0) != after.get(name, 0) and name not in PASSING
    }


def remembered_at_rest(url: str) -> tuple[dict[str, int], dict[str, int]]:
    """Wait until nothing goes on any more; return what the app remembers then."""
    deadline = monotonic() + TIMEOUT
    while any((now := remembered(url))[0][name] for name in BUSY):
        assert monotonic() < deadline, f"expected the app to come to rest, got {now[0]}"
        sleep(0.05)
    return now


def expect_remembered(url: str, tables: dict[str, int], living: dict[str, int]) -> None:
    """Wait until the app remembers exactly so much, and so many objects live."""
    deadline = monotonic() + TIMEOUT
    while True:
        now = remembered(url)
        different: dict[str, Any] = differences(tables, now[0]) | differences(living, now[1])
        if not different or monotonic() > deadline:
            break
        sleep(0.05)
    assert not different


@pytest.mark.parametrize("kind", [*KINDS, "reconnect"])
def test_tab_that_makes_and_forgets_holds_as_much_as_before_on_both_sides(
    app_server: StartApp, open_tab: OpenTab, kind: str
) -> None:
    app = app_server(PROGRAM)
    tab = open_tab()
    soak = Soak(tab.page, app.url)
    tab.allow("WebSocket is already in CLOSING")  # the page's own script has closed it

    def rounds(many: int, few: int) -> None:
        if kind == "reconnect":
            soak.reconnect(few)
        else:
            soak.rounds(kind, many)

    rounds(WARM_UP, WARM_UP)
    tables, living = remembered_at_rest(app.url)
    before = soak.weigh()

    rounds(ROUNDS, RECONNECTS_OF_THE_TAB)

    expect_remembered(app.url, tables, living)
    after = soak.weigh()
    assert {name: after[name] for name in ("Nodes", "JSEventListeners")} == {
        name: before[name] for name in ("Nodes", "JSEventListeners")
    }


def test_server_remembers_nothing_of_pages_that_were_left(app_server: StartApp, open_tab: OpenTab) -> None:
    app = app_server(PROGRAM)
    remembered(app.url)
    tables, living = remembered(app.url)
    soak = Soak(open_tab().page, app.url)
    soak.rounds("content", WARM_UP)
    soak.leave()
    with Crowd(app.url) as crowd:
        crowd.open(GUESTS)
        crowd.reconnect(ROUNDS // GUESTS)
        crowd.visit(ROUNDS // 2)
        crowd.leave()

        # Nor of their users: none of them has a session.
        expect_remembered(app.url, tables, living)
