"""WebSocket frames as a server reads and writes them (RFC 6455, section 5), without any input or output."""

from __future__ import annotations

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

    __slots__ = ("_held", "_message", "_message_opcode", "_need", "max_size")

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self._held = bytearray()
        self._need = 2
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
                return  # without a look: a frame that comes byte by byte costs no more than one that comes whole
            buffer = bytes(self._held)
        start = 0
        while (cut := self._cut(buffer, start)) is not None:
            start, first, payload = cut
            message = self._assemble(first, payload)
            if message is not None:
                yield message
        self._held = bytearray(buffer[start:])

    def _cut(self, buffer: bytes, start: int) -> tuple[int, int, bytes] | None:
        """Return the end, first byte and payload of the frame at *start*, or None if it is not all there."""
        self._need = 2
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
        if length == 126:
            (length,) = _LENGTH_16.unpack_from(buffer, start + 2)
        elif length == 127:
            (length,) = _LENGTH_64.unpack_from(buffer, start + 2)
        self._check(first, second, length)
        self._need = head + 4 + length
        end = start + self._need
        if len(buffer) < end:
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
        opcode = first & 0x0F
        if opcode >= 0x08:
            return opcode, _check_close(payload) if opcode == CLOSE else payload
        if first & 0x80 and not self._message_opcode:
            return opcode, _check_text(payload) if opcode == TEXT else payload
        self._message_opcode = self._message_opcode or opcode
        self._message += payload
        if not first & 0x80:
            return None
        opcode, message = self._message_opcode, bytes(self._message)
        self._message_opcode, self._message = 0, bytearray()
        return opcode, _check_text(message) if opcode == TEXT else message


def _unmask(payload: bytes, mask: bytes) -> bytes:
    """XOR as one big integer: 250 MB/s, against 13 for a loop over the bytes."""
    length = len(payload)
    if not length:
        return b""
    key = int.from_bytes((mask * (length // 4 + 1))[:length], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(length, "little")


def _check_text(payload: bytes) -> bytes:
    try:
        payload.decode()
    except UnicodeDecodeError:
        raise CloseError(1007, "a text message must be UTF-8") from None
    return payload


def _check_close(payload: bytes) -> bytes:
    if not payload:
        return payload
    if len(payload) == 1 or not _is_close_code(_LENGTH_16.unpack_from(payload)[0]):
        raise CloseError(1002, "a close frame must carry a code that may be sent")
    _check_text(payload[2:])
    return payload
