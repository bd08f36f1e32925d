"""The test kit's browser does what the ops vectors say."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import (
    Ack,
    Batch,
    Event,
    Failure,
    GoneReport,
    Hello,
    Reply,
    Welcome,
)
from pycommunicate.protocol.ops import LOADED, SET
from pycommunicate.testing.attachment import Attachment
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.dom import Document, Request
from pycommunicate.testing.gestures import act
from pycommunicate.testing.ops import ASKS
from tests.support.notation import PROTOCOL, from_notation, load_vectors, to_notation
from tests.support.scripted import OtherEnd

TOPICS = sorted(path.name for path in (PROTOCOL / "v1" / "vectors" / "ops").glob("*.json"))
CASES = [
    pytest.param(case, id=f"{topic.removesuffix('.json')}: {case['name']}")
    for topic in TOPICS
    for case in load_vectors(f"ops/{topic}")
]


class Player:
    """Plays one case."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.clock = VirtualClock()
        self.left: list[str] = []
        self.asks: dict[int, str] = {}
        self.batches = 0
        url = "http://localhost/case/1"
        self.document = Document(f"<!doctype html>{case['html']}", url, navigate=self.leave)
        self.server = OtherEnd()
        leave = self.left.append
        self.client = Attachment(self.document, "ticket", self.server, self.clock, Random(1), leave, leave)
        self.client.connect()
        assert isinstance(self.server.heard.pop(), Hello)
        self.server.say(Welcome(received=0, limits=Limits(**case.get("limits", {})).to_map()))
        if not case.get("early"):
            self.send([[LOADED]])
        self.server.heard.clear()

    def leave(self, request: Request) -> None:
        self.left.append(request.url)

    def send(self, ops: list[Any]) -> None:
        self.batches += 1
        self.server.say(Batch(self.batches, self.client.channel.sent, ops))

    def play(self, step: dict[str, Any]) -> None:
        if "html" in step:
            node = self.document.query(None, step["html"])
            assert self.document.read(node, "innerHTML") == step["is"]
            return
        self.left.clear()
        if "do" in step:
            self.do(*step["do"])
        else:
            self.send([self.numbered(op) for op in step["ops"]])
        self.clock.advance(0.0)
        gone = step.get("gone", {"refs": [], "listeners": []})
        assert self.found() == {
            "replies": {ask: to_notation(from_notation(value)) for ask, value in step.get("replies", {}).items()},
            "errors": step.get("errors", {}),
            "failures": step.get("failures", {}),
            "gone": {"refs": sorted(gone["refs"]), "listeners": sorted(gone["listeners"])},
            "events": step.get("events", []),
        }
        leaves = [f"{parts.path}{'?' * bool(parts.query)}{parts.query}" for parts in map(urlsplit, self.left)]
        assert leaves == ([step["leaves"]] if "leaves" in step else [])

    def numbered(self, op: list[Any]) -> list[Any]:
        """Return an op with a number in place of the name of its ask."""
        op = to_wire(from_notation(op), lambda node: None)
        if op[0] in ASKS and op[0] != SET:
            self.asks[len(self.asks) + 1] = op[1]
            op[1] = len(self.asks)
        return op

    def do(self, action: str, *args: str) -> None:
        if action == "press":
            act(self.document, action, None, *args)
        else:
            act(self.document, action, self.document.query(None, args[0]), *args[1:])
        self.client.changed()

    def found(self) -> dict[str, Any]:
        """Return what the client has told."""
        found: dict[str, Any] = {"replies": {}, "errors": {}, "failures": {}, "events": []}
        refs: list[int] = []
        listeners: list[int] = []
        for message in self.server.heard:
            match message:
                case Reply(ask=ask, value=value, error=None):
                    found["replies"][self.asks[ask]] = to_notation(value)
                case Reply(ask=ask, error=error):
                    assert error is not None
                    found["errors"][self.asks[ask]] = error[0]
                case Failure(batch=number, index=index, error=error):
                    assert number == self.batches
                    found["failures"][str(index)] = error[0]
                case GoneReport(refs=some, listeners=others):
                    refs += some
                    listeners += others
                case Event(listener=listener):
                    found["events"].append(listener)
                case _:
                    assert isinstance(message, Ack), f"expected no {message}"
        self.server.heard.clear()
        return found | {"gone": {"refs": sorted(refs), "listeners": sorted(listeners)}}


@pytest.mark.parametrize("case", CASES)
def test_simulated_browser_does_what_the_vector_says(case: dict[str, Any]) -> None:
    player = Player(case)
    for step in case["steps"]:
        player.play(step)
