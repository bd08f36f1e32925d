"""Spoiled frames through channels, and through a whole app without a network: only the page they are for ends."""

from __future__ import annotations

import logging
import re
import runpy
import secrets
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pycommunicate import CommunicateApp
from pycommunicate.errors import RemoteProtocolError
from pycommunicate.page import Page
from pycommunicate.protocol.codec import Ref, pack, to_wire
from pycommunicate.protocol.messages import MAX_NUMBER
from pycommunicate.protocol.ops import SET
from tests.hostile.campaign import TARGET
from tests.support.house import ExpectErrors, living
from tests.support.house import expect_errors as expect_errors
from tests.support.mutator import Mutator
from tests.support.pair import ConnectionPair
from tests.support.rig import settle
from tests.support.site import Attached, Visitor
from tests.support.site import background_ends as background_ends
from tests.support.values import VALUES

#: One that is the same each time, and one that is not: a failure's name has it.
SEEDS = [1, secrets.randbelow(2**32)]
LINE = re.compile(r"page \S+ ends: its browser broke the protocol: .*|a write to the page failed: .*")

seeds = pytest.mark.parametrize("seed", SEEDS)


@seeds
def test_a_channel_raises_nothing_but_remote_protocol_error(seed: int, session: list[bytes]) -> None:
    mutator = Mutator(seed, session)
    frames = 0
    while frames < 4000:
        server = ConnectionPair().greet().server
        for number, frame in enumerate(mutator.session(session)):
            server.write((SET, number, "value", "x"))
            server.batch_to_send()
            frames += 1
            try:
                server.receive(frame)
            except RemoteProtocolError:
                break
        assert server.received <= frames
        assert server.acknowledged <= server.sent
        assert len(server.resend()) == server.sent - server.acknowledged


class House:
    """The target, in this process."""

    def __init__(self) -> None:
        self.app: CommunicateApp = runpy.run_path(str(TARGET / "main.py"))["app"]
        self.visitor = Visitor(self.app)

    def open(self) -> Attached:
        return self.visitor.attach(self.visitor.get("/"))

    def feed(self, frames: Iterable[bytes]) -> int:
        """Let frames come to a new page until it ends; return how many."""
        attached = self.open()
        count = 0
        for frame in frames:
            receiver = attached.carrier.receiver
            assert receiver is not None
            receiver.receive(frame)
            count += 1
            settle()
            if attached.carrier.closed:
                break
        attached.leave()
        return count

    def check(self, caplog: pytest.LogCaptureFixture) -> None:
        """Nothing is left, and no more was logged than may be."""
        settle()
        assert len(self.app._registry) == 0
        lines = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
        # A warning of the app's, that it runs without a server of ours, is right.
        lines = [record for record in lines if record.name != "pycommunicate.app" or record.levelno > logging.WARNING]
        assert [line for line in lines if line.exc_info or not LINE.fullmatch(line.getMessage())] == []
        pages = [line.getMessage().split()[1] for line in lines if line.getMessage().startswith("page ")]
        assert len(pages) == len(set(pages)), "a page was logged twice"
        assert all("\n" not in line.getMessage() for line in lines)


def test_a_session_that_is_played_again_as_it_was_does_no_harm(
    session: list[bytes], expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture
) -> None:
    house = House()

    assert house.feed(session) == len(session)

    assert [line for line in expect_errors() if "a write to the page failed" not in line] == []
    house.check(caplog)


@seeds
def test_spoiled_sessions_end_their_own_page_at_most(
    seed: int, session: list[bytes], expect_errors: ExpectErrors, caplog: pytest.LogCaptureFixture
) -> None:
    house, before = House(), len(living(Page))
    mutator = Mutator(seed, session)
    frames = 0
    while frames < 1500:
        frames += house.feed(mutator.session(session))

    expect_errors()
    house.check(caplog)
    assert len(living(Page)) == before


SMALL = st.integers(-3, 8)
NUMBERS = SMALL | st.sampled_from([MAX_NUMBER, MAX_NUMBER + 1, -(2**63), 2**64 - 1])
REFS = st.lists(NUMBERS, max_size=4)
ODD = VALUES | st.integers(-5, 5).map(Ref)
ERROR = st.tuples(st.sampled_from(["js-error", "gone", "timeout", "no such"]), st.text(max_size=20)).map(list)
#: Type and fields, but for number and acknowledgement.
ACTIONS = st.one_of(
    st.tuples(st.just(4), SMALL),
    st.tuples(st.just(4), NUMBERS, st.dictionaries(st.text(max_size=3), ODD, max_size=2)),
    st.tuples(st.just(5), SMALL, ODD),
    st.tuples(st.just(5), SMALL, st.none(), ERROR),
    st.tuples(st.just(6), REFS, REFS),
    st.tuples(st.just(7), NUMBERS, SMALL, ERROR),
    st.tuples(st.integers(0, 9), ODD, ODD, ODD),
)


@given(st.lists(st.tuples(ACTIONS, st.sampled_from([1] * 12 + [0, 2, -1]), SMALL), max_size=20), st.integers(1, 30))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_well_formed_messages_with_wrong_values_end_their_own_page_at_most(
    house: House, expect_errors: ExpectErrors, steps: list[tuple[tuple[Any, ...], int, int]], finds: int
) -> None:
    frames = [pack([5, ask, 0, ask, to_wire(Ref(-ask))]) for ask in (1, 2)][:finds]
    number = len(frames)
    for (kind, *rest), step, ack in steps:
        number += step
        frames.append(pack(to_wire([kind, number, max(0, ack), *rest])))

    house.feed(frames)

    expect_errors()
    assert len(house.app._registry) == 0


@pytest.fixture
def house() -> House:
    return House()
