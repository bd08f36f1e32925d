"""The vectors of protocol/v1, as Python understands them; tests/client/vectors.test.mjs is their other reader."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from pycommunicate.errors import RemoteProtocolError, UnsupportedValue
from pycommunicate.protocol import Channel, ClientChannel, Limits, ServerChannel
from pycommunicate.protocol import messages as wire
from pycommunicate.protocol.codec import pack, to_wire, unpack
from tests.support.notation import from_notation, load_vectors, to_notation
from tests.support.pair import ConnectionPair

CLASSES: dict[str, type[Any]] = {
    wire.MESSAGES[one.type][0]: one
    for one in (
        wire.Hello,
        wire.Welcome,
        wire.Refuse,
        wire.Batch,
        wire.Event,
        wire.Reply,
        wire.GoneReport,
        wire.Failure,
        wire.Ack,
        wire.Bye,
    )
}


def cases(name: str) -> pytest.MarkDecorator:
    loaded = load_vectors(name)
    return pytest.mark.parametrize("case", loaded, ids=[case["name"] for case in loaded])


def message_of(case: dict[str, Any]) -> Any:
    return CLASSES[case["message"]](**{name: from_notation(value) for name, value in case["fields"].items()})


def fields_of(message: Any) -> dict[str, Any]:
    return {field.name: to_notation(getattr(message, field.name)) for field in fields(message)}


@cases("codec/values.json")
def test_a_value_has_its_bytes_and_its_bytes_have_the_value(case: dict[str, Any]) -> None:
    value = from_notation(case["value"])
    assert pack(to_wire(value)).hex() in case["hex"]
    for one in case["hex"]:
        assert to_notation(unpack(bytes.fromhex(one))) == to_notation(value)


@cases("codec/accept.json")
def test_other_bytes_of_a_value_are_taken(case: dict[str, Any]) -> None:
    for one in case["hex"]:
        assert to_notation(unpack(bytes.fromhex(one))) == to_notation(from_notation(case["value"]))


@cases("codec/encode.json")
def test_a_value_that_changes_on_its_way_has_its_bytes(case: dict[str, Any]) -> None:
    assert pack(to_wire(from_notation(case["value"]))).hex() in case["hex"]


@cases("codec/unsupported.json")
def test_a_value_that_cannot_travel_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedValue):
        to_wire(from_notation(case["value"]))


@cases("codec/refuse.json")
def test_bytes_that_are_no_value_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RemoteProtocolError):
        unpack(bytes.fromhex(case["hex"]))


@cases("codec/callbacks.json")
def test_a_callback_has_its_bytes(case: dict[str, Any]) -> None:
    value = from_notation(case["value"])
    assert pack(to_wire(value)).hex() in case["hex"]
    for one in case["hex"]:
        assert to_notation(unpack(bytes.fromhex(one))) == to_notation(value)


@cases("messages/valid.json")
def test_a_message_has_its_bytes_and_its_bytes_have_the_message(case: dict[str, Any]) -> None:
    message = message_of(case)
    assert fields_of(wire.decode(bytes.fromhex(case["hex"]))) == fields_of(message)
    assert to_notation(unpack(bytes.fromhex(case["hex"]))) == to_notation(from_notation(case["array"]))
    for name in case["fields"]:
        value = getattr(message, name)
        object.__setattr__(message, name, to_wire(value))
    assert wire.encode(message).hex() == case["hex"]


@cases("messages/extra.json")
def test_what_a_receiver_does_not_know_is_ignored(case: dict[str, Any]) -> None:
    assert fields_of(wire.decode(bytes.fromhex(case["hex"]))) == fields_of(message_of(case))


@cases("messages/refuse.json")
def test_a_frame_that_breaks_a_rule_is_refused(case: dict[str, Any]) -> None:
    sides: dict[str, type[Channel]] = {"server": ServerChannel, "client": ClientChannel}
    for receiver in case["receivers"]:
        pair = ConnectionPair().greet()
        channel = pair.server if sides[receiver] is ServerChannel else pair.client
        with pytest.raises(RemoteProtocolError):
            channel.receive(bytes.fromhex(case["hex"]))


@cases("messages/refuse-answer.json")
def test_an_answer_to_a_hello_that_breaks_a_rule_is_refused(case: dict[str, Any]) -> None:
    client = ClientChannel(Limits())
    client.hello("ticket", "nonce")
    with pytest.raises(RemoteProtocolError):
        client.receive(bytes.fromhex(case["hex"]))


@cases("messages/refuse-first.json")
def test_a_first_frame_that_breaks_a_rule_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RemoteProtocolError):
        ServerChannel(Limits()).receive(bytes.fromhex(case["hex"]))
