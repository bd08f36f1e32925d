"""Faults that pycommunicate had up to 0.0.8, one test each, as far as they show without a browser.

Those that need one are in tests/browser/test_old_faults.py.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from pycommunicate import View
from pycommunicate.page import Page
from pycommunicate.page.listeners import Listener
from pycommunicate.page.scope import Task
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import LISTEN
from pycommunicate.server.app.usertracker import User
from pycommunicate.server.bases.controller import Controller
from tests.support.house import expect_errors as expect_errors
from tests.support.house import living
from tests.support.rig import FastClock, settle
from tests.support.site import Attached, Visitor, factory, live, make_app, shows, tag_of
from tests.support.site import background_ends as background_ends

ROOT = Path(__file__).parents[1]
IMAGE = {"Sec-Fetch-Dest": "image", "Accept": "image/avif,image/webp,*/*"}


def listeners_of(attached: Attached) -> list[int]:
    ops = [op for message in attached.messages if isinstance(message, Batch) for op in message.ops]
    return [op[1] for op in ops if op[0] == LISTEN]


def listens(clicks: list[View]) -> Any:
    """Return a `load` that listens to a button of its own making."""

    def load(view: View) -> None:
        page = view.controller._page
        page.listen(page.refs.new(), "click", {}, lambda: clicks.append(view), None, "a click")

    return load


def click(attached: Attached) -> None:
    (listener,) = listeners_of(attached)
    assert attached.carrier.receiver is not None
    attached.carrier.receiver.receive(attached.channel.event(listener))
    settle()


def attach(visitor: Visitor, path: str = "/") -> Attached:
    attached = visitor.attach(visitor.get(path))
    for message in attached.messages[1:]:  # behind the welcome
        attached.channel.take(message)
    return attached


def test_second_tab_does_not_kill_the_first() -> None:
    clicks: list[View] = []
    visitor = Visitor(make_app(shows(live, listens(clicks))))
    first = attach(visitor)
    second_response = visitor.get()  # only asked for
    click(first)
    visitor.attach(second_response)  # and shown
    click(first)
    assert len(clicks) == 2
    assert first.carrier.closed is None


def test_load_runs_once_however_often_a_browser_comes_back() -> None:
    loads: list[View] = []
    visitor = Visitor(make_app(shows(live, loads.append)))
    response = visitor.get()
    visitor.attach(response).leave()
    visitor.attach(response)
    visitor.attach(response, "another document")
    assert len(loads) == 1


def test_icon_that_ends_at_the_404_page_takes_no_pages_place() -> None:
    clicks: list[View] = []
    app = make_app(shows(live, listens(clicks)))
    app.add_error_handler(404, factory(live))
    visitor = Visitor(app)
    response = visitor.get()
    user = next(iter(app._users._living.values()))
    page = user.request_id
    icon = visitor.get("/favicon.ico", headers=IMAGE)
    assert icon.status_code == 404
    assert tag_of(icon).ticket == ""
    assert user.request_id == page
    assert len(app._registry) == 1
    attached = visitor.attach(response)
    for message in attached.messages[1:]:  # behind the welcome
        attached.channel.take(message)
    click(attached)
    assert len(clicks) == 1


@pytest.mark.parametrize("handled", [True, False])
def test_abort_is_one_response_with_that_status(handled: bool) -> None:
    app = make_app()
    app.add_controller("/", factory("never").with_before_connect(lambda context: context.abort(401)))
    if handled:
        app.add_error_handler(401, factory("who are you?"))
    response = Visitor(app).get(follow_redirects=True)
    assert response.status_code == 401
    assert response.history == ()
    assert "Location" not in response.headers
    assert "never" not in response.text
    assert (response.text == "who are you?") is handled


def test_users_requests_and_handlers_are_freed() -> None:
    kinds = [User, Page, Controller, Listener, Task]
    before = [len(living(kind)) for kind in kinds]
    app = make_app(shows(live, listens([])))
    app.add_controller("/static", factory("static"))
    for _ in range(5):
        visitor = Visitor(app)
        attached = attach(visitor)
        visitor.get("/static")
        visitor.get("/")  # never claimed
        attached.leave()
    app.finish(0.1)
    app._users.clock = clock = FastClock()
    clock.ahead = 10**9
    app._users.sweep()
    del visitor, attached
    settle()
    assert [len(living(kind)) for kind in kinds] == before
    assert (len(app._registry), len(app._users)) == (0, 0)


def test_other_user_cannot_attach_to_a_page_even_with_its_ticket() -> None:
    clicks: list[View] = []
    app = make_app(shows(live, listens(clicks)))
    owner, thief = Visitor(app), Visitor(app)
    attach(thief)
    response = owner.get()
    stolen = thief.attach(response)
    assert stolen.refusal == ("forbidden", "stop")
    assert clicks == []
    assert owner.attach(response).refusal is None


def test_other_user_cannot_fire_a_handler_by_its_number() -> None:
    clicks: list[View] = []
    app = make_app(shows(live, listens(clicks)))
    app.add_controller("/empty", factory(live))
    owner, thief = attach(Visitor(app)), attach(Visitor(app), "/empty")
    (listener,) = listeners_of(owner)
    assert thief.carrier.receiver is not None
    thief.carrier.receiver.receive(thief.channel.event(listener))
    settle()
    assert clicks == []
    assert thief.carrier.closed is not None  # a number that it was never told
    click(owner)
    assert len(clicks) == 1


def test_no_id_can_be_told_from_the_state_of_random() -> None:
    app = make_app(live)
    app.add_controller("/id", factory(lambda view: f"{view.controller.user.id_} {view.controller.user.request_id}"))
    seen = []
    for _ in range(2):
        random.seed(1)
        visitor = Visitor(app)
        tag = tag_of(visitor.get())
        seen.append({tag.socket, tag.ticket, *visitor.get("/id").text.split(), make_app()._registry.node})
    assert all(len(ids) == 5 for ids in seen)
    assert not seen[0] & seen[1]


def sources() -> list[Path]:
    """Return the files of what is served by; the kits for tests and for conformance are nothing of it."""
    package = ROOT / "pycommunicate"
    kits = {package / "testing", package / "conformance"}
    return [path for path in package.rglob("*.py") if not kits & set(path.parents)]


def test_package_never_imports_random() -> None:
    assert [
        path.name for path in sources() if re.search(r"^\s*(import|from) random\b", path.read_text(), re.MULTILINE)
    ] == []


def test_templates_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>{{ text }}</p>", encoding="utf-8")

    def render(view: View) -> str:
        return view.controller.templater.render("page.html", text="<script>alert(1)</script>")

    app = make_app(render, template_directory=str(tmp_path))
    assert Visitor(app).get().text == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_nothing_that_browsers_get_has_a_scheme_or_host_in_it() -> None:
    for url in ("http://localhost:8080", "https://example.org"):
        visitor = Visitor(make_app(live), url)
        response = visitor.get()
        tag = tag_of(response)
        assert tag.src.startswith("/__pycommunicate/")
        assert tag.socket.startswith("/__pycommunicate/")
        script = visitor.get(tag.src).text
        assert "//" not in response.text
        assert "http://" not in script
        assert "localhost" not in script
        assert "://" not in script.replace("wss://", "").replace("ws://", "")


def test_scheme_is_written_down_in_one_place_only() -> None:
    found = []
    for path in sources():
        code = re.sub(r'"""(?:.|\n)*?"""', "", path.read_text(encoding="utf-8"))
        found += [line.strip() for line in code.splitlines() if re.search(r"https?://|[\"']https?[\"']", line)]
    # The line that tells whoever starts the server where it is, and the ports that origins leave out.
    assert sorted(line for line in found if "example.org" not in line) == [
        '_PORTS = {"http": 80, "https": 443}',
        'scheme = "https" if server.ssl_enabled else "http"',
    ]
