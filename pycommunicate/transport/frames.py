"""WebSocket frames as a server reads and writes them (RFC 6455, section 5), without any input or output."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from struct import Struct

__all__ = ["BINARY", "CLOSE", "PING", "PONG", "TEXT", "CloseError", "FrameReader", "close_payload", "encode_frame"]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_LENGTH_16 = Struct("!H")
_LENGTH_64 = Struct("!Q")


class CloseError(Exception):
    """The peer broke a rule of the framing; close with *code* and *reason*."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def encode_frame(opcode: int, payload: bytes) -> bytes:
    """Return one unmasked, unfragmented frame."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length < 65536:
        return bytes((0x80 | opcode, 126)) + _LENGTH_16.pack(length) + payload
    return bytes((0x80 | opcode, 127)) + _LENGTH_64.pack(length) + payload


def close_payload(code: int, reason: str) -> bytes:
    """Return the payload of a close frame; a reason too long for a control frame is cut at a character."""
    return _LENGTH_16.pack(code) + reason.encode()[:123].decode(errors="ignore").encode()


def _is_close_code(code: int) -> bool:
    # RFC 6455 7.4: what may stand in a close frame.
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))


class FrameReader:
    """Cuts the bytes of a client into messages.

    Attributes:
        max_size: Bytes that one message may have, over all its fragments.
    """

    __slots__ = ("_held", "_message", "_message_opcode", "_need", "_payload_start", "_text", "max_size")

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self._held = bytearray()
        self._need = 2
        self._payload_start = 0  # in the frame that is not all there; 0 while its head is not
        self._text: _Text | None = None
        self._message = bytearray()
        self._message_opcode = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield ``(opcode, payload)`` of each whole message or control frame.

        Raises:
            CloseError: as soon as the bytes cannot become a message that may be.
        """
        buffer = data
        if self._held:
            self._held += data
            if len(self._held) < self._need:
                # Without a look: a frame that comes byte by byte costs no more than one that comes whole.
                self._look_ahead()
                return
            buffer = bytes(self._held)
        start = 0
        while (cut := self._cut(buffer, start)) is not None:
            start, first, payload = cut
            message = self._assemble(first, payload)
            if message is not None:
                yield message
        self._held = bytearray(buffer[start:])
        self._look_ahead()

    def _cut(self, buffer: bytes, start: int) -> tuple[int, int, bytes] | None:
        """Return the end, first byte and payload of the frame at *start*, or None if it is not all there."""
        self._need = 2
        self._payload_start = 0
        if len(buffer) - start < 2:
            return None
        first, second = buffer[start], buffer[start + 1]
        length, head = second & 0x7F, 2
        if first & 0x08 and (length > 125 or not first & 0x80):
            raise CloseError(1002, "a control frame must be whole and at most 125 bytes")
        if length == 126:
            head = 4
        elif length == 127:
            head = 10
        self._need = head
        if len(buffer) - start < head:
            return None
        if head > 2:
            (length,) = (_LENGTH_16 if head == 4 else _LENGTH_64).unpack_from(buffer, start + 2)
            if length < (126 if head == 4 else 65536):
                raise CloseError(1002, "a length must be written in as few bytes as it needs")
        self._check(first, second, length)
        self._need = head + 4 + length
        end = start + self._need
        if len(buffer) < end:
            self._payload_start = head + 4
            return None
        mask = buffer[start + head : start + head + 4]
        return end, first, _unmask(buffer[start + head + 4 : end], mask)

    def _check(self, first: int, second: int, length: int) -> None:
        opcode = first & 0x0F
        if first & 0x70:
            raise CloseError(1002, "no extension was agreed on, so no reserved bit may be set")
        if not second & 0x80:
            raise CloseError(1002, "a client must mask its frames")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise CloseError(1002, f"unknown opcode {opcode}")
        if opcode in (TEXT, BINARY) and self._message_opcode:
            raise CloseError(1002, "a message began before the one before it ended")
        if opcode == CONTINUATION and not self._message_opcode:
            raise CloseError(1002, "a continuation without a message to continue")
        if opcode < 0x08 and len(self._message) + length > self.max_size:
            raise CloseError(1009, f"a message may have {self.max_size} bytes")

    def _assemble(self, first: int, payload: bytes) -> tuple[int, bytes] | None:
        opcode, is_last = first & 0x0F, bool(first & 0x80)
        if opcode >= 0x08:
            return opcode, _check_close(payload) if opcode == CLOSE else payload
        if opcode == TEXT and self._text is None:
            self._text = _Text()
        if self._text is not None:
            self._text.end_frame(payload, is_last)
            if is_last:
                self._text = None
        if is_last and not self._message_opcode:
            return opcode, payload
        self._message_opcode = self._message_opcode or opcode
        self._message += payload
        if not is_last:
            return None
        opcode, message = self._message_opcode, bytes(self._message)
        self._message_opcode, self._message = 0, bytearray()
        return opcode, message

    def _look_ahead(self) -> None:
        """Refuse a text that cannot become one (RFC 6455 8.1) before its frame is all there."""
        start = self._payload_start
        if not start:
            return
        opcode = self._held[0] & 0x0F
        if opcode == TEXT and self._text is None:
            self._text = _Text()
        if self._text is not None and opcode < 0x08:
            self._text.add(self._held, start)


class _Text:
    """Looks whether the bytes of a text message are UTF-8, as they come."""

    __slots__ = ("_decoder", "_seen")

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")()
        self._seen = 0  # bytes of the present frame

    def add(self, frame: bytearray, start: int) -> None:
        """Look at what has come of a masked frame, whose payload begins at *start*."""
        piece = bytes(frame[start + self._seen :])
        turn = self._seen % 4
        mask = bytes(frame[start - 4 : start])
        self._decode(_unmask(piece, mask[turn:] + mask[:turn]), False)
        self._seen += len(piece)

    def end_frame(self, payload: bytes, is_last: bool) -> None:
        """Look at the rest of a frame."""
        self._decode(payload[self._seen :], is_last)
        self._seen = 0

    def _decode(self, data: bytes, is_last: bool) -> None:
        try:
            self._decoder.decode(data, is_last)
        except UnicodeDecodeError:
            raise CloseError(1007, "a text message must be UTF-8") from None


def _unmask(payload: bytes, mask: bytes) -> bytes:
    """XOR as one big integer: 250 MB/s, against 13 for a loop over the bytes."""
    length = len(payload)
    if not length:
        return b""
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(length, "little")


def _check_close(payload: bytes) -> bytes:
    if not payload:
        return payload
    if len(payload) == 1 or not _is_close_code(_LENGTH_16.unpack_from(payload)[0]):
        raise CloseError(1002, "a close frame must carry a code that may be sent")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise CloseError(1007, "the reason for a close must be UTF-8") from None
    return payload
