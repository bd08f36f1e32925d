"""The rules of the channel, one test each: events come by credit, and what their handlers get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.page import Snapshot
from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import CREDIT, GET, LISTEN, SET
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


def read(rig: Rig) -> Any:
    return rig.page.ask(GET, 1, "value", label="a value")


FEW = Settings(limits=Limits(events=4))


def test_events_beyond_the_credit_end_the_page(start_rig: StartRig) -> None:
    rig = start_rig(FEW)
    rig.listen(lambda: read(rig))
    for _ in range(4):
        rig.event(1)
    assert not rig.page.gone

    rig.event(1)

    assert (rig.bye.code, rig.bye.action) == ("violation", "stop")


def test_credit_is_granted_again_for_events_that_have_been_handled(start_rig: StartRig) -> None:
    rig = start_rig(FEW)
    ran: list[int] = []
    rig.listen(lambda: ran.append(1))

    granted = 4
    for i in range(1, 41):
        assert i <= granted, f"no credit for event {i}"
        rig.event(1)
        for op in rig.take():
            if op[0] == CREDIT:
                assert op[1] == 1
                granted = op[2]

    assert len(ran) == 40
    assert granted <= 40 + 4
    assert len([op for op in rig.ops if op[0] == CREDIT]) <= 20  # not with every event


def test_no_credit_is_granted_for_events_that_wait(start_rig: StartRig) -> None:
    rig = start_rig(FEW)
    rig.listen(lambda: read(rig))
    for _ in range(4):
        rig.event(1)
    rig.answer()

    assert [op for op in rig.take() if op[0] == CREDIT] == []


def test_no_credit_is_granted_for_a_listener_that_has_ended(start_rig: StartRig) -> None:
    rig = start_rig(FEW)

    def handler() -> None:
        read(rig)

    rig.listen(handler)
    for _ in range(4):
        rig.event(1)
    rig.send(rig.channel.gone([], [1]))
    for _ in range(4):
        rig.answer()

    assert [op[0] for op in rig.ops if op[0] not in (GET, LISTEN)] == []


def test_a_gone_listener_is_freed_with_its_handler(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(listeners=1)))
    rig.listen()

    rig.send(rig.channel.gone([], [1]))

    assert rig.listen() == 2
    assert rig.page.foreground.listeners == {2}


@pytest.mark.parametrize("snapshot", [None, lambda carried, errors: (carried, errors)])
def test_a_handler_gets_what_is_made_of_the_event_only_if_something_is(rig: Rig, snapshot: Snapshot | None) -> None:
    got: list[tuple[Any, ...]] = []
    handler: Callable[..., None] = lambda *args: got.append(args)  # noqa: E731
    rig.run(lambda: rig.page.listen(1, "click", {}, handler, snapshot, "a click"))

    rig.event(1)
    settle()

    assert got == ([()] if snapshot is None else [((None, None),)])


def test_a_handler_writes_and_its_write_leaves_in_one_frame_with_its_credit(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(events=1)))
    rig.listen(lambda: rig.page.send((SET, 1, "id", "x")))
    rig.take()

    rig.event(1)

    assert rig.take() == [[SET, 1, "id", "x"], [CREDIT, 1, 2]]
    assert len(rig.batches) == 2
