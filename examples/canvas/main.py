"""A canvas: the app's own script draws what Python sends, and tells Python where somebody clicks."""

import math
import os
import random

from pycommunicate import CommunicateApp, ControllerFactory, Event, View

Town = tuple[float, float]  # from the left and from the top, both from 0 to 1


def length_of(tour: list[Town]) -> float:
    return sum(math.dist(tour[place - 1], tour[place]) for place in range(len(tour)))


def shorten(tour: list[Town]) -> list[Town]:
    """Turn pieces of a tour round as long as that makes it shorter."""
    for start in range(len(tour)):
        for end in range(start + 2, len(tour) + 1):
            other = tour[:start] + tour[start:end][::-1] + tour[end:]
            if length_of(other) < length_of(tour) - 1e-9:
                return shorten(other)
    return tour


class TourView(View):
    def render(self) -> str:
        return self.controller.templater.render("tour.html")

    def load(self) -> None:
        self.towns: list[Town] = []
        self.map = self.html_wrapper.element("#map")
        self.news = self.html_wrapper.element("#news")
        # What the script sends by its channel is an event of the element, with a detail.
        self.map.add_event_listener("picked", self.pick)
        self.html_wrapper.element("#buttons").disabled = False

    def pick(self, event: Event) -> None:
        match event.detail:  # whatever comes from a browser is checked
            case {"x": int() | float() as x, "y": int() | float() as y} if 0 <= x <= 1 and 0 <= y <= 1:
                self.add(x, y)
            case _:
                pass

    @View.on("#random", "click")
    def add_anywhere(self) -> None:
        self.add(random.uniform(0.05, 0.95), random.uniform(0.05, 0.95))

    @View.on("#clear", "click")
    def clear(self) -> None:
        self.towns = []
        self.show()

    def add(self, x: float, y: float) -> None:
        if len(self.towns) < 20:
            self.towns = shorten([*self.towns, (x, y)])
        self.show()

    def show(self) -> None:
        # Calls the method `draw` of the element's hook, in static/map.js; send waits for nothing.
        self.map.send("hook.draw", self.towns)
        self.news.content = f"Towns: {len(self.towns)}. Length of the tour: {100 * length_of(self.towns):.0f} km."


app = CommunicateApp()
app.add_script("static/map.js")
app.add_controller("/", ControllerFactory().add_view(TourView).set_default_view(TourView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
