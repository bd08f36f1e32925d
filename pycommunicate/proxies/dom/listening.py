"""Listening: what can be listened to, by a handler or by waiting, and the handles of those that do.

A handler that wants no event has it carry nothing: such a `listen` is short, and so are its events. All others carry
what their `Plan` says. Refs in it are counted by the browser as the event is sent, so what stands for them is made as
the event comes in, whatever becomes of it then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias, overload

from ...errors import ConfigurationError
from ...page import Mailbox, Page, Snapshot
from . import observers
from .carried import take_in
from .event import Event
from .event_fields import FieldName, Plan, plan_of
from .event_options import check_event_name, check_timeout, when_busy_of, wire_options
from .handlers import takes_event
from .labels import EventLabel, HandlerLabel
from .queues import EventQueue
from .values import Origin, at

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .event_options import ListenOptions, ObserveOptions

__all__ = ["Handler", "Listener", "Listens", "PlainHandler"]


class PlainHandler(Protocol):
    """A function that takes nothing."""

    def __call__(self) -> Any: ...


#: A function that takes nothing, or the `Event`.
Handler: TypeAlias = PlainHandler | Callable[[Event], Any]

#: The options of most listeners; never changed.
_NONE: dict[str, Any] = {}


class Listener:
    """One handler on one event of one element: what `ElementWrapper.add_event_listener` returns.

    As a context manager it listens until the block is left.
    """

    __slots__ = ("_number", "_page")

    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self._number = number

    def remove(self) -> None:
        """Listen no more. Never waits; events that wait for the handler are dropped, and one that runs goes on.

        To remove one that has ended already, by itself or with its element, view or page, is no fault.
        """
        self._page.listening.remove([self._number])

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class Listens:
    """What has events: elements, the window, other objects of the page's scripts."""

    __slots__ = ()

    if TYPE_CHECKING:
        _page: Page
        _ref: int
        _origin: Origin

        def _check(self) -> None:
            """Raise if it is gone."""

        def knows(self, frame: int) -> None:
            """Take note that the program has learned what the field holds, by *frame*."""

    #: What listens is found by this path from it.
    _listening_path: ClassVar[tuple[str, ...]] = ()
    #: What its events carry by themselves besides what events of their type do.
    _event_fields: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})

    # Two, so that a type checker does not take `lambda i=i: ...` for one that gets the event.
    @overload
    def add_event_listener(
        self, event_name: str, handler: PlainHandler, **options: Unpack[ListenOptions]
    ) -> Listener: ...

    @overload
    def add_event_listener(
        self, event_name: str, handler: Callable[[Event], Any], **options: Unpack[ListenOptions]
    ) -> Listener: ...

    def add_event_listener(
        self,
        event_name: str,
        handler: Handler,
        *,
        prevent_default: bool | None = None,
        stop_propagation: bool = False,
        once: bool = False,
        capture: bool = False,
        passive: bool | None = None,
        debounce: float | None = None,
        throttle: float | None = None,
        delegate: str | None = None,
        fields: Sequence[FieldName] = (),
        when_busy: str = "serial",
        busy: bool = False,
        disable_while_running: bool = False,
    ) -> Listener:
        """Call *handler*, in a greenlet of its own, each time an event happens here. Never waits.

        Listeners run side by side; calls of one listener come one after the other, in the order of the events, unless
        *when_busy* says otherwise. A handler that raises is logged, and the page lives on.

        Args:
            event_name: The event's name, as ``"click"``.
            handler: Takes nothing, or the `Event` if it has one required positional parameter.
            prevent_default: Whether the browser's own action is prevented. None stands for what is wanted nearly
                always: a ``submit`` is prevented; a ``click`` on a submit button prevents that form's submit if the
                form has no ``action``; a ``click`` on a link prevents its being followed, if it is a plain primary
                click that would open in the same frame. Nothing else is.
            stop_propagation: Whether elements further out hear nothing of it.
            once: Whether to listen to the first event only.
            capture: Whether to hear it before the elements inside do.
            passive: Whether the browser need not wait for what listens, as when it scrolls.
            debounce: Seconds: the handler is called when no event has come for so long, for the last one.
            throttle: Seconds: the handler is called at most once in that time; the last event is not lost.
            delegate: A CSS selector: only events on elements inside of this one that match are heard, or on what is
                inside of those. One listener serves a list of thousands, and what is added later.
                ``event.current_target`` is the element that matched.
            fields: What else the event shall carry: names of `Event`, or paths in JavaScript as
                ``"target.dataset.id"``, which is read as ``event["target.dataset.id"]``.
            when_busy: What becomes of an event while the handler of an earlier one still runs: ``"serial"``, it waits;
                ``"parallel"``, it is handled at the same time; ``"latest"``, it is handled at once, and the earlier
                handler gets Superseded at its next use of the page (as for a search while somebody types);
                ``"drop"``, it is ignored (as for a button that must not count twice).
            busy: Whether the element shows that the handler runs: it has ``aria-busy="true"`` and the class
                ``pycommunicate-busy`` from the event on until the handler has ended.
            disable_while_running: Whether it is disabled besides, as a button that must not be pressed twice.

        Returns:
            What to stop it with, by `Listener.remove`.

        Raises:
            ConfigurationError: if *handler* cannot be called so, or an option is not what it must be.
            LimitReached: if the page has as many listeners as it may.
        """
        self._check()
        check_event_name(event_name)
        if (
            stop_propagation is once is capture is busy is disable_while_running is False
            and (prevent_default is None and passive is None and debounce is None and throttle is None)
            and delegate is None
        ):
            options = _NONE
        else:
            options = wire_options(
                event_name,
                prevent_default=prevent_default,
                stop_propagation=stop_propagation,
                once=once,
                capture=capture,
                passive=passive,
                debounce=debounce,
                throttle=throttle,
                delegate=delegate,
                busy=busy,
                disable_while_running=disable_while_running,
            )
        return self._listen(event_name, event_name, handler, options, fields, when_busy)

    @overload
    def remove_event_listener(self, event_name: Listener) -> None: ...

    @overload
    def remove_event_listener(self, event_name: str, handler: Handler) -> None: ...

    def remove_event_listener(self, event_name: str | Listener, handler: Handler | None = None) -> None:
        """Listen no more. Never waits; what is not there is no fault. See `Listener.remove`.

        Args:
            event_name: What `add_event_listener` returned; or the event's name, as it was given there.
            handler: With a name: the function that was given there.
        """
        if isinstance(event_name, Listener):
            event_name.remove()
            return
        check_event_name(event_name)
        if handler is None:
            raise ConfigurationError(f"expected the handler of {event_name!r} that is to be removed, got none")
        listening = self._page.listening
        listening.remove(listening.find(HandlerLabel(event_name, self, handler)))

    def events(self, event_name: str, **options: Unpack[ListenOptions]) -> EventQueue:
        """Return a queue of the events that happen here, for a handler that waits for them where it stands.

        ::

            with button.events("click") as clicks:
                first = clicks.get()
                second = clicks.get(timeout=5)

        Args:
            event_name: The event's name, as ``"click"``.
            options: Those of `add_event_listener`. With ``when_busy="latest"`` only the newest event waits, with
                ``"drop"`` none does that comes before the next `EventQueue.get`; ``"parallel"`` makes no sense here.

        Raises:
            ConfigurationError: if an option is not what it must be.
        """
        check_event_name(event_name)
        given: dict[str, Any] = {**options}
        fields, word = given.pop("fields", ()), given.pop("when_busy", "serial")
        when_busy = when_busy_of(word)
        if word == "parallel":
            raise ConfigurationError("expected when_busy of a queue to be 'serial', 'latest' or 'drop', got 'parallel'")
        wire, snapshot = self._carrying(event_name, event_name, wire_options(event_name, **given), fields)
        label = EventLabel(event_name, self._origin)

        def open() -> Mailbox:
            self._check()
            return self._page.listening.open_mailbox(self._ref, event_name, wire, snapshot, label, when_busy)

        return EventQueue(f"events({event_name!r})", open, self._page.listening.close_mailbox)

    def wait_for(self, event_name: str, timeout: float | None = None, **options: Unpack[ListenOptions]) -> Event:
        """**Blocks** until an event happens here; return it.

        Args:
            event_name: The event's name, as ``"click"``.
            timeout: How many seconds to wait for it; None to wait until the page or the view ends.
            options: Those of `add_event_listener`.

        Raises:
            WaitTimeout: if it does not happen in time.
            StaleElement: if what was listened to is gone, so that it cannot.
        """
        check_timeout(timeout)
        options["once"] = True
        with self.events(event_name, **options) as queue:
            return queue.get(timeout)

    # --- observers ----------------------------------------------------------------------------------------------

    def observe_intersection(
        self,
        handler: Handler,
        *,
        threshold: float | Sequence[float] = 0.0,
        margin: str = "0px",
        **options: Unpack[ObserveOptions],
    ) -> Listener:
        """Call *handler* when this element comes into sight, or goes out of it; and once at first. Never waits.

        Args:
            handler: Takes nothing, or an `Event` with ``is_intersecting`` and ``ratio``.
            threshold: At how much of it, from 0 to 1; or a list of such.
            margin: How far around what is seen counts as seen, as ``"200px"``.
            options: Those of `add_event_listener` that make sense: ``once``, ``debounce``, ``throttle``, ``fields``,
                ``when_busy``.
        """
        observed = observers.intersection(threshold, margin)
        return self._observe("IntersectionObserver", "intersection", handler, observed, options)

    def observe_resize(
        self, handler: Handler, *, box: str = "content-box", **options: Unpack[ObserveOptions]
    ) -> Listener:
        """Call *handler* when the size of this element changes; and once at first. Never waits.

        Args:
            handler: Takes nothing, or an `Event` with ``width`` and ``height``.
            box: What is measured: ``"content-box"``, ``"border-box"`` or ``"device-pixel-content-box"``.
            options: See `observe_intersection`.
        """
        return self._observe("ResizeObserver", "resize", handler, observers.resize(box), options)

    def observe_mutation(
        self,
        handler: Handler,
        *,
        children: bool = True,
        attributes: bool | Sequence[str] = False,
        text: bool = False,
        subtree: bool = False,
        old_values: bool = False,
        **options: Unpack[ObserveOptions],
    ) -> Listener:
        """Call *handler* for each change of this element, whoever makes it, this program included. Never waits.

        Args:
            handler: Takes nothing, or an `Event` with ``change``, and what else is asked for here.
            children: Whether nodes that come and go count: ``added`` and ``removed``.
            attributes: Whether attributes count, or the names of those that do: ``attribute_name``.
            text: Whether changed text counts.
            subtree: Whether all that is inside counts like the element itself: ``target``.
            old_values: Whether it is told what attributes and texts were before: ``old_value``.
            options: See `observe_intersection`.
        """
        observed = observers.mutation(children, attributes, text, subtree, old_values)
        if takes_event(handler, "mutation"):
            options["fields"] = [*observers.mutation_fields(observed), *options.get("fields", ())]
        return self._observe("MutationObserver", "mutation", handler, observed, options)

    def _observe(
        self, name: str, type: str, handler: Handler, observed: dict[str, Any], options: ObserveOptions
    ) -> Listener:
        self._check()
        wire = {"observe": observed, **_observe_options(**options)}
        return self._listen(name, type, handler, wire, options.get("fields", ()), options.get("when_busy", "serial"))

    # --- inside -------------------------------------------------------------------------------------------------

    def _listen(
        self,
        event: str,
        type: str,
        handler: Handler,
        options: dict[str, Any],
        fields: Sequence[FieldName],
        when_busy: str,
    ) -> Listener:
        snapshot = None
        if takes_event(handler, type):
            options, snapshot = self._carrying(event, type, options, fields)
        else:
            if fields:
                raise ConfigurationError(
                    f"expected a handler of {type!r} with a parameter for the event that carries {fields!r}, "
                    f"got {handler!r} without"
                )
            if self._listening_path:
                options = {**options, "of": list(self._listening_path)}
        label = HandlerLabel(type, self, handler)
        page = self._page
        return Listener(page, page.listen(self._ref, event, options, handler, snapshot, label, when_busy_of(when_busy)))

    def _carrying(
        self, event: str, type: str, options: dict[str, Any], fields: Sequence[FieldName]
    ) -> tuple[dict[str, Any], Snapshot]:
        """Return *options* with what is carried, and what makes an `Event` of it."""
        plan = plan_of(event, fields, self._event_fields.get(event, ()), "delegate" in options)
        if self._listening_path:
            options = {**options, "of": list(self._listening_path)}
        return {**options, **plan.options} if options else plan.options, _snapshot(self, type, plan)


def _snapshot(node: Listens, type: str, plan: Plan) -> Snapshot:
    """Return what makes an `Event` of what comes for *node*."""

    def snapshot(carried: list[Any] | None, errors: dict[str, list[Any]] | None) -> Event:
        if carried is None:
            return Event(type, node, plan)
        page, origin = node._page, node._origin
        problems = take_in(page, carried, errors, lambda: at(f"what the event {type!r} carries", origin))
        return Event(type, node, plan, carried, problems, _Known(page))

    return snapshot


class _Known:
    """Takes note that the program has looked at what a field held, as an event told it.

    Made as the event is taken in.
    """

    __slots__ = ("_frame", "_page")

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frame = page.taken

    def __call__(self, field: Any) -> None:
        self._page.knows(self._frame)
        if isinstance(field, Listens):
            field.knows(self._frame)


def _observe_options(
    *,
    once: bool = False,
    debounce: float | None = None,
    throttle: float | None = None,
    fields: Sequence[FieldName] = (),
    when_busy: str = "serial",
) -> dict[str, Any]:
    """Return the options of the wire; what else is given is refused like any other argument that is not there."""
    return wire_options("", once=once, debounce=debounce, throttle=throttle)
