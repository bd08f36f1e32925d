"""An app at WSGI level: browsers that send requests and attach to pages, without any network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse

from pycommunicate import CommunicateApp, ControllerFactory, View
from pycommunicate.page.link import Receiver
from pycommunicate.protocol import ClientChannel, State
from pycommunicate.protocol.messages import Message, Refuse, decode
from pycommunicate.server.app.background import Background
from pycommunicate.settings import Settings
from tests.support.rig import HeldCarrier, settle

__all__ = ["Attached", "Visitor", "background_ends", "factory", "live", "make_app", "shows", "tag_of"]

_TAG = re.compile(
    r'<script src="([^"]*)" data-pycommunicate'
    r'(?:="([^"]*)" data-ticket="([^"]*)" data-user="[^"]+")?></script>'
)


def shows(render: Any, load: Callable[[View], Any] | None = None) -> type[View]:
    """Return a view class that renders *render*: what a page has, or a function of the view that returns it."""

    class Shown(View):
        def render(self) -> Any:
            return render(self) if callable(render) else render

        def load(self) -> None:
            if load is not None:
                load(self)

    return Shown


def live(view: View) -> str:
    """Render the smallest live page."""
    return f"<!DOCTYPE html>{view.controller.templater.add_includes()}"


def factory(*renders: Any) -> ControllerFactory:
    """Return a factory with a view for each: a view class, or what `shows` takes. The first is the default."""
    views = [one if isinstance(one, type) else shows(one) for one in renders]
    made = ControllerFactory()
    for view in views:
        made.add_view(view)
    return made.set_default_view(views[0])


def make_app(*renders: Any, settings: Settings | None = None, debug: bool = False, **options: Any) -> CommunicateApp:
    """Return an app with a key, and a controller at "/" if there is something to render."""
    app = CommunicateApp(settings=settings, debug=debug, **options)
    app.set_secret_key("a test's key")
    if renders:
        app.add_controller("/", factory(*renders))
    return app


@dataclass(frozen=True)
class Tag:
    """The script tag of a page: where the client is, and, if the page may be claimed, its socket and ticket."""

    src: str
    socket: str
    ticket: str


def tag_of(response: TestResponse | str) -> Tag:
    """Return the script tag of a response."""
    found = _TAG.findall(response if isinstance(response, str) else response.text)
    assert len(found) == 1, f"expected one script tag, got {found}"
    return Tag(*(unescape(part) for part in found[0]))


class Attached:
    """One socket of one browser, attached or refused.

    Attributes:
        channel: The browser's end.
        messages: What came down, in order.
    """

    def __init__(self, carrier: HeldCarrier) -> None:
        self.carrier = carrier
        self.channel = ClientChannel(Settings().limits)
        self.messages: list[Message] = []
        self.hello = "", ""

    def say_hello(self, ticket: str, nonce: str) -> None:
        """Send the hello and take what comes back."""
        self.hello = ticket, nonce
        assert self.carrier.receiver is not None
        self.carrier.receiver.receive(self.channel.hello(ticket, nonce))
        self.take()

    def take(self) -> list[Message]:
        """Take in all frames that have come; return their messages."""
        settle()
        came = [decode(frame) for frame in self.carrier.frames]
        self.carrier.frames.clear()
        if self.channel.state is State.GREETED and came:
            self.channel.take(came[0])
        self.messages += came
        return came

    def lose(self) -> None:
        """Lose the socket."""
        receiver: Receiver | None = self.carrier.receiver
        assert receiver is not None
        self.channel.lose()
        receiver.lost(self.carrier)
        settle()

    def leave(self) -> None:
        """Leave the document for good."""
        receiver: Receiver | None = self.carrier.receiver
        assert receiver is not None
        receiver.receive(self.channel.bye("left", "stop", "the document was left"))
        settle()

    @property
    def refusal(self) -> tuple[str, str] | None:
        """Code and action of the refusal, or None."""
        refused = [message for message in self.messages if isinstance(message, Refuse)]
        return (refused[0].code, refused[0].action) if refused else None


class Visitor:
    """One browser, with cookies of its own.

    Args:
        app: What it talks to.
        base_url: Where the app is, from the browser's side.
    """

    def __init__(self, app: CommunicateApp, base_url: str = "http://localhost:8080") -> None:
        self.app = app
        self.base_url = base_url
        self.client = Client(app)

    def get(self, path: str = "/", **options: Any) -> TestResponse:
        """Send a GET; options are those of `werkzeug.test.EnvironBuilder`."""
        return self.open(path, method="GET", **options)

    def open(self, path: str, **options: Any) -> TestResponse:
        """Send a request."""
        return self.client.open(path, base_url=self.base_url, **options)

    @property
    def cookie(self) -> str:
        """The user's cookie as a header, or an empty text."""
        cookies: Sequence[Any] = list(self.client._cookies.values())
        return "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies)

    def attach(
        self, response: TestResponse, nonce: str = "nonce", ticket: str | None = None, root: str = ""
    ) -> Attached:
        """Do what the client does with a page of an app mounted at *root*: open its socket, say hello."""
        attached = Attached(self._open_socket(response, root))
        attached.say_hello(tag_of(response).ticket if ticket is None else ticket, nonce)
        return attached

    def resume(self, attached: Attached, response: TestResponse) -> None:
        """Come back on another socket, with a hello of the same document."""
        attached.carrier = self._open_socket(response, "")
        attached.messages.clear()
        attached.say_hello(*attached.hello)

    def _open_socket(self, response: TestResponse, root: str) -> HeldCarrier:
        tag = tag_of(response)
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Cookie": self.cookie}
        headers["Origin"] = "://".join(urlsplit(self.base_url)[:2])
        builder = EnvironBuilder(tag.socket.removeprefix(root), base_url=self.base_url, headers=headers)
        environ = builder.get_environ() | {"SCRIPT_NAME": root}
        builder.close()
        carrier = HeldCarrier()
        environ["wsgi.websocket"] = carrier
        assert list(self.app(environ, _no_response)) == []
        return carrier


def _no_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
    raise AssertionError(f"expected the socket to be taken, got {status}")


@pytest.fixture(autouse=True)
def background_ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stops the timers of apps when their test has ended."""
    started: list[Background] = []
    start = Background.start

    def note(self: Background) -> None:
        started.append(self)
        start(self)

    monkeypatch.setattr(Background, "start", note)
    yield
    for background in started:
        background.stop()
