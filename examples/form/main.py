"""A form that the server checks while it is filled in: what is wrong stands at its field, and is said aloud."""

import os
import re

from werkzeug.datastructures import MultiDict

from pycommunicate import CommunicateApp, ControllerFactory, Event, View

# How many seats are free: what the browser cannot know, for it concerns all who have the form before them.
SEATS = {"18:00": 12, "19:30": 4, "21:00": 8}
FIELDS = ["name", "email", "guests", "time"]


def find_problems(data: MultiDict[str, str]) -> dict[str, str]:
    """Return what is wrong, by the name of the field. Whatever comes from a browser may be anything."""
    name, email, guests, time = (str(data.get(field, "")).strip() for field in FIELDS)
    problems: dict[str, str] = {}
    if not name:
        problems["name"] = "Please tell us your name."
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        problems["email"] = "Please give an address like ada@example.com."
    if not re.fullmatch(r"[1-9]|1[0-9]|20", guests):
        problems["guests"] = "Please give a number from 1 to 20."
    elif time in SEATS and int(guests) > SEATS[time]:
        problems["guests"] = f"At {time} there is room for {SEATS[time]} only."
    if time not in SEATS:
        problems["time"] = "Please choose a time."
    return problems


class BookingView(View):
    def render(self) -> str:
        return self.controller.templater.render("booking.html", times=SEATS)

    def load(self) -> None:
        self.tried = self.booked = False
        self.shown: dict[str, str] = {}
        self.form = self.html_wrapper.element("form")
        self.fields = {name: self.form.element(f"#{name}") for name in FIELDS}
        self.messages = {name: self.form.element(f"#{name}-problem") for name in FIELDS}
        self.form.element("fieldset").disabled = False

    # Called when nobody has typed for 0.3 s. The event brings what all fields hold: nothing is read.
    @View.on("form", "input", fields=["data"], debounce=0.3)
    def check(self, event: Event) -> None:
        problems = find_problems(event.data)
        # What has not been filled in yet is no mistake yet.
        self.show({name: text for name, text in problems.items() if self.tried or event.data.get(name)})

    @View.on("form", "submit", busy=True)
    def book(self, event: Event) -> None:
        problems, self.tried = find_problems(event.data), True
        self.show(problems)
        if problems:
            self.fields[next(iter(problems))].focus()
        elif not self.booked:  # Enter may have been pressed twice
            self.booked = True
            SEATS[event.data["time"]] -= int(event.data["guests"])
            self.form.hidden = True
            self.form.after("booked.html", data=event.data)[0].focus()

    def show(self, problems: dict[str, str]) -> None:
        for name, message in self.messages.items():
            if problems.get(name) != self.shown.get(name):  # or a screen reader says it again
                message.content = problems.get(name, "")
                self.fields[name].attributes["aria-invalid"] = "true" if name in problems else "false"
        self.shown = problems


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(BookingView).set_default_view(BookingView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
