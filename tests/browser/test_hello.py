"""The hello example: a static page that counts in the session and opens no connection."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import OpenTab
from tests.conftest import StartApp
from tests.support.app_server import AppServer
from tests.support.tab import Tab

EXAMPLE = Path(__file__).parents[2] / "examples" / "hello"
TEXT = re.compile(
    r"Hello World! My user id is (\S+), and my request id is (\S+)\. The session says you have requested this (\d+) "
)


@pytest.fixture(scope="module")
def example(shared_app_server: StartApp) -> AppServer:
    return shared_app_server(EXAMPLE)


def read(tab: Tab, url: str) -> tuple[str, str, int]:
    """Opens the page; returns user id, request id and count."""
    tab.page.goto(url)
    found = TEXT.search(tab.page.inner_text("body"))
    assert found is not None
    return found[1], found[2], int(found[3])


def test_static_page_counts_its_requests_by_user(example: AppServer, open_tab: OpenTab) -> None:
    url = example.url
    tab, another_tab, another_user = open_tab(), open_tab(), open_tab(fresh=True)
    user, request, count = read(tab, url)
    assert count == 1

    user_again, request_again, count = read(tab, url)
    assert (user_again, count) == (user, 2)
    assert request_again != request
    assert read(another_tab, url)[2] == 3

    stranger, _, count = read(another_user, url)
    assert stranger != user
    assert count == 1


def test_static_page_loads_nothing_and_opens_no_connection(example: AppServer, tab: Tab) -> None:
    sockets: list[str] = []
    requests: list[str] = []
    tab.page.on("websocket", lambda socket: sockets.append(socket.url))
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.page.goto(example.url)
    tab.page.wait_for_load_state("networkidle")
    assert sockets == []
    assert [url for url in requests if not url.endswith("/favicon.ico")] == [f"{example.url}/"]
    assert tab.page.locator("script").count() == 0
