"""A to-do list that is kept in a text file: adding and removing."""

import os
from pathlib import Path

from pycommunicate import CommunicateApp, ControllerFactory, View


# The to-dos, by number, and the file that they are kept in, one a line.
class Todos:
    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.texts = dict(enumerate(lines))
        self.last = len(lines)

    def add(self, text: str) -> int:
        self.last += 1
        self.texts[self.last] = text
        self.save()
        return self.last

    def remove(self, index: int) -> None:
        self.texts.pop(index, None)  # another tab may have removed it already
        self.save()

    def save(self) -> None:
        # Written beside it, then put in its place: a crash never leaves half a file.
        new = self.path.with_suffix(".new")
        new.write_text("".join(f"{text}\n" for text in self.texts.values()), encoding="utf-8")
        new.replace(self.path)


todos = Todos(Path(os.environ.get("TODO_FILE", Path(__file__).with_name("todo.txt"))))


class TodoView(View):
    def render(self) -> str:
        return self.controller.templater.render("home.html")

    def load(self) -> None:
        self.todo_list = self.html_wrapper.element("#todo")
        self.field = self.html_wrapper.element("#next")
        for index, text in list(todos.texts.items()):
            self.show(index, text)
        self.html_wrapper.element("#form").add_event_listener("submit", self.add)
        # A click without a listener is lost: the template has the button switched off.
        self.html_wrapper.element("#add").set_property("disabled", False)
        self.html_wrapper.element("#loadingBar").delete()

    def show(self, index: int, text: str) -> None:
        item = self.todo_list.add_child("li")  # none of this waits for the browser
        item.add_child("p").content = text
        button = item.add_child("button")
        button.content = "Remove"
        button.set_property("ariaLabel", f"Remove {text}")  # what a screen reader says

        def remove() -> None:
            todos.remove(index)
            item.delete()  # a double click comes here twice, which is no fault

        button.add_event_listener("click", remove)

    def add(self) -> None:
        text = " ".join(self.field.value.split())  # asks the browser, and waits
        if text:
            self.field.value = ""
            self.show(todos.add(f"- {text}"), f"- {text}")


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(TodoView).set_default_view(TodoView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
