"""Values to bytes and back: msgpack with this protocol's four extension types.

Spec 7 holds the table of values. Two steps, because they happen at different times: `to_wire` takes a snapshot of a
Python value when a handler hands it over (and names the path to what cannot travel); `pack` turns whole messages into
bytes when they are sent.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import msgpack

from ..errors import RemoteProtocolError, UnsupportedValue

__all__ = [
    "EXT_BIGINT",
    "EXT_CALLBACK",
    "EXT_REF",
    "MAX_DEPTH",
    "Callback",
    "Ref",
    "depth_of",
    "holds_callback",
    "pack",
    "shown",
    "to_wire",
    "unpack",
]

#: spec 7: ext type of a node or object, its payload a signed 32-bit big-endian integer.
EXT_REF = 1
#: spec 7: ext type of an integer beyond 64 bits, its payload big-endian two's complement.
EXT_BIGINT = 2
#: spec 7.3: ext type of a callback, its payload an unsigned 32-bit big-endian integer.
EXT_CALLBACK = 3
#: spec 7: how deep arrays and maps may nest inside a value.
MAX_DEPTH = 32

_INT64_MIN, _UINT64_MAX = -(2**63), 2**64 - 1


class Ref(int):
    """A node or object of the other side's document, as a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Ref({int(self)})"


class Callback(int):
    """A function of the server's, as a value: the number of the listener that hears of its calls."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Callback({int(self)})"


def _replace_surrogates(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    # Bytes: of a text, Python's UTF-8 encoder takes only ASCII.
    return "\ufffd".encode() * (error.end - error.start), error.end


# spec 7: a lone surrogate becomes U+FFFD. A named handler lets the C packer do it without a look at each text.
_SURROGATES = "pycommunicate.surrogates"

# msgpack carries no types.
_packb: Any = msgpack.packb
codecs.register_error(_SURROGATES, _replace_surrogates)


def to_wire(value: Any, ref_of: Callable[[Any], Ref | Callback | None] | None = None) -> Any:
    """Return a snapshot of *value* made of what `pack` takes.

    Args:
        value: Anything from the table of values (spec 7).
        ref_of: Tells the ref of an object that stands for one of the browser's, the callback of one that can be called,
            or None.

    Raises:
        UnsupportedValue: for anything else, naming the path to it.
    """
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None or kind is float or kind is bytes:
        number: Any = value
        if kind is int and not _INT64_MIN <= number <= _UINT64_MAX:
            return _bigint(number)
        return value
    return _snapshot(value, ref_of, "", MAX_DEPTH)


def _snapshot(value: Any, ref_of: Callable[[Any], Ref | Callback | None] | None, path: str, depth: int) -> Any:
    if value is None or isinstance(value, (bool, float, bytes)):
        return value
    if isinstance(value, (Ref, Callback)):
        return _ext_of(value)
    if isinstance(value, int):
        return int(value) if _INT64_MIN <= value <= _UINT64_MAX else _bigint(value)
    if isinstance(value, str):
        return str.__str__(value)  # not what a subclass (an enum, say) makes of it
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UnsupportedValue(_at(path, f"expected a datetime with a time zone, got the naive {value!r}"))
        return _in_range(value, path)
    ref = ref_of(value) if ref_of is not None else None
    if ref is not None:
        return _ext_of(ref)
    if depth == 0 and isinstance(value, (list, tuple, set, frozenset, dict)):
        raise UnsupportedValue(_at(path, f"expected at most {MAX_DEPTH} levels of nesting, got more"))
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_snapshot(item, ref_of, f"{path}[{i}]", depth - 1) for i, item in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, path): _snapshot(item, ref_of, f"{path}[{key!r}]", depth - 1) for key, item in value.items()}
    raise UnsupportedValue(
        _at(path, f"expected None, bool, int, float, str, bytes, datetime, list, dict or an element, got {value!r}")
    )


def _in_range(value: datetime, path: str) -> datetime:
    # spec 7: from the year 1 to the year 9999 of UTC.
    try:
        return value.astimezone(timezone.utc)
    except OverflowError:
        raise UnsupportedValue(_at(path, f"expected a date from the year 1 to 9999 in UTC, got {value!r}")) from None


def _key(key: Any, path: str) -> str:
    if not isinstance(key, str):
        raise UnsupportedValue(_at(path, f"expected text as the key of a map, got {key!r}"))
    return key


def _at(path: str, text: str) -> str:
    return f"cannot send this value to the browser: at value{path}: {text}" if path else f"cannot send this: {text}"


def _ext_of(value: Ref | Callback) -> msgpack.ExtType:
    if isinstance(value, Callback):
        return msgpack.ExtType(EXT_CALLBACK, int(value).to_bytes(4, "big"))
    return msgpack.ExtType(EXT_REF, int(value).to_bytes(4, "big", signed=True))


def _bigint(value: int) -> msgpack.ExtType:
    return msgpack.ExtType(EXT_BIGINT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def pack(message: Any) -> bytes:
    """Return the bytes of a message whose values went through `to_wire`."""
    packed: bytes = _packb(message, datetime=True, unicode_errors=_SURROGATES)
    return packed


def unpack(data: bytes, containers: int | None = None) -> Any:
    """Return the message that *data* holds.

    Args:
        data: One frame.
        containers: How many arrays and maps it may hold, the outermost aside; None for as many as there are.

    Raises:
        RemoteProtocolError: if it is not exactly one msgpack value of the table, or holds too many.
    """
    try:
        if containers is not None and len(data) > containers:  # each has a byte at least
            return _unpack_counting(data, containers)
        return msgpack.unpackb(data, timestamp=3, ext_hook=_ext, object_hook=_map)
    except RemoteProtocolError:
        raise
    # msgpack reports broken input by half a dozen unrelated classes (ValueError, its own, RecursionError, ...).
    except Exception as error:
        raise RemoteProtocolError(f"expected one msgpack value, got {_head(data)} ({error})") from None


def _unpack_counting(data: bytes, most: int) -> Any:
    left = most + 1

    def count(container: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise RemoteProtocolError(f"expected at most {most} arrays and maps in one frame, got more")
        return container

    return msgpack.unpackb(
        data, timestamp=3, ext_hook=_ext, list_hook=count, object_hook=lambda fields: count(_map(fields))
    )


def _head(data: bytes) -> str:
    return f"{len(data)} bytes beginning {data[:16].hex()}" if data else "nothing"


def shown(value: Any) -> str:
    """Return the beginning of what *value* looks like, for messages: remote values may have no repr at all."""
    try:
        return f"{value!r:.80}"
    except (RecursionError, ValueError):  # nested too deep, or an integer of too many digits
        return f"a {type(value).__name__} that cannot be shown"


def _map(fields: dict[Any, Any]) -> dict[str, Any]:
    for key in fields:
        if type(key) is not str:
            raise RemoteProtocolError(f"expected text as the key of a map, got {shown(key)}")
    return fields


def _ext(code: int, payload: bytes) -> Any:
    if code == EXT_REF:
        if len(payload) != 4:
            raise RemoteProtocolError(f"expected a ref of 4 bytes, got {len(payload)}")
        return Ref(int.from_bytes(payload, "big", signed=True))
    if code == EXT_BIGINT:
        if not payload:
            raise RemoteProtocolError("expected an integer of 1 byte or more, got none")
        return int.from_bytes(payload, "big", signed=True)
    if code == EXT_CALLBACK:
        if len(payload) != 4:
            raise RemoteProtocolError(f"expected a callback of 4 bytes, got {len(payload)}")
        return Callback(int.from_bytes(payload, "big"))
    raise RemoteProtocolError(
        f"expected an extension of type -1, {EXT_REF}, {EXT_BIGINT} or {EXT_CALLBACK}, got {code}"
    )


def holds_callback(value: Any) -> bool:
    """Return whether a callback stands in *value*, at any depth; without recursion."""
    level = [value]
    while level:
        if any(type(item) is Callback for item in level):
            return True
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    return False


def depth_of(value: Any) -> int:
    """Return how many levels of arrays and maps *value* has, without recursion."""
    depth, level = 0, [value] if isinstance(value, (list, dict)) else []
    while level:
        depth += 1
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, (list, dict))
        ]
    return depth
