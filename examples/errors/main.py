"""Pages of one's own for errors: what is missing, what is refused, and what breaks."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.proxies.context import CallCTX


class PageView(View):
    """What all pages here have in common; those below say what is different."""

    title = "At the restaurant"
    text = "Where would you like to go?"

    def render(self) -> str:
        return self.controller.templater.render("page.html", title=self.title, text=self.text)


class TableView(PageView):
    text = "Here is your table."

    def render(self) -> str:
        self.title = f"Table {self.controller.route_data['number']}"
        return super().render()


class BrokenView(PageView):
    def render(self) -> str:
        # The visitor sees the page of error 500. The traceback is in the terminal only.
        raise LookupError("the recipe is lost")


class NotFoundView(PageView):
    title = "We do not have that"
    text = "It is not in this house. (404)"


class FailedView(PageView):
    title = "Something went wrong"
    text = "It is our fault, and we have a note of it. (500)"


def only_our_tables(context: CallCTX) -> None:
    # Called before the page is made. abort() ends the request here, with an HTTP error.
    if context.route_data["number"] > 12:
        context.abort(404)


def page(view: type[View]) -> ControllerFactory:
    return ControllerFactory().add_view(view).set_default_view(view)


app = CommunicateApp()
app.add_controller("/", page(PageView))
app.add_controller("/tables/<int:number>", page(TableView).with_before_connect(only_our_tables))
app.add_controller("/broken", page(BrokenView))
app.add_error_handler(404, page(NotFoundView))
app.add_error_handler(500, page(FailedView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
