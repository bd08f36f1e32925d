"""Tests of the framing: any split of the bytes gives the same messages, and what is refused with which code."""

from __future__ import annotations

import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.transport.frames import CloseError, FrameReader, close_payload, encode_frame
from tests.support.websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, client_frame

LIMIT = 100_000


def read(data: bytes, limit: int = LIMIT) -> list[tuple[int, bytes]]:
    return list(FrameReader(limit).feed(data))


def refused(data: bytes, limit: int = LIMIT) -> int:
    """Return the close code that *data* is refused with."""
    with pytest.raises(CloseError) as caught:
        read(data, limit)
    return caught.value.code


# --- messages ---------------------------------------------------------------------------------------------------------

payloads = st.one_of(
    st.binary(max_size=130), st.sampled_from([125, 126, 127, 65535, 65536]).map(lambda size: b"x" * size)
)
controls = st.tuples(st.sampled_from([PING, PONG]), st.binary(max_size=125))


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Draw the bytes of some messages, in fragments with control frames between them, and what must be read."""
    data, expected = b"", []
    for payload in draw(st.lists(payloads, max_size=4)):
        cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=3)))
        pieces = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, len(payload)], strict=True)]
        for i, piece in enumerate(pieces):
            data += client_frame(CONTINUATION if i else BINARY, piece, fin=i == len(pieces) - 1)
            if i < len(pieces) - 1 and draw(st.booleans()):
                opcode, body = draw(controls)
                data += client_frame(opcode, body)
                expected.append((opcode, body))
        expected.append((BINARY, payload))
    return data, expected


@given(streams(), st.lists(st.integers(0, 200_000), max_size=12))
def test_any_split_of_the_stream_gives_the_same_messages(
    stream: tuple[bytes, list[tuple[int, bytes]]], cuts: list[int]
) -> None:
    data, expected = stream
    places = sorted(cut % (len(data) + 1) for cut in cuts)
    reader = FrameReader(LIMIT)

    got = []
    for a, b in zip([0, *places], [*places, len(data)], strict=True):
        got += list(reader.feed(data[a:b]))

    assert got == expected


def test_a_stream_that_comes_byte_by_byte_is_read() -> None:
    reader = FrameReader(LIMIT)
    data = client_frame(BINARY, b"a", fin=False) + client_frame(PING, b"p") + client_frame(CONTINUATION, b"b" * 300)

    got = [message for i in range(len(data)) for message in reader.feed(data[i : i + 1])]

    assert got == [(PING, b"p"), (BINARY, b"a" + b"b" * 300)]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_code_that_may_be_sent(data: bytes) -> None:
    codes = {0}
    try:
        read(data)
    except CloseError as error:
        codes.add(error.code)

    assert codes <= {0, 1002, 1007, 1009}


@given(payloads)
def test_what_is_encoded_for_a_client_is_one_whole_unmasked_frame(payload: bytes) -> None:
    frame = encode_frame(BINARY, payload)

    size = len(payload)
    head = 2 if size < 126 else 4 if size < 65536 else 10
    assert frame[0] == 0x80 | BINARY
    assert frame[1] == {2: size, 4: 126, 10: 127}[head]
    assert int.from_bytes(frame[2:head], "big") == (size if head > 2 else 0)
    assert frame[head:] == payload


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_a_message_as_large_as_may_be_is_read() -> None:
    assert read(client_frame(BINARY, b"x" * LIMIT)) == [(BINARY, b"x" * LIMIT)]


@pytest.mark.parametrize("size", [LIMIT + 1, 2**32, 2**63 - 1, 2**64 - 1])
def test_a_message_that_is_announced_too_large_is_refused_before_it_comes(size: int) -> None:
    assert refused(bytes([0x82, 0xFF]) + struct.pack("!Q", size)) == 1009


def test_an_announced_length_reserves_no_memory() -> None:
    reader = FrameReader(2**40)
    data = bytes([0x82, 0xFF]) + struct.pack("!Q", 2**32) + b"mask" + b"x" * 1000
    tracemalloc.start()
    try:
        assert list(reader.feed(data)) == []
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_fragments_count_together() -> None:
    reader = FrameReader(LIMIT)
    half = client_frame(BINARY, b"x" * (LIMIT // 2), fin=False)
    rest = client_frame(CONTINUATION, b"x" * (LIMIT // 2), fin=False)
    assert list(reader.feed(half)) == []
    assert list(reader.feed(rest)) == []

    with pytest.raises(CloseError) as caught:
        list(reader.feed(client_frame(CONTINUATION, b"x")[:6]))
    assert caught.value.code == 1009


def test_the_size_of_one_message_does_not_count_for_the_next() -> None:
    message = client_frame(BINARY, b"x" * 60, fin=False) + client_frame(CONTINUATION, b"x" * 40)

    assert read(message * 3, limit=100) == [(BINARY, b"x" * 100)] * 3


@pytest.mark.parametrize("size", [0, 1, 2])
def test_endless_small_fragments_cost_no_more_memory_than_they_may_have_bytes(size: int) -> None:
    reader = FrameReader(100_000)
    list(reader.feed(client_frame(BINARY, b"", fin=False)))
    fragments = client_frame(CONTINUATION, bytes(range(size)), fin=False) * 2_000
    tracemalloc.start()
    try:
        for _ in range(4):
            list(reader.feed(fragments))
        assert tracemalloc.get_traced_memory()[0] < 50_000
    finally:
        tracemalloc.stop()


def test_control_frames_do_not_count_as_part_of_a_message() -> None:
    data = client_frame(BINARY, b"x" * 90, fin=False) + client_frame(PING, b"y" * 90) + client_frame(CONTINUATION, b"z")

    assert read(data, limit=100) == [(PING, b"y" * 90), (BINARY, b"x" * 90 + b"z")]


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [BINARY, TEXT, PING, CLOSE])
def test_an_unmasked_frame_is_refused(opcode: int) -> None:
    assert refused(client_frame(opcode, b"", masked=False)) == 1002


@pytest.mark.parametrize("reserved", [1, 2, 4, 7])
def test_reserved_bits_are_refused(reserved: int) -> None:
    assert refused(client_frame(BINARY, b"x", reserved=reserved)) == 1002


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_unknown_opcodes_are_refused(opcode: int) -> None:
    assert refused(client_frame(opcode, b"x")) == 1002


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_control_frames_are_whole_and_small(opcode: int) -> None:
    payload = struct.pack("!H", 1000) + b"x" * 123
    assert read(client_frame(opcode, payload)) == [(opcode, payload)]

    assert refused(client_frame(opcode, payload + b"x")) == 1002
    assert refused(client_frame(opcode, payload, fin=False)) == 1002


@pytest.mark.parametrize("opcode", [BINARY, TEXT])
def test_a_message_may_not_begin_inside_another(opcode: int) -> None:
    assert refused(client_frame(BINARY, b"x", fin=False) + client_frame(opcode, b"y")) == 1002


def test_an_empty_first_fragment_begins_a_message_all_the_same() -> None:
    begun = client_frame(BINARY, b"", fin=False)

    assert refused(begun + client_frame(BINARY, b"y")) == 1002
    assert read(begun + client_frame(CONTINUATION, b"")) == [(BINARY, b"")]


@pytest.mark.parametrize("fin", [True, False])
def test_a_continuation_needs_a_message_to_continue(fin: bool) -> None:
    assert refused(client_frame(CONTINUATION, b"x", fin=fin)) == 1002
    assert refused(client_frame(BINARY, b"x") + client_frame(CONTINUATION, b"x", fin=fin)) == 1002


@pytest.mark.parametrize("code", [*range(1000, 1004), *range(1007, 1015), 3000, 4999])
def test_close_codes_that_may_be_sent_are_taken(code: int) -> None:
    payload = struct.pack("!H", code) + "grüße".encode()

    assert read(client_frame(CLOSE, payload)) == [(CLOSE, payload)]


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
def test_close_codes_that_may_not_be_sent_are_refused(code: int) -> None:
    assert refused(client_frame(CLOSE, struct.pack("!H", code))) == 1002


def test_a_close_may_be_empty_but_not_half_a_code() -> None:
    assert read(client_frame(CLOSE, b"")) == [(CLOSE, b"")]
    assert refused(client_frame(CLOSE, b"\x03")) == 1002


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"])
def test_text_that_is_not_utf_8_is_refused(bad: bytes) -> None:
    assert refused(client_frame(TEXT, bad)) == 1007
    assert refused(client_frame(TEXT, b"a", fin=False) + client_frame(CONTINUATION, bad)) == 1007
    assert refused(client_frame(CLOSE, struct.pack("!H", 1000) + bad)) == 1007


def test_a_character_may_be_cut_by_fragments() -> None:
    text = "ä€😀".encode()
    data = client_frame(TEXT, text[:1], fin=False)
    data += b"".join(client_frame(CONTINUATION, text[i : i + 1], fin=False) for i in range(1, len(text)))
    data += client_frame(CONTINUATION, b"")

    assert read(data) == [(TEXT, text)]


@given(st.integers(1000, 4999), st.text(max_size=200))
def test_the_payload_of_a_close_fits_and_stays_utf_8(code: int, reason: str) -> None:
    payload = close_payload(code, reason.encode("utf-8", "replace").decode())

    assert len(payload) <= 125
    assert struct.unpack("!H", payload[:2]) == (code,)
    assert reason.encode("utf-8", "replace").decode().startswith(payload[2:].decode())


def test_a_frame_that_drips_is_looked_at_only_when_it_can_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    cut = FrameReader._cut
    monkeypatch.setattr(FrameReader, "_cut", lambda self, *where: looks.append(1) or cut(self, *where))
    reader = FrameReader(100_000)
    frame = bytes((0x82, 0x80 | 126)) + (50_000).to_bytes(2, "big") + b"\0\0\0\0" + b"x" * 50_000

    messages = [message for byte in frame for message in reader.feed(bytes((byte,)))]

    assert messages == [(BINARY, b"x" * 50_000)]
    assert len(looks) < 20
