"""Fixtures for tests in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.app_server import AppServer
from tests.support.bench import Bench
from tests.support.tab import Tab

OpenTab: TypeAlias = Callable[..., Tab]

TIMEOUT_MS = 10_000
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these, Chromium asks its maker's hosts for news at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts browser tests last: quick ones speak first, and Playwright's event loop never lives beside a gevent test."""
    items.sort(key=lambda item: Path(__file__).parent in item.path.parents)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the whole run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is not on PATH: `make test` installs it, or says how to", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser: Browser, app_server: object) -> Iterator[OpenTab]:
    """Opens tabs; those of one test are one user's, unless `fresh=True` opens the tab as another user's.

    Further options are the first tab's, and those of Playwright for a context.
    `app_server` is asked for so that tabs close before servers stop, whatever the order in which a test names them.
    """
    contexts: list[BrowserContext] = []
    tabs: list[Tab] = []

    def open_tab(*, fresh: bool = False, **options: Any) -> Tab:
        if fresh or not contexts:
            context = browser.new_context(**options)
            context.set_default_timeout(TIMEOUT_MS)
            contexts.append(context)
        tab = Tab(contexts[-1 if fresh else 0].new_page())
        tabs.append(tab)
        return tab

    yield open_tab

    failures = []
    for tab in tabs:
        try:
            tab.check()
        except AssertionError as failure:
            failures.append(str(failure))
    for context in contexts:
        context.close()
    if failures:
        pytest.fail("\n\n".join(failures), pytrace=False)


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    """An empty tab of a new user."""
    return open_tab()


@pytest.fixture(scope="module")
def workbench(shared_app_server: Callable[..., AppServer]) -> AppServer:
    """The workbench, served for all tests of a module."""
    return shared_app_server(Path(__file__).with_name("workbench"))


@pytest.fixture(scope="module")
def module_tab(browser: Browser, shared_app_server: object) -> Iterator[Tab]:
    """One tab for all tests of a module, because to make one takes longer than most of them.

    Whoever hands it to a test calls its `check` afterwards.
    """
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_MS)
    yield Tab(context.new_page())
    context.close()


@pytest.fixture
def bench(workbench: AppServer, module_tab: Tab) -> Iterator[Bench]:
    """The workbench, loaded anew."""
    yield Bench(module_tab, workbench.url)
    module_tab.check()
