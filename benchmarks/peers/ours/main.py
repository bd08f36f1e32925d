"""The workloads as a pycommunicate app, written as the tutorial writes them."""

from __future__ import annotations

from collections.abc import Callable

from pycommunicate.proxies.dom.event import Event
from pycommunicate.server.app.communicate import CommunicateApp
from pycommunicate.server.bases.controller import ControllerFactory
from pycommunicate.server.bases.views import View

app = CommunicateApp()


class TodoView(View):
    """W1: as many to-dos as the route says; a click on one removes it."""

    def render(self) -> str:
        return self.controller.templater.render("todo.html")

    def load(self) -> None:
        todo_div = self.html_wrapper.element("#todo")
        todos = {index: f"- buy item {index}" for index in range(self.controller.route_data["count"])}

        for index, text in todos.items():
            todo_page_div = todo_div.add_child("div")
            todo_page_div.id = f"todo{index}"
            text_p = todo_page_div.add_child("p")
            text_p.id = f"todoText{index}"
            text_p.content = text
            button = todo_page_div.add_child("button")
            button.id = f"todoRemove{index}"
            button.add_event_listener("click", self.make_handler(todos, index))
            button.content = "Remove"

    def make_handler(self, todos: dict[int, str], index: int) -> Callable[[], None]:
        def handler() -> None:
            del todos[index]
            self.html_wrapper.element(f"#todo{index}").delete()

        return handler


class AskView(View):
    """W2: on a click, read what the input holds, and show it."""

    def render(self) -> str:
        return self.controller.templater.render("click.html")

    def load(self) -> None:
        self.next = self.html_wrapper.element("#next")
        self.seen = self.html_wrapper.element("#seen")
        self.html_wrapper.element("#add").add_event_listener("click", self.clicked)
        self.seen.content = "ready"

    def clicked(self) -> None:
        self.seen.content = "seen " + self.next.get_property("value")


class CarriedView(AskView):
    """W2: show what the input held at the click, which the event has brought."""

    FIELD = "current_target.previousElementSibling.value"

    def load(self) -> None:
        self.seen = self.html_wrapper.element("#seen")
        self.html_wrapper.element("#add").add_event_listener("click", self.told, fields=[self.FIELD])
        self.seen.content = "ready"

    def told(self, event: Event) -> None:
        self.seen.content = f"seen {event[self.FIELD]}"


class IdleView(View):
    """W5: buttons with one listener each."""

    def render(self) -> str:
        return self.controller.templater.render("idle.html")

    def load(self) -> None:
        buttons = self.html_wrapper.element("#buttons")
        for number in range(self.controller.route_data["count"]):
            button = buttons.add_child("button")
            button.content = str(number)
            button.add_event_listener("click", self.make_handler(number))

    def make_handler(self, number: int) -> Callable[[], None]:
        def handler() -> None:
            self.html_wrapper.element(f"button:nth-child({number + 1})").content += "!"

        return handler


def page(view: type[View]) -> ControllerFactory:
    return ControllerFactory().add_view(view).set_default_view(view)


app.add_controller("/todo/<int:count>", page(TodoView))
app.add_controller("/ask", page(AskView))
app.add_controller("/carried", page(CarriedView))
app.add_controller("/idle/<int:count>", page(IdleView))
app.set_secret_key("only for benchmarks")
