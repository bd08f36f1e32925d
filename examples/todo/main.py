"""The to-do list of the tutorial: adding and removing, kept in a text file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.proxies.dom import ElementWrapper

app = CommunicateApp()


class Todos:
    """The to-dos, by number, and the file that they are kept in, one a line."""

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
        if self.texts.pop(index, None) is not None:
            self.save()

    def save(self) -> None:
        # Written beside it and put in its place at once: a crash never leaves half a file.
        new = self.path.with_suffix(".new")
        new.write_text("".join(f"{text}\n" for text in self.texts.values()), encoding="utf-8")
        new.replace(self.path)


todos = Todos(Path(os.environ.get("TODO_FILE", Path(__file__).with_name("todo.txt"))))


class TodoView(View):
    def render(self) -> str:
        return self.controller.templater.render("home.html")

    def load(self) -> None:
        loading, todo_list, add = (self.html_wrapper.element(one) for one in ("#loadingBar", "#todo", "#add"))
        for index, text in list(todos.texts.items()):
            self.show(todo_list, index, text)
        add.add_event_listener("click", self.add)
        loading.delete()

    def show(self, todo_list: ElementWrapper, index: int, text: str) -> None:
        div = todo_list.add_child("div")
        div.id = f"todo{index}"
        paragraph = div.add_child("p")
        paragraph.id = f"todoText{index}"
        paragraph.content = text
        button = div.add_child("button")
        button.id = f"todoRemove{index}"
        button.content = "Remove"
        button.add_event_listener("click", self.remover(index))

    def remover(self, index: int) -> Callable[[], None]:
        def remove() -> None:
            todos.remove(index)
            self.html_wrapper.element(f"#todo{index}").delete()

        return remove

    def add(self) -> None:
        field = self.html_wrapper.element("#next")
        text = " ".join(field.value.split())
        if text:
            field.value = ""
            text = f"- {text}"
            self.show(self.html_wrapper.element("#todo"), todos.add(text), text)


app.add_controller("/", ControllerFactory().add_view(TodoView).set_default_view(TodoView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
