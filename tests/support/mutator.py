"""Well-formed frames in, hostile ones out: seeded, so that what it did once it does again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import msgpack

from tests.support.notation import load_vectors

__all__ = ["CLIENT_FRAMES", "Mutator"]

#: Every frame of a client that stands in the vectors, and those that a receiver must refuse.
CLIENT_FRAMES = [
    bytes.fromhex(case["hex"])
    for name in ("valid", "extra", "refuse", "refuse-first")
    for case in load_vectors(f"messages/{name}.json")
]

_NUMBERS: Sequence[Any] = (
    *(0, 1, -1, 2, 15, 16, 17, 127, 128, 255, 256, 65535, 65536, 99_999, 2**31 - 1, 2**31, 2**32 - 1, 2**32),
    *(2**53 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**31), -(2**31) - 1, -(2**53), -(2**63)),
    *(0.0, -0.0, 1.5, float("nan"), float("inf"), -float("inf"), 1e308),
)
_TEXTS = (
    "",
    "\0",
    "x" * 200,
    "\u202e",
    "\x1b[31m",
    "first\nERROR:root:forged",
    "__proto__",
    "%s%n",
    "💥" * 50,
    "a" * 70_000,
)
_ODD: Sequence[Any] = (
    *(None, True, False, [], {}, [[]], {"": {}}, b"", b"\xff" * 300, [None] * 300, {"a": 1, "b": [2]}),
    *(
        msgpack.ExtType(1, b"\xff\xff\xff\xff"),
        msgpack.ExtType(1, b"\0\0\0\0"),
        msgpack.ExtType(1, b"\x7f\xff\xff\xff"),
    ),
    *(msgpack.ExtType(1, b"\1"), msgpack.ExtType(2, b""), msgpack.ExtType(2, b"\x7f" * 5000), msgpack.ExtType(5, b"?")),
    *(msgpack.Timestamp(0, 0), msgpack.Timestamp(2**40, 999_999_999), msgpack.Timestamp(-(2**62), 0)),
)
#: Heads of msgpack that promise what does not follow, or never ends.
_BOMBS = (
    *(b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff"),
    *(b"\xc9\xff\xff\xff\xff\x01", b"\xdc\xff\xff", b"\xde\xff\xff", b"\xda\xff\xff", b"\xc8\xff\xff\x02", b"\xc1"),
    *(b"\x91" * 1000, b"\x81\xa1x" * 1000, b"\x91" * 60_000 + b"\xc0", b"\xdd\x00\x00\x00\x01" * 500 + b"\xc0"),
    *(b"\xdc\x27\x10" + b"\x80" * 10_000, b"\xdc\x27\x10" + b"\xd6\x01\xff\xff\xff\xff" * 10_000),
)


class Mutator:
    """Spoils frames.

    Args:
        seed: Of all its choices.
        corpus: Frames to splice with; the vectors' if none are given.
    """

    def __init__(self, seed: int, corpus: Sequence[bytes] = ()) -> None:
        self.random = random.Random(seed)
        self.corpus = [*corpus, *CLIENT_FRAMES]
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            *(self._flip, self._cut, self._grow, self._splice, self._type, self._bomb, self._nest),
            *(self._field, self._field, self._field, self._number, self._number, self._more, self._whole),
        )

    def mutate(self, frame: bytes) -> bytes:
        """Return *frame* spoiled in one way, at times in more; it may by chance be sound."""
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            frame = self.random.choice(self._ways)(frame)
        return frame

    def session(self, frames: Sequence[bytes]) -> list[bytes]:
        """Return the frames of a session with some of them spoiled, said twice, out of order, or left out."""
        share = self.random.choice((0.02, 0.05, 0.1, 0.3))
        out: list[bytes] = []
        for frame in frames:
            if self.random.random() >= share:
                out.append(frame)
                continue
            what = self.random.randrange(8)
            if what == 0:
                out += [frame, frame]
            elif what == 1 and out:
                out.insert(self.random.randrange(len(out)), frame)
            elif what == 2 and out:
                out += [self.random.choice(out), frame]
            elif what != 3:
                out.append(self.mutate(frame))
        return out

    # --- bytes ----------------------------------------------------------------------------------------------------

    def _at(self, frame: bytes) -> int:
        return self.random.randrange(len(frame) + 1)

    def _flip(self, frame: bytes) -> bytes:
        changed = bytearray(frame or b"\0")
        for _ in range(self.random.choice((1, 1, 2, 8))):
            changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def _cut(self, frame: bytes) -> bytes:
        return frame[: self._at(frame)]

    def _grow(self, frame: bytes) -> bytes:
        at = self._at(frame)
        return frame[:at] + self.random.randbytes(self.random.choice((1, 2, 10, 1000))) + frame[at:]

    def _splice(self, frame: bytes) -> bytes:
        other = self.random.choice(self.corpus)
        return frame[: self._at(frame)] + other[self._at(other) :]

    def _type(self, frame: bytes) -> bytes:
        at = self.random.randrange(max(1, min(4, len(frame))))
        return frame[:at] + bytes([self.random.randrange(256)]) + frame[at + 1 :]

    def _bomb(self, frame: bytes) -> bytes:
        at = self._at(frame)
        return frame[:at] + self.random.choice(_BOMBS) + frame[at:]

    def _nest(self, frame: bytes) -> bytes:
        at = self._at(frame)
        return frame[:at] + b"\x91" * self.random.choice((31, 32, 33, 500, 5000)) + frame[at:]

    def _whole(self, frame: bytes) -> bytes:
        return self.random.choice(self.corpus)

    # --- well-formed, with wrong values ---------------------------------------------------------------------------

    def _array(self, frame: bytes) -> list[Any]:
        try:
            array = msgpack.unpackb(frame, strict_map_key=False)
        except Exception:  # it was spoiled before
            return [self.random.randrange(12)]
        return array if isinstance(array, list) and array else [array]

    def _pack(self, array: Any) -> bytes:
        packed: bytes = msgpack.packb(array)
        return packed

    def _odd(self) -> Any:
        return self.random.choice(self.random.choice((_NUMBERS, _TEXTS, _ODD)))

    def _field(self, frame: bytes) -> bytes:
        array = self._array(frame)
        at = self.random.randrange(len(array))
        inner = array[at]
        if isinstance(inner, dict) and inner and self.random.random() < 0.8:
            inner[self.random.choice(list(inner))] = self._odd()
        elif isinstance(inner, list) and inner and self.random.random() < 0.5:
            inner[self.random.randrange(len(inner))] = self._odd()
        else:
            array[at] = self._odd()
        return self._pack(array)

    def _number(self, frame: bytes) -> bytes:
        array = self._array(frame)
        places = [at for at, item in enumerate(array) if type(item) is int]
        if places:
            at = self.random.choice(places)
            step = self.random.choice((-1, 1, -2, 2, 10, 1000))
            near = max(-(2**63), min(array[at] + step, 2**64 - 1))
            array[at] = self.random.choice((near, self.random.choice(_NUMBERS)))
        return self._pack(array)

    def _more(self, frame: bytes) -> bytes:
        array = self._array(frame)
        if self.random.random() < 0.5:
            del array[self._at(frame) % len(array)]
        else:
            array.insert(self.random.randrange(len(array) + 1), self._odd())
        return self._pack(array)
