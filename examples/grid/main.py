"""A table of 10,000 rows, sorted and edited in place: one listener hears them all, and they come in pieces."""

import os
import random
from typing import Any

from pycommunicate import CommunicateApp, ControllerFactory, Event, View

PIECE = 200  # rows
VARIETIES = ["Boskoop", "Cox", "Discovery", "Elstar", "Gravenstein", "Jonagold", "Topaz"]
rng = random.Random(1)  # the same orchard at every start
TREES: list[dict[str, Any]] = [
    {"tree": number, "variety": rng.choice(VARIETIES), "planted": rng.randint(1950, 2020), "kilos": rng.randint(5, 180)}
    for number in range(1, 10_001)
]


class GridView(View):
    def render(self) -> str:
        return self.controller.templater.render("grid.html", columns=TREES[0])

    def load(self) -> None:
        self.sorted_by, self.descending = "", False
        self.table, self.total = map(self.html_wrapper.element, ("table", "#total"))
        self.headings = dict(zip(TREES[0], self.table.elements("thead th"), strict=True))
        self.headings["tree"].element("button").click()  # as if the user had

    # One listener for all headings, and one for all rows. Who sorts anew need not wait until all rows are there.
    @View.on("thead button", "click", fields=["current_target.value"], when_busy="latest")
    def sort(self, event: Event) -> None:
        column = event["current_target.value"]
        self.descending = column == self.sorted_by and not self.descending
        self.sorted_by = column
        for name, heading in self.headings.items():
            heading.attributes["aria-sort"] = "none" if name != column else ("ascending", "descending")[self.descending]
        for piece in self.table.elements("tbody"):
            piece.delete()
        trees = sorted(TREES, key=lambda tree: tree[column], reverse=self.descending)
        for start in range(0, len(trees), PIECE):
            len(self.table.append("rows.html", trees=trees[start : start + PIECE]))  # len waits until they are there
        self.show_total()

    @View.on("tbody button", "click", fields=["current_target.value", "detail"])
    def edit(self, event: Event) -> None:
        if event["detail"] == 2:  # the second half of a double click
            return
        button, tree = event.current_target, TREES[int(event["current_target.value"]) - 1]
        (field,) = button.before("field.html", tree=tree)
        button.hidden = True
        field.focus()
        field.send("select")  # any method that an element has in JavaScript
        # This line waits for the user: the rest is what happens when the field is left.
        left = field.wait_for("focusout", fields=["value", "related_target"])
        if left.value.isdecimal() and len(left.value) < 5:
            tree["kilos"] = int(left.value)
        button.content, button.hidden = str(tree["kilos"]), False
        field.delete()
        if left.related_target is None:
            button.focus()
        self.show_total()

    @View.on("tbody input", "keydown", fields=["current_target.default_value"])
    def press(self, event: Event) -> None:
        if event.key == "Escape":
            event.current_target.set_value(event["current_target.default_value"], force=True)
        if event.key in ("Enter", "Escape"):
            event.current_target.blur()

    def show_total(self) -> None:
        self.total.content = f"{len(TREES):,} trees, {sum(tree['kilos'] for tree in TREES):,} kilos"


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(GridView).set_default_view(GridView))
app.set_secret_key(os.environ.get("SECRET_KEY", "only for trying it out"))

if __name__ == "__main__":
    app.run()
