"""An egg timer: two events of the user, and a timer that is started and stopped."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View


class EggTimerView(View):
    def render(self) -> str:
        return self.controller.templater.render("egg_timer.html")

    def load(self) -> None:
        # What is kept on self belongs to this page: a second tab has its own egg timer.
        self.left = 0
        self.timer = 0
        self.seconds = self.html_wrapper.element("#seconds")
        self.display = self.html_wrapper.element("#display")
        # A form is submitted by its button and by Enter; the browser stays on the page.
        self.html_wrapper.element("#form").add_event_listener("submit", self.start)
        self.html_wrapper.element("#stop").add_event_listener("click", self.stop)
        # A click without a listener is lost: the template has the controls switched off.
        self.html_wrapper.element("#controls").set_property("disabled", False)

    def start(self) -> None:
        self.cancel_timer(self.timer)  # one that has stopped, or never was, is no fault
        # Asks the browser, and waits for the answer. Any JavaScript property can be read so.
        self.left = self.seconds.get_property("valueAsNumber")
        self.display.content = f"{self.left} s"
        self.timer = self.add_timer(1, self.tick)  # every second, until cancelled

    def tick(self) -> None:
        self.left -= 1
        if self.left > 0:
            self.display.content = f"{self.left} s"
        else:
            self.cancel_timer(self.timer)
            self.display.content = "Your egg is ready!"

    def stop(self) -> None:
        self.cancel_timer(self.timer)
        self.display.content = f"Stopped at {self.left} s"


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(EggTimerView).set_default_view(EggTimerView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
