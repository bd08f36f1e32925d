"""A whole page behind the network of faults: what the faults are for."""

from __future__ import annotations

import pytest

from pycommunicate.page import Registry
from pycommunicate.page.door import MAX_HELLO, Door
from pycommunicate.protocol import ClientChannel, Limits, State
from pycommunicate.protocol.messages import Batch, Welcome
from pycommunicate.protocol.ops import SET
from pycommunicate.settings import Settings
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.links import End
from pycommunicate.testing.network import Network
from tests.support.rig import settle

EVENTS = 60


class Browser:
    """Clicks, and connects anew whenever it hears that its link is lost.

    Attributes:
        shown: The values that were set, in order.
        clicks: How many clicks there were.
    """

    def __init__(self, network: Network) -> None:
        self.shown: list[int] = []
        self.channel = ClientChannel(Limits())
        self._network = network
        self._end: End | None = None
        self.clicks = 0

    def connect(self) -> None:
        self._end = self._network.connect(self)
        self._end.try_send(self.channel.hello("ticket", "nonce"))

    def lost(self, carrier: object) -> None:
        self.channel.lose()
        if self.channel.state is not State.CLOSED:
            self.connect()

    def receive(self, data: bytes) -> None:
        assert self._end is not None
        message = self.channel.receive(data)
        if isinstance(message, Welcome):
            for frame in self.channel.resend():
                self._end.try_send(frame)
        elif isinstance(message, Batch):
            self.shown += [op[3] for op in message.ops if op[0] == SET]
            self.channel.applied(message.number)

    def click(self, listener: int) -> bool:
        if self.channel.state is not State.OPEN:
            return False
        assert self._end is not None
        self.clicks += 1
        self._end.try_send(self.channel.event(listener))
        return True


@pytest.mark.parametrize("seed", range(5))
def test_every_click_counts_once_in_order_whatever_is_cut(seed: int) -> None:
    clock = VirtualClock(settle)
    registry = Registry(Settings(limits=Limits(events=EVENTS)), 100, clock)
    page = registry.new_page(lambda call, *args: call(*args))
    registry.expect(page, "user", "address")

    def serve(end: End) -> None:
        end.accept(Door(end, registry, page.id, "user", lambda *words: True, 5), "", MAX_HELLO)

    network = Network(clock, seed, serve)
    browser = Browser(network)
    browser.connect()
    network.run_until_idle()
    count: list[int] = []
    listener: list[int] = []

    def handle() -> None:
        count.append(len(count) + 1)
        page.send((SET, count[-1], "title", count[-1]))  # of another node each: else later ones replace earlier ones

    page.spawn(page.scope, "load", lambda: listener.append(page.listen(1, "click", {}, handle, None, "handler")))
    network.run_until_idle()
    network.delay(0.05, jitter=0.1)
    cuts = 0
    while browser.clicks < EVENTS:
        clicked = browser.click(listener[0])
        network.advance(0.04)
        if clicked and browser.clicks % 4 == 0:
            network.duplicate("up")
            network.duplicate("down")
            network.cut_anywhere()
            cuts += 1
    network.run_until_idle()
    assert count == browser.shown == [*range(1, EVENTS + 1)], str(network)
    assert cuts > 10
    assert browser.channel.duplicates, "nothing came twice"
    page.end("the test ends", "ended", "reload")
    network.run_until_idle()
