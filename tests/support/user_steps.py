"""What a user does, and what an app hears of it: steps for a simulated browser and for a real one.

A step is a function of a `TestClient` and a page; what its page shows, and what its app does, are its attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from pycommunicate import CommunicateApp, View
from pycommunicate.testing import Page, TestClient
from tests.support.site import make_app, shows

__all__ = ["STEPS", "Step", "at_a_page"]

Load: TypeAlias = Callable[[View, list[Any]], None]


class Step:
    """One step.

    Attributes:
        name: What it is called.
        html: What its page shows.
        load: What its app does, with a list of what it has heard.
        act: What its user does.
    """

    def __init__(self, html: str, load: Load, act: Callable[[TestClient, Page, list[Any]], None]) -> None:
        self.name = act.__name__
        self.html = html
        self.load = load
        self.act = act

    def __repr__(self) -> str:
        return self.name


STEPS: list[Step] = []


def step(html: str, load: Load) -> Callable[[Callable[[TestClient, Page, list[Any]], None]], None]:
    """Let the decorated function be what a user does."""

    def add(act: Callable[[TestClient, Page, list[Any]], None]) -> None:
        STEPS.append(Step(html, load, act))

    return add


@contextmanager
def at_a_page(one: Step, **options: Any) -> Iterator[None]:
    """Let a step be taken."""
    heard: list[Any] = []
    with TestClient(_app_of(one, heard), **options) as client:
        one.act(client, client.open("/"), heard)
        yield


def _app_of(one: Step, heard: list[Any]) -> CommunicateApp:
    def render(view: View) -> str:
        return f"<!DOCTYPE html>{view.controller.templater.add_includes()}{one.html}"

    return make_app(shows(render, lambda view: one.load(view, heard)))


# --- typing -----------------------------------------------------------------------------------------------------------


def _shouts(view: View, heard: list[Any]) -> None:
    field = view.html_wrapper.element("#f")

    def shout(event: Any) -> None:
        heard.append(event.value)
        field.value = event.value.upper()

    field.add_event_listener("input", shout)


@step("<input id=f>", _shouts)
def keys_are_pressed_while_the_app_writes(client: TestClient, page: Page, heard: list[Any]) -> None:
    field = page.find("#f")
    field.type("milk, please", delay=0.01)
    page.wait_until(lambda: field.value == "MILK, PLEASE", "all letters")
    assert len(heard) <= 12
    page.type("!")
    page.wait_until(lambda: field.value == "MILK, PLEASE!", "one more")
    assert field.property("selectionStart") == 13


def _searches(view: View, heard: list[Any]) -> None:
    view.html_wrapper.element("#f").add_event_listener("input", lambda event: heard.append(event.value), debounce=30)


@step("<input id=f>", _searches)
def time_that_passes_passes_for_what_is_held_back(client: TestClient, page: Page, heard: list[Any]) -> None:
    page.find("#f").type("abc")
    assert heard == []
    client.clock.advance(31)
    page.wait_until(lambda: heard, "the search")
    assert heard == ["abc"]


# --- the window -------------------------------------------------------------------------------------------------------


def _hears_of_sizes(view: View, heard: list[Any]) -> None:
    window = view.html_wrapper.window
    window.add_event_listener("resize", lambda: heard.append(window.get_property("innerWidth")))
    window.media("(max-width: 600px)").add_event_listener("change", lambda event: heard.append(event.matches))


@step("<p>x", _hears_of_sizes)
def windows_have_a_size(client: TestClient, page: Page, heard: list[Any]) -> None:
    page.resize(500, 700)
    page.wait_until(lambda: len(heard) == 2, "both")
    assert sorted(map(str, heard)) == ["500", "True"]
    page.resize(800, 700)
    page.wait_until(lambda: len(heard) == 4, "both again")
    assert sorted(map(str, heard[2:])) == ["800", "False"]


def _hears_of_the_network(view: View, heard: list[Any]) -> None:
    window = view.html_wrapper.window
    for type in ("offline", "online"):
        window.add_event_listener(type, lambda type=type: heard.append(type))  # type: ignore[misc]


@step("<p>x", _hears_of_the_network)
def networks_come_and_go(client: TestClient, page: Page, heard: list[Any]) -> None:
    page.go_offline()
    page.go_online()
    page.wait_until(lambda: len(heard) >= 2 and page.state == "connected", "both")
    assert heard[:2] == ["offline", "online"]


def _hears_whether_it_is_seen(view: View, heard: list[Any]) -> None:
    view.html_wrapper.document.add_event_listener("visibilitychange", lambda event: heard.append(event.visible))


@step("<p>x", _hears_whether_it_is_seen)
def tabs_are_looked_at(client: TestClient, page: Page, heard: list[Any]) -> None:
    page.hide()
    assert page.property("visibilityState") == "hidden"
    page.show()
    page.wait_until(lambda: len(heard) == 2, "both")
    assert heard == [False, True]


# --- what else a user, or a script, does ------------------------------------------------------------------------------


def _takes_files(view: View, heard: list[Any]) -> None:
    html = view.html_wrapper
    html.element("#f").add_event_listener("change", lambda event: heard.append(event.files))
    html.element("form").add_event_listener("submit", lambda event: heard.append(event.data["up"]["name"]))


@step("<form><input type=file id=f name=up multiple><button>Go</button></form>", _takes_files)
def files_are_chosen(client: TestClient, page: Page, heard: list[Any]) -> None:
    field = page.find("#f")
    field.choose_files(("a.txt", b"abc"), ("b", b"", "text/x-b"))
    page.wait_until(lambda: heard, "the change")
    files = [{key: file[key] for key in ("name", "size", "type")} for file in heard[0]]
    assert files == [{"name": "a.txt", "size": 3, "type": "text/plain"}, {"name": "b", "size": 0, "type": "text/x-b"}]
    assert field.value == "C:\\fakepath\\a.txt"
    page.find("button").click()
    page.wait_until(lambda: len(heard) == 2, "the form")
    assert heard[1] == "a.txt"
    field.choose_files()
    assert field.value == ""


def _hears_of_scripts(view: View, heard: list[Any]) -> None:
    view.html_wrapper.element("#list").add_event_listener(
        "picked", lambda event: heard.append((event.detail, event.target.id)), fields=["target"]
    )


@step("<ul id=list><li id=one>1</ul>", _hears_of_scripts)
def events_of_scripts_are_made(client: TestClient, page: Page, heard: list[Any]) -> None:
    page.find("#one").fire("picked", {"price": [1, None]})
    page.wait_until(lambda: heard, "the event")
    assert heard == [({"price": [1, None]}, "one")]


def _waits_for_more(view: View, heard: list[Any]) -> None:
    html = view.html_wrapper

    def save() -> None:
        html.element("#go", timeout=600)
        heard.append("saved")

    html.element("#save").add_event_listener("click", save, disable_while_running=True)
    html.element("#let").add_event_listener("click", lambda: html.body.set_property("id", "go"))


@step("<button id=save>Save</button><button id=let>Let</button>", _waits_for_more)
def what_is_busy_shows_it(client: TestClient, page: Page, heard: list[Any]) -> None:
    save = page.find("#save")
    assert (save.busy, save.enabled) == (False, True)
    save.click()
    page.wait_until(lambda: save.busy, "the mark")
    assert (save.enabled, save.classes) == (False, ["pycommunicate-busy"])
    page.find("#let").click()
    page.wait_until(lambda: not save.busy, "its end")
    assert (heard, save.enabled) == (["saved"], True)
