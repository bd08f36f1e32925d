"""A server that stops with many pages in use: what their handlers write last is seen by all, then each is told."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from pycommunicate.protocol.messages import Bye, decode
from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.crowd import Crowd
from tests.support.tab import Tab
from tests.support.workshop import refuses

PROGRAM = Path(__file__).parents[1] / "scale" / "program"
GUESTS = 196
TABS = 4
WORK = 2


def last_frames_of(tab: Tab) -> list[bytes]:
    """Return a list that grows by the frames that come to the tab."""
    frames: list[bytes] = []

    def opened(websocket: Any) -> None:
        websocket.on("framereceived", lambda frame: frames.append(frame))

    tab.page.on("websocket", opened)
    return frames


def test_last_words_of_two_hundred_running_handlers_are_seen_before_the_server_says_goodbye(
    app_server: StartApp, open_tab: OpenTab, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    app = app_server(PROGRAM, environment={"GO": str(go)})
    with Crowd(app.url) as crowd:
        crowd.open(GUESTS)
        tabs = [open_tab() for _ in range(TABS)]
        frames = [last_frames_of(tab) for tab in tabs]
        for number, tab in enumerate(tabs):
            tab.allow_no_server()
            tab.page.goto(app.url)
            expect(tab.page.locator("li")).to_have_text(["ready"])
            tab.page.fill("#field", f"tab {number}")
            tab.page.click("#work")
        crowd.click(WORK)
        crowd.wait_for_texts(2)
        for tab in tabs:
            expect(tab.page.locator("li")).to_have_text(["ready", "begun"])

        assert app.process is not None
        app.process.send_signal(signal.SIGTERM)
        assert refuses(app.port)
        app.wait_for_log("waits for what runs")
        go.touch()

        for number, tab in enumerate(tabs):
            expect(tab.page.locator("li")).to_have_text(["ready", "begun", f"last words of tab {number}"])
        assert crowd.goodbyes() == [["stopping", "reload", 1001]] * GUESTS
        assert crowd.texts() == [["ready", "begun", f"last words of {number}"] for number in range(GUESTS)]
        for tab, came in zip(tabs, frames, strict=True):
            expect(tab.page.locator("html")).to_have_attribute("data-pycommunicate", "waiting")
            goodbye = decode(came[-1])
            assert isinstance(goodbye, Bye)
            assert (goodbye.code, goodbye.action) == ("stopping", "reload")
        assert app.process.wait(10) == 0
        assert "WARNING" not in app.log
