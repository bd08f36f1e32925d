"""The body of an HTTP request (RFC 9112, sections 6 and 7), as an app reads it.

It ends where the request does, takes chunks only as they must be written, and reserves no memory for what is announced.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from typing import Any

from .heads import BadRequest, read_fields

__all__ = ["Body", "Input"]

#: Bytes of a line that tells the size of a chunk, and of all fields behind the last one.
_MOST_LINE = 1024
_MOST_TRAILER_BYTES = 8 * 1024
#: Bytes that are reserved at a time for what an app asks for.
_PIECE = 64 * 1024

_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")


class Body(RawIOBase):
    """Reads one body from the stream of its connection.

    Args:
        stream: What the connection is read by.
        length: Bytes of the body; None if it comes in chunks.
        invite: Called before the first read: the client waits for an answer to ``Expect: 100-continue``.

    Attributes:
        ended: Whether the whole body has been read, so that another request may follow.
    """

    def __init__(self, stream: Any, length: int | None, invite: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._stream = stream
        self._is_chunked = length is None
        self._left = length or 0  # of the body, or of the chunk
        self._is_first = True
        self._invite = invite
        self.ended = length == 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """**Blocks** until some bytes of the body have come; return how many, 0 at its end.

        Raises:
            BadRequest: if what comes is no body, or nothing comes for too long.
        """
        invite, self._invite = self._invite, None
        try:
            if invite is not None:
                invite()
            return self._read(memoryview(buffer))
        except BadRequest:
            raise
        except TimeoutError:
            raise BadRequest("408 Request Timeout", "expected more of the request's body") from None
        except OSError:
            raise _cut_off() from None

    def is_left_for_good(self, most: int) -> bool:
        """Return whether `discard` would not read it to its end, as far as that can be told."""
        return not self.ended and (self._invite is not None or self._left > most)

    def discard(self, most: int) -> bool:
        """**Blocks**: read what the app has left, unless it is more than *most* bytes; return whether it has ended."""
        if self._invite is not None:
            return self.ended  # the client sees an answer, and may never send the body
        buffer = bytearray(16 * 1024)
        while not self.ended and most >= self._left:
            most -= self.readinto(buffer)
        return self.ended

    def _read(self, view: memoryview) -> int:
        if self._is_chunked and not self._left and not self.ended:
            self._begin_chunk()
        if self.ended or not view:
            return 0
        count: int = self._stream.readinto1(view[: self._left])
        if not count:
            raise _cut_off()
        self._left -= count
        self.ended = not self._left and not self._is_chunked
        return count

    def _begin_chunk(self) -> None:
        if not self._is_first and self._stream.read(2) != b"\r\n":
            raise BadRequest("400 Bad Request", "expected the end of a chunk")
        self._is_first = False
        line = self._stream.readline(_MOST_LINE)
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            raise BadRequest("400 Bad Request", f"expected the size of a chunk, got {line[:100]!r}")
        self._left = int(match[1], 16)
        if not self._left:
            if read_fields(self._stream.readline, _MOST_TRAILER_BYTES) is None:
                raise _cut_off()
            self.ended = True


class Input(BufferedReader):
    """A body as ``wsgi.input``."""

    def read(self, size: int | None = -1, /) -> bytes:
        """**Blocks** until *size* bytes have come, or all; what was only announced takes no memory."""
        if size is None or size <= _PIECE:
            return super().read(size)
        got = bytearray()
        while len(got) < size and (piece := super().read(min(_PIECE, size - len(got)))):
            got += piece
        return bytes(got)


def _cut_off() -> BadRequest:
    return BadRequest("400 Bad Request", "the client left in the middle of a request's body")
