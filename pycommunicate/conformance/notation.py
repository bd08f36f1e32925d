"""The notation of the protocol's vectors: JSON, with tags for what JSON lacks (protocol/README.md)."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..protocol.codec import Callback, Ref

__all__ = ["from_notation", "load", "to_notation"]

_MAX_SAFE = 2**53 - 1


def load(path: Path) -> dict[str, Any]:
    """Return what stands in a file of vectors: what it is about, and its cases, in the notation.

    Raises:
        OSError: if it cannot be read.
        ValueError: if there are no cases in it.
    """
    vectors: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not vectors.get("cases"):
        raise ValueError(f"expected cases in {path}, found none")
    return vectors


def from_notation(value: Any, above: tuple[list[Any] | dict[str, Any], ...] = ()) -> Any:
    """Return the value that the notation describes; *above* are the containers that it stands in, outermost first."""
    if isinstance(value, list):
        items: list[Any] = []
        items += [from_notation(item, (*above, items)) for item in value]
        return items
    if not isinstance(value, dict):
        return value
    tag: str
    content: Any
    tag, content = next(iter(value.items())) if len(value) == 1 else ("", None)
    match tag:
        case "$bin":
            return bytes.fromhex(content)
        case "$ref":
            return Ref(content)
        case "$callback":
            return Callback(content)
        case "$int":
            return int(content)
        case "$float":
            return float(content)
        case "$date":
            return datetime.fromisoformat(content.replace("Z", "+00:00"))
        case "$map":
            return {key: from_notation(item) for key, item in content}
        case "$undefined":
            return None
        case "$function":
            return from_notation
        case "$cycle":
            return above[-content]
    fields: dict[str, Any] = {}
    fields.update((key, from_notation(item, (*above, fields))) for key, item in value.items())
    return fields


def to_notation(value: Any) -> Any:
    """Return the one notation of a value; dates to the millisecond, rounded down."""
    if isinstance(value, Ref):
        return {"$ref": int(value)}
    if isinstance(value, Callback):
        return {"$callback": int(value)}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MAX_SAFE:
        return {"$int": str(value)}
    if isinstance(value, float):
        return {"$float": "nan" if math.isnan(value) else repr(value)}
    if isinstance(value, bytes):
        return {"$bin": value.hex()}
    if isinstance(value, datetime):
        return {"$date": value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    if isinstance(value, list):
        return [to_notation(item) for item in value]
    if isinstance(value, dict):
        return {"$map": [[key, to_notation(item)] for key, item in value.items()]}
    return value
