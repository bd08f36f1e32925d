"""Our client in Chromium does what the ops vectors say."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Page

from pycommunicate.protocol.codec import to_wire
from pycommunicate.protocol.messages import Ack, Event, Failure, GoneReport, Reply
from pycommunicate.protocol.ops import EXISTS, LOADED, NO_ASK, SET
from pycommunicate.testing.ops import ASKS
from tests.support.notation import from_notation, to_notation
from tests.support.ops_cases import CASES, told_by, wanted_by
from tests.support.ops_server import OpsServer
from tests.support.tab import Tab

#: Seconds within which the browser has asked for what it leaves for, and done what it does with its next frames.
SOON = 5.0


@pytest.fixture(scope="module")
def server() -> Iterator[OpsServer]:
    server = OpsServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def page(module_tab: Tab) -> Page:
    """A page whose time passes as it does, and can be moved on."""
    module_tab.page.clock.install()
    return module_tab.page


class Player:
    """Plays one case."""

    def __init__(self, server: OpsServer, page: Page, case: dict[str, Any]) -> None:
        self.server = server
        self.page = page
        self.asks: dict[int, str] = {}
        self.fences = 0
        self.batch = 0
        #: The numbers of what the client has told, answers to the last questions aside.
        self.frames: list[int] = []
        self.found: dict[str, Any] = {}
        server.show(case["html"], case.get("limits", {}))
        page.goto(f"{server.url}/case/1", wait_until="commit")
        server.welcome()
        if not case.get("early"):
            server.send([[LOADED]])
            self.begin()
            self.settle()

    def play(self, step: dict[str, Any]) -> None:
        self.server.asked.clear()
        if "html" in step:
            assert self.page.locator(step["html"]).first.evaluate("node => node.innerHTML") == step["is"]
            return
        wanted = wanted_by(step)
        self.begin()
        if "do" in step:
            self.do(*step["do"])
        elif "ops" in step:
            self.batch = self.server.send([self.numbered(op) for op in step["ops"]])
        self.settle()
        if self.found != wanted:
            self.settle()  # an observer's turn comes when all that has arrived is applied
        if "wait" in step:
            self.page.clock.fast_forward(step["wait"])
            self.settle()
            deadline = monotonic() + SOON
            while self.found != wanted and monotonic() < deadline:
                self.page.wait_for_timeout(20)  # for the next frame
                self.settle()
        assert self.found == wanted
        self.look_at_address(step.get("leaves"))

    def numbered(self, op: list[Any]) -> list[Any]:
        """Return an op with a number in place of the name of its ask."""
        op = to_wire(from_notation(op), lambda node: None)
        if op[0] in ASKS and op[1] != NO_ASK:
            self.asks[len(self.asks) + 1] = op[1]
            op[1] = len(self.asks)
        if op[0] == SET and len(op) > 5 and op[5] < 0:
            op[5] = self.frames[op[5] - 1]
        return op

    def begin(self) -> None:
        """Have found nothing."""
        self.batch = 0
        self.found = {
            "replies": {},
            "errors": {},
            "failures": {},
            "events": [],
            "gone": {"refs": [], "listeners": []},
        }

    def settle(self) -> None:
        """Find what the client has told, up to the answer to a last question."""
        fence = 1_000_000 + self.fences
        self.fences += 1
        self.server.send([[EXISTS, fence, 0, "html"]])
        while True:
            message = self.server.receive()
            if isinstance(message, Reply) and message.ask == fence:
                return
            if not isinstance(message, Ack):
                self.frames.append(self.server.taken)
            match message:
                case Reply(ask=ask, value=value, error=None):
                    self.found["replies"][self.asks[ask]] = to_notation(value)
                case Reply(ask=ask, error=error):
                    assert error is not None
                    self.found["errors"][self.asks[ask]] = error[0]
                case Failure(batch=number, index=index, error=error):
                    assert number == self.batch
                    self.found["failures"][str(index)] = error[0]
                case GoneReport(refs=refs, listeners=listeners):
                    for name, some in (("refs", refs), ("listeners", listeners)):
                        self.found["gone"][name] = sorted([*self.found["gone"][name], *some])
                case Event() as event:
                    self.found["events"].append(told_by(event))

    def do(self, act: str, *args: str) -> None:
        match act:
            case "press":
                self.page.keyboard.press(*args)
            case "select":
                self.page.select_option(*args)
            case "compose":
                self.page.focus(args[0])
                self.tell(
                    "Input.imeSetComposition", text=args[1], selectionStart=len(args[1]), selectionEnd=len(args[1])
                )
            case "commit":
                self.tell("Input.insertText", text=args[0])
            case _:
                getattr(self.page, act)(*args)

    def tell(self, command: str, **params: Any) -> None:
        """Tell Chromium what Playwright has no word for."""
        session = self.page.context.new_cdp_session(self.page)
        session.send(command, params)
        session.detach()

    def look_at_address(self, leaves: str | None) -> None:
        deadline = monotonic() + SOON
        while leaves is not None and not self.server.asked and monotonic() < deadline:
            sleep(0.005)
        assert self.server.asked == ([leaves] if leaves is not None else [])


@pytest.mark.parametrize("case", CASES)
def test_chromium_does_what_the_vector_says(
    server: OpsServer, page: Page, module_tab: Tab, case: dict[str, Any]
) -> None:
    player = Player(server, page, case)
    for step in case["steps"]:
        player.play(step)
    module_tab.check()
