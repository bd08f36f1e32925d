"""Chromium behind a network that fails: two thousand clicks and two hundred cuts, and every click counts once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from random import Random

from playwright.sync_api import Page, expect

from pycommunicate.testing.driver import ProxyProcess
from tests.browser.conftest import OpenTab
from tests.conftest import StartApp

APP = '''
from __future__ import annotations

import json

from pycommunicate import CommunicateApp, ControllerFactory, View

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Cuts</title>{includes}</head><body>
<input id="field"><button id="count">Count</button><button id="tell">Tell</button><pre id="told"></pre><ol></ol>
<script>
let connections = 0, clicked = 0;
document.addEventListener("pycommunicate:connected", () => connections++);
// One every few milliseconds, whatever the network does; the field says which one was the last.
function click(count) {{
    document.querySelector("#field").value = ++clicked;
    document.querySelector("#count").click();
    if (count > 1) setTimeout(click, 4, count - 1);
}}
</script>
</body></html>
"""


class Home(View):
    def render(self) -> str:
        return PAGE.format(includes=self.controller.templater.add_includes())

    def load(self) -> None:
        print("loaded", flush=True)
        self.read: list[int] = []
        self.field = self.html_wrapper.element("#field")
        self.list = self.html_wrapper.element("ol")
        self.html_wrapper.element("#count").add_event_listener("click", self.count)
        self.html_wrapper.element("#tell").add_event_listener("click", self.tell)
        self.html_wrapper.element("#told").content = "ready"

    def count(self) -> None:
        self.read.append(int(self.field.value))
        self.list.add_child("li").content = str(len(self.read))

    def tell(self) -> None:
        self.html_wrapper.element("#told").content = json.dumps(self.read)


app = CommunicateApp()
app.set_secret_key("a test's")
app.add_controller("/", ControllerFactory().add_view(Home).set_default_view(Home))
'''

CUTS = 200
CLICKS_BETWEEN = 10
SEED = 4


class Cutter:
    """Cuts a tab's connection, each time in another way.

    Args:
        proxy: What the tab's connections go through.
        page: The tab's page.
        random: Chooses.
    """

    def __init__(self, proxy: ProxyProcess, page: Page, random: Random) -> None:
        self._proxy = proxy
        self._page = page
        self._random = random
        self._kinds: list[Callable[[], None]] = [
            self.reset,
            self.close,
            self.cut_inside,
            self.cut_inside,
            self.cut_again_inside,
            self.tell_the_client_alone,
        ]

    def cut(self) -> None:
        """Cut at a random place; return when the tab has come back."""
        before = self._page.evaluate("connections")
        time.sleep(self._random.uniform(0, 0.03))
        self._random.choice(self._kinds)()
        self.wait_for_return(before)

    def wait_for_return(self, connections: int) -> None:
        """Wait until there were more *connections*; half of the time news of the network make the tab hurry."""
        if self._random.random() < 0.5:
            self._page.evaluate("dispatchEvent(new Event('online'))")
        self._page.wait_for_function(
            f"connections > {connections} && document.documentElement.dataset.pycommunicate === 'connected'"
        )

    def reset(self) -> None:
        self._proxy.cut_all("reset")

    def close(self) -> None:
        self._proxy.cut_all("close")

    def tell_the_client_alone(self) -> None:
        """The server finds out by the new socket."""
        self._proxy.cut_all("reset", "client")

    def cut_inside(self) -> None:
        """In the middle of what is sent next, most likely of a frame."""
        cuts = self._proxy.counts["cut"]
        self._proxy.cut_after(
            self._random.randrange(1, 150), self._random.choice(["up", "down"]), self._random.choice(["reset", "close"])
        )
        deadline = time.monotonic() + 0.2
        while self._proxy.counts["cut"] == cuts and time.monotonic() < deadline:
            time.sleep(0.002)
        self._proxy.cut_after(-1)
        if self._proxy.counts["cut"] == cuts:  # there was not so much to send
            self._proxy.cut_all("reset")

    def cut_again_inside(self) -> None:
        """As the tab comes back: in its hello, the welcome, or what is sent again."""
        cuts = self._proxy.counts["cut"]
        self._proxy.cut_all("close")
        self._proxy.cut_after(self._random.randrange(1, 150), self._random.choice(["up", "down"]), "reset")
        deadline = time.monotonic() + 0.4
        while self._proxy.counts["cut"] == cuts + 1 and time.monotonic() < deadline:
            time.sleep(0.002)
        self._proxy.cut_after(-1)


def test_two_thousand_clicks_through_two_hundred_cuts_count_two_thousand_in_order(
    app_server: StartApp, open_tab: OpenTab
) -> None:
    app = app_server(APP)
    tab = open_tab()
    page = tab.page
    with ProxyProcess(("127.0.0.1", app.port), websockets_only=True, seed=SEED) as proxy:
        page.goto(proxy.url)
        expect(page.locator("#told")).to_have_text("ready")
        cutter = Cutter(proxy, page, Random(SEED))
        for number in range(CUTS):
            page.evaluate("count => click(count)", CLICKS_BETWEEN)
            if number == CUTS // 2:  # the tab has to find out by itself, which takes its time
                connections = page.evaluate("connections")
                proxy.cut_all("reset", "server")
                page.wait_for_function(f"connections > {connections}", timeout=20_000)
            else:
                cutter.cut()
        clicks = CUTS * CLICKS_BETWEEN
        page.wait_for_function(f"clicked === {clicks} && document.querySelectorAll('li').length >= {clicks}")
        page.click("#tell")  # behind everything: what came twice would have come before
        expect(page.locator("#told")).not_to_have_text("ready")
        cuts = proxy.counts["cut"]

        shown = page.evaluate("Array.from(document.querySelectorAll('li'), li => li.textContent)")
        assert shown == [str(number) for number in range(1, clicks + 1)]
        read = json.loads(page.locator("#told").inner_text())
        assert len(read) == clicks
        # No handler began before its click, and each reads what the page holds then.
        assert all(value >= number for number, value in enumerate(read, 1))
        assert read == sorted(read)
        assert cuts >= CUTS
        assert app.log.count("loaded\n") == 1
        tab.check()
