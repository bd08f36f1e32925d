"""Two views of one page: `change_view` swaps them without a page load."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View

# The views of a controller are numbered in the order in which they are added, from 0 on.
DOOR, ROOM = 0, 1


class DoorView(View):
    def render(self) -> str:
        # d is a dict that all views of the page share; it is gone with the page.
        name = self.controller.d.get("name", "")
        return self.controller.templater.render("door.html", name=name)

    def load(self) -> None:
        self.name = self.html_wrapper.element("#name")
        self.html_wrapper.element("#form").add_event_listener("submit", self.enter)
        # A click without a listener is lost: the template has the controls switched off.
        self.html_wrapper.element("#controls").set_property("disabled", False)

    def enter(self) -> None:
        self.controller.d["name"] = self.name.value
        # Renders the other view, puts it in the place of this one, and calls its load().
        self.controller.change_view(ROOM)


class RoomView(View):
    visits = 0

    def render(self) -> str:
        # A view is one object for the life of the page, so it can count its visits.
        self.visits += 1
        name = self.controller.d["name"]
        return self.controller.templater.render("room.html", name=name, visits=self.visits)

    def load(self) -> None:
        leave = self.html_wrapper.element("#leave")
        leave.add_event_listener("click", self.leave)
        leave.set_property("disabled", False)

    def leave(self) -> None:
        self.controller.change_view(DOOR)


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(DoorView).add_view(RoomView).set_default_view(DoorView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
