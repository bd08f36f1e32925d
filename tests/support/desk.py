"""A page on which a test's own function runs as a handler: the same in a simulated browser and in a real one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.testing import Page, TestClient

__all__ = ["Desk", "Work", "desk_app"]

#: What runs as a handler.
Work: TypeAlias = Callable[[Any], None]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Desk</title>{includes}</head>
<body>
<main id="place">{html}</main>
<button id="work">Work</button><output id="done">0</output>
</body>
</html>
"""


def desk_app(jobs: deque[Work], html: str = "") -> CommunicateApp:
    """Return an app whose only view runs the next of *jobs* at each click on ``#work``.

    Args:
        jobs: Functions that take the view.
        html: What stands on its page besides.
    """

    class DeskView(View):
        def render(self) -> str:
            return _PAGE.format(includes=self.controller.templater.add_includes(), html=html)

        def load(self) -> None:
            self.done = 0
            button = self.html_wrapper.element("#work")
            button.add_event_listener("click", self.work, when_busy="parallel")
            self.html_wrapper.element("#done").content = "ready"

        def work(self) -> None:
            try:
                jobs.popleft()(self)
            finally:
                self.done += 1
                self.html_wrapper.element("#done").content = str(self.done)

    app = CommunicateApp()
    app.set_secret_key("desk")
    app.add_controller("/", ControllerFactory().add_view(DeskView).set_default_view(DeskView))
    return app


class Desk:
    """The page in a test's hands.

    Attributes:
        client: Whose page it is.
        live: Whether its browser is a real one, whose time nobody moves on.
        page: It.
    """

    def __init__(self, client: TestClient, jobs: deque[Work], *, live: bool) -> None:
        self.client = client
        self.live = live
        self._jobs = jobs
        self._started = 0
        self.page: Page = client.open("/")
        self.page.wait_for("#done", text="ready")

    def start(self, work: Work) -> None:
        """Let *work* run as a handler; return as soon as it waits for something, or before."""
        self._jobs.append(work)
        self._started += 1
        self.page.find("#work").click()

    def finish(self) -> None:
        """Wait until all that was started has ended; what it raised is raised here."""
        self.page.wait_for("#done", text=str(self._started))
        self.client.check()

    def run(self, work: Work) -> None:
        """Let *work* run as a handler, to its end."""
        self.start(work)
        self.finish()
