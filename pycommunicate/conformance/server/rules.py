"""The rules that every frame of a server is held against, whatever the section is about."""

from __future__ import annotations

from typing import Any

from ...errors import RemoteProtocolError
from ...protocol.codec import MAX_DEPTH, depth_of
from ...protocol.limits import Limits
from ...protocol.messages import (
    ACK,
    BATCH,
    BYE,
    MAX_NUMBER,
    REFUSE,
    SENT_BY,
    SERVER,
    VERSION,
    WELCOME,
    Ack,
    Batch,
    Bye,
    Message,
    Refuse,
    Welcome,
    decode,
)
from ...protocol.ops import (
    CALL,
    CREATE,
    CREDIT,
    DONE,
    FIND,
    FRAGMENT,
    GET,
    INSERT,
    LISTEN,
    LOADED,
    NO_ASK,
    OPS,
    RELEASE,
    SET,
    UNLISTEN,
    VIEW,
    check_op,
)
from ..ops import ASKS, callbacks_in, refs_in, refs_of
from ..report import Result
from .listens import Listens

__all__ = ["Ledger", "Rules"]

#: The types of the fields that MAY stand behind those of the table, by op.
_OPTIONAL: dict[int, tuple[type, ...]] = {FIND: (int,), GET: (int,), SET: (bool, int), CALL: (int,)}


class Ledger:
    """What a section has looked at; a rule that is looked at again and again stands there once.

    Args:
        result: Where it is written down.
    """

    def __init__(self, result: Result) -> None:
        self._result = result
        self._kept: set[tuple[str, str]] = set()
        self._broken: set[tuple[str, str]] = set()

    def must(self, spec: str, rule: str, kept: object, got: object = "") -> bool:
        """Look at a rule that MUST be kept."""
        seen = self._kept if kept else self._broken
        if (spec, rule) not in seen:
            seen.add((spec, rule))
            self._result.must(spec, rule, kept, got)
        return bool(kept)


class Rules:
    """What the server has said on one page, over all its sockets.

    Args:
        ledger: Where it is written down which rules were kept.

    Attributes:
        limits: Those of the first welcome; the defaults before it.
        sent: The number of the last frame that the client has sent.
        acked: The highest number that the client has acknowledged.
        created: The refs of nodes that the server has made.
        told: How often each ref was told, or created, and not released.
        listens: What it has said of listeners.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.limits = Limits()
        self.sent = self.acked = 0
        self.created: set[int] = set()
        self.told: dict[int, int] = {}
        self._state = "greeted"
        self._limits: dict[str, Any] | None = None
        self._batches: dict[int, bytes] = {}
        self._last = self._next = 0
        self._ack = 0
        self._asks: set[int] = set()
        self.listens = Listens(ledger.must)
        self._views = self._loaded = 0

    def connected(self, received: int) -> None:
        """A socket says hello, and that batches up to *received* are applied."""
        self._state = "greeted"
        self._next = received + 1
        self.acked = max(self.acked, received)

    def frame(self, data: bytes | str) -> Message | None:
        """Hold a frame against the rules; return its message, or None if it is none."""
        must = self._ledger.must
        if not must("3", "every frame is a binary message", isinstance(data, bytes), f"the text {data!r:.80}"):
            return None
        assert isinstance(data, bytes)
        try:
            message = decode(data)
        except RemoteProtocolError as error:
            must("5", "every frame is one message of the table, with all its fields", False, error)
            return None
        must("5", "every frame is one message of the table, with all its fields", True)
        must("5", "the server sends what a server may", SERVER in SENT_BY[message.type], type(message).__name__)
        allowed = {"greeted": (WELCOME, REFUSE, BYE), "open": (BATCH, ACK, BYE), "closed": ()}[self._state]
        got = f"{type(message).__name__} in the state {self._state}"
        must("4.1", "each message has its place in the state", message.type in allowed, got)
        match message:
            case Welcome():
                self._state = "open"
                self._welcome(message)
            case Refuse():
                self._state = "closed"
            case Batch():
                self._batch(message, data)
            case Ack():
                self._acknowledges(message.ack)
            case Bye():
                self._state = "closed"
                self._acknowledges(message.ack)
        return message

    def _welcome(self, welcome: Welcome) -> None:
        must = self._ledger.must
        must("5.2", "the welcome's version is that of the hello", welcome.version == VERSION, welcome.version)
        must("4.3", "capabilities are texts", all(type(one) is str for one in welcome.capabilities))
        self._acknowledges(welcome.received)
        must("8.6", "welcome.received is no lower than an earlier ack", welcome.received >= self._ack, welcome.received)
        try:
            limits = Limits.from_map(welcome.limits)
            must("9", "each limit is an integer of 1 or more", True)
        except RemoteProtocolError as error:
            must("9", "each limit is an integer of 1 or more", False, error)
            return
        if self._limits is None:
            self._limits, self.limits = welcome.limits, limits
        must("8.6", "the limits are those of the first welcome", welcome.limits == self._limits, welcome.limits)

    def _acknowledges(self, ack: int) -> None:
        got = f"{ack} where {self.sent} is the last"
        self._ledger.must("8.3", "the server acknowledges no frame that was not sent", ack <= self.sent, got)
        self._ack = max(self._ack, ack)

    def _batch(self, batch: Batch, data: bytes) -> None:
        must = self._ledger.must
        got = f"batch {batch.number} where {self._next} is due"
        must("8.1", "batches are numbered without gaps, over all sockets", batch.number == self._next, got)
        self._next = batch.number + 1
        self._acknowledges(batch.ack)
        if batch.number in self._batches:
            same = self._batches[batch.number] == data
            must("8.6", "what is sent again is unchanged", same, f"another batch {batch.number}")
            return
        waiting = batch.number - 1 - self.acked
        got = f"{waiting + 1} batches that are not acknowledged"
        must("8.4", "no more than window_frames batches are sent ahead", waiting < self.limits.window_frames, got)
        size = sum(len(self._batches.get(number, b"")) for number in range(self.acked + 1, batch.number))
        got = f"a batch behind {size} bytes"
        must("8.4", "no more than window_bytes are sent ahead", size < self.limits.window_bytes, got)
        self._batches[batch.number] = data
        for op in batch.ops:
            try:
                self._op(check_op(op), batch.ack)
                must("6", "each op has the shape of the table", True)
            except RemoteProtocolError as error:
                must("6", "each op has the shape of the table", False, error)

    def _op(self, op: tuple[Any, ...], ack: int) -> None:
        must = self._ledger.must
        code = op[0]
        if code in ASKS:
            self._look_at_ask(code, op[1])
        if code == CREATE:
            fresh = 0 < op[1] < 2**31 and op[1] not in self.created
            must("6.6", "a created ref is more than 0 and was never used", fresh, op[1])
            self.created.add(op[1])
            self.told[op[1]] = self.told.get(op[1], 0) + 1
        self._look_at_optional(op, ack)
        for ref in refs_of(op):
            self._used(ref)
        if code in (GET, SET, CALL):
            name = op[3 if code in ASKS else 2]
            fits = isinstance(name, str) or (bool(name) and all(type(part) is str for part in name))
            must("6.3", "a name is text, or a list of texts", fits, f"{name!r:.80}")
        if code in (SET, CALL):
            values = op[4] if code == CALL else [op[3]]
            for ref in refs_in(values):
                self._used(ref)
            for number in callbacks_in(values):
                self.listens.callback(number)
            must("7.1", "values nest at most 32 levels deep", all(depth_of(one) <= MAX_DEPTH for one in values))
        if code in (CREATE, INSERT):
            must("6.6", "a position is 0, 1 or 2", op[2] in (0, 1, 2), op[2])
        if code == FRAGMENT:
            must("6.17", "a position is 0, 1, 2 or 3", op[2] in (0, 1, 2, 3), op[2])
        if code == RELEASE:
            self._release(op[1])
        if code == LISTEN:
            _, number, ref, event, options, *_ = op
            self.listens.listen(number, ref, event, options, self.limits.events)
        if code == UNLISTEN:
            self.listens.unlisten(op[1])
        if code == CREDIT:
            self.listens.credit(op[1], op[2])
        if code == DONE:
            self.listens.done(op[1], op[2])
        self._views += code == VIEW
        self._loaded += code == LOADED
        got = f"{self._loaded} times for {1 + self._views} documents"
        must("6.15", "loaded is said once for each document", self._loaded <= 1 + self._views, got)

    def _look_at_ask(self, code: int, number: int) -> None:
        must = self._ledger.must
        if number == NO_ASK:
            must("6", "an ask of 0 is one of `call` or `fragment`", code in (CALL, FRAGMENT), OPS[code][0])
            return
        fresh = 0 < number <= MAX_NUMBER and number not in self._asks
        must("6.1", "an ask has a number from 1 up that was never used", fresh, number)
        self._asks.add(number)

    def _look_at_optional(self, op: tuple[Any, ...], ack: int) -> None:
        """Look at the fields of an op that may be left out; its batch acknowledges *ack*."""
        code, must = op[0], self._ledger.must
        kinds = _OPTIONAL.get(code, ())
        more: list[Any] = list(op[len(OPS[code][1]) + 1 :][: len(kinds)])
        fits = [type(one) for one in more] == list(kinds[: len(more)]) and all(one >= 0 for one in more)
        must("5", "fields that may be left out have their types", fits, f"{op!r:.80}")
        if code == SET and fits and more[1:]:
            got = f"{more[1]} in a batch that acknowledges {ack}"
            must("6.4", "`after` is a frame that was taken in", more[1] <= ack, got)

    def _used(self, ref: int) -> None:
        known = ref == 0 or ref in self.told
        self._ledger.must("7.2", "only refs are named that were created or told", known, ref)

    def _release(self, pairs: list[Any]) -> None:
        must = self._ledger.must
        whole = len(pairs) % 2 == 0 and all(type(one) is int for one in pairs)
        if not must("6.9", "a release has pairs of integers", whole, f"{pairs!r:.80}"):
            return
        for ref, times in zip(pairs[::2], pairs[1::2], strict=True):
            if ref:
                self._used(ref)
                told = self.told.get(ref, 0)
                got = f"{times} times where it was told {told} times more than released"
                must("7.2", "a ref is released no more often than it was told", 0 < times <= told, got)
                self.told[ref] = told - times
