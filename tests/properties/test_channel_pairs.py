"""Two channels, and everything that a network does to them: nothing lost, nothing twice, and nothing kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import CREATE, GET, SET
from tests.support.examples import Program, impatient, parts_of, programs, some_examples, until_enough
from tests.support.exchange import LARGE, Exchange, Shown, fails, is_plain_set

NAMES = ("value", "title")

ACTIONS = {
    # the server's program
    "set": 10,
    "set a path": 1,
    "set what fails": 2,
    "create": 2,
    "get": 3,
    "get what is large": 1,
    "flush": 7,
    # the client's document
    "click": 6,
    "report": 1,
    "apply": 4,
    "apply all": 3,
    # both
    "client acks": 3,
    "server acks": 2,
    "client asks": 1,
    "server asks": 1,
    "client resends": 1,
    "server resends": 1,
    "connect": 4,
    # the network
    "step": 10,
    "idle": 3,
    "pass time": 1,
    "cut": 2,
    "cut half": 2,
    "cut anywhere": 1,
    "cut soon": 2,
    "cut inside": 2,
    "cut in bytes": 1,
    "hold": 2,
    "release": 2,
    "swallow": 1,
    "delay": 1,
    "refuse": 1,
    "accept": 1,
}

LIMITS = st.builds(
    Limits,
    frame=st.sampled_from([Limits().frame, 200]),
    window_frames=st.sampled_from([1, 2, 3, 64]),
    window_bytes=st.sampled_from([1, 60, 400, Limits().window_bytes]),
)


class Run:
    """One example: does what the program says."""

    def __init__(self, limits: Limits, seed: int) -> None:
        self.exchange = Exchange(limits, seed)
        self.network = self.exchange.network
        self.server = self.exchange.server
        self.client = self.exchange.client
        self._count = 0
        self._asks = 0

    def do(self, action: str, how: int) -> None:
        """Do one thing; *how* is a number below 256."""
        network, server, client = self.network, self.server, self.client
        way = ("up", "down")[how % 2]
        direction = ("up", "down", "both")[how % 3]
        match action:
            case "set" | "set a path" | "set what fails":
                self._set(action, how)
            case "create":
                self._count += 1
                server.write([CREATE, self._count, 0, 0, "p"])
            case "get" | "get what is large":
                self._asks += 1
                server.write([GET, self._asks, how % 2 + 1, LARGE if "large" in action else NAMES[how // 2 % 2]])
            case "flush":
                server.flush()
            case "click":
                client.click()
            case "report":
                client.report(how + 1)
            case "apply":
                client.apply(how % 4 + 1)
            case "apply all":
                client.apply(10**6)
            case "client acks" | "client asks":
                client.ack(answer="asks" in action)
            case "server acks" | "server asks":
                server.ack(answer="asks" in action)
            case "client resends":
                client.resend(how % 4)
            case "server resends":
                server.resend(how % 4)
            case "connect":
                if client.end is None or how % 4 == 0:
                    client.connect()
            case "step":
                for _ in range(how % 3 + 1):
                    network.step()
            case "idle":
                network.run_until_idle()
            case "pass time":
                network.advance(how / 32)
            case "cut":
                network.cut_all()
            case "cut half":
                for link in [link for link in network.links if not link.cut_off]:
                    link.cut(how % 3, how % 2, ("client", "server")[how % 2])
            case "cut anywhere":
                network.cut_anywhere()
            case "cut soon" | "cut inside" | "cut in bytes":
                self._cut_later(action, way, how)
            case "hold":
                network.hold(direction)
            case "release":
                network.release()
            case "swallow":
                network.swallow(direction)
            case "delay":
                network.delay(how % 4 / 2, direction, how % 3)
            case "refuse":
                network.refuse()
            case "accept":
                network.accept()

    def _set(self, action: str, how: int) -> None:
        self._count += 1
        name: Any = NAMES[how // 2 % 2]
        value = ("fails " if "fails" in action else "") + f"{self._count} " + "x" * (how // 16)
        if action == "set a path":
            name = ["style", name]
        self.server.write([SET, how % 2 + 1, name, value])

    def _cut_later(self, action: str, way: Any, how: int) -> None:
        if not self.network.links:
            return
        link = self.network.links[-1]
        if action == "cut in bytes":
            link.cut_after_bytes(how, way)
        else:
            link.cut_after(how % 4, way, inside=action == "cut inside")


@pytest.mark.parametrize("examples", parts_of(0.75))
def test_all_is_said_once_in_order_and_nothing_is_kept(examples: int) -> None:
    @some_examples(examples)
    @given(LIMITS, st.integers(0, 2**16), programs(ACTIONS, 25, 100))
    @impatient
    def check(limits: Limits, seed: int, program: Program) -> None:
        run = Run(limits, seed)
        run.client.connect()
        try:
            for action, how in program:
                run.do(action, how)
                run.exchange.check()
            run.exchange.settle()
            run.exchange.check()
            check_the_end(run)
        except BaseException:
            note(str(run.network))
            raise

    until_enough(check)


def check_the_end(run: Run) -> None:
    """Compare what each side has with what the other has said, all of it."""
    server, client = run.server, run.client
    assert server.heard == client.made
    check_replaced(server.written, client.applied)
    expected = Shown()
    for op in server.written:
        expected.apply(op)
    assert client.shown == expected
    for batch, index, op in server.failed:
        assert op is None or fails(op), f"op {index} of batch {batch} is taken for one that failed: {op}"
    assert len(server.failed) == sum(map(fails, client.applied))
    asks = [said[2] for said in server.heard if said[0] == "reply"]
    assert asks == [op[1] for op in server.written if op[0] == GET]
    assert [said[2] for said in server.heard if said[0] == "event"] == [*range(1, client.events + 1)]
    for channel in (server.channel, client.channel):
        assert channel.resend() == []
        assert channel.ack_due == 0
    assert server.channel.cost == 0
    assert server.channel._failing is None
    assert server.channel._told == []


def check_replaced(written: list[list[Any]], applied: list[list[Any]]) -> None:
    """Check that what was applied is what was written but for plain writes that a later one has replaced."""
    place = 0
    for number, op in enumerate(written):
        if place < len(applied) and applied[place] == op:
            place += 1
            continue
        assert is_plain_set(op), f"{op} was never applied, or not in its place"
        replaced = False
        for later in written[number + 1 :]:
            if not is_plain_set(later):
                break
            replaced = replaced or later[1:3] == op[1:3]
        assert replaced, f"{op} was never applied, and nothing that may replace it was written"
    assert place == len(applied), f"{applied[place:]} were never written, or applied twice"
