"""Controllers: one page of one route, and the factories that describe them.

A controller outlives documents: ``change_view(..., reload=True)`` puts the same controller behind a new page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, TypeVar

from werkzeug.utils import redirect as redirect_response

from ...errors import ConfigurationError, Gone, NotAttached, ViewError
from ...page import Page, Scope, may_stay
from ...protocol.ops import NAVIGATE, VIEW
from ...proxies.context import CallCTX, abort
from ...proxies.dom import HTMLWrapper
from ...sessions import Session
from ...templating import Templater
from .binding import bind, marks_of

__all__ = ["Controller", "ControllerFactory", "ControllerSetup", "ControllerUser", "ShownView"]

_Factory = TypeVar("_Factory", bound="ControllerFactory")


class ControllerUser(Protocol):
    """The user as controllers know it; `server.app.usertracker.User` is one."""

    id_: str
    request_id: str

    @property
    def active_controller(self) -> Any:
        """The controller of the newest page, or None."""

    @property
    def session(self) -> Session:
        """The user's session."""

    @property
    def socket_connected(self) -> bool:
        """Whether the browser of the newest page is connected."""

    def close_pages(self, *, keep: Any = None) -> None:
        """End all pages of the user, but that of the controller *keep*."""


class ShownView(Protocol):
    """A view as controllers know it; `server.bases.views.View` is one."""

    controller: Any

    def render(self) -> Any:
        """Return the page's HTML."""

    def load(self) -> None:
        """Set the page up in the browser."""

    def teardown(self) -> None:
        """Clean up."""


@dataclass(frozen=True, slots=True)
class ControllerSetup:
    """What a controller is made with.

    Attributes:
        page: The page that it holds.
        user: Whose request it is.
        route_data: The values of the variable parts of the route.
        views: The view classes, in the order in which they were added.
        default_view: Index of the one that is shown first.
        templater: Renders templates for this page.
        hand_over: Makes the URL by which the browser comes back to the same controller.
        authorize: Says whether the user may have the page, still; None where anybody may.
    """

    page: Page
    user: ControllerUser
    route_data: dict[str, Any]
    views: tuple[type[Any], ...]
    default_view: int
    templater: Templater
    hand_over: Callable[[Controller], str]
    authorize: Callable[[Controller], Any] | None = None


class Controller:
    """One page: it holds the page's views and changes between them. Made by a `ControllerFactory`, never by hand.

    Attributes:
        route_data: The values of the variable parts of the route, by name.
        d: A dict for whatever the page's views share; gone with the page. For more than one page use ``user.session``.
        user: The `User` whose page this is.
        special_return_handler: If not None, what it returns is the response, instead of what ``render`` returned:
            anything that Werkzeug makes a response of: str, bytes, ``(body, status)``, ``(body, status, headers)``, a
            Response.
        templater: The `Templater` of this page.
        html_wrapper: The page's document.
    """

    def __init__(self, setup: ControllerSetup) -> None:
        self.route_data = setup.route_data
        self.d: dict[Any, Any] = {}
        self.user = setup.user
        self.special_return_handler: Callable[[], Any] | None = None
        self.templater = setup.templater
        self.html_wrapper = HTMLWrapper(setup.page)
        self._classes = setup.views
        self._views: dict[int, ShownView] = {}
        self._index = setup.default_view
        self._shown: ShownView | None = None
        self._hand_over = setup.hand_over
        self._authorize = setup.authorize
        self._hold(setup.page)

    # --- documented ---------------------------------------------------------------------------------------------

    def change_view(self, new_view_index: int, *, reload: bool = False) -> None:
        """Show another view of this controller, without a page load, and call its ``load``.

        Title, head and body are replaced; the connection, ``d`` and the view objects stay. A script of the new head
        whose ``src`` the page has run already is not run again; scripts of the new body run in order;
        ``DOMContentLoaded`` and ``load`` of the window are not repeated. The old view's handlers and timers end; other
        greenlets of it get ViewGone at their next use of the page, the caller excepted.

        Args:
            new_view_index: Its place in the order in which the views were added, from 0 on.
            reload: Do a real page load instead, and go on there with the same controller.

        Raises:
            ViewError: if there is no such view.
            NotAttached: inside ``render``.
            PageGone: if `ControllerFactory.with_authorize` says that the user may not have the page any more.
        """
        self._check_index(new_view_index)
        self._page.check()
        if not may_stay(self._page):
            self._page.check()
        if reload:
            self._leave()
            self._index = new_view_index
            self._page.change_scope(self._page.scope)
            self._page.send((NAVIGATE, self._hand_over(self)))
            return
        body = self._render(new_view_index)
        if self.special_return_handler is not None:
            self._follow_special_return()
            return
        if not isinstance(body, str):
            raise ViewError(
                f"expected text from {self._name(new_view_index)}.render() to change the view, got {body!r:.80}"
            )
        self._leave()
        self._index = new_view_index
        scope = self._new_scope()
        self._page.change_scope(scope)
        self._page.send((VIEW, body))
        self._show(scope)

    def abort(self, code: int) -> NoReturn:
        """Leave ``render`` and answer with the HTTP error *code*, as for something that is not there.

        Args:
            code: An HTTP status from 400 on, as 404.

        Raises:
            ConfigurationError: if there is no such error.
        """
        abort(code)

    def redirect(self, location: str) -> None:
        """Send the browser elsewhere: as a 302 from inside ``render``, by a navigation from a handler.

        Args:
            location: A URL; a relative one counts from the page's own.
        """
        if not isinstance(location, str) or not location:
            raise ConfigurationError(f'expected a URL to redirect to, as "/login", got {location!r}')
        try:
            self._page.check()
        except NotAttached:
            response = redirect_response(location, 302)
            response.autocorrect_location_header = False
            self.special_return_handler = _Redirect(location, response)
        else:
            self._page.send((NAVIGATE, location))

    # --- for views and the app ----------------------------------------------------------------------------------

    @property
    def view_name(self) -> str:
        """Name of the class of the view that is shown, for messages."""
        return self._name(self._index)

    def render_shown(self) -> Any:
        """Return what the view to be shown renders."""
        return self._render(self._index)

    def bind(self, page: Page, templater: Templater) -> None:
        """Go on with a new page, after a reload."""
        self.templater = templater
        self.html_wrapper = HTMLWrapper(page)
        self._hold(page)

    def unloaded(self) -> type[Any] | None:
        """Return the class of the rendered view if it waits for a browser, in vain if its page is static."""
        view_class = self._classes[self._index]
        waits = view_class.load.__qualname__ != "View.load" or marks_of(view_class)
        return view_class if waits and self.special_return_handler is None else None

    def load_shown(self) -> None:
        """Start the shown view's ``load``: its browser has attached."""
        scope = self._new_scope()
        self._page.change_scope(scope)
        self._show(scope)

    def page_ended(self, page: Page) -> None:
        """Let the shown view clean up: *page* has ended."""
        if page is not self._page:
            return  # the controller went on with another page, and the view was left already
        view, self._shown = self._shown, None
        if view is not None:
            self._page.spawn(self._page.scope, f"teardown of {type(view).__name__}", view.teardown)

    def add_timer(self, seconds: float, function: Callable[[], Any]) -> int:
        """Call *function* every *seconds* while the shown view lasts."""
        name = getattr(function, "__qualname__", repr(function))
        return self._page.add_timer(self._page.foreground, seconds, f"timer {name}", function)

    def cancel_timer(self, timer_id: int) -> None:
        """Stop a timer."""
        self._page.foreground.cancel_timer(timer_id)

    # --- inside -------------------------------------------------------------------------------------------------

    def _hold(self, page: Page) -> None:
        self._page = page
        page.templater = self.templater
        authorize = self._authorize
        if authorize is not None:
            page.authorize = lambda: bool(authorize(self))

    def _check_index(self, index: int) -> None:
        if not isinstance(index, int) or not 0 <= index < len(self._classes):
            names = ", ".join(f"{i} ({self._name(i)})" for i in range(len(self._classes)))
            raise ViewError(f"expected the index of a view, one of {names}, got {index!r}")

    def _name(self, index: int) -> str:
        return self._classes[index].__name__

    def _view(self, index: int) -> ShownView:
        if index not in self._views:
            view_class = self._classes[index]
            view: ShownView = object.__new__(view_class)
            # Set before __init__, so that a subclass need not hand it up.
            view.controller = self
            view.__init__(self)  # type: ignore[misc]
            self._views[index] = view
        return self._views[index]

    def _render(self, index: int) -> Any:
        self.special_return_handler = None
        with self._page.rendering():
            return self._view(index).render()

    def _leave(self) -> None:
        """Let the shown view clean up, unless another change has come first: rendering and cleaning up may wait."""
        self._page.check()
        view, self._shown = self._shown, None
        try:
            if view is not None:
                view.teardown()
        except Gone:
            raise
        except Exception as error:
            self._page.failed(f"teardown of {type(view).__name__}", error)
        self._page.check()

    def _new_scope(self) -> Scope:
        return Scope(f"the view {self._name(self._index)}", self._page)

    def _show(self, scope: Scope) -> None:
        self._shown = view = self._view(self._index)
        self._page.spawn(scope, f"load of {type(view).__name__}", self._load, view, scope)

    def _load(self, view: ShownView, scope: Scope) -> None:
        try:
            bind(view, self.html_wrapper)
            view.load()
        finally:
            self._page.loaded(scope)

    def _follow_special_return(self) -> None:
        handler, self.special_return_handler = self.special_return_handler, None
        if not isinstance(handler, _Redirect):
            raise ViewError(
                "expected HTML or a redirect to change the view to; a special_return_handler needs a page load: "
                "use change_view(..., reload=True)"
            )
        self._page.send((NAVIGATE, handler.location))


class _Redirect:
    """A special_return_handler that sends the browser elsewhere."""

    def __init__(self, location: str, response: Any) -> None:
        self.location = location
        self._response = response

    def __call__(self) -> Any:
        return self._response


class ControllerFactory:
    """Describes controllers of a route. All methods return the factory, so that calls can be chained.

    It may be subclassed, and `controller_class` or `create_controller` replaced, for controllers of one's own.
    """

    controller_class: type[Controller] = Controller

    def __init__(self) -> None:
        self._views: list[type[Any]] = []
        self._default: type[Any] | None = None
        self._before_connect: Callable[[CallCTX], Any] | None = None
        self._authorize: Callable[[Controller], Any] | None = None

    def add_view(self: _Factory, view: type[Any]) -> _Factory:
        """Add a view class; its index is the number of those added before it.

        Args:
            view: A subclass of `View` that has a ``render``.

        Raises:
            ViewError: if it is none, or was added already.
        """
        if not isinstance(view, type):
            raise ViewError(f"expected a view class, got {view!r}; pass the class itself, without calling it")
        render = getattr(view, "render", None)
        if not callable(render) or not all(hasattr(view, name) for name in ("load", "teardown", "html_wrapper")):
            raise ViewError(f"expected a subclass of View, got {view.__name__}")
        if render.__qualname__ == "View.render" and render.__module__ == f"{__package__}.views":
            raise ViewError(f"expected {view.__name__} to have a render() that returns the page's HTML, got none")
        if view in self._views:
            raise ViewError(f"expected each view once, got {view.__name__} a second time")
        self._views.append(view)
        return self

    def set_default_view(self: _Factory, view: type[Any]) -> _Factory:
        """Set which view is shown first.

        Args:
            view: A view class that was added.

        Raises:
            ViewError: if it was not.
        """
        if not isinstance(view, type):
            raise ViewError(f"expected a view class, got {view!r}")
        if view not in self._views:
            name = view.__name__
            raise ViewError(f"expected a view that was added, got {name}; call add_view({name}) first")
        self._default = view
        return self

    def with_before_connect(self: _Factory, before_connect: Callable[[CallCTX], Any]) -> _Factory:
        """Set what is called as soon as a request comes in, before anything is rendered.

        Args:
            before_connect: Takes a `CallCTX`, whose ``abort(code)`` interrupts the request.

        Raises:
            ConfigurationError: if it cannot be called.
        """
        if not callable(before_connect):
            raise ConfigurationError(
                f"expected a function for before_connect, got {before_connect!r}; pass it without calling it"
            )
        self._before_connect = before_connect
        return self

    def with_authorize(self: _Factory, authorize: Callable[[Controller], Any]) -> _Factory:
        """Set what says whether a user may have a page of this controller, still.

        It is called each time the page's browser connects, at first and after a loss of the connection, and before each
        change of the view. Where it returns something false the page ends, and its browser loads it anew: then
        ``before_connect`` may answer with a login page, or an error. So the open tabs of somebody who has logged out
        lose their handlers, at the latest when they come back; `User.close_pages` ends them at once.

        Args:
            authorize: Takes the `Controller`; looks at ``controller.user.session``, say. It may wait, but not for the
                browser: the page cannot be used in it. If it raises, that is logged, and stands for no.

        Raises:
            ConfigurationError: if it cannot be called.
        """
        if not callable(authorize):
            raise ConfigurationError(
                f"expected a function for authorize, got {authorize!r}; pass it without calling it"
            )
        self._authorize = authorize
        return self

    def check(self) -> None:
        """Raise ViewError if the factory cannot make controllers yet."""
        if self._default is None:
            hint = (
                f"set_default_view({self._views[0].__name__})" if self._views else "add_view(...).set_default_view(...)"
            )
            raise ViewError(f"expected a controller with a default view, got one without; call {hint}")

    def before_connect(self, context: CallCTX) -> None:
        """Call what was set by `with_before_connect`."""
        if self._before_connect is not None:
            self._before_connect(context)

    def create_controller(self, setup: ControllerSetup) -> Controller:
        """Return a new controller; may be replaced in a subclass."""
        return self.controller_class(setup)

    @property
    def authorize(self) -> Callable[[Controller], Any] | None:
        """What was set by `with_authorize`, or None."""
        return self._authorize

    @property
    def views(self) -> tuple[type[Any], ...]:
        """The view classes, in order."""
        return tuple(self._views)

    @property
    def default_view(self) -> int:
        """Index of the view that is shown first."""
        self.check()
        assert self._default is not None
        return self._views.index(self._default)
