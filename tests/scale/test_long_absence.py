"""A browser that is away for as long as it may be, and one that stays away longer: minutes by a virtual clock."""

from __future__ import annotations

from typing import Any, ClassVar

from pycommunicate import View
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Batch, Welcome
from pycommunicate.protocol.ops import SET
from pycommunicate.testing.clock import VirtualClock
from tests.support.rig import settle
from tests.support.site import Attached, Visitor, live, make_app

MINUTE = 60.0
_REF = to_wire(Ref(-1))


class Watch(View):
    """Says each minute how many have passed."""

    ended: ClassVar[list[Watch]] = []

    def render(self) -> str:
        return live(self)

    def load(self) -> None:
        self.minutes = 0
        self.list = self.html_wrapper.element("ol")
        self.add_timer(MINUTE, self.count)

    def count(self) -> None:
        self.minutes += 1
        self.list.add_child("li").content = f"minute {self.minutes}"

    def teardown(self) -> None:
        self.ended.append(self)


class Away:
    """A page whose browser has just lost its socket, and the clock that it lives by."""

    def __init__(self) -> None:
        Watch.ended.clear()
        self.clock = VirtualClock(settle)
        self.app = make_app(Watch)
        self.app._registry.clock = self.clock
        self.visitor = Visitor(self.app)
        self.response = self.visitor.get()
        self.browser: Attached = self.visitor.attach(self.response)
        [batch] = [message for message in self.browser.messages if isinstance(message, Batch)]
        self.browser.channel.take(batch)
        self.browser.channel.applied(batch.number)
        self.reply(batch.ops[0][1])
        self.browser.lose()

    def reply(self, ask: int) -> None:
        assert self.browser.carrier.receiver is not None
        self.browser.carrier.receiver.receive(self.browser.channel.reply(ask, _REF))
        settle()

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass; the app looks at its clock each minute, and at the end."""
        while seconds > 0:
            self.clock.advance(min(MINUTE, seconds))
            self.app._registry.sweep()
            settle()
            seconds -= MINUTE

    def come_back(self) -> list[Any]:
        """Say hello again; return all texts that were written meanwhile."""
        self.visitor.resume(self.browser, self.response)
        batches = [message for message in self.browser.messages if isinstance(message, Batch)]
        return [op[3] for batch in batches for op in batch.ops if op[0] == SET]


def test_page_whose_browser_is_away_for_just_under_fifteen_minutes_goes_on() -> None:
    away = Away()
    away.pass_time(15 * MINUTE - 1)

    texts = away.come_back()

    assert away.browser.refusal is None
    assert isinstance(away.browser.messages[0], Welcome)
    assert texts == [f"minute {number}" for number in range(1, 15)]
    assert Watch.ended == []
    away.pass_time(60 * MINUTE)  # it is there again, so no time is too long
    assert len(away.app._registry) == 1


def test_page_whose_browser_is_away_for_over_fifteen_minutes_is_gone() -> None:
    away = Away()
    away.pass_time(15 * MINUTE + 1)

    assert len(Watch.ended) == 1
    assert (len(away.app._registry), away.clock.active) == (0, 0)
    assert away.come_back() == []
    assert away.browser.refusal == ("gone", "reload")


def test_each_absence_counts_for_itself() -> None:
    away = Away()
    for _ in range(3):
        away.pass_time(14 * MINUTE)
        away.come_back()
        assert away.browser.refusal is None
        away.browser.lose()
    away.pass_time(15 * MINUTE + 1)
    assert len(Watch.ended) == 1
