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

from pycommunicate.testing import TestClient

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
