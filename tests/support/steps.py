"""What people do with the examples: the same steps for simulated browsers and for a real one.

Each is called with a client of one example's app.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pycommunicate.testing import Element, Page, TestClient

__all__ = ["EXAMPLES", "STEPS", "Step", "app_of", "parameters"]

EXAMPLES = Path(__file__).parents[2] / "examples"

Step: TypeAlias = Callable[[TestClient], None]

#: Example and steps.
STEPS: list[tuple[str, Step]] = []


def app_of(name: str) -> Any:
    """Return the app of an example, its program run anew."""
    path = EXAMPLES / name / "main.py"
    spec = importlib.util.spec_from_file_location(f"example_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def parameters() -> list[Any]:
    """Return all steps as pytest takes them."""
    return [pytest.param(name, step, id=f"{name}-{step.__name__}") for name, step in STEPS]


def of(name: str) -> Callable[[Step], Step]:
    """Let the decorated function be steps of an example."""

    def add(step: Step) -> Step:
        STEPS.append((name, step))
        return step

    return add


@of("todo")
def adds_and_removes(client: TestClient) -> None:
    page = client.open("/")
    assert page.title == "To-do list"
    assert not page.exists("#loadingBar")
    page.find("#next").fill("milk")
    page.find("#add").click()
    page.wait_for("#todo p", text="- milk")
    assert page.find("#next").value == ""
    page.find("#next").type("  green   tea ")
    page.find("#next").press("Enter")
    page.wait_for("#todo p", count=2)
    assert page.texts("#todo p") == ["- milk", "- green tea"]
    page.find("#todo button").click()
    page.wait_for("#todo p", count=1)
    assert page.texts("#todo li") == ["- green tea\nRemove"] or page.texts("#todo p") == ["- green tea"]


@of("todo")
def ignores_an_empty_field(client: TestClient) -> None:
    page = client.open("/")
    page.find("#next").fill("   ")
    page.find("#add").click()
    page.find("#add").dblclick()
    page.find("#next").fill("bread")
    page.press("Enter")
    page.wait_for("#todo p", text="- bread")
    assert len(page.find_all("#todo li")) == 1


@of("todo")
def keeps_the_list_for_everybody(client: TestClient) -> None:
    page = client.open("/")
    page.find("#next").fill("<b>soap</b>")
    page.find("#add").click()
    page.wait_for("#todo p", text="- <b>soap</b>")
    other = client.new_user().open("/")
    other.wait_for("#todo p", text="- <b>soap</b>")
    assert not other.exists("#todo b")
    assert other.find("#todo button").property("ariaLabel") == "Remove - <b>soap</b>"


@of("counter")
def counts_in_the_session(client: TestClient) -> None:
    page = client.open("/")
    for count in range(1, 4):
        page.find("#more").click()
        page.wait_for("#count", text=str(count))
    other = client.open("/")
    other.wait_for("#count", text="3")
    other.find("#more").click()
    other.wait_for("#count", text="4")
    page.reload()
    page.wait_for("#count", text="4")
    client.new_user().open("/").wait_for("#count", text="0")
    page.find("#again").click()
    page.wait_for("#count", text="0")


@of("hello")
def counts_without_a_connection(client: TestClient) -> None:
    page = client.open("/")
    assert page.state == ""
    before = re.findall(r"\d+", page.text)
    page.reload()
    assert re.findall(r"\d+", page.text) != before


@of("events")
def counts_down(client: TestClient) -> None:
    page = client.open("/")
    page.find("#seconds").fill("600")
    page.find("#seconds").press("Enter")
    page.wait_for("#display", text=re.compile(r"^(600|59\d) s$"))
    client.clock.advance(590)
    page.wait_for("#display", text=re.compile(r"^\d s$|^10 s$"))
    client.clock.advance(15)
    page.wait_for("#display", text="Your egg is ready!")
    page.find("#seconds").fill("300")
    page.find("#form button").click()
    page.wait_for("#display", text=re.compile(r"^(300|29\d) s$"))
    client.clock.advance(60)
    page.find("#stop").click()
    page.wait_for("#display", text=re.compile(r"^Stopped at 2[34]\d s$"))


@of("events")
def refuses_what_is_no_number_of_seconds(client: TestClient) -> None:
    page = client.open("/")
    page.find("#seconds").fill("0")
    page.find("#seconds").press("Enter")
    assert page.find("#display").text == "0 s"


@of("exists")
def finds_the_cat(client: TestClient) -> None:
    page = client.open("/")
    page.find("#look").click()
    page.wait_for("#answer", text="No, the box is empty.")
    page.find("#flap").click()
    assert "( o.o )" in page.find("#box #cat").text
    page.find("#look").click()
    page.wait_for("#answer", text="Yes, there is a cat in the box.")
    page.find("#flap").dblclick()
    page.find("#flap").click()
    page.wait_gone("#cat")


@of("errors")
def shows_its_own_pages(client: TestClient) -> None:
    page = client.open("/")
    page.find("a[href='/tables/7']").click()
    page.wait_for("h1", text="Table 7")
    assert (page.status, page.path, page.title) == (200, "/tables/7", "Table 7")
    page.go("/tables/13")
    page.wait_for("h1", text="We do not have that")
    assert page.status == 404
    with pytest.raises(LookupError, match="the recipe is lost"):
        page.go("/broken")
    page.wait_for("h1", text="Something went wrong")
    assert page.status == 500
    assert [type(error) for error in client.errors] == [LookupError]


@of("redirects")
def goes_where_it_is_sent(client: TestClient) -> None:
    page = client.open("/")
    page.find("#dish").select("pears")
    page.find("#controls button").click()
    page.wait_for("h1", text="Pears in red wine")
    assert page.path == "/dishes/pears"
    page.go("/dishes/stew")
    page.wait_for("#dish")
    assert page.path == "/"
    menu = client.fetch("/menu.txt")
    assert menu.header("Content-Disposition") == "attachment; filename=menu.txt"
    assert menu.text.splitlines()[0] == "Leek soup, with bread"


@of("view_swapping")
def swaps_its_views(client: TestClient) -> None:
    page = client.open("/")
    page.find("#name").fill("Ada")
    page.find("#name").press("Enter")
    page.wait_for("h1", text=re.compile("Ada"))
    assert not page.exists("#name")
    page.find("#leave").click()
    assert page.find("#name").value == "Ada"
    page.find("#name").press("Enter")
    page.wait_for("h1", text=re.compile("Ada"))
    page.wait_for("#leave:enabled")


class Canvas:
    """Stands in for the hook of the example's script, where there is no canvas."""

    def __init__(self) -> None:
        self.towns: list[list[float]] = []

    def draw(self, towns: list[list[float]]) -> None:
        """Take note of what is to be drawn."""
        self.towns = towns


@of("canvas")
def draws_a_tour_through_all_towns(client: TestClient) -> None:
    canvas = Canvas()
    client.stand_in_hook("map", lambda: canvas)
    page = client.open("/")
    corners = [{"x": 0.1, "y": 0.1}, {"x": 0.9, "y": 0.9}, {"x": 0.1, "y": 0.9}, {"x": 0.9, "y": 0.1}]
    for corner in corners:
        page.find("#map").fire("picked", corner)
    page.wait_for("#news", text="Towns: 4. Length of the tour: 320 km.")
    if canvas.towns:
        assert sorted(canvas.towns) == sorted([corner["x"], corner["y"]] for corner in corners)
    page.find("#map").fire("picked", {"x": 2, "y": 0.5})  # where no map is
    page.find("#map").fire("picked", "here")
    page.find("#random").click()
    page.wait_for("#news", text=re.compile(r"^Towns: 5\. "))
    page.find("#clear").click()
    page.wait_for("#news", text="Towns: 0. Length of the tour: 0 km.")


@of("form")
def says_what_is_wrong_while_it_is_filled_in(client: TestClient) -> None:
    page = client.open("/")
    page.find("#email").type("ada")
    assert page.find("#email-problem").text == ""
    client.clock.advance(0.3)
    page.wait_for("#email-problem", text="Please give an address like ada@example.com.")
    assert page.find("#email").attribute("aria-invalid") == "true"
    assert page.find("#name-problem").text == ""  # which has not been filled in yet
    page.find("#email").type("@example.com")
    client.clock.advance(0.3)
    page.wait_for("#email-problem", text="")
    assert page.find("#email").attribute("aria-invalid") == "false"
    assert page.find("#email").value == "ada@example.com"


@of("form")
def leads_to_the_first_field_that_is_wrong(client: TestClient) -> None:
    page = client.open("/")
    page.find("button").click()
    page.wait_for("#name-problem", text="Please tell us your name.")
    assert page.find("#name").focused
    assert len([text for text in page.texts("fieldset p") if text]) == 4
    page.find("#name").fill("Ada")
    client.clock.advance(0.3)
    page.wait_for("#name-problem", text="")
    assert page.find("#guests-problem").text == "Please give a number from 1 to 20."


def book(client: TestClient, guests: str) -> Page:
    """Fill in the form and send it."""
    page = client.new_user().open("/")
    for name, text in {"name": "<b>Ada</b>", "email": "ada@example.com", "guests": guests}.items():
        page.find(f"#{name}").fill(text)
    page.find("#time").select("19:30")
    page.find("#guests").press("Enter")
    return page


@of("form")
def gives_no_seat_twice(client: TestClient) -> None:
    other = client.new_user().open("/")
    page = book(client, "3")
    page.wait_for("main > p", text="Thank you, <b>Ada</b>! We have a table for 3 at 19:30.")
    assert page.find("main > p").focused
    client.clock.advance(1)  # what was typed last is told of now
    assert not page.find("form").visible
    other.find("#guests").type("2")
    other.find("#time").select("19:30")
    client.clock.advance(0.3)
    other.wait_for("#guests-problem", text="At 19:30 there is room for 1 only.")
    book(client, "1").wait_for("main > p", text=re.compile("for 1 at 19:30"))


def first_row(page: Page) -> list[str]:
    """Return what the first row shows; to find elements among so many would take long."""
    return [page.find("table").property(["rows", "1", "cells", str(place), "textContent"]) for place in range(4)]


@of("grid")
def shows_ten_thousand_rows_in_any_order(client: TestClient) -> None:
    page = client.open("/")
    page.wait_for("#total", text="10,000 trees, 919,108 kilos")
    assert page.find("table").property(["rows", "length"]) == 10_001
    assert first_row(page) == ["1", "Cox", "1958", "70"]
    for order, kilos in (("ascending", "5"), ("descending", "180"), ("ascending", "5")):
        page.find("thead button[value=kilos]").click()
        page.wait_for(f"th:nth-child(4)[aria-sort={order}]")
        page.wait_until(lambda kilos=kilos: first_row(page)[3] == kilos, "the row")  # type: ignore[misc]
    assert page.find("th").attribute("aria-sort") == "none"
    page.find("thead button[value=variety]").click()
    page.find("thead button[value=tree]").click()
    page.wait_until(lambda: page.find("table").property(["rows", "length"]) == 10_001, "all rows")
    page.wait_until(lambda: first_row(page)[0] == "1", "the first row")


@of("grid")
def is_edited_in_place(client: TestClient) -> None:
    page = client.open("/")
    page.wait_for("#total", text="10,000 trees, 919,108 kilos")
    button = page.find("button[value='1']")
    button.click()
    field = page.find("tbody input")
    assert (field.value, field.focused, button.visible) == ("70", True, False)
    assert (field.property("selectionStart"), field.property("selectionEnd")) == (0, 2)
    field.fill("100")
    page.press("Enter")
    page.wait_gone("input")
    assert (button.text, button.focused) == ("100", True)
    page.wait_for("#total", text="10,000 trees, 919,138 kilos")
    button.click()
    page.find("tbody input").fill("3")
    page.press("Escape")
    page.wait_gone("input")
    assert (button.text, button.focused) == ("100", True)
    button.dblclick()
    page.find("tbody input").fill("many")
    page.press("Tab")
    page.wait_gone("input")
    assert (button.text, button.focused) == ("100", False)
    page.wait_for("#total", text="10,000 trees, 919,138 kilos")


@of("keyboard")
def moves_the_basket_and_lets_apples_fall(client: TestClient) -> None:
    page = client.open("/")
    page.find("#start").click()
    field, basket, apple = page.find("#field"), page.find("#basket"), page.find(".apple")
    page.wait_until(lambda: field.focused, "the focus")
    page.press("ArrowRight")
    page.wait_until(lambda: percent(basket, "left") > 50, "the basket to move")
    place = percent(apple, "top")
    client.clock.advance(0.5)
    page.wait_until(lambda: percent(apple, "top") != place, "an apple to fall")
    page.press("Tab")
    assert page.find("#start").focused  # the game is no trap


@of("keyboard")
def ends_when_three_apples_were_missed(client: TestClient) -> None:
    page = client.open("/")
    page.find("#start").click()
    for _ in range(30):
        page.press("ArrowLeft")
    page.wait_until(lambda: percent(page.find("#basket"), "left") == 8, "the basket at the left")
    for _ in range(30):
        client.clock.advance(4)
        if page.find("#news").text.startswith("The end"):
            break
    page.wait_for("#news", text=re.compile(r"^The end\. Apples in your basket: \d+\.$"))
    page.find("#start").click()
    page.wait_for("#news", text="Left and right arrow move the basket.")


def percent(element: Element, side: str) -> float:
    """Return where something is, in percent of the field."""
    return float(element.property(["style", side]).rstrip("%") or 50)
