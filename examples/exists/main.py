"""Ask the browser whether something is on the page: `exists` in a handler."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View

CAT = r"""
 /\_/\
( o.o )
 > ^ <
""".strip("\n")


class BoxView(View):
    def render(self) -> str:
        return self.controller.templater.render("box.html")

    def load(self) -> None:
        # The browser shows the page. What is needed again is found once and kept.
        self.box = self.html_wrapper.element("#box")
        self.answer = self.html_wrapper.element("#answer")
        self.html_wrapper.element("#look").add_event_listener("click", self.look)
        self.html_wrapper.element("#flap").add_event_listener("click", self.open_flap)
        # A click without a listener is lost: the template has the buttons switched off.
        self.html_wrapper.element("#buttons").set_property("disabled", False)

    def look(self) -> None:
        # The program keeps no note of the cat: the browser is asked, and this line waits.
        if self.html_wrapper.exists("#cat"):
            self.answer.content = "Yes, there is a cat in the box."
        else:
            self.answer.content = "No, the box is empty."

    def open_flap(self) -> None:
        if self.html_wrapper.exists("#cat"):
            self.html_wrapper.element("#cat").delete()
        else:
            cat = self.box.add_child("p")
            cat.id = "cat"
            cat.content = CAT
        self.answer.content = "Something went through the flap."


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(BoxView).set_default_view(BoxView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
