"""An app that is stopped, and served behind this and that; SETTINGS in the environment are its settings, as JSON.

Each button of its page is one handler, and listener 1, 2, ... in this order.
"""

from __future__ import annotations

import json
import os
import time

from gevent.monkey import is_module_patched

from pycommunicate import CommunicateApp, ControllerFactory, Settings, View
from pycommunicate.errors import PageGone

BUTTONS = ("work", "mark", "stick", "hog", "ask", "tick", "again")


class Home(View):
    name = "home"

    def render(self) -> str:
        buttons = "".join(f'<button id="{name}">{name}</button>' for name in BUTTONS)
        includes = self.controller.templater.add_includes()
        return f'<!DOCTYPE html>{includes}<input id="field" value="typed"><p id="out">{self.name}</p>{buttons}'

    def load(self) -> None:
        self.out = self.html_wrapper.element("#out")
        self.field = self.html_wrapper.element("#field")
        for name in BUTTONS:
            self.html_wrapper.element(f"#{name}").add_event_listener("click", getattr(self, name))
        self.out.content = f"{self.name} is ready"

    def work(self) -> None:
        steps = int(os.environ.get("STEPS", "4"))
        for step in range(1, steps + 1):
            self.out.content = f"step {step}: {self.field.value}"
            if step == steps and "TICKS" in os.environ:
                self.tick()
            time.sleep(0.1)
        self.out.content = "done"

    def mark(self) -> None:
        self.out.content = "marked"

    def stick(self) -> None:
        print("stuck", flush=True)
        try:
            time.sleep(1000)
        finally:
            print("unstuck", flush=True)

    def hog(self) -> None:
        print("hogging", flush=True)
        while True:
            pass

    def ask(self) -> None:
        try:
            print(self.field.value)
        except PageGone as error:
            print("gone:", error, flush=True)

    def tick(self) -> None:
        self.ticks = 0

        def tick() -> None:
            self.ticks += 1
            self.out.content = f"tick {self.ticks} begins"
            time.sleep(0.2)
            self.out.content = f"tick {self.ticks} ends"

        self.add_timer(0.02, tick)

    def again(self) -> None:
        self.controller.change_view(1, reload=True)

    def teardown(self) -> None:
        print("torn down", flush=True)


class Again(Home):
    name = "again"


class Slow(View):
    def render(self) -> str:
        print("slow", flush=True)
        time.sleep(float(os.environ.get("SLOW", "0.5")))
        return "<!DOCTYPE html><p>at last"


def served_by(*views: type[View]) -> ControllerFactory:
    factory = ControllerFactory()
    for view in views:
        factory.add_view(view)
    return factory.set_default_view(views[0])


app = CommunicateApp(settings=Settings(**json.loads(os.environ.get("SETTINGS", "{}"))))
app.add_controller("/", served_by(Home, Again))
app.add_controller("/slow", served_by(Slow))
app.set_secret_key("a test's")
print("patched:", is_module_patched("socket"), is_module_patched("threading"), flush=True)
app.run()
