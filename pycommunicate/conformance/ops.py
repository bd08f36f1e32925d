"""Which numbers of an op, or a value, stand for asks and nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..protocol.codec import Callback, Ref
from ..protocol.ops import NO_ASK, OPS

__all__ = ["ASKS", "REF_PLACES", "callbacks_in", "refs_in", "refs_of", "wants_reply"]

#: Codes of the ops that want an answer.
ASKS = frozenset(code for code, (_, fields) in OPS.items() if fields and fields[0][0] == "ask")

#: The places of the fields that name nodes, by the code of the op.
REF_PLACES = {
    code: [place for place, (name, _) in enumerate(fields, 1) if name in ("scope", "ref", "target")]
    for code, (_, fields) in OPS.items()
}


def wants_reply(op: Any) -> bool:
    """Return whether an op is answered by a reply."""
    return op[0] in ASKS and op[1] != NO_ASK


def refs_of(op: Any) -> list[int]:
    """Return the refs that an op names in fields of their own."""
    return [op[place] for place in REF_PLACES[op[0]]]


def refs_in(value: Any) -> Iterator[int]:
    """Yield the refs inside of a value."""
    return map(int, _inside(value, Ref))


def callbacks_in(value: Any) -> Iterator[int]:
    """Yield the numbers of the callbacks inside of a value."""
    return map(int, _inside(value, Callback))


def _inside(value: Any, kind: type) -> Iterator[Any]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _inside(item, kind)
