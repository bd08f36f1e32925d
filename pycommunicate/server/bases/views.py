"""Views: what a page shows and does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import ConfigurationError
from ...proxies.dom import HTMLWrapper
from ...proxies.dom.handlers import takes_event
from .binding import mark
from .controller import Controller

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...proxies.dom.event_options import OnOptions

__all__ = ["View"]

_Method = TypeVar("_Method", bound=Callable[..., Any])


class View:
    """One option of what a page shows; subclass it and write `render`.

    There is one object per view class and page: what is kept on ``self`` is there again when the view comes back.

    Attributes:
        controller: The page's controller, which all its views share.
    """

    controller: Controller

    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    @property
    def html_wrapper(self) -> HTMLWrapper:
        """The page's document."""
        return self.controller.html_wrapper

    def render(self) -> Any:
        """Return the page's HTML; the one method that every view must have.

        The browser has nothing of it yet, so the page cannot be read or written here: that raises NotAttached. Instead
        of text it may return whatever `Controller.special_return_handler` may.
        """
        raise NotImplementedError(f"expected {type(self).__name__} to have a render() that returns the page's HTML")

    def load(self) -> None:
        """Called once when the browser shows the view: the place to read, write and listen. Does nothing by itself."""

    def teardown(self) -> None:
        """Called once when the view is left or its page has ended: the place to clean up. Does nothing by itself.

        Where the view is left by `change_view` its elements can still be read; where the page has ended they cannot.
        """

    @staticmethod
    def on(selector: str, event: str, **options: Unpack[OnOptions]) -> Callable[[_Method], _Method]:
        """Have a method called for events of elements that match *selector*; a decorator.

        ::

            @View.on("#add", "click")
            def add(self):
                ...

            @View.on("li", "click")
            def choose(self, event):
                event.current_target.classes.toggle("chosen")

        The method is bound right before `load` is called, and until the view is left, by one listener at the document:
        it hears what elements do that are added later, too, and what happens inside of them. Events that do not bubble,
        as ``focus``, are heard on their way down. More than one decorator may stand above a method. In a subclass a
        method of the same name takes its place; with decorators of its own it is called for what these say.

        Args:
            selector: A CSS selector, as ``"#add"``.
            event: The event's name, as ``"click"``.
            options: Those of `ElementWrapper.add_event_listener`, but ``delegate``.

        Raises:
            InvalidSelector, InvalidName: if *selector* or *event* is no text, or empty.
            ConfigurationError: if the method cannot be called so, or an option is not what it must be.
        """
        return mark(selector, event, dict(options))

    def add_timer(self, seconds: float, function: Callable[[], Any]) -> int:
        """Call *function* every *seconds*, in a greenlet of its own, until cancelled or the view is left.

        A call that takes longer than *seconds* is not joined by a second one. To be used from `load`, a handler or a
        timer.

        Args:
            seconds: How long to wait before each call.
            function: Takes nothing. What it raises is logged, and the timer goes on.

        Returns:
            The timer's id, for `cancel_timer`.
        """
        if not isinstance(seconds, (int, float)) or seconds <= 0:
            raise ConfigurationError(f"expected a number of seconds above 0 for a timer, got {seconds!r}")
        if not callable(function):
            raise ConfigurationError(
                f"expected a function for a timer, got {function!r}; pass the function itself, without calling it"
            )
        if takes_event(function, "a timer"):
            raise ConfigurationError(f"expected a function without a required parameter for a timer, got {function!r}")
        return self.controller.add_timer(seconds, function)

    def cancel_timer(self, timer_id: int) -> None:
        """Stop a timer; one that has stopped already is no fault.

        Args:
            timer_id: What `add_timer` returned.
        """
        self.controller.cancel_timer(timer_id)
