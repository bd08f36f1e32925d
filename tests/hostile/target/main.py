"""What is attacked: an app that does a little of everything, and whose own code fails at nothing that it is told."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Response

from pycommunicate import CommunicateApp, ControllerFactory, Limits, Settings, View
from pycommunicate.page import Page

options = json.loads(os.environ.get("TARGET_SETTINGS", "{}"))
app = CommunicateApp(settings=Settings(**{**options, "limits": Limits(**options.get("limits", {}))}))
#: What handlers were told that they could not use, by the class of the error.
odd: Counter[str] = Counter()


def careful(function: Callable[[Any], None]) -> Callable[[Any], None]:
    """Let *function* fail in silence, as code does that expects anything of a browser."""

    def run(view: Any) -> None:
        try:
            function(view)
        except Exception as error:
            odd[type(error).__name__] += 1

    return run


class Target(View):
    def render(self) -> str:
        self.controller.user.session["visits"] = self.controller.user.session.get("visits", 0) + 1
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<input id=field><button id=go>0</button>"

    @careful
    def load(self) -> None:
        self.clicks = 0
        self.items: list[Any] = []
        self.field, self.go = (self.html_wrapper.element(one) for one in ("#field", "#go"))
        self.go.add_event_listener("click", lambda: self.clicked())
        self.field.add_event_listener("change", lambda: self.changed())

    @careful
    def clicked(self) -> None:
        self.clicks += 1
        text = self.field.value
        self.go.content = f"{self.clicks}: {text!r:.100}"
        item = self.go.add_after("p")
        item.content = text
        item.style["color"] = "red"
        item.add_event_listener("click", lambda: None)
        self.items.append(item)
        if len(self.items) > 3:
            self.items.pop(0).delete()
        self.controller.user.session["last"] = str(text)[:100]

    @careful
    def changed(self) -> None:
        kept = self.field.get_property("files")
        self.field.set_property("title", repr(kept)[:100])
        if self.html_wrapper.exists("#next"):
            self.controller.change_view(1)


class Second(View):
    def render(self) -> str:
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<p id=out>"

    @careful
    def load(self) -> None:
        self.html_wrapper.element("#out").content = "second"


class Bystander(View):
    """Reads and writes at each click."""

    def render(self) -> str:
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<input id=field>"

    def load(self) -> None:
        self.field = self.html_wrapper.element("#field")
        self.field.add_event_listener("click", self.clicked)

    def clicked(self) -> None:
        self.field.content = self.field.value


def report() -> Response:
    """Collect garbage, and tell what is left."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    rss = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    objects = gc.get_objects()
    return Response(
        json.dumps(
            {
                "rss": int(rss.split()[1]) * 1024,
                "objects": len(objects),
                "pages": sum(type(one) is Page for one in objects),
                "attached": sum(page.attached for page in app._registry),
                "users": len(app._users),
                "odd": odd,
            }
        ),
        content_type="application/json",
    )


class Report(View):
    def render(self) -> str:
        self.controller.special_return_handler = report
        return ""


for route, views in (("/", (Target, Second)), ("/bystander", (Bystander,)), ("/report", (Report,))):
    factory = ControllerFactory()
    for view in views:
        factory.add_view(view)
    app.add_controller(route, factory.set_default_view(views[0]))
app.set_secret_key("a target's")
