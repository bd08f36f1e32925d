"""A page that runs the Python that a test hands it, in a handler, as an app's own code would run."""

from __future__ import annotations

import traceback
from typing import Any

import gevent

from pycommunicate import CommunicateApp, ControllerFactory, View

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Workbench</title>{includes}</head>
<body>
<main id="place"></main>
<button id="run" hidden>Run</button><textarea id="code" hidden></textarea><output id="answer" hidden></output>
<pre id="log"></pre>
</body>
</html>
"""


class Workbench(View):
    def render(self) -> str:
        return PAGE.format(includes=self.controller.templater.add_includes())

    def load(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {
            "view": self,
            "html": self.html_wrapper,
            "element": self.html_wrapper.element,
            "log": self.log,
            "sleep": gevent.sleep,
        }
        self.html_wrapper.element("#run").add_event_listener("click", self.run)
        self.html_wrapper.element("#run").set_property("hidden", False)

    def run(self) -> None:
        code = self.html_wrapper.element("#code").value
        self.names["result"] = None
        try:
            exec(code, self.names)  # the test's own words
            answer = f"={self.names['result']!r}"
        except Exception as error:
            answer = "".join(traceback.format_exception_only(error)).strip()
        self.html_wrapper.element("#answer").content = answer

    def log(self, *words: object) -> None:
        self.lines.append(" ".join(map(str, words)))
        self.html_wrapper.element("#log").set_property("textContent", "\n".join(self.lines))


app = CommunicateApp()
app.set_secret_key("workbench")
app.add_controller("/", ControllerFactory().add_view(Workbench).set_default_view(Workbench))
