"""The browser that all pages are measured in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["chromium", "cold_page"]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the Chromium that is installed on this machine."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("expected an executable named chromium on the PATH, got none")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def cold_page(browser: Browser, script: str) -> Iterator[Page]:
    """Open a page that shares nothing with any before: no cache, cookie or connection.

    Args:
        browser: Where to open it.
        script: JavaScript that runs in every document before its own scripts.
    """
    context = browser.new_context()
    try:
        context.add_init_script(script)
        yield context.new_page()
    finally:
        context.close()
