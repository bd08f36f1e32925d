"""Tests of listening: what the browser is told, what handlers get, and how listeners end."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from gevent.event import Event as Signal

from pycommunicate.errors import ConfigurationError, FieldMissing, LimitReached, UnsupportedValue
from pycommunicate.page import Scope
from pycommunicate.protocol import Limits
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.ops import LISTEN, RELEASE, UNLISTEN
from pycommunicate.proxies.dom import ElementWrapper, Event, HTMLWrapper, Listener
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


def find(rig: Rig, ref: int = -1) -> ElementWrapper:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element(f"#e{-ref}"))
    rig.answer(to_wire(Ref(ref)))
    element = outcome.get()
    assert isinstance(element, ElementWrapper)
    return element


def did(rig: Rig, call: Callable[[], Any]) -> list[list[Any]]:
    """Return the ops that *call* sends, which waits for nothing."""
    rig.run(call)
    return rig.take()


def happen(rig: Rig, listener: int, fields: dict[str, Any] | None = None, errors: dict[str, Any] | None = None) -> None:
    """Let an event come that carries *fields*, by their names on the wire; the others are nil."""
    names = next(op[4]["fields"] for op in rig.ops if op[:2] == [LISTEN, listener])
    paths = [name if isinstance(name, str) else ".".join(name) for name in names]
    assert set(fields or {}) <= set(paths)
    carried = [(fields or {}).get(path) for path in paths]
    rig.send(rig.channel.event(listener, carried, {str(paths.index(path)): errors[path] for path in errors or {}}))
    settle()


# --- what is listened to ----------------------------------------------------------------------------------------------


def test_a_handler_that_wants_no_event_has_nothing_carried(rig: Rig, element: ElementWrapper) -> None:
    assert did(rig, lambda: element.add_event_listener("click", lambda: None)) == [[LISTEN, 1, -1, "click", {}]]


def test_options_go_to_the_browser(rig: Rig, element: ElementWrapper) -> None:
    listen = lambda: element.add_event_listener(  # noqa: E731
        "keydown",
        lambda: None,
        prevent_default=True,
        stop_propagation=True,
        once=True,
        capture=True,
        passive=False,
        debounce=0.3,
        delegate="input",
        disable_while_running=True,
    )

    assert did(rig, listen) == [
        [
            *(LISTEN, 1, -1, "keydown"),
            {
                "prevent": True,
                "stop": True,
                "once": True,
                "capture": True,
                "passive": False,
                "debounce": 300,
                "delegate": "input",
                "busy": 2,
            },
        ]
    ]


def test_a_handler_that_wants_the_event_has_it_carry_what_its_type_does(rig: Rig, element: ElementWrapper) -> None:
    ops = did(rig, lambda: element.add_event_listener("reset", lambda event: None, once=True, fields=["target.id"]))

    assert ops == [[LISTEN, 1, -1, "reset", {"once": True, "fields": ["target", ["target", "id"]]}]]


def test_the_window_listens_by_way_of_the_document(rig: Rig) -> None:
    window = HTMLWrapper(rig.page).window
    ops = did(rig, lambda: [window.add_event_listener("online", lambda: None)])
    ops += did(rig, lambda: window.add_event_listener("online", lambda event: None))

    of = ["defaultView"]
    assert ops == [
        [LISTEN, 1, 0, "online", {"of": of}],
        [LISTEN, 2, 0, "online", {"of": of, "fields": ["detail"]}],
    ]


def test_fields_for_a_handler_without_a_parameter_are_refused(rig: Rig, element: ElementWrapper) -> None:
    with pytest.raises(
        ConfigurationError, match=r"of 'click' with a parameter for the event that carries \['key'\], got"
    ):
        rig.run(lambda: element.add_event_listener("click", lambda: None, fields=["key"]))
    assert rig.take() == []


@pytest.mark.parametrize(
    "listen",
    [
        lambda element: element.add_event_listener("click", None),
        lambda element: element.add_event_listener("click", print, when_busy="later"),
        lambda element: element.add_event_listener("click", lambda event: None, fields="key"),
        lambda element: element.add_event_listener("click", lambda event: None, fields=["a..b"]),
        lambda element: element.add_event_listener("click", print, debounce=1, throttle=1),
        lambda element: element.add_event_listener("onclick", print),
        lambda element: element.observe_resize(print, box="box"),
        lambda element: element.events("click", when_busy="parallel"),
        lambda element: element.events("click", once=3),
        lambda element: element.wait_for("click", -1),
        lambda element: element.remove_event_listener("click"),
    ],
)
def test_what_cannot_be_is_refused_at_once_and_nothing_is_sent(
    rig: Rig, element: ElementWrapper, listen: Callable[[Any], Any]
) -> None:
    with pytest.raises(ConfigurationError, match="expected"):
        rig.run(lambda: listen(element))
    assert rig.take() == []
    assert not rig.page.foreground.listeners


def test_an_option_that_is_not_there_is_a_type_error(rig: Rig, element: ElementWrapper) -> None:
    with pytest.raises(TypeError, match="colour"):
        rig.run(lambda: element.observe_resize(print, colour="red"))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="busy"):  # what it observes could be that
        rig.run(lambda: element.observe_mutation(print, busy=True))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        element.events("click", colour="red")  # type: ignore[call-arg]


# --- what handlers get ------------------------------------------------------------------------------------------------


@pytest.fixture
def events(rig: Rig, element: ElementWrapper) -> list[Event]:
    """What a handler of clicks gets, with `target.id` and `detail`."""
    got: list[Event] = []
    rig.run(lambda: element.add_event_listener("click", got.append, fields=["target.id", "detail"]))
    rig.take()
    return got


def test_a_handler_gets_what_happened_with_the_element_that_it_listens_on(
    rig: Rig, element: ElementWrapper, events: list[Event]
) -> None:
    happen(rig, 1, {"clientX": 3, "shiftKey": True, "target": to_wire(Ref(-1)), "target.id": "here", "detail": 2})

    (event,) = events
    assert (event.type, event.current_target, event.target) == ("click", element, element)
    assert (event.x, event.modifiers, event["target.id"], event.detail) == (3, {"Shift"}, "here", 2)
    with pytest.raises(FieldMissing):
        _ = event.key


def test_what_could_not_travel_is_known_by_its_place(rig: Rig, events: list[Event]) -> None:
    happen(rig, 1, {"clientX": 3}, {"detail": ["unsupported", "value: a function"]})

    assert events[0].x == 3
    with pytest.raises(UnsupportedValue, match=r"^'detail' of this 'click' event: value: a function$"):
        _ = events[0].detail


def test_with_delegate_the_current_target_is_what_matched(rig: Rig, element: ElementWrapper) -> None:
    got: list[Event] = []
    rig.run(lambda: element.add_event_listener("reset", got.append, delegate="li"))
    rig.take()
    happen(rig, 1, {"current": to_wire(Ref(-5)), "target": to_wire(Ref(-6))})

    assert got[0].current_target is rig.page.refs.get(-5)
    assert got[0].target is rig.page.refs.get(-6)
    assert repr(got[0].target) == "<ElementWrapper what the event 'reset' carries at '#here'>"


@pytest.mark.parametrize(
    ("carried", "text"),
    [
        (None, "expected 2 carried values in event, got none"),
        ([], "expected 2 carried values in event, got 0"),
        ([1, 2, 3], "expected 2 carried values in event, got 3"),
    ],
)
def test_another_number_of_values_ends_the_page(
    rig: Rig, element: ElementWrapper, carried: Any, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig.run(lambda: element.add_event_listener("reset", lambda event: None, fields=["detail"]))

    rig.send(rig.channel.event(1, carried))
    settle()

    assert rig.page.gone == "its browser broke the protocol"
    assert text in caplog.text


@pytest.mark.parametrize("carried", [[], [1]])
def test_values_that_nobody_asked_for_end_the_page(rig: Rig, element: ElementWrapper, carried: Any) -> None:
    rig.run(lambda: element.add_event_listener("click", lambda: None))

    rig.send(rig.channel.event(1, carried))

    assert rig.page.gone == "its browser broke the protocol"


def test_a_ref_that_was_never_allotted_ends_the_page(rig: Rig, events: list[Event]) -> None:
    happen(rig, 1, {"target": to_wire(Ref(7))})

    assert rig.page.gone == "its browser broke the protocol"
    assert events == []


# --- refs in what is carried ------------------------------------------------------------------------------------------


def released(rig: Rig) -> dict[int, int]:
    """Return how often each ref has been released until now."""
    gc.collect()
    rig.run(lambda: None)  # at its end what there is leaves
    rig.take()
    pairs = [op[1] for op in rig.ops if op[0] == RELEASE]
    counts: dict[int, int] = {}
    for one in pairs:
        for ref, times in zip(one[::2], one[1::2], strict=True):
            counts[ref] = counts.get(ref, 0) + times
    return counts


TARGET = {"target": to_wire(Ref(-5))}


def test_refs_are_let_go_with_the_event(rig: Rig, events: list[Event]) -> None:
    happen(rig, 1, TARGET)
    happen(rig, 1, TARGET)
    assert released(rig) == {}

    events.clear()

    assert released(rig) == {-5: 2}


def test_refs_of_events_of_dead_listeners_are_let_go(rig: Rig, element: ElementWrapper) -> None:
    listener: Listener = rig.run(lambda: element.add_event_listener("reset", lambda event: None))
    rig.take()
    rig.run(listener.remove)
    happen(rig, 1, {"target": to_wire(Ref(-5))})

    assert rig.page.dead_events == 1
    assert released(rig) == {-5: 1}


def test_refs_deep_inside_are_let_go_like_others(rig: Rig, events: list[Event]) -> None:
    happen(rig, 1, {"detail": [{"a": to_wire(Ref(-7))}, to_wire(Ref(-8))]})
    assert events[0].detail == [{"a": rig.page.refs.get(-7)}, rig.page.refs.get(-8)]

    events.clear()

    assert released(rig) == {-7: 1, -8: 1}


@pytest.mark.parametrize("when_busy", ["drop", "latest"])
def test_refs_of_events_that_are_dropped_are_let_go(start_rig: StartRig, when_busy: str) -> None:
    rig = start_rig(pool=1)
    element, go_on = find(rig), Signal()
    rig.run(lambda: element.add_event_listener("reset", lambda event: go_on.wait(), when_busy=when_busy))
    rig.take()
    for ref in (-5, -6, -7):
        rig.send(rig.channel.event(1, [to_wire(Ref(ref))]))
    settle()

    # Of two that wait the newest counts; the first one's handler is there still.
    assert released(rig) == ({-6: 1, -7: 1} if when_busy == "drop" else {-6: 1})
    go_on.set()
    settle()
    assert released(rig) == {-5: 1, -6: 1, -7: 1}


def test_refs_of_events_that_wait_as_their_view_ends_are_let_go(start_rig: StartRig) -> None:
    rig = start_rig(pool=1)
    rig.page.change_scope(Scope("a view", rig.page))
    element = find(rig)
    rig.run(lambda: element.add_event_listener("reset", lambda event: element.get_property("x")))
    rig.take()
    for ref in (-5, -6, -7):
        rig.send(rig.channel.event(1, [to_wire(Ref(ref))]))
    settle()

    rig.page.change_scope(Scope("another view", rig.page))

    assert released(rig) == {-6: 1, -7: 1}  # the first one's handler is there still


def test_more_elements_than_may_be_hurt_the_field_and_are_let_go(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(refs=2)))
    element = find(rig)
    got: list[Event] = []
    rig.run(lambda: element.add_event_listener("reset", got.append, fields=["added", "detail"]))
    rig.take()
    happen(rig, 1, {"addedNodes": [to_wire(Ref(ref)) for ref in (-5, -6, -7)], "detail": 3})

    assert got[0].detail == 3
    with pytest.raises(LimitReached, match="at most 2 elements of one page"):
        _ = got[0].added
    assert released(rig) == {-6: 1, -7: 1}
    got.clear()
    assert released(rig) == {-5: 1, -6: 1, -7: 1}


# --- how listeners end ------------------------------------------------------------------------------------------------


def test_a_listener_is_removed_by_its_handle_and_once_more_is_no_fault(rig: Rig, element: ElementWrapper) -> None:
    ran: list[int] = []
    listener: Listener = rig.run(lambda: element.add_event_listener("click", lambda: ran.append(1)))
    rig.take()

    assert did(rig, listener.remove) == [[UNLISTEN, [1]]]
    assert did(rig, listener.remove) == []
    rig.event(1)
    settle()
    assert ran == []
    assert rig.page.dead_events == 1
    assert not rig.page.foreground.listeners


def test_a_listener_is_removed_by_what_it_was_added_with(rig: Rig, element: ElementWrapper) -> None:
    class Page:
        def first(self) -> None: ...

        def second(self) -> None: ...

    page = Page()

    def add() -> None:
        for event in ("click", "input"):
            for handler in (page.first, page.second, page.first):
                element.add_event_listener(event, handler)

    rig.run(add)
    rig.take()

    assert did(rig, lambda: element.remove_event_listener("click", page.first)) == [[UNLISTEN, [1, 3]]]
    assert did(rig, lambda: element.remove_event_listener("click", page.first)) == []
    assert did(rig, lambda: element.remove_event_listener("input", page.second)) == [[UNLISTEN, [5]]]
    assert did(rig, lambda: element.remove_event_listener("click", print)) == []
    assert rig.page.foreground.listeners == {2, 4, 6}


def test_a_handle_is_taken_by_remove_event_listener_too(rig: Rig, element: ElementWrapper) -> None:
    listener = rig.run(lambda: element.add_event_listener("click", print))
    rig.take()
    assert did(rig, lambda: element.remove_event_listener(listener)) == [[UNLISTEN, [1]]]


def test_an_element_that_is_found_again_has_its_listeners_still(rig: Rig) -> None:
    ran: list[int] = []

    def handler() -> None:
        ran.append(1)

    rig.run(partial(find(rig).add_event_listener, "click", handler))
    assert released(rig) == {}
    again = find(rig)

    assert did(rig, lambda: again.remove_event_listener("click", handler)) == [[UNLISTEN, [1]]]


def test_the_document_and_the_window_have_listeners_of_their_own(rig: Rig) -> None:
    html = HTMLWrapper(rig.page)

    def add() -> None:
        html.document.add_event_listener("click", print)
        html.window.add_event_listener("click", print)

    rig.run(add)
    rig.take()
    assert did(rig, lambda: html.window.remove_event_listener("click", print)) == [[UNLISTEN, [2]]]
    assert did(rig, lambda: html.document.remove_event_listener("click", print)) == [[UNLISTEN, [1]]]


def test_a_handle_listens_until_its_block_is_left(rig: Rig, element: ElementWrapper) -> None:
    ran: list[int] = []

    def listen_for_a_while() -> None:
        with element.add_event_listener("click", lambda: ran.append(1)):
            element.get_property("title")

    outcome = rig.start(listen_for_a_while)
    settle()
    rig.take()
    rig.event(1)
    settle()
    assert ran == [1]
    rig.reply(2, "")
    outcome.get()
    assert rig.take() == [[UNLISTEN, [1]]]


def test_a_listener_of_a_page_that_is_gone_is_removed_without_a_word(rig: Rig, element: ElementWrapper) -> None:
    listener: Listener = rig.run(lambda: element.add_event_listener("click", print))
    rig.leave()

    rig.run(listener.remove)
    listener.remove()


def test_once_ends_the_listener_with_its_first_event(rig: Rig, element: ElementWrapper) -> None:
    ran: list[int] = []
    listener: Listener = rig.run(lambda: element.add_event_listener("click", lambda: ran.append(1), once=True))
    rig.take()

    rig.event(1)
    settle()
    rig.event(1)
    settle()

    assert ran == [1]
    assert rig.page.dead_events == 1
    assert not rig.page.foreground.listeners
    assert did(rig, listener.remove) == []


# --- observers --------------------------------------------------------------------------------------------------------


def test_an_intersection_is_observed(rig: Rig, element: ElementWrapper) -> None:
    got: list[Event] = []
    observe = lambda: element.observe_intersection(got.append, threshold=[0, 0.5], margin="10px 5%", throttle=1)  # noqa: E731

    assert did(rig, observe) == [
        [
            *(LISTEN, 1, -1, "IntersectionObserver"),
            {
                "observe": {"threshold": [0, 0.5], "rootMargin": "10px 5%"},
                "throttle": 1000,
                "fields": ["isIntersecting", "intersectionRatio"],
            },
        ]
    ]
    happen(rig, 1, {"isIntersecting": True, "intersectionRatio": 0.5})
    assert (got[0].type, got[0].is_intersecting, got[0].ratio) == ("intersection", True, 0.5)
    assert got[0].current_target is element


def test_a_size_is_observed(rig: Rig, element: ElementWrapper) -> None:
    got: list[Event] = []
    ops = did(rig, lambda: element.observe_resize(got.append, box="border-box"))

    fields = [["contentRect", "width"], ["contentRect", "height"]]
    assert ops == [[LISTEN, 1, -1, "ResizeObserver", {"observe": {"box": "border-box"}, "fields": fields}]]
    happen(rig, 1, {"contentRect.width": 3, "contentRect.height": 4.5})
    assert (got[0].type, got[0].width, got[0].height) == ("resize", 3, 4.5)


def test_changes_are_observed(rig: Rig, element: ElementWrapper) -> None:
    got: list[Event] = []
    observe = lambda: element.observe_mutation(  # noqa: E731
        got.append, children=False, attributes=["class"], old_values=True, fields=["target"]
    )

    observed = {"childList": False, "subtree": False, "attributes": True, "attributeFilter": ["class"]}
    assert did(rig, observe) == [
        [
            *(LISTEN, 1, -1, "MutationObserver"),
            {
                "observe": {**observed, "attributeOldValue": True},
                "fields": ["type", "attributeName", "oldValue", "target"],
            },
        ]
    ]
    happen(rig, 1, {"type": "attributes", "attributeName": "class", "oldValue": "a", "target": to_wire(Ref(-1))})
    assert (got[0].type, got[0].change, got[0].attribute_name, got[0].old_value) == (
        *("mutation", "attributes", "class", "a"),
    )
    assert got[0].target is element


def test_what_changes_carry_is_what_was_asked_for(rig: Rig, element: ElementWrapper) -> None:
    def fields(**options: Any) -> list[str]:
        (op,) = did(rig, lambda: element.observe_mutation(lambda event: None, **options))
        return list(op[4]["fields"])

    assert fields() == ["type", "addedNodes", "removedNodes"]
    assert fields(children=False, attributes=True) == ["type", "attributeName"]
    assert fields(children=False, text=True, old_values=True, subtree=True) == ["type", "oldValue", "target"]
    assert did(rig, lambda: element.observe_mutation(lambda: None)) == [
        [LISTEN, 4, -1, "MutationObserver", {"observe": {"childList": True, "subtree": False}}]
    ]


def test_an_observer_is_removed_like_any_other_listener(rig: Rig, element: ElementWrapper) -> None:
    rig.run(lambda: element.observe_resize(print))
    rig.take()
    assert did(rig, lambda: element.remove_event_listener("resize", print)) == [[UNLISTEN, [1]]]
