"""Tests of the frame reader against a naive one, and of what it knows before a frame is whole."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.transport.frames import CloseError, FrameReader
from tests.support.websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, client_frame

LIMIT = 300


def naive(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Read all frames of *data* as RFC 6455 says it, with no thought of speed; yield ``(-1, code)`` for an error."""
    at, message, kind = 0, b"", 0
    while True:
        if len(data) < at + 2:
            return
        fin, reserved, opcode = data[at] >> 7, data[at] >> 4 & 7, data[at] & 15
        masked, size = data[at + 1] >> 7, data[at + 1] & 127
        if opcode >= 8 and (size > 125 or not fin):
            yield -1, b"1002"
            return
        extra = {126: 2, 127: 8}.get(size, 0)
        if len(data) < at + 2 + extra:
            return
        if extra:
            size = int.from_bytes(data[at + 2 : at + 2 + extra], "big")
            if size < {2: 126, 8: 65536}[extra]:
                yield -1, b"1002"
                return
        first_wrong = (opcode in (TEXT, BINARY) and kind) or (opcode == CONTINUATION and not kind)
        if reserved or not masked or opcode not in (0, 1, 2, 8, 9, 10) or first_wrong:
            yield -1, b"1002"
            return
        if opcode < 8 and len(message) + size > LIMIT:
            yield -1, b"1009"
            return
        start = at + 2 + extra + 4
        come = data[start : start + size]
        payload = bytes(byte ^ data[start - 4 + i % 4] for i, byte in enumerate(come))
        whole = len(come) == size and len(data) >= start
        if opcode < 8:
            kind = kind or opcode
            if kind == TEXT and not could_be_text(message + payload, bool(whole and fin)):
                yield -1, b"1007"
                return
        if not whole:
            return
        at = start + size
        if opcode == CLOSE and payload:
            code = int.from_bytes(payload[:2], "big")
            if len(payload) == 1 or not (1000 <= code <= 1014 or 3000 <= code <= 4999) or code in (1004, 1005, 1006):
                yield -1, b"1002"
                return
            if not could_be_text(payload[2:], True):
                yield -1, b"1007"
                return
        if opcode >= 8:
            yield opcode, payload
            continue
        message += payload
        if fin:
            yield kind, message
            message, kind = b"", 0


def could_be_text(data: bytes, is_last: bool) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return not is_last and error.reason == "unexpected end of data"
    return True


def read(pieces: list[bytes]) -> list[tuple[int, bytes]]:
    reader, got = FrameReader(LIMIT), []
    try:
        for piece in pieces:
            for message in reader.feed(piece):
                got.append(message)
    except CloseError as error:
        got.append((-1, str(error.code).encode()))
    return got


texts = st.one_of(st.binary(max_size=140), st.text(max_size=60).map(str.encode))
frames = st.builds(
    client_frame,
    st.sampled_from([CONTINUATION, CONTINUATION, TEXT, BINARY, CLOSE, PING, 10, 3]),
    st.one_of(texts, texts.map(lambda data: b"\x03\xe8" + data)),
    fin=st.sampled_from([True, True, False]),
    masked=st.sampled_from([True] * 12 + [False]),
    reserved=st.sampled_from([0] * 12 + [1]),
)
streams = st.one_of(
    st.lists(frames, max_size=6).map(b"".join),
    st.tuples(st.lists(frames, max_size=4).map(b"".join), st.binary(max_size=40)).map(b"".join),
)


@given(streams, st.lists(st.integers(0, 900), max_size=8))
def test_it_reads_and_refuses_what_a_naive_reader_does(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]

    assert read([data[a:b] for a, b in pairwise(places)]) == list(naive(data))


def test_it_reads_and_refuses_recorded_frames_that_were_changed_at_random() -> None:
    chance = random.Random(1)
    sound = b"".join(
        client_frame(opcode, payload, fin=fin)
        for opcode, payload, fin in [
            (TEXT, "grüße".encode(), False),
            (PING, b"x", True),
            (CONTINUATION, "😀".encode(), True),
            (BINARY, bytes(range(256)), True),
            (CLOSE, b"\x03\xe8bye", True),
        ]
    )
    refused = 0
    for _ in range(5_000):
        data = bytearray(sound)
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        expected = list(naive(bytes(data)))
        cut = chance.randrange(len(data))
        assert read([bytes(data[:cut]), bytes(data[cut:])]) == expected
        refused += expected[-1:] != [] and expected[-1][0] == -1

    assert refused > 500


def test_every_length_is_unmasked_rightly() -> None:
    chance = random.Random(2)
    reader = FrameReader(70_000)
    for size in [*range(300), *range(65_530, 65_545)]:
        payload = chance.randbytes(size)
        offset = chance.randrange(4)  # where the frame begins among what has come
        before = client_frame(PING, b"x" * offset)

        assert list(reader.feed(before + client_frame(BINARY, payload)))[1] == (BINARY, payload)


START = b"so far so good \xf4"
WHOLE = client_frame(TEXT, START + b"\x90 and more")
BAD_AT = 6 + len(START)


@pytest.mark.parametrize(
    ("before", "bad"),
    [
        ([], WHOLE[: BAD_AT + 1]),
        ([WHOLE[:9], WHOLE[9:BAD_AT]], WHOLE[BAD_AT : BAD_AT + 1]),
        ([client_frame(TEXT, START, fin=False)], client_frame(CONTINUATION, b"\x90", fin=False)),
    ],
    ids=["at once", "in the middle of a frame", "in fragments"],
)
def test_text_that_cannot_become_utf_8_is_refused_before_it_is_whole(before: list[bytes], bad: bytes) -> None:
    reader = FrameReader(LIMIT)
    for piece in before:
        assert list(reader.feed(piece)) == []

    with pytest.raises(CloseError) as caught:
        list(reader.feed(bad))
    assert caught.value.code == 1007


@pytest.mark.parametrize("head", [struct.pack("!BBH", 0x82, 0xFE, 125), struct.pack("!BBQ", 0x82, 0xFF, 65_535)])
def test_a_length_in_more_bytes_than_it_needs_is_refused(head: bytes) -> None:
    with pytest.raises(CloseError) as caught:
        list(FrameReader(70_000).feed(head))
    assert caught.value.code == 1002
