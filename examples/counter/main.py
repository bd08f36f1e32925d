"""A counter in the user's session: it survives a reload, and all tabs share it."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View


class CounterView(View):
    def render(self) -> str:
        # The session is a mapping. It belongs to the browser, and not to this page.
        count = self.controller.user.session.get("count", 0)
        return self.controller.templater.render("counter.html", count=count)

    def load(self) -> None:
        self.count = self.html_wrapper.element("#count")
        self.html_wrapper.element("#more").add_event_listener("click", self.more)
        self.html_wrapper.element("#again").add_event_listener("click", self.start_again)
        # A click without a listener is lost: the template has the buttons switched off.
        self.html_wrapper.element("#buttons").set_property("disabled", False)

    def more(self) -> None:
        session = self.controller.user.session
        # Reads, adds and writes as one: no click in another tab can come between.
        with session.locked():
            session["count"] = session.get("count", 0) + 1
        self.count.content = str(session["count"])

    def start_again(self) -> None:
        self.controller.user.session["count"] = 0
        self.count.content = "0"


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(CounterView).set_default_view(CounterView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
