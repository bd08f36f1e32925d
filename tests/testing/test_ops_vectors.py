"""The test kit's browser does what the ops vectors say."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.messages import (
    Ack,
    Event,
    Failure,
    GoneReport,
    Reply,
)
from pycommunicate.protocol.ops import LOADED, NO_ASK, SET
from pycommunicate.testing.ops import ASKS
from tests.support.notation import from_notation, to_notation
from tests.support.ops_cases import CASES, told_by, wanted_by
from tests.support.scripted import Scripted


class Player:
    """Plays one case."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.one = Scripted(case["html"], **case.get("limits", {}))
        self.asks: dict[int, str] = {}
        if not case.get("early"):
            self.one.send((LOADED,))
        self.one.ends[0].heard.clear()

    def play(self, step: dict[str, Any]) -> None:
        if "html" in step:
            node = self.one.document.query(None, step["html"])
            assert self.one.document.read(node, "innerHTML") == step["is"]
            return
        self.one.left.clear()
        if "do" in step:
            action, *args = step["do"]
            self.one.do(action, *((None, *args) if action in ("press", "commit") else args))
        elif "ops" in step:
            self.one.send(*map(self.numbered, step["ops"]))
        self.one.say(Ack(0))  # a sign of life, however long a step takes
        self.one.clock.advance(step.get("wait", 0) / 1000)
        assert self.found() == wanted_by(step)
        leaves = [f"{parts.path}{'?' * bool(parts.query)}{parts.query}" for parts in map(urlsplit, self.one.left)]
        assert leaves == ([step["leaves"]] if "leaves" in step else [])

    def numbered(self, op: list[Any]) -> list[Any]:
        """Return an op with a number in place of the name of its ask."""
        op = to_wire(from_notation(op), lambda node: None)
        if op[0] in ASKS and op[1] != NO_ASK:
            self.asks[len(self.asks) + 1] = op[1]
            op[1] = len(self.asks)
        if op[0] == SET and len(op) > 5 and op[5] < 0:
            op[5] += self.one.ends[0].taken
        return op

    def found(self) -> dict[str, Any]:
        """Return what the client has told."""
        found: dict[str, Any] = {"replies": {}, "errors": {}, "failures": {}, "events": []}
        refs: list[int] = []
        listeners: list[int] = []
        for message in self.one.ends[0].heard:
            match message:
                case Reply(ask=ask, value=value, error=None):
                    found["replies"][self.asks[ask]] = to_notation(value)
                case Reply(ask=ask, error=error):
                    assert error is not None
                    found["errors"][self.asks[ask]] = error[0]
                case Failure(batch=number, index=index, error=error):
                    assert number == self.one.batches
                    found["failures"][str(index)] = error[0]
                case GoneReport(refs=some, listeners=others):
                    refs += some
                    listeners += others
                case Event():
                    found["events"].append(told_by(message))
                case _:
                    assert isinstance(message, Ack), f"expected no {message}"
        self.one.ends[0].heard.clear()
        return found | {"gone": {"refs": sorted(refs), "listeners": sorted(listeners)}}


@pytest.mark.parametrize("case", CASES)
def test_simulated_browser_does_what_the_vector_says(case: dict[str, Any]) -> None:
    player = Player(case)
    for step in case["steps"]:
        player.play(step)
