"""A small game: Python hears which keys are down, and moves things 30 times a second."""

import os
import random
from dataclasses import dataclass

from pycommunicate import CommunicateApp, ControllerFactory, ElementWrapper, Event, View

KEYS = {"ArrowLeft": -2.5, "ArrowRight": 2.5}


@dataclass
class Apple:
    element: ElementWrapper
    x: float = 0  # both in percent of the field
    y: float = 100

    def hang(self) -> None:
        self.x, self.y = random.uniform(5, 95), random.uniform(-60, 0)
        self.element.style["left"] = f"{self.x:.1f}%"


class GameView(View):
    def render(self) -> str:
        return self.controller.templater.render("game.html")

    def load(self) -> None:
        self.timer, self.x, self.down = 0, 50.0, set[str]()
        self.field, self.basket, self.news = map(self.html_wrapper.element, ("#field", "#basket", "#news"))
        self.apples = [Apple(element) for element in self.html_wrapper.elements(".apple")]
        self.field.add_event_listener("focusout", self.down.clear)  # a key that is let go elsewhere is not heard of
        self.html_wrapper.element("#start").disabled = False

    @View.on("#start", "click")
    def start(self) -> None:
        self.cancel_timer(self.timer)
        self.caught = self.missed = 0
        for apple in self.apples:
            apple.hang()
        self.news.content = "Left and right arrow move the basket."
        self.field.focus()
        self.timer = self.add_timer(1 / 30, self.show_next_picture)

    @View.on("#field", "keydown")
    def press(self, event: Event) -> None:
        if event.key in KEYS and not event.repeat:
            self.down.add(event.key)
            self.move(KEYS[event.key])  # at once, or a short tap would do nothing

    @View.on("#field", "keyup")
    def release(self, event: Event) -> None:
        self.down.discard(event.key)

    def move(self, distance: float) -> None:
        self.x = min(92, max(8, self.x + distance))
        self.basket.style["left"] = f"{self.x:.1f}%"

    # Nothing here waits. A slow browser gets the newest place of each thing, and not all those before.
    def show_next_picture(self) -> None:
        self.move(sum(KEYS[key] for key in self.down))
        for apple in self.apples:
            apple.y += 1 + self.caught / 20
            if apple.y > 88:
                is_caught = abs(apple.x - self.x) < 9
                self.caught, self.missed = self.caught + is_caught, self.missed + (not is_caught)
                self.news.content = f"Caught: {self.caught}. Missed: {self.missed} of 3."
                apple.hang()
            apple.element.style["top"] = f"{apple.y:.1f}%"
        if self.missed >= 3:
            self.cancel_timer(self.timer)
            self.news.content = f"The end. Apples in your basket: {self.caught}."


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(GameView).set_default_view(GameView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
