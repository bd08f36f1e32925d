"""The flows of protocol/v1, with both sides in Python; tests/client/flows.test.mjs is their other reader.

A flow is a list of steps (protocol/README.md). Each frame is made by the side that sends it, compared with the bytes
that the step gives, and handed to the other side if it arrives.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pycommunicate.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from pycommunicate.protocol import Channel, ClientChannel, Limits, ServerChannel, State
from pycommunicate.protocol import messages as wire
from pycommunicate.protocol.codec import to_wire, unpack
from pycommunicate.protocol.ops import CREDIT, LISTEN
from tests.support.notation import PROTOCOL, from_notation, load_vectors, to_notation

FILES = sorted(file.stem for file in (PROTOCOL / "v1" / "vectors" / "flows").glob("*.json"))
CASES = [(file, case) for file in FILES for case in load_vectors(f"flows/{file}.json")]
each_case = pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{f}: {c['name']}" for f, c in CASES])


class Flow:
    """Runs the steps of one flow; raises AssertionError or ProtocolError where a side does something else.

    Args:
        limits: Those that the server announces.
    """

    def __init__(self, limits: dict[str, int]) -> None:
        self.server = ServerChannel(Limits(**limits))
        self.client = ClientChannel(Limits())
        self._sides: dict[str, Channel] = {"server": self.server, "client": self.client}
        self._sent: set[str] = set()
        # What each listener may send still. No channel counts that: who carries out ops does.
        self._credits: dict[int, int] = {}
        self._events: Counter[int] = Counter()

    def run(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            getattr(self, f"_{step['do']}")(**{key: value for key, value in step.items() if key != "do"})

    def _write(self, ops: list[Any]) -> None:
        for op in ops:
            self.server.write(tuple(to_wire(from_notation(op))))
            if op[0] == LISTEN:
                self._credits[op[1]] = self.server.limits.events
            elif op[0] == CREDIT:
                self._credits[op[1]] = op[2]

    def _send(self, side: str, message: list[Any], hex: str, arrives: bool = True) -> None:
        _same(message, hex)
        make = self._make_client if side == "client" else self._make_server
        made = make(from_notation(message))
        assert made.hex() == hex
        self._sent.add(hex)
        if message[0] == wire.EVENT:
            self._events[message[3]] += 1
            # Those of a flow that no op has made are taken to be there.
            assert self._events[message[3]] <= self._credits.get(message[3], 16)
        if arrives:
            assert self._arrive(side, hex) is not None

    def _resend(self, side: str, hex: list[str], arrives: int | None = None, duplicates: int = 0) -> None:
        assert [frame.hex() for frame in self._sides[side].resend()] == hex
        assert self._sent.issuperset(hex)
        dropped = [self._arrive(side, frame) is None for frame in hex[:arrives]]
        assert dropped == [place < duplicates for place in range(len(dropped))]
        assert sum(dropped) == duplicates

    def _receive(
        self, side: str, message: list[Any], hex: str, duplicate: bool = False, violation: bool = False
    ) -> None:
        _same(message, hex)
        sender = "client" if side == "server" else "server"
        if not violation:
            assert (self._arrive(sender, hex) is None) == duplicate
            return
        try:
            self._arrive(sender, hex)
        except RemoteProtocolError:
            return
        raise AssertionError(f"expected {message} to be a violation")

    def _happen(self, listener: int) -> None:
        assert self._events[listener] >= self._credits[listener], "it has credit, and would be sent"

    def _exceed(self, ask: int, value: Any) -> None:
        with pytest.raises(LocalProtocolError):
            self.client.reply(ask, to_wire(from_notation(value)))

    def _apply(self, number: int) -> None:
        self.client.applied(number)

    def _lose(self, sides: list[str], code: int) -> None:
        for side in sides:
            self._sides[side].lose()

    def _expect(self, **wanted: dict[str, Any]) -> None:
        for side, fields in wanted.items():
            for name, value in fields.items():
                assert self._field(self._sides[side], name) == value, f"{side}.{name}"

    def _field(self, channel: Channel, name: str) -> Any:
        if name == "state":
            return channel.state.value
        if name == "unacked":
            return [getattr(wire.decode(frame), "number", None) for frame in channel.resend()]
        if name == "holds":
            assert self.server.batch_to_send() is None
            return len(self.server.backlog)
        return getattr(channel, {"sent": "sent", "taken": "received", "duplicates": "duplicates"}[name])

    def _make_client(self, message: list[Any]) -> bytes:
        client, fields = self.client, message[1:]
        match message[0]:
            case wire.HELLO:
                return client.hello(fields[0]["ticket"], fields[0]["nonce"], fields[0]["capabilities"])
            case wire.EVENT:
                return client.event(*fields[2:])
            case wire.REPLY:
                return client.reply(fields[2], to_wire(fields[3]), *fields[4:])
            case wire.GONE:
                return client.gone(*fields[2:])
            case wire.FAILURE:
                return client.failure(*fields[2:])
        return self._make_either(client, message)

    def _make_server(self, message: list[Any]) -> bytes:
        match message[0]:
            case wire.WELCOME:
                return self.server.welcome()
            case wire.REFUSE:  # not the channel's: the page stays what it was
                return wire.encode(wire.Refuse(*message[1:]))
            case wire.BATCH:
                frame = self.server.batch_to_send()
                assert frame is not None, "nothing may leave"
                return frame
        return self._make_either(self.server, message)

    def _make_either(self, channel: Channel, message: list[Any]) -> bytes:
        match message[0]:
            case wire.ACK:
                return channel.ack(answer=message[2:] == [True])
            case wire.BYE:
                return channel.bye(*message[2:])
        raise AssertionError(f"nobody makes a message like {message}")

    def _arrive(self, sender: str, hex: str) -> wire.Message | None:
        receiver = self.client if sender == "server" else self.server
        message = wire.decode(bytes.fromhex(hex))
        if isinstance(message, wire.Hello) and self.server.state is State.OPEN:
            # spec 8.6: it replaces the socket, if it can be.
            self.server.check_received(message.received)
            self.server.lose()
        return receiver.take(message)


def _same(message: list[Any], hex: str) -> None:
    assert to_notation(unpack(bytes.fromhex(hex))) == to_notation(from_notation(message))


@each_case
def test_both_sides_do_what_the_flow_says(case: dict[str, Any]) -> None:
    Flow(case["limits"]).run(case["steps"])


def mutations(steps: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yields the steps with one thing changed or left out that makes a difference, and what that is."""
    for place, step in enumerate(steps):
        for path in _leaves(step):
            if path[0] in {"hex", "message", "ops", "client", "server", "duplicate", "duplicates", "violation"}:
                changed = copy.deepcopy(steps)
                holder: Any = changed[place]
                for key in path[:-1]:
                    holder = holder[key]
                holder[path[-1]] = _other(holder[path[-1]])
                yield f"step {place}, {path}", changed
        if step["do"] == "send" and step["message"][0] in wire.NUMBERED and step.get("arrives", True):
            yield f"step {place} left out", steps[:place] + steps[place + 1 :]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        if isinstance(item, (dict, list)) and item:
            yield from _leaves(item, (*path, key))
        else:
            yield (*path, key)


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return value + 1 if isinstance(value, int) else [1]


@pytest.mark.parametrize("file", FILES)
def test_a_flow_with_anything_changed_fails(file: str) -> None:
    tried, unnoticed = 0, []
    for case in load_vectors(f"flows/{file}.json"):
        for name, steps in mutations(case["steps"]):
            tried += 1
            try:
                Flow(case["limits"]).run(steps)
            except (AssertionError, ProtocolError):
                continue
            unnoticed.append(f"{case['name']}: {name}")
    assert unnoticed == []
    assert tried > 50
