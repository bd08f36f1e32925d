"""The rules that every frame of a client is held against, one by one, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.conformance.client.exchange import Exchange
from pycommunicate.conformance.client.wire import Wire
from pycommunicate.protocol.codec import Callback, Ref, pack, to_wire
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import (
    Ack,
    Batch,
    Bye,
    Event,
    Failure,
    GoneReport,
    Hello,
    Message,
    Reply,
    encode,
)
from pycommunicate.protocol.ops import CALL, CREATE, FIND, LISTEN, SET, UNLISTEN

HELLO = Hello("ticket", "nonce")


class Line:
    """An exchange whose server has let a client in, and sent it four batches."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self.exchange = Exchange(lambda spec, rule, got: self.broken.append(spec))
        self.exchange.limits = Limits(events=1, frame=300, containers=20)
        self.wire = self.socket()
        self.exchange.send([[FIND, 1, 0, "p"], [LISTEN, 7, 0, "click", {}], [SET, 0, "title", "x"]])
        self.exchange.send([[FIND, 2, 0, "b"], [CREATE, 1, 0, 0, "p"], [SET, 0, "title", "y"]])
        options = {"fields": ["type", ["target", "id"]], "once": True}
        self.exchange.send([[LISTEN, 8, 0, "click", options], [CALL, 0, 0, "click", []], [SET, 1, "value", "x"]])
        self.exchange.send([[SET, 1, ["a", "value"], "x", True], [LISTEN, 10, 0, "click", {"fields": []}]])

    def socket(self, received: int = 0, applied: int = 0) -> Wire:
        wire = Wire(None, None, {})  # type: ignore[arg-type]
        self.exchange.take(wire, encode(Hello("ticket", "nonce", applied)))
        self.exchange.welcome(wire, received, self.exchange.limits)
        return wire

    def take(self, *messages: Message) -> list[str]:
        for message in messages:
            self.exchange.take(self.wire, encode(message))
        return self.broken


@pytest.fixture
def line() -> Line:
    return Line()


def reply(number: int, ask: int, value: Any = None, ack: int = 0) -> Reply:
    return Reply(number, ack, ask, to_wire(value))


def test_frames_that_keep_all_rules_break_none(line: Line) -> None:
    messages = (
        reply(1, 1, Ref(-1)),
        Failure(2, 0, 1, 2, ["js-error", ""]),
        Event(3, 1, 7),
        Ack(1),
        reply(4, 2, [Ref(-1), Ref(1), Ref(0)], 1),
        GoneReport(5, 2, [-1, 1], [7]),
        Ack(2, True),
        Event(6, 2, 8, ["click", None], {"1": ["js-error", "", {"name": "Error"}]}),
        Failure(7, 2, 3, 1, ["js-error", "", {"name": "Error"}]),
        Failure(8, 2, 3, 2, ["kept", ""]),
        Ack(4),
        Event(9, 4, 10),
        Bye(4, "left", "stop", ""),
    )
    assert line.take(*messages) == []


@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        ("4.1", (HELLO,)),
        ("5", (Batch(1, 0, []),)),
        ("5.10", (Bye(0, "left", "stop", ""), Ack(0))),
        ("8.1", (reply(2, 1),)),
        ("8.6", (reply(1, 1), reply(1, 1))),
        ("8.3", (Ack(5),)),
        ("8.3", (Ack(2), Ack(1))),
        ("8.3", (Ack(2), reply(1, 1, ack=1))),
        ("8.3", (Failure(1, 1, 1, 2, ["js-error", ""]),)),
        ("8.3", (Ack(1), Failure(1, 1, 1, 2, ["js-error", ""]))),
        ("5.8", (Failure(1, 0, 5, 0, ["js-error", ""]),)),
        ("5.8", (Failure(1, 0, 1, 3, ["js-error", ""]),)),
        ("5.8", (Failure(1, 0, 2, 2, ["js-error", ""]), Failure(2, 0, 1, 2, ["js-error", ""]))),
        ("5.8", (Failure(1, 0, 1, 2, ["js-error", ""]), Failure(2, 0, 1, 2, ["js-error", ""]))),
        ("6", (Failure(1, 0, 1, 0, ["js-error", ""]),)),
        ("8.5", (reply(1, 3),)),
        ("8.5", (reply(1, 1), reply(2, 1))),
        ("5.6", (Reply(1, 0, 1, "x", ["js-error", ""]),)),
        ("7.2", (reply(1, 1, Ref(5)),)),
        ("7.2", (reply(1, 1, Ref(-1)), GoneReport(2, 0, [-1], []), reply(3, 2, Ref(-1)))),
        ("7.2", (reply(1, 1, Ref(-1)), GoneReport(2, 0, [-1], []), GoneReport(3, 0, [-1], []))),
        ("5.7", (GoneReport(1, 0, [5], []),)),
        ("7.2", (GoneReport(1, 0, [0], []),)),
        ("5.7", (GoneReport(1, 0, [], [11]),)),
        ("7.2", (GoneReport(1, 0, [], [7]), Event(2, 0, 7))),
        ("8.5", (Event(1, 0, 11),)),
        ("8.5", (Event(1, 0, 7), Event(2, 0, 7))),
        ("5.5", (Event(1, 0, 7, ["x"]),)),
        ("5.5", (Event(1, 0, 10, []),)),
        ("5.5", (Event(1, 0, 8),)),
        ("5.5", (Event(1, 0, 8, ["click"]),)),
        ("5.5", (Event(1, 0, 8, ["click", "x", "y"]),)),
        ("5.5", (Event(1, 0, 8, ["click", "x"], {"1": ["unsupported", ""]}),)),
        ("7.2", (Event(1, 0, 8, ["click", to_wire(Ref(5))]),)),
        ("5", (Event(1, 0, 8, ["click", None], {"2": ["unsupported", ""]}),)),
        ("5", (Event(1, 0, 8, ["click", to_wire(Callback(1))]),)),
        ("5", (reply(1, 1, [Callback(1)]),)),
        ("6", (reply(1, 0),)),
        ("6.4", (Failure(1, 0, 2, 2, ["kept", ""]),)),
        ("6.4", (Failure(1, 0, 4, 0, ["kept", ""]),)),
        ("6.4", (Reply(1, 0, 1, None, ["kept", ""]),)),
        ("10", (Reply(1, 0, 1, None, ["unsupported", "", {"name": "Error"}]),)),
        ("9", (reply(1, 1, "x" * 300),)),
        ("9", (reply(1, 1, [[]] * 21),)),
    ],
)
def test_frame_that_breaks_a_rule_is_named_by_its_section(line: Line, spec: str, messages: tuple[Message, ...]) -> None:
    assert set(line.take(*messages)) == {spec}


def test_listener_that_listens_once_sends_one_event(line: Line) -> None:
    line.exchange.limits = Limits()
    line.exchange.send([[LISTEN, 12, 0, "click", {"once": True}]])
    assert line.take(Event(1, 5, 12)) == []
    assert line.take(Event(2, 5, 12)) == ["6.10"]


def test_refs_in_an_event_are_told_and_may_have_gone(line: Line) -> None:
    gone = GoneReport(2, 0, [-1], [])
    assert line.take(reply(1, 1, Ref(-1)), gone, Event(3, 0, 8, [to_wire(Ref(-1)), to_wire(Ref(-2))])) == []
    assert line.exchange.told == {1: 1, -1: 2, -2: 1}


def test_what_is_no_message_is_told(line: Line) -> None:
    assert line.exchange.take(line.wire, b"\xc1") is None
    assert line.exchange.take(line.wire, pack([5, 1, 0, 1])) is None
    assert line.broken == ["5", "5"]


def test_first_frame_is_a_hello_and_nothing_follows_it_before_the_welcome(line: Line) -> None:
    silent = Wire(None, None, {})  # type: ignore[arg-type]
    line.exchange.take(silent, encode(Ack(0)))
    line.exchange.take(silent, encode(HELLO))
    line.exchange.take(silent, encode(Ack(0)))
    assert line.broken == ["4", "4"]


def test_frames_that_come_again_behind_the_welcome_are_no_new_ones(line: Line) -> None:
    first, second = reply(1, 1, ack=0), Event(2, 1, 7)
    line.take(first, second)
    line.wire = line.socket(received=1, applied=2)
    assert line.take(second, reply(3, 2, ack=2)) == []
    assert line.wire.resent == [2]


@pytest.mark.parametrize(
    "again",
    [
        [Event(2, 0, 7)],  # changed: it has another ack
        [reply(3, 2)],  # left out
        [reply(1, 1), Event(2, 1, 7)],  # acknowledged by the welcome
    ],
)
def test_frames_that_come_again_are_those_that_were_not_acknowledged_unchanged(
    line: Line, again: list[Message]
) -> None:
    line.take(reply(1, 1), Event(2, 1, 7))
    line.wire = line.socket(received=1, applied=2)
    assert line.take(*again)


def test_hello_of_a_new_socket_has_received_what_was_acknowledged(line: Line) -> None:
    line.take(Ack(2))
    line.socket(applied=1)
    assert line.broken == ["8.6"]


def test_what_is_said_behind_the_end_of_the_channel_may_acknowledge_anything(line: Line) -> None:
    line.take(Ack(2))
    line.exchange.over = True
    line.wire = line.socket(applied=7)
    assert line.take(Bye(0, "violation", "stop", "")) == []


def test_what_was_said_on_the_way_when_the_channel_ended_is_looked_at(line: Line) -> None:
    line.exchange.over = True
    assert line.take(Ack(5)) == ["8.3"]


def test_listener_that_has_ended_may_speak_until_it_has_heard_of_it(line: Line) -> None:
    number = line.exchange.send([[UNLISTEN, [7]]])
    assert line.take(Event(1, number - 1, 7)) == []
    assert line.take(Event(2, number, 7))
