"""A tab with the workbench in it: runs Python on the page from within a test."""

from __future__ import annotations

import textwrap
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.tab import Tab

# The answer is waited for in the browser: asking again and again from here would cost most of the time.
_RUN = """
code => new Promise(resolve => {
    const answer = document.querySelector('#answer');
    answer.textContent = '';
    new MutationObserver((_, observer) => {
        observer.disconnect();
        resolve(answer.textContent);
    }).observe(answer, {childList: true});
    document.querySelector('#code').value = code;
    document.querySelector('#run').click();
})
"""


class Bench:
    """The workbench (tests/browser/workbench) in a tab.

    Attributes:
        page: The Playwright page.
        tab: The tab that it is in.
    """

    def __init__(self, tab: Tab, url: str) -> None:
        self.tab = tab
        self.page: Page = tab.page
        self.page.goto(url)
        self.ready()

    def ready(self) -> None:
        """Waits until the page is live."""
        self.page.locator("#run:not([hidden])").wait_for()

    def place(self, html: str) -> None:
        """Puts HTML on the page, as its own script would."""
        self.page.evaluate("html => { document.querySelector('#place').innerHTML = html }", html)

    def run(self, code: str) -> str:
        """Runs Python in a handler of the page; `html`, `element`, `view`, `log` and `sleep` are at hand.

        Names stay from one call to the next.

        Returns:
            The `repr` of what the code left in `result`.
        """
        answer = self.answer(code)
        assert answer.startswith("="), f"the code failed:\n{answer}"
        return answer[1:]

    def error(self, code: str) -> str:
        """Runs Python that is to fail; returns the line of the error, which begins with its class."""
        answer = self.answer(code)
        assert not answer.startswith("="), f"expected an error, got {answer}"
        return answer

    def answer(self, code: str) -> str:
        """Runs Python; returns "=" with the result, or the line of the error."""
        answer: Any = self.page.evaluate(_RUN, textwrap.dedent(code))
        return str(answer)

    def expect_log(self, *lines: str) -> None:
        """Waits until `log` was called with these lines, in this order, and no others."""
        expect(self.page.locator("#log")).to_have_text("\n".join(lines))
