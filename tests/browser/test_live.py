"""What the test kit does in a real Chromium, apart from what it does everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from pycommunicate import View
from pycommunicate.testing import TestClient
from pycommunicate.testing.live import Chromium
from tests.support.site import make_app, shows
from tests.support.user_steps import STEPS, Step, at_a_page

HTML = """<title>Shop</title><form id=form><input id=name value=old><button id=add>Add</button></form>
<ul id=list></ul><button id=off disabled>Off</button><a href="/nowhere">away</a>"""


def page_of(view: View) -> str:
    return f"<!DOCTYPE html>{view.controller.templater.add_includes()}{HTML}"


@pytest.fixture
def open_live(browser: Browser) -> Iterator[Callable[..., TestClient]]:
    Chromium.shared().adopt(browser)
    clients: list[TestClient] = []

    def open_live(load: Callable[[View], Any], **options: Any) -> TestClient:
        clients.append(TestClient(make_app(shows(page_of, load)), live=True, **options))
        return clients[-1]

    yield open_live
    for client in clients:
        client.close()


def submits(call: Callable[[View], Any]) -> Callable[[View], None]:
    def load(view: View) -> None:
        form: Any = view.html_wrapper.element("#form")
        form.add_event_listener("submit", lambda: call(view))

    return load


def test_what_a_handler_raises_is_raised_by_what_set_it_off(open_live: Callable[..., TestClient]) -> None:
    def fail(view: View) -> None:
        raise LookupError("no such thing")

    page = open_live(submits(fail)).open("/")
    with pytest.raises(LookupError, match="no such thing"):
        page.find("#add").click()


def test_round_trips_are_counted(open_live: Callable[..., TestClient]) -> None:
    page = open_live(submits(lambda view: view.html_wrapper.exists("p"))).open("/")
    page.find("#add").click()
    assert page.round_trips == 1


def test_timers_fire_when_time_is_made_to_pass(open_live: Callable[..., TestClient]) -> None:
    ticks: list[int] = []
    client = open_live(lambda view: view.add_timer(60, lambda: ticks.append(1)))
    client.open("/")
    client.clock.advance(601)
    assert len(ticks) == 10


def test_elements_are_read_as_a_user_sees_them(open_live: Callable[..., TestClient], tmp_path: Path) -> None:
    client = open_live(lambda view: None)
    page = client.open("/", headers={"X-Test": "1"})
    field, off = page.find("#name"), page.find("#off")
    assert (field.value, field.tag, field.attribute("value"), field.focused) == ("old", "input", "old", False)
    field.focus()
    assert page.focused == field
    assert field != off
    assert (off.enabled, off.visible) == (False, True)
    page.screenshot(str(tmp_path / "page.png"))
    assert (tmp_path / "page.png").stat().st_size > 1_000
    page.find("a").click()
    page.wait_until(lambda: page.status == 404, "the page of the error")
    with pytest.raises(AssertionError, match="has left"):
        field.click()
    assert client.fetch("/").status == 200
    assert len(client.user.cookies) == 1


@pytest.mark.parametrize("selector", ["p:", "::"])
def test_what_is_no_selector_is_refused(open_live: Callable[..., TestClient], selector: str) -> None:
    page = open_live(lambda view: None).open("/")
    with pytest.raises(ValueError, match="not a selector"):
        page.find(selector)


def test_what_a_user_could_not_do_fails(open_live: Callable[..., TestClient]) -> None:
    page = open_live(lambda view: None, timeout=0.2).open("/")
    with pytest.raises(AssertionError, match="not enabled"):
        page.find("#off").click()


def test_network_is_not_ours(open_live: Callable[..., TestClient]) -> None:
    page = open_live(lambda view: None).open("/")
    with pytest.raises(NotImplementedError, match="in this process"):
        page.network.cut_all()


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_users_do_what_they_do_in_simulated_browsers(browser: Browser, step: Step) -> None:
    Chromium.shared().adopt(browser)
    with at_a_page(step, live=True):
        pass
