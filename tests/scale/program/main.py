"""An app whose pages count and write what can be checked afterwards, and make and forget as much as they are told.

GO in the environment is the path of a file that handlers of "work" wait for.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from tables import living, tables

from pycommunicate import CommunicateApp, ControllerFactory, Settings, View

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Scale</title>{includes}</head>
<body><input id="field"><button id="count">Count</button><button id="work">Work</button><ul id="out"></ul></body></html>
"""


class Counter(View):
    """Listener 1 counts, listener 2 works until it may end."""

    shown: ClassVar[list[Counter]] = []
    loads = 0

    def render(self) -> str:
        return PAGE.format(includes=self.controller.templater.add_includes())

    def load(self) -> None:
        Counter.loads += 1
        self.counted = 0
        self.field = self.html_wrapper.element("#field")
        self.out = self.html_wrapper.element("#out")
        self.html_wrapper.element("#count").add_event_listener("click", self.count)
        self.html_wrapper.element("#work").add_event_listener("click", self.work)
        self.shown.append(self)
        self.say("ready")

    def teardown(self) -> None:
        self.shown.remove(self)

    def count(self) -> None:
        value = self.field.value
        self.counted += 1
        self.say(f"{self.counted} {value}")

    def work(self) -> None:
        self.say("begun")
        while not Path(os.environ["GO"]).exists():
            time.sleep(0.02)
        self.say(f"last words of {self.field.value}")

    def say(self, text: str) -> None:
        """Write something that no later write can stand for."""
        self.out.add_child("li").content = text


SOAK = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Soak</title>{includes}</head><body>
<input id="rounds"><button id="listen">Listen</button><button id="content">Content</button>
<button id="script">Script</button><button id="count">Count</button><output id="done"></output>
<div id="place"></div><div id="taken"></div>
<script>
const taken = document.querySelector("#taken");
new MutationObserver(() => taken.firstChild && taken.replaceChildren()).observe(taken, {{childList: true}});
</script>
</body></html>
"""


class Soak(View):
    """Each button does so many rounds as stand in the field, and says in #done that it has done them."""

    def render(self) -> str:
        return SOAK.format(includes=self.controller.templater.add_includes())

    def load(self) -> None:
        self.field = self.html_wrapper.element("#rounds")
        self.place = self.html_wrapper.element("#place")
        self.taken = self.html_wrapper.element("#taken")
        self.done = self.html_wrapper.element("#done")
        self.counted = 0
        for name in ("listen", "content", "script", "count"):
            self.html_wrapper.element(f"#{name}").add_event_listener("click", getattr(self, name))
        self.done.content = "ready"

    def listen(self) -> None:
        """Add, listen, delete."""
        for _ in self.rounds():
            child = self.place.add_child("button")
            child.add_event_listener("click", self.count)
            child.delete()

    def content(self) -> None:
        """Replace a subtree by text."""
        for number in self.rounds():
            self.place.add_child("p").add_child("button").add_event_listener("click", self.count)
            self.place.content = f"round {number}"

    def script(self) -> None:
        """Leave a subtree to the page's own script, which takes it out."""
        for _ in self.rounds():
            self.taken.add_child("p").add_child("button").add_event_listener("click", self.count)

    def count(self) -> None:
        self.field.get_property("value")
        self.counted += 1
        self.done.content = f"counted {self.counted}"

    def rounds(self) -> Iterator[int]:
        for number in range(int(self.field.value)):
            if number % 50 == 0:
                self.field.get_property("id")  # so often the browser has its turn
            yield number
        self.field.get_property("id")
        self.done.content = "done"


class Tables(View):
    """Answers how much the app remembers, as JSON."""

    def render(self) -> str:
        return json.dumps([tables(app), living()])


class Write(View):
    """Writes a text to all pages; answers how many these are."""

    def render(self) -> str:
        for view in Counter.shown:
            view.say(self.controller.route_data["text"])
        return str(len(Counter.shown))


class Counts(View):
    """Answers how often load() has run, and what each page has counted, as JSON."""

    def render(self) -> str:
        return json.dumps([Counter.loads, [view.counted for view in Counter.shown]])


def served_by(view: type[View]) -> ControllerFactory:
    return ControllerFactory().add_view(view).set_default_view(view)


# All of many users come from one address here.
app = CommunicateApp(settings=Settings(max_unclaimed_pages_per_address=2_000))
app.set_secret_key("a test's")
app.add_controller("/", served_by(Counter))
app.add_controller("/soak", served_by(Soak))
app.add_controller("/tables", served_by(Tables))
app.add_controller("/write/<text>", served_by(Write))
app.add_controller("/counts", served_by(Counts))
