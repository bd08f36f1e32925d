"""The test kit's browser as a client under test: shows a page, and does what its element #do says."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

from pycommunicate.testing.browser import Browser
from pycommunicate.testing.remote import RemoteSite
from pycommunicate.testing.tab import Tab

_ASKED = re.compile(r"(?P<number>\d+) (?:after (?P<after>\d+) )?(?P<action>click|fill) (?P<selector>\S+) ?(?P<text>.*)")


class Autopilot:
    """Does what the element #do says.

    Args:
        tab: What shows it.
    """

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._last = ""

    def look(self) -> None:
        """Look, and act if there is something new."""
        found = self._tab.query(None, "#do")
        asked = _ASKED.fullmatch(str(self._tab.read(found[0], "innerText"))) if found else None
        if asked is None or asked["number"] == self._last:
            return
        self._last = asked["number"]
        timer = self._tab.browser.site.clock.timer(int(asked["after"] or 0) / 1000)
        timer.start(self._act, asked["action"], asked["selector"], asked["text"])

    def _act(self, action: str, selector: str, text: str) -> None:
        target = self._tab.query(None, selector)[0]
        self._tab.act(action, target, *([text] if action == "fill" else []))


def run(url: str, seed: int | None, stopped: Callable[[], bool]) -> None:
    """Show a page, and do as it says, until *stopped* says so."""
    site = RemoteSite()
    tab = Tab(Browser(site, "://".join(urlsplit(url)[:2]), Random(seed)))
    tab.go(url)
    autopilot = Autopilot(tab)
    try:
        while not stopped():
            if tab.attachment is not None:
                tab.attachment.applied = autopilot.look
            site.wait(0.02)
    finally:
        tab.close()


if __name__ == "__main__":
    run(sys.argv[1], None, lambda: False)
