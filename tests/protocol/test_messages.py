"""Frames to messages and back; whatever bytes come, nothing but RemoteProtocolError."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol import Limits
from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.messages import (
    MAX_NONCE,
    MAX_NUMBER,
    Ack,
    Batch,
    Bye,
    Event,
    Failure,
    GoneReport,
    Hello,
    Message,
    Refuse,
    Reply,
    Welcome,
    decode,
    encode,
)
from tests.support.notation import load_vectors, to_notation
from tests.support.pair import ConnectionPair
from tests.support.values import TEXTS, VALUES

NUMBERS = st.integers(0, MAX_NUMBER)
DETAILS = st.fixed_dictionaries({}, optional={"name": TEXTS, "message": TEXTS, "stack": TEXTS})
ERRORS = st.tuples(st.sampled_from(["js-error", "gone"]), TEXTS).map(list) | st.tuples(
    st.just("js-error"), TEXTS, DETAILS
).map(list)
MESSAGES = st.one_of(
    st.builds(Hello, TEXTS, st.text("abc", max_size=MAX_NONCE), NUMBERS, st.lists(TEXTS), NUMBERS),
    st.builds(Welcome, NUMBERS, st.just(Limits().to_map()), st.lists(TEXTS), NUMBERS),
    st.builds(Refuse, TEXTS, st.sampled_from(["reload", "stop"]), TEXTS),
    st.builds(Batch, NUMBERS, NUMBERS, st.lists(st.lists(st.integers(0, 100)))),
    st.builds(Event, NUMBERS, NUMBERS, NUMBERS, st.none() | st.lists(TEXTS)),
    st.builds(Event, NUMBERS, NUMBERS, NUMBERS, st.just([None]), st.fixed_dictionaries({"0": ERRORS})),
    st.builds(Reply, NUMBERS, NUMBERS, NUMBERS, TEXTS, st.none() | ERRORS),
    st.builds(GoneReport, NUMBERS, NUMBERS, st.lists(st.integers(-100, 100)), st.lists(NUMBERS)),
    st.builds(Failure, NUMBERS, NUMBERS, NUMBERS, NUMBERS, ERRORS),
    st.builds(Ack, NUMBERS, st.booleans()),
    st.builds(Bye, NUMBERS, TEXTS, st.sampled_from(["reload", "stop"]), TEXTS),
)
FRAMES = [bytes.fromhex(case["hex"]) for name in ("valid", "extra") for case in load_vectors(f"messages/{name}.json")]


@given(MESSAGES)
def test_a_message_comes_back_as_it_went(message: Message) -> None:
    assert decode(encode(message)) == message


@given(VALUES)
def test_a_reply_brings_its_value(value: Any) -> None:
    reply = decode(encode(Reply(1, 0, 1, to_wire(value))))
    assert isinstance(reply, Reply)
    assert to_notation(reply.value) == to_notation(value)


def _feed(data: bytes) -> None:
    """Hands remote bytes to every door that there is."""
    with suppress(RemoteProtocolError):
        decode(data)
    pair = ConnectionPair().greet()
    for channel in (pair.server, pair.client):
        with suppress(RemoteProtocolError):
            channel.receive(data)


@given(st.binary(max_size=100))
def test_bytes_raise_nothing_but_remote_protocol_error(data: bytes) -> None:
    _feed(data)


@given(st.sampled_from(FRAMES), st.data())
def test_changed_frames_raise_nothing_but_remote_protocol_error(frame: bytes, data: st.DataObject) -> None:
    changed = bytearray(frame)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    _feed(bytes(changed))


@given(st.integers(-1, 11), st.lists(VALUES, max_size=6))
def test_arrays_of_any_values_raise_nothing_but_remote_protocol_error(kind: int, values: list[Any]) -> None:
    _feed(msgpack.packb(to_wire([kind, *values]), datetime=True))


@given(st.integers(0, 9), st.sampled_from([b"\x91" * 1000 + b"\xc0", b"\xc8\x0b\xb8\x02" + b"\x7f" * 3000]), NUMBERS)
def test_values_that_cannot_be_shown_raise_nothing_else(kind: int, value: bytes, place: int) -> None:
    fields = [b"\x01"] * 5
    fields[place % 5] = value
    _feed(b"\x96" + bytes([kind]) + b"".join(fields))


@pytest.mark.parametrize(
    ("array", "text"),
    [
        ([10], r"expected an array that begins with a known message type, got \[10\]"),
        ([4, 1, 0], "expected 3 fields in event, got 2"),
        ([4, 1, 0, -1], r"expected field 3 of event to be an integer from 0 to 2\^53-1, got -1"),
        ([8, 0, 1], "expected field 2 of ack to be a boolean, got 1"),
        ([2, 1, "stop", ""], "expected field 1 of refuse to be text, got 1"),
        ([9, 0, "left", "dance", ""], "expected field 3 of bye to be one of reload, stop, got 'dance'"),
        ([5, 1, 0, 1, None, ["moon", ""]], r"expected \[code, text\] as the error of reply"),
        ([6, 1, 0, [""], []], "expected field 3 of gone to be a list of integers"),
        ([3, 1, 0, {}], "expected a list of ops in batch"),
        ([4, 1, 0, 1, {}], "expected a list of carried values in event"),
        ([4, 1, 0, 1, [], []], "expected errors of 0 carried values in event"),
        ([5, 1, 0, 1, None, ["gone", "", 1]], "expected a map of texts in the error of reply"),
        ([5, 1, 0, 1, msgpack.ExtType(3, b"0000")], "expected no callback in reply, got one"),
        ([0, 1], "expected a map in hello, got 1"),
        ([0, {"version": "1"}], "expected hello.version to be int, got '1'"),
    ],
)
def test_an_error_says_what_was_expected_and_what_came(array: Any, text: str) -> None:
    with pytest.raises(RemoteProtocolError, match=text):
        decode(msgpack.packb(array))
