"""Tests of whole apps through real sockets: who is let in, and what becomes of a page with its socket."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pycommunicate.errors import PageGone
from pycommunicate.page import Page
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Bye, Refuse, Welcome, encode
from pycommunicate.protocol.ops import CREATE, FIND, GET, LISTEN, SET
from pycommunicate.server.bases.controller import Controller
from pycommunicate.server.bases.views import View
from pycommunicate.settings import Settings
from tests.conftest import StartApp
from tests.support.house import ExpectErrors, living
from tests.support.local_app import LocalApp
from tests.support.rig import settle, until
from tests.support.websocket import BINARY, client_frame
from tests.support.wire import WireClient

steps: list[Any] = []
views: list[weakref.ref[Any]] = []
controllers: list[weakref.ref[Any]] = []


class Home(View):
    """Finds an element, listens, and reads when it is clicked."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        views.append(weakref.ref(self))
        controllers.append(weakref.ref(controller))

    def render(self) -> Any:
        return f"<head>{self.controller.templater.add_includes()}</head>"

    def load(self) -> None:
        button = self.html_wrapper.element("#button")
        button.add_event_listener("click", lambda: self.clicked(button))

    def clicked(self, button: Any) -> None:
        try:
            button.content = button.value
        except PageGone:
            steps.append("gone")
            raise

    def teardown(self) -> None:
        steps.append("teardown")


@pytest.fixture
def local(expect_errors: ExpectErrors) -> Iterator[LocalApp]:
    steps.clear()
    views.clear()
    controllers.clear()
    local = LocalApp(Home)
    yield local
    local.close()
    settle()


def ready(client: WireClient) -> WireClient:
    """Let the page of *client* find its button and listen to it."""
    client.open()
    assert client.answer(to_wire(Ref(-1)))[0] == FIND
    client.wait_op(LISTEN)
    return client


# --- who is let in ----------------------------------------------------------------------------------------------------


def test_a_click_is_read_and_written_over_the_wire(local: LocalApp) -> None:
    client = ready(local.client())

    client.event(1)
    assert client.answer("what was typed") == [GET, 2, -1, "value"]

    assert client.wait_op(SET) == [SET, -1, "innerText", "what was typed"]


@pytest.mark.parametrize("origin", [None, "", "null", "https://evil.example", "http://127.0.0.1:1", "http://127.0.0.1"])
def test_another_origin_is_forbidden(local: LocalApp, origin: str | None) -> None:
    client = local.client()
    client.get()

    assert client.connect({"Origin": origin}).status == 403


def test_an_origin_of_the_settings_may_attach(expect_errors: ExpectErrors) -> None:
    local = LocalApp(Home, settings=Settings(allowed_origins=["https://friend.example"]))
    client = local.client()
    client.get()

    assert client.connect({"Origin": "https://friend.example"}).status == 101
    assert isinstance(client.hello(), Welcome)
    local.close()


def test_a_path_that_is_no_socket_is_not_found(local: LocalApp) -> None:
    client = local.client()
    client.get()

    assert client.connect(path="/").status == 404
    assert client.connect(path="/__pycommunicate/elsewhere").status == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda client, other: client.cookies.clear(), "forbidden"),
        (lambda client, other: client.cookies.update(other.cookies), "forbidden"),
        (lambda client, other: client.cookies.update(dict.fromkeys(client.cookies, "forged.x")), "forbidden"),
    ],
    ids=["no cookie", "another user", "a forged cookie"],
)
def test_a_page_opens_to_its_own_user_only(
    local: LocalApp, change: Callable[[WireClient, WireClient], None], code: str
) -> None:
    client, other = local.client(), local.client()
    client.get()
    other.get()
    change(client, other)
    client.connect()

    refusal = client.hello()

    assert isinstance(refusal, Refuse)
    assert (refusal.code, refusal.action) == (code, "stop")
    assert client.receive() is None
    assert client.close_code == 1000


def test_a_ticket_of_another_page_of_the_same_user_does_not_open_a_page(local: LocalApp) -> None:
    client = local.client()
    ticket = client.get().ticket
    client.get()
    client.connect()

    refusal = client.hello(ticket=ticket)

    assert isinstance(refusal, Refuse)
    assert refusal.code == "forbidden"


def test_a_duplicated_tab_is_refused_and_the_first_one_lives_on(local: LocalApp) -> None:
    client = ready(local.client())
    twin = local.client(client.cookies)
    twin.document = client.document
    twin.connect()

    refusal = twin.hello(nonce="of the twin")

    assert isinstance(refusal, Refuse)
    assert (refusal.code, refusal.action) == ("claimed", "reload")
    client.event(1)
    assert client.answer("alive")[0] == GET


def test_a_hello_in_the_same_segment_as_the_handshake_is_let_in(local: LocalApp) -> None:
    client = local.client()
    document = client.get()

    client.connect(early=client_frame(BINARY, client.channel.hello(document.ticket, client.nonce)))

    assert isinstance(client.receive(), Welcome)


# --- the end of a page ------------------------------------------------------------------------------------------------


def test_a_page_that_is_left_for_good_ends_and_its_handlers_unwind(local: LocalApp) -> None:
    client = ready(local.client())
    client.event(1)
    client.wait_op(GET)

    client.leave()
    until(lambda: "gone" in steps and "teardown" in steps)

    assert sorted(steps) == ["gone", "teardown"]


def test_a_browser_that_breaks_the_protocol_is_told_and_hurts_nobody(local: LocalApp) -> None:
    client, other = ready(local.client()), ready(local.client())

    client.send(b"\xc1 no message at all")

    bye = client.receive()
    assert isinstance(bye, Bye)
    assert (bye.code, bye.action) == ("violation", "stop")
    assert client.receive() is None
    other.event(1)
    assert other.answer("alive")[0] == GET


def test_a_browser_that_says_goodbye_ends_its_page(local: LocalApp) -> None:
    client = ready(local.client())

    client.send(encode(Bye(0, "left", "stop", "")))

    until(lambda: steps == ["teardown"])


def test_a_frame_larger_than_the_limit_ends_the_socket_and_the_page(local: LocalApp) -> None:
    client = ready(local.client())

    client.send(b"x" * (local.app.settings.limits.frame + 1))

    assert client.receive() is None
    assert client.close_code == 1009
    until(lambda: steps == ["teardown"])


def test_a_server_that_stops_says_so_to_all_pages(local: LocalApp) -> None:
    clients = [ready(local.client()) for _ in range(2)]

    local.app.finish(0.1)

    for client in clients:
        bye = client.receive()
        assert isinstance(bye, Bye)
        assert (bye.code, bye.action) == ("stopping", "reload")
        assert client.receive() is None
        assert client.close_code == 1001


def test_nothing_is_left_of_a_page_that_has_ended(local: LocalApp) -> None:
    before = len(living(Page))
    client = ready(local.client())
    client.event(1)
    client.wait_op(GET)
    assert views[0]() is not None

    client.leave()
    until(lambda: "teardown" in steps and "gone" in steps)
    settle()

    assert len(living(Page)) == before
    assert views[0]() is None
    assert controllers[0]() is None


def test_a_page_that_is_only_loaded_and_never_claimed_leaves_nothing(local: LocalApp) -> None:
    before = len(living(Page))
    local.client().get()
    (page,) = list(local.app._registry)
    page.end("it expires", "", "")
    del page

    assert len(living(Page)) == before
    assert views[0]() is None


# --- threads ----------------------------------------------------------------------------------------------------------


def test_call_soon_is_the_way_into_a_page_from_a_foreign_thread(local: LocalApp) -> None:
    client = ready(local.client())
    view = views[0]()
    assert view is not None

    def foreign() -> None:
        local.app.call_soon(lambda: view.html_wrapper.element("#other").add_child("p"))

    thread = threading.Thread(target=foreign)
    thread.start()
    thread.join()

    assert client.answer(to_wire(Ref(-2)))[0] == FIND
    assert client.wait_op(CREATE)[3] == -2


# --- in a process of its own ------------------------------------------------------------------------------------------

APP = """
from pycommunicate.server.app.communicate import CommunicateApp
from pycommunicate.server.bases.controller import ControllerFactory
from pycommunicate.server.bases.views import View


class Home(View):
    def render(self):
        return f"<head>{self.controller.templater.add_includes()}</head>"

    def load(self):
        self.html_wrapper.element("#out").content = "loaded"


app = CommunicateApp()
app.set_secret_key("a test's")
app.add_controller("/", ControllerFactory().add_view(Home).set_default_view(Home))
"""


def test_the_wire_client_speaks_with_an_app_in_a_process_of_its_own(app_server: StartApp) -> None:
    client = WireClient(app_server(APP).url).open()

    client.answer(to_wire(Ref(-1)))

    assert client.wait_op(SET) == [SET, -1, "innerText", "loaded"]
    client.close()
