"""Our client in Chromium does what the ops vectors say."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Page

from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.messages import Event, Failure, GoneReport, Reply
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, GET, LOADED
from tests.support.notation import PROTOCOL, from_notation, load_vectors, to_notation
from tests.support.ops_server import OpsServer
from tests.support.tab import Tab

TOPICS = sorted(path.name for path in (PROTOCOL / "v1" / "vectors" / "ops").glob("*.json"))
CASES = [
    pytest.param(case, id=f"{topic.removesuffix('.json')}: {case['name']}")
    for topic in TOPICS
    for case in load_vectors(f"ops/{topic}")
]
#: Seconds within which the browser has asked for what it leaves for.
SOON = 5.0


@pytest.fixture(scope="module")
def server() -> Iterator[OpsServer]:
    server = OpsServer()
    yield server
    server.close()


class Player:
    """Plays one case."""

    def __init__(self, server: OpsServer, page: Page, case: dict[str, Any]) -> None:
        self.server = server
        self.page = page
        self.asks: dict[int, str] = {}
        self.fences = 0
        server.show(case["html"], case.get("limits", {}))
        page.goto(f"{server.url}/case/1", wait_until="commit")
        server.welcome()
        if not case.get("early"):
            self.settle(server.send([[LOADED]]))

    def play(self, step: dict[str, Any]) -> None:
        self.server.asked.clear()
        if "html" in step:
            assert self.page.locator(step["html"]).first.evaluate("node => node.innerHTML") == step["is"]
            return
        if "do" in step:
            self.do(*step["do"])
            found = self.settle(0)
        else:
            found = self.settle(self.server.send([self.numbered(op) for op in step["ops"]]))
        gone = step.get("gone", {"refs": [], "listeners": []})
        assert found == {
            "replies": {ask: to_notation(from_notation(value)) for ask, value in step.get("replies", {}).items()},
            "errors": step.get("errors", {}),
            "failures": step.get("failures", {}),
            "gone": {"refs": sorted(gone["refs"]), "listeners": sorted(gone["listeners"])},
            "events": step.get("events", []),
        }
        self.look_at_address(step.get("leaves"))

    def numbered(self, op: list[Any]) -> list[Any]:
        """Return an op with a number in place of the name of its ask."""
        op = to_wire(from_notation(op), lambda node: None)
        if op[0] in (FIND, EXISTS, GET, CALL):
            self.asks[len(self.asks) + 1] = op[1]
            op[1] = len(self.asks)
        return op

    def settle(self, batch: int) -> dict[str, Any]:
        """Return what the client has told, up to the answer to a last question."""
        fence = 1_000_000 + self.fences
        self.fences += 1
        self.server.send([[EXISTS, fence, 0, "html"]])
        found: dict[str, Any] = {"replies": {}, "errors": {}, "failures": {}, "events": []}
        refs: list[int] = []
        listeners: list[int] = []
        while True:
            match self.server.receive():
                case Reply(ask=ask) if ask == fence:
                    found["gone"] = {"refs": sorted(refs), "listeners": sorted(listeners)}
                    return found
                case Reply(ask=ask, value=value, error=None):
                    found["replies"][self.asks[ask]] = to_notation(value)
                case Reply(ask=ask, error=error):
                    assert error is not None
                    found["errors"][self.asks[ask]] = error[0]
                case Failure(batch=number, index=index, error=error):
                    assert number == batch
                    found["failures"][str(index)] = error[0]
                case GoneReport(refs=some, listeners=others):
                    refs += some
                    listeners += others
                case Event(listener=listener):
                    found["events"].append(listener)

    def do(self, act: str, *args: str) -> None:
        match act:
            case "press":
                self.page.keyboard.press(*args)
            case "select":
                self.page.select_option(*args)
            case _:
                getattr(self.page, act)(*args)

    def look_at_address(self, leaves: str | None) -> None:
        deadline = monotonic() + SOON
        while leaves is not None and not self.server.asked and monotonic() < deadline:
            sleep(0.005)
        assert self.server.asked == ([leaves] if leaves is not None else [])


@pytest.mark.parametrize("case", CASES)
def test_chromium_does_what_the_vector_says(server: OpsServer, module_tab: Tab, case: dict[str, Any]) -> None:
    player = Player(server, module_tab.page, case)
    for step in case["steps"]:
        player.play(step)
    module_tab.check()
