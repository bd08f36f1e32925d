"""Sessions of apps, recorded: what a browser that answers everything and clicks on everything has sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Bye, encode
from pycommunicate.protocol.ops import CREATE, EXISTS, FIND, LISTEN, UNLISTEN
from tests.support.wire import ASKS, WireClient

__all__ = ["record"]

#: How long nothing comes when all has come.
_QUIET = 0.05
#: What properties hold, one after the other: some of everything that travels.
_VALUES: Sequence[Any] = (
    *("some text", "", 7, -0.0, 2**60, 2**70, True, None, b"\0\xff", datetime(2020, 2, 2, tzinfo=timezone.utc)),
    *([{"name": "a.txt", "size": 5, "type": "text/plain", "last_modified": 1}], {"color": "red"}, [Ref(-1), [Ref(-2)]]),
    *(float("nan"), "💥", [[[]]], {"": {"": [1.5]}}, "x" * 2000),
)


class _Recorder:
    def __init__(self, client: WireClient) -> None:
        self.client = client
        self.frames: list[bytes] = []
        self.seen = 0
        self.values = 0
        self.found = self.asked = 0
        self.listeners: dict[int, None] = {}
        self.created: list[int] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.client.send(frame)

    def pump(self) -> None:
        """Take in what comes, and answer it, until nothing comes any more."""
        assert self.client.websocket is not None
        self.client.websocket.socket.settimeout(_QUIET)
        try:
            while self.client.receive() is not None:
                new, self.seen = self.client.ops[self.seen :], len(self.client.ops)
                for op in new:
                    self._take(op)
        except TimeoutError:
            if self.client.channel.ack_due:
                self.send(self.client.channel.ack())

    def _take(self, op: list[Any]) -> None:
        if op[0] in ASKS:
            self.send(self.client.channel.reply(op[1], to_wire(self._answer(op))))
        elif op[0] == LISTEN:
            self.listeners[op[1]] = None
        elif op[0] == UNLISTEN:
            for listener in op[1]:
                self.listeners.pop(listener, None)
        elif op[0] == CREATE:
            self.created.append(op[1])

    def _answer(self, op: list[Any]) -> Any:
        if op[0] == EXISTS:
            self.asked += 1
            return self.asked % 3 == 0
        if op[0] == FIND:
            self.found += 1
            return Ref(-self.found)
        self.values += 1
        return _VALUES[self.values % len(_VALUES)]


def record(client: WireClient, path: str = "/", clicks: int = 12) -> list[bytes]:
    """Open a page of an app, use it, leave it; return what was sent behind the hello.

    Args:
        client: The browser.
        path: Of the page.
        clicks: How many events happen.
    """
    one = _Recorder(client)
    client.open(path)
    one.pump()
    for click in range(clicks):
        if one.listeners:
            one.send(client.channel.event(list(one.listeners)[click % len(one.listeners)]))
            one.pump()
    if client.channel.received:
        one.send(client.channel.failure(client.channel.received, 0, ["js-error", "the setter threw"]))
    one.send(client.channel.gone([*one.created[:2], -1], list(one.listeners)[1:2]))
    one.pump()
    one.send(encode(Bye(client.channel.received, "left", "stop", "")))
    client.close()
    return one.frames
