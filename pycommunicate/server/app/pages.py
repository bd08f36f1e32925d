"""Requests for pages: a controller is made, renders, and its page waits for the browser, if it is a live one."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import jinja2
from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from ...page import Page, Registry
from ...proxies.context import CallCTX
from ...templating import Templater
from ..bases.controller import Controller, ControllerFactory, ControllerSetup
from .assets import ClientScript
from .documents import is_for_document, make_response
from .handover import HandOvers, address_of, root_of
from .routes import RESERVED
from .scripts import AppScripts
from .signing import Keys
from .usertracker import User, UserTracker

__all__ = ["Pages"]

_log = logging.getLogger("pycommunicate.app")


@dataclass(frozen=True, slots=True)
class Pages:
    """Serves pages of one app, with what they need of it.

    Attributes:
        registry: Where live pages wait for their browsers.
        users: Whose pages they are.
        hand_overs: Controllers that go on after a reload.
        keys: Signs tickets.
        client: The script that live pages load.
        scripts: The app's own, which they load behind it.
        templates: The app's templates.
        warned_of: View classes whose ``load`` is never called, and of which that was said.
    """

    registry: Registry
    users: UserTracker
    hand_overs: HandOvers
    keys: Keys
    client: ClientScript
    scripts: AppScripts
    templates: jinja2.Environment
    warned_of: set[type[Any]] = field(default_factory=set)

    def serve(
        self, request: Request, user: User, factory: ControllerFactory, route_data: dict[str, Any], status: int
    ) -> Response:
        """Return the response of a new controller."""

        def make(page: Page, templater: Templater) -> Controller:
            root, address = root_of(request), address_of(request)
            setup = ControllerSetup(
                page,
                user,
                route_data,
                factory.views,
                factory.default_view,
                templater,
                lambda leaving: root + self.hand_overs.leave(leaving, factory, status, user.id_, address),
                factory.authorize,
            )
            return factory.create_controller(setup)

        factory.before_connect(CallCTX(user, route_data))
        return _Visit(self, request, user).respond(make, status)

    def serve_again(self, request: Request, user: User) -> Response | None:
        """Return the response of a controller that goes on after a reload, or None if none waits for this request."""
        came_back = self.hand_overs.take(request, user.id_)
        if came_back is None:
            return None
        controller = came_back.controller

        def bind(page: Page, templater: Templater) -> Controller:
            controller.bind(page, templater)
            return controller

        came_back.factory.before_connect(CallCTX(user, controller.route_data))
        response = _Visit(self, request, user).respond(bind, came_back.status)
        self.hand_overs.clear_cookie(request, response)
        return response

    def opens(self, ticket: str, page_id: str, user_id: str) -> bool:
        """Return whether *ticket* is one that was signed for that page and user."""
        return self.keys.unsign("ticket", f"{page_id}.{user_id}.{ticket}") is not None

    def run_job(self, call: Any, *args: Any) -> None:
        """Run a piece of the app's code; what it changes in sessions is written at its end."""
        with self.users.unit():
            call(*args)


class _Visit:
    """One request for a page: it has a page of its own, which becomes a live one if the script tag is asked for."""

    def __init__(self, pages: Pages, request: Request, user: User) -> None:
        # Not the request itself: the controller's templater holds this, for as long as the page lives.
        self._pages = pages
        self._root = root_of(request) + RESERVED
        self._address = request.remote_addr or ""
        self._user = user
        self._page = pages.registry.new_page(pages.run_job)
        self._for_document = is_for_document(request)
        self._live = False

    def respond(self, make: Any, status: int) -> Response:
        """Return what the controller renders that *make* returns for a page and a templater."""
        controller: Controller = make(self._page, Templater(self._pages.templates, self._script_tag))
        if self._for_document:
            self._user.request_id = self._page.id
            self._user.pages[self._page] = controller
        try:
            response = _render(controller, status)
        except BaseException:
            self._pages.users.page_ended(self._user, self._page)
            raise
        if self._live:
            response.headers["Cache-Control"] = "no-store"
        if self._for_document and self._live and response.status_code // 100 != 3:
            self._expect(controller)
        else:  # a static page costs nothing any more
            if self._for_document and not self._live:
                self._warn_of(controller.unloaded())
            self._pages.users.page_ended(self._user, self._page)
        return response

    def _expect(self, controller: Controller) -> None:
        """Make the page attachable."""
        page, user, pages = self._page, self._user, self._pages

        def attached() -> None:
            pages.users.keep(user)
            controller.load_shown()

        def ended() -> None:
            pages.registry.drop(page)
            pages.users.page_ended(user, page)
            controller.page_ended(page)

        page.on_attach, page.on_end = attached, ended
        pages.registry.expect(page, user.id_, self._address)

    def _warn_of(self, view_class: type[Any] | None) -> None:
        """Say, once, that a view waits for a browser that will not connect."""
        if view_class is None or view_class in self._pages.warned_of:
            return
        self._pages.warned_of.add(view_class)
        _log.warning(
            "%s.load() is not called, because its page does not load the client: write {{ add_includes() }} in the "
            "<head> of the template, or put self.controller.templater.add_includes() into what render() returns",
            view_class.__name__,
        )

    def _script_tag(self) -> Markup:
        """Return the tag that loads the client, with those of the app's scripts, and mark the page as live.

        It blocks, on purpose: what the user does from here on is not lost. For a request that is not for a document it
        has no ticket: if it is shown after all, the client loads it anew, and then it has the app's scripts, too.
        """
        self._live = True
        client = self._pages.client
        tag = Markup('<script src="{}/{}"').format(self._root, client.name)
        if client.beside is not None:
            tag = client.beside.tag(self._root) + tag
        if not self._for_document:
            return tag + Markup(" data-pycommunicate></script>")
        socket = f"{self._root}/p/{self._pages.registry.node}/{self._page.id}/socket"
        signed = self._pages.keys.sign("ticket", f"{self._page.id}.{self._user.id_}")
        ticket = signed.rpartition(".")[2]
        # Not the id itself, which is nobody's business: a text that is the same for the same user.
        user = self._pages.keys.sign("typed", self._user.id_).rpartition(".")[2]
        data = Markup(' data-pycommunicate="{}" data-ticket="{}" data-user="{}"></script>')
        return tag + data.format(socket, ticket, user) + self._pages.scripts.tags(self._root)


def _render(controller: Controller, status: int) -> Response:
    body = controller.render_shown()
    name = type(controller).__name__
    if controller.special_return_handler is not None:
        return make_response(controller.special_return_handler(), status, f"the special_return_handler of {name}")
    return make_response(body, status, f"{controller.view_name}.render()")
