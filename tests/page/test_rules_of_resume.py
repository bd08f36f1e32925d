"""The rules of coming back (spec 4.5 and 8.6): a lost socket is noticed by nobody, and what waits is bounded."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from pycommunicate.errors import PageGone, ReadTimeout, RemoteProtocolError
from pycommunicate.page import Ending, Page
from pycommunicate.protocol.messages import Event, Hello, Reply, decode, encode
from pycommunicate.protocol.ops import GET, SET
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.rig import HeldCarrier, Rig, settle


def write(rig: Rig, value: Any = "x") -> None:
    rig.page.send((SET, 1, "title", value))


def read(rig: Rig) -> Any:
    return rig.page.ask(GET, 1, "value", label="the value")


def resume(rig: Rig) -> list[list[Any]]:
    """Let the browser come back; return the ops that it has not taken in before."""
    hello = decode(rig.channel.hello("ticket", "nonce"))
    assert isinstance(hello, Hello)
    taken = len(rig.ops)
    rig.page.attach(rig.carrier, hello)
    rig.take_resumed()
    return rig.ops[taken:]


def test_a_lost_socket_ends_nothing(rig: Rig) -> None:
    rig.lose()

    assert rig.ended == []
    assert not rig.page.attached
    rig.run(lambda: write(rig))  # as if nothing had happened
    assert resume(rig) == [[SET, 1, "title", "x"]]
    assert rig.page.attached


def test_what_was_sent_and_not_applied_comes_again_once_and_in_order(rig: Rig) -> None:
    for value in "ab":
        rig.run(lambda value=value: write(rig, value))
        settle()
    rig.lose()  # both frames were on their way
    rig.run(lambda: write(rig, "c"))

    assert [op[3] for op in resume(rig)] == ["a", "b", "c"]
    assert rig.channel.duplicates == 0


def test_what_was_taken_in_and_not_applied_comes_again_and_is_dropped(rig: Rig) -> None:
    rig.run(lambda: write(rig))
    rig.take(apply=False)
    rig.lose()

    assert resume(rig) == []
    assert rig.channel.duplicates == 1


def test_a_read_that_waits_gets_its_answer_after_the_loss(rig: Rig) -> None:
    reading = rig.start(lambda: read(rig))
    settle()
    rig.lose()
    settle()
    assert not reading.done

    [op] = resume(rig)
    rig.reply(op[1], "there")

    assert reading.get() == "there"


def test_a_reply_that_was_lost_comes_again(rig: Rig) -> None:
    reading = rig.start(lambda: read(rig))
    [op] = rig.take()
    rig.channel.reply(op[1], "there")  # never arrives
    rig.lose()
    assert resume(rig) == []

    for frame in rig.channel.resend():
        rig.send(frame)

    assert reading.get() == "there"


def test_an_event_that_was_lost_is_handled_once(rig: Rig) -> None:
    handled: list[int] = []
    listener = rig.listen(lambda: handled.append(1))
    arrived = rig.channel.event(listener)
    rig.send(arrived)
    rig.channel.event(listener)  # never arrives
    rig.lose()
    rig.channel.event(listener)  # made while there is no socket
    resume(rig)

    for frame in rig.channel.resend():
        rig.send(frame)
    settle()

    assert len(handled) == 3
    assert rig.channel.resend() == [] or rig.take() == []


def test_a_failure_that_was_lost_still_names_its_op(rig: Rig, expect_errors: ExpectErrors) -> None:
    listener = rig.listen()
    rig.take()
    rig.channel.failure(rig.batches[-1].number, 0, ["stale-ref", "no such node"])  # never arrives
    rig.lose()
    resume(rig)  # whose hello acknowledges that batch

    for frame in rig.channel.resend():
        rig.send(frame)

    [error] = expect_errors()
    assert "listen listener=1, ref=1, event='click'" in error
    rig.event(listener)
    settle()
    assert rig.page.dead_events == 1
    assert rig.page._stream._channel._told == []  # type: ignore[attr-defined]


def test_silence_is_not_counted_while_the_browser_is_away(rig: Rig) -> None:
    reading = rig.start(lambda: read(rig))
    settle()
    rig.lose()

    rig.tick(rig.settings.read_silence * 3)
    assert not reading.done
    rig.tick(rig.settings.read_timeout + 1)

    with pytest.raises(ReadTimeout, match="no answer within 120 seconds"):
        reading.get()


def test_silence_counts_anew_once_the_browser_is_back(rig: Rig) -> None:
    reading = rig.start(lambda: read(rig))
    settle()
    rig.clock.ahead = 60
    rig.lose()
    resume(rig)

    rig.tick(60 + rig.settings.read_silence - 1)
    assert not reading.done
    rig.tick(60 + rig.settings.read_silence + 1)

    with pytest.raises(ReadTimeout, match="no sign of the browser"):
        reading.get()


def test_the_old_socket_is_fenced(rig: Rig) -> None:
    handled: list[int] = []
    listener = rig.listen(lambda: handled.append(1))
    old = rig.carrier
    rig.carrier = HeldCarrier()  # the browser opens another socket, and the server knows nothing of a loss yet
    rig.channel.lose()
    resume(rig)

    assert old.closed == (1000, "replaced")
    assert old.receiver is None
    rig.page.lost(old)
    assert rig.page.attached
    rig.event(listener)
    settle()
    assert handled == [1]


@pytest.mark.parametrize("received", [0, 3], ids=["less than was acknowledged", "more than was sent"])
def test_a_hello_that_does_not_fit_changes_nothing(rig: Rig, received: int) -> None:
    for value in "ab":
        rig.run(lambda value=value: write(rig, value))
        rig.take()
        rig.ack()

    with pytest.raises(RemoteProtocolError, match=f"expected what was received to be from 2 to 2, got {received}"):
        rig.page.attach(HeldCarrier(), Hello("ticket", "nonce", received))

    assert rig.page.attached
    assert rig.carrier.closed is None
    rig.run(lambda: write(rig, "c"))
    assert rig.take() == [[SET, 1, "title", "c"]]


@pytest.mark.parametrize(("ending", "seconds"), [(Ending.LOST, 15 * 60), (Ending.LEFT, 30)])
def test_a_page_waits_long_for_a_lost_browser_and_not_for_one_that_left(
    rig: Rig, ending: Ending, seconds: float
) -> None:
    waits = rig.start(lambda: read(rig))
    settle()
    rig.carrier.ending = ending
    rig.lose()

    rig.tick(seconds - 1)
    assert rig.ended == []
    rig.tick(seconds + 1)

    assert rig.ended == ["its browser did not come back"]
    with pytest.raises((PageGone, ReadTimeout)):
        waits.get()


def test_a_page_whose_browser_broke_a_rule_of_its_socket_does_not_wait(rig: Rig) -> None:
    rig.carrier.ending = Ending.BROKEN
    rig.lose()
    assert rig.ended == ["its browser broke a rule of its socket"]
    assert rig.registry._away == {}
    assert rig.registry._budget.held == 0


def test_a_page_that_came_back_waits_for_nothing(rig: Rig) -> None:
    rig.lose()
    resume(rig)
    rig.tick(10**6)
    assert rig.ended == []


def test_the_backlog_of_an_absent_browser_keeps_the_last_write_of_each_property(rig: Rig) -> None:
    rig.lose()
    for number in range(1000):
        rig.run(lambda number=number: write(rig, number))

    assert resume(rig) == [[SET, 1, "title", 999]]


def test_too_much_for_an_absent_browser_ends_that_page_alone(start_rig: StartRig) -> None:
    rig = start_rig(Settings(overflow=10_000))
    other = start_rig(registry=rig.registry)
    rig.lose()

    for _ in range(11):
        rig.page.send((SET, 1, ["style", "color"], "x" * 1000))
    settle()

    assert rig.ended == ["its browser took nothing for too long"]
    assert other.ended == []


def test_all_pages_together_hold_no_more_than_the_budget(start_rig: StartRig) -> None:
    first = start_rig(Settings(backlog_memory=10_000))
    rigs = [first, *(start_rig(registry=first.registry) for _ in range(3))]
    for rig in (rigs[2], rigs[0], rigs[1]):
        rig.lose()
    for rig in rigs[:3]:
        rig.page.send((SET, 1, ["style", "color"], "x" * 3000))
        settle()
    assert all(rig.ended == [] for rig in rigs)

    rigs[1].page.send((SET, 1, ["style", "color"], "x" * 3000))
    settle()

    # The one that is away longest goes; one whose browser is there is none of them.
    assert [bool(rig.ended) for rig in rigs] == [False, False, True, False]
    assert rigs[2].ended == ["all pages together hold back too much"]
    assert first.registry._budget.held < 10_000
    assert first.registry.reason(rigs[2].page.id) == "the page is gone: all pages together hold back too much"
    assert first.registry.reason("another") == "the page is not here any more"


def test_a_frozen_tab_counts_for_the_budget_too(start_rig: StartRig) -> None:
    frozen = start_rig(Settings(backlog_memory=50_000, limits=Rig().settings.limits))
    for _ in range(200):  # it acknowledges nothing, so its window closes
        frozen.page.tell((SET, 1, ["style", "color"], "x" * 1000))
        settle()
        if frozen.ended:
            break

    assert frozen.ended == ["all pages together hold back too much"]
    assert frozen.registry._budget.held == 0


def test_what_a_browser_that_came_back_takes_is_held_no_more(rig: Rig) -> None:
    rig.lose()
    rig.run(lambda: write(rig, "x" * 1000))
    settle()
    assert rig.page.held > 1000
    resume(rig)
    assert rig.page.held == 0
    assert rig.registry._budget.held == 0


def test_an_absent_page_makes_room_for_a_new_one_of_its_user(start_rig: StartRig) -> None:
    first = start_rig(Settings(max_pages_per_user=2))
    second = start_rig(registry=first.registry)
    assert not first.registry.has_room("user")
    second.lose()

    assert first.registry.has_room("user")

    assert second.ended == ["its user opened too many others"]
    assert first.ended == []


def test_absent_pages_make_room_before_those_that_a_browser_is_on_its_way_to(start_rig: StartRig) -> None:
    first = start_rig(Settings(max_pages=2))
    first.lose()
    expected = start_rig(registry=first.registry, attached=False, user="another")
    start_rig(registry=first.registry, attached=False, user="a third")

    assert first.ended == ["too many pages are open"]
    assert expected.ended == []


def test_handlers_of_a_page_whose_browser_never_comes_back_unwind(rig: Rig) -> None:
    unwound: list[str] = []

    def handle() -> None:
        try:
            read(rig)
        finally:
            unwound.append("finally")

    rig.event(rig.listen(handle))
    settle()
    rig.lose()
    rig.tick(rig.settings.detached_lifetime + 1)
    settle()

    assert unwound == ["finally"]


def test_a_page_that_was_lost_and_ended_leaves_nothing(start_rig: StartRig) -> None:
    registry = start_rig().registry

    def come_and_go() -> weakref.ref[Page]:
        rig = Rig(registry=registry)
        rig.listen()
        rig.lose()
        rig.page.send((SET, 1, "title", "x" * 1000))
        settle()
        rig.tick(rig.settings.detached_lifetime + 1)
        return weakref.ref(rig.page)

    pages = [come_and_go() for _ in range(20)]
    gc.collect()
    assert [page() for page in pages if page() is not None] == []
    assert len(registry) == 1
    assert registry._away == {}
    assert registry._budget.held == 0


def test_an_ack_that_asks_is_answered_at_once(rig: Rig) -> None:
    rig.take()
    rig.send(rig.channel.ack(answer=True))
    rig.take()
    assert rig.acks == [0]
    rig.send(rig.channel.ack())
    rig.take()
    assert rig.acks == [0]


def test_frames_that_come_again_are_dropped(rig: Rig) -> None:
    handled: list[int] = []
    listener = rig.listen(lambda: handled.append(1))
    frame = rig.channel.event(listener)
    rig.send(frame)
    rig.lose()
    resume(rig)
    rig.send(frame)  # as a client that did not hear of its being taken
    settle()
    assert handled == [1]


def test_a_page_that_is_over_says_so_to_no_socket(rig: Rig, expect_errors: ExpectErrors) -> None:
    rig.lose()
    rig.page.end("a test", "ended", "reload")
    assert rig.carrier.frames == []
    assert rig.carrier.closed is None


def test_messages_can_be_made_while_there_is_no_socket_and_leave_in_their_order(rig: Rig) -> None:
    rig.lose()
    listener = rig.listen()
    first, second = rig.channel.event(listener), rig.channel.reply(1, "x")
    assert rig.channel.resend() == [first, second]
    assert encode(Event(1, 0, listener)) == first
    assert encode(Reply(2, 0, 1, "x")) == second
