"""The same over real sockets: a server in a process of its own."""

from __future__ import annotations

from time import monotonic

import pytest

from pycommunicate.testing import TestClient
from pycommunicate.testing.driver import ProxyProcess
from tests.conftest import StartApp

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View

class Shop(View):
    def render(self):
        includes = self.controller.templater.add_includes()
        return f'''<!DOCTYPE html>{includes}<title>Shop</title>
            <form id=form><input id=name><button id=add>Add</button></form><ul id=list></ul><a href="/gone">gone</a>'''

    def load(self):
        self.name, self.list = self.html_wrapper.element("#name"), self.html_wrapper.element("#list")
        self.html_wrapper.element("#form").add_event_listener("submit", self.add)

    def add(self):
        text = self.name.value
        self.name.value = ""
        self.list.add_child("li").content = text

app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(Shop).set_default_view(Shop))
app.set_secret_key("a test's")
"""


def test_server_anywhere_is_tested(app_server: StartApp) -> None:
    app = app_server(APP)
    with TestClient(app.url) as client:
        page = client.open("/")
        page.wait_until(lambda: page.state == "connected", "the connection")
        assert page.title == "Shop"
        for word in ("milk", "eggs", "tea"):
            page.find("#name").fill(word)
            page.find("#add").click()
            page.wait_for("li", text=word)
        assert page.texts("li") == ["milk", "eggs", "tea"]
        assert page.find("#name").value == ""
        page.find("a").click()
        page.wait_until(lambda: page.status == 404, "the page of the error")
        assert client.fetch("/").status == 200


def test_page_comes_back_over_cuts(app_server: StartApp) -> None:
    app = app_server(APP)
    with ProxyProcess(f"127.0.0.1:{app.port}", websockets_only=True) as proxy, TestClient(proxy.url) as client:
        page = client.open("/")
        page.wait_until(lambda: page.state == "connected", "the connection")
        for number in range(5):
            proxy.cut_all()
            page.find("#name").fill(str(number))
            page.press("Enter")
            page.wait_for("li", count=number + 1)
        assert page.texts("li") == ["0", "1", "2", "3", "4"]


def test_keys_are_pressed_in_real_time(app_server: StartApp) -> None:
    with TestClient(app_server(APP).url) as client:
        page = client.open("/")
        page.wait_until(lambda: page.state == "connected", "the connection")
        begun = monotonic()
        page.find("#name").type("tea", delay=0.02)
        assert monotonic() - begun >= 0.06
        page.press("Enter")
        page.wait_for("li", text="tea")


def test_what_only_an_app_in_this_process_has_is_refused(app_server: StartApp) -> None:
    with TestClient(app_server(APP).url) as client:
        page = client.open("/")
        with pytest.raises(NotImplementedError, match="cannot be moved"):
            client.clock.advance(1)
        with pytest.raises(NotImplementedError, match="in this process"):
            page.network.cut_all()
        with pytest.raises(NotImplementedError, match="in this process"):
            assert page.round_trips == 0


def test_server_that_is_not_there_is_named() -> None:
    with TestClient("http://127.0.0.1:9") as client, pytest.raises(ConnectionRefusedError):
        client.open("/")
