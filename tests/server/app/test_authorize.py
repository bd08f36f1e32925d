"""Who may have a page, still: the app is asked at each attach and change of view, and may close a user's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent.event
import pytest

from pycommunicate import CommunicateApp, Controller, ControllerFactory, View
from pycommunicate.errors import ConfigurationError, NotAttached, PageGone
from pycommunicate.protocol.messages import Bye, Welcome
from tests.support.house import ExpectErrors
from tests.support.rig import settle, until
from tests.support.site import Attached, Visitor, live, make_app, shows


def app_with(authorize: Callable[[Controller], Any], *views: type[View]) -> CommunicateApp:
    app = make_app()
    made = ControllerFactory().with_authorize(authorize)
    for view in views or (shows(live),):
        made.add_view(view)
    app.add_controller("/", made.set_default_view(made.views[0]))
    return app


def logged_in(controller: Controller) -> bool:
    return bool(controller.user.session.get("name"))


def bye_of(attached: Attached) -> tuple[str, str]:
    attached.take()
    [bye] = [message for message in attached.messages if isinstance(message, Bye)]
    return bye.code, bye.action


def test_user_who_may_is_let_in_and_back(expect_errors: ExpectErrors) -> None:
    asked: list[Controller] = []
    app = app_with(lambda controller: asked.append(controller) or True)
    visitor = Visitor(app)
    response = visitor.get()
    attached = visitor.attach(response)
    attached.lose()
    visitor.resume(attached, response)
    assert isinstance(attached.messages[0], Welcome)
    assert len(asked) == 2
    assert len(set(asked)) == 1


def test_user_who_may_not_is_told_to_load_the_page_anew() -> None:
    loaded: list[View] = []
    app = app_with(logged_in, shows(live, loaded.append))
    visitor = Visitor(app)
    assert visitor.attach(visitor.get()).refusal == ("forbidden", "reload")
    assert loaded == []


def test_tab_of_somebody_who_logged_out_elsewhere_is_not_let_back_in() -> None:
    app = app_with(logged_in, shows(lambda view: view.controller.user.session.setdefault("name", "Ann") and live(view)))
    visitor = Visitor(app)
    response = visitor.get()
    attached = visitor.attach(response)
    [controller] = next(iter(app._users._users.values())).pages.values()
    attached.lose()
    controller.user.session.clear()
    visitor.resume(attached, response)
    assert attached.refusal == ("forbidden", "reload")


def test_change_of_view_asks_and_ends_the_page_of_who_may_not_any_more() -> None:
    after: list[BaseException | None] = []
    allowed = [True]

    def load(view: View) -> None:
        allowed[0] = False
        try:
            view.controller.change_view(1)
        except PageGone as error:
            after.append(error)
            raise

    rendered: list[View] = []
    app = app_with(lambda controller: allowed[0], shows(live, load), shows(rendered.append))
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    assert bye_of(attached) == ("forbidden", "reload")
    assert [str(error) for error in after] == [
        "the page is gone: the app does not let this user have it",
    ]
    assert rendered == []
    assert len(app._registry) == 0


def test_app_may_take_its_time_to_answer() -> None:
    answer: gevent.event.AsyncResult[bool] = gevent.event.AsyncResult()
    app = app_with(lambda controller: answer.get())
    visitor = Visitor(app)
    attached = visitor.attach(visitor.get())
    assert attached.messages == []
    answer.set(True)
    attached.take()
    assert isinstance(attached.messages[0], Welcome)


def test_socket_that_is_lost_while_the_app_is_asked_is_not_let_in() -> None:
    answer: gevent.event.AsyncResult[bool] = gevent.event.AsyncResult()
    app = app_with(lambda controller: answer.get())
    visitor = Visitor(app)
    response = visitor.get()
    attached = visitor.attach(response)
    attached.lose()
    answer.set(True)
    settle()
    [page] = app._registry
    assert not page.nonce, "nobody has claimed it"
    assert isinstance(visitor.attach(response).messages[0], Welcome)


def test_only_the_newest_socket_of_a_document_waits_for_the_answer() -> None:
    answer: gevent.event.AsyncResult[bool] = gevent.event.AsyncResult()
    app = app_with(lambda controller: answer.get())
    visitor = Visitor(app)
    response = visitor.get()
    first, second = visitor.attach(response), visitor.attach(response)
    assert first.carrier.closed is not None
    answer.set(True)
    settle()
    second.take()
    assert isinstance(second.messages[0], Welcome)
    assert app._registry.asking == {}


def test_page_of_somebody_who_may_not_come_back_ends() -> None:
    answers = [True, False]
    app = app_with(lambda controller: answers.pop(0))
    visitor = Visitor(app)
    response = visitor.get()
    attached = visitor.attach(response)
    attached.lose()
    visitor.resume(attached, response)
    assert attached.refusal == ("forbidden", "reload")
    assert len(app._registry) == 0


def test_what_authorize_raises_is_logged_and_stands_for_no(expect_errors: ExpectErrors) -> None:
    def authorize(controller: Controller) -> bool:
        raise LookupError

    visitor = Visitor(app_with(authorize))
    assert visitor.attach(visitor.get()).refusal == ("forbidden", "reload")
    assert expect_errors() == ["the authorize of a page failed"]


def test_page_cannot_be_used_inside_authorize(expect_errors: ExpectErrors) -> None:
    seen: list[type[BaseException]] = []

    def authorize(controller: Controller) -> bool:
        try:
            controller.html_wrapper.element("p")
        except NotAttached as error:
            seen.append(type(error))
        return True

    app = app_with(authorize)
    visitor = Visitor(app)
    response = visitor.get()
    attached = visitor.attach(response)
    attached.lose()
    visitor.resume(attached, response)
    assert seen == [NotAttached] * 2


def test_authorize_must_be_a_function() -> None:
    with pytest.raises(ConfigurationError, match="expected a function for authorize, got None"):
        ControllerFactory().with_authorize(None)  # type: ignore[arg-type]


def test_close_pages_ends_all_pages_of_the_user_and_of_nobody_else() -> None:
    views: list[View] = []
    torn_down: list[View] = []

    class Shown(View):
        def render(self) -> str:
            return live(self)

        def load(self) -> None:
            views.append(self)

        def teardown(self) -> None:
            torn_down.append(self)

    app = make_app(Shown)
    visitor, stranger = Visitor(app), Visitor(app)
    tabs = [visitor.attach(visitor.get()) for _ in range(2)]
    other = stranger.attach(stranger.get())
    unclaimed = visitor.get()

    views[0].controller.user.close_pages()

    assert [bye_of(tab) for tab in tabs] == [("ended", "reload")] * 2
    until(lambda: len(torn_down) == 2)
    other.take()
    assert not any(isinstance(message, Bye) for message in other.messages)
    assert visitor.attach(unclaimed).refusal == ("gone", "reload")


def test_close_pages_can_keep_one() -> None:
    views: list[View] = []
    app = make_app(shows(live, views.append))
    visitor = Visitor(app)
    mine, other = (visitor.attach(visitor.get()) for _ in range(2))

    controller = views[0].controller
    controller.user.close_pages(keep=controller)
    controller.redirect("/login")

    assert bye_of(other) == ("ended", "reload")
    mine.take()
    assert not any(isinstance(message, Bye) for message in mine.messages)
