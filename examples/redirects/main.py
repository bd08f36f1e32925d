"""Send the browser elsewhere: from a handler, from `render`, and to what is no page at all."""

import os

from pycommunicate import CommunicateApp, ControllerFactory, View

DISHES = {"soup": "Leek soup, with bread", "pie": "Mushroom pie", "pears": "Pears in red wine"}


class MenuView(View):
    def render(self) -> str:
        return self.controller.templater.render("menu.html", dishes=DISHES)

    def load(self) -> None:
        self.dish = self.html_wrapper.element("#dish")
        self.html_wrapper.element("#form").add_event_listener("submit", self.show)
        # A click without a listener is lost: the template has the controls switched off.
        self.html_wrapper.element("#controls").set_property("disabled", False)

    def show(self) -> None:
        # From a handler: the browser goes there, as if a link had been followed.
        self.controller.redirect(f"/dishes/{self.dish.value}")


class DishView(View):
    def render(self) -> str:
        text = DISHES.get(self.controller.route_data["name"])
        if text is None:
            # From render: a 302. What render returns is not used then.
            self.controller.redirect("/")
            return ""
        return self.controller.templater.render("dish.html", text=text)


class DownloadView(View):
    def render(self) -> str:
        # What this function returns is the whole response: text or bytes, status, headers.
        self.controller.special_return_handler = self.make_file
        return ""

    def make_file(self) -> tuple[str, int, dict[str, str]]:
        lines = "".join(f"{text}\n" for text in DISHES.values())
        headers = {"Content-Type": "text/plain", "Content-Disposition": "attachment; filename=menu.txt"}
        return lines, 200, headers


def page(view: type[View]) -> ControllerFactory:
    return ControllerFactory().add_view(view).set_default_view(view)


app = CommunicateApp()
app.add_controller("/", page(MenuView))
app.add_controller("/dishes/<name>", page(DishView))
app.add_controller("/menu.txt", page(DownloadView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
