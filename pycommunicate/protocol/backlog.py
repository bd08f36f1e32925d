"""Ops that have no number yet, because the window is closed or the turn has not ended (spec 8.4).

While the channel holds them back, a later write to a property replaces an earlier one to the same property of the same
node, if nothing but such writes lies between: a frozen tab costs little. The earlier one is taken out and the later one
stays in its own place, so that writes to other properties and nodes keep their order.
"""

from __future__ import annotations

from typing import Any

from .ops import CALL, SET

__all__ = ["Backlog", "len_of"]

_OP_COST = 32
#: Where in an op stands what may be large, if that is not its last field.
_LARGE = {SET: 3, CALL: 4}


class Backlog:
    """An ordered buffer of ops that knows roughly what it weighs.

    Attributes:
        cost: Approximate bytes that the ops in it will take.
        holding: True while its ops cannot leave: then writes replace each other.
    """

    __slots__ = ("_ops", "_replaced", "_writes", "cost", "holding")

    def __init__(self) -> None:
        self._ops: list[Any] = []
        self._writes: dict[tuple[int, str], int] = {}
        self._replaced = 0
        self.cost = 0
        self.holding = False

    def __len__(self) -> int:
        return len(self._ops) - self._replaced

    def append(self, op: tuple[Any, ...]) -> int:
        """Add *op*; return what all ops weigh now."""
        place = _LARGE.get(op[0], -1)
        large = op[place] if place < len(op) else None
        self.cost += _OP_COST + (len(large) if type(large) is str else len_of(large))
        if self.holding:
            self._replace_earlier(op)
        self._ops.append(op)
        return self.cost

    def take(self) -> list[Any]:
        """Return all ops in order and forget them."""
        ops = self._ops if not self._replaced else [op for op in self._ops if op is not None]
        self._ops, self._replaced, self.cost = [], 0, 0
        self._writes.clear()
        return ops

    def _replace_earlier(self, op: tuple[Any, ...]) -> None:
        if op[0] != SET or type(op[2]) is not str or any(op[4:5]):  # what is forced says more than the next
            self._writes.clear()
            return
        key = (op[1], op[2])
        earlier = self._writes.get(key)
        if earlier is not None:
            self.cost -= _OP_COST + len_of(self._ops[earlier][3])
            self._ops[earlier] = None
            self._replaced += 1
            if self._replaced > 64 and self._replaced * 2 > len(self._ops):
                self._compact()
        self._writes[key] = len(self._ops)

    def _compact(self) -> None:
        places: dict[int, int] = {}
        kept: list[Any] = []
        for place, op in enumerate(self._ops):
            if op is not None:
                places[place] = len(kept)
                kept.append(op)
        self._writes = {key: places[place] for key, place in self._writes.items() if place in places}
        self._ops, self._replaced = kept, 0


def len_of(value: Any) -> int:
    """Return about how many bytes *value* weighs beyond a bare op, cheaply."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value)
    if kind is list:
        return sum(8 + len_of(item) for item in value)
    if kind is dict:
        return sum(8 + len(key) + len_of(item) for key, item in value.items())
    return 0
